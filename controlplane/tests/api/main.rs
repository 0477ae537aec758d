//! The API through its front door: the real router on a real socket, asked by three clients.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod audit;
mod authorisation;
mod catalogue;
mod grants;
mod health;
mod problems;
mod profile;
mod session;
mod setup;
mod support;
mod users;
