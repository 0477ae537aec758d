//! The gateway through its front door: a real listening socket, a real upstream app, real sessions, a real database.

mod access;
mod egress;
mod handoff;
mod hygiene;
mod smuggling;
mod streams;
mod support;
