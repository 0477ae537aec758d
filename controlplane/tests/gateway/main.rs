//! The gateway through its front door: a real listening socket, a real upstream app, real sessions, a real database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod access;
mod acme;
mod egress;
mod h2c;
mod handoff;
mod hostile;
mod hygiene;
mod limits;
mod metrics;
mod passing;
mod reuse;
mod scripted;
mod smuggling;
mod spoofing;
mod stalled;
mod streams;
mod support;
mod switching;
mod threads;
mod tls;
mod tokens;
mod wake;
