//! The API through its front door: the real router on a real socket, asked by three clients.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod apps;
mod audit;
mod authorisation;
mod catalogue;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/fake_engine.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the reconciler's tests, which use all of it")]
mod fake_engine;
mod grants;
mod headers;
mod health;
mod launcher;
mod operations;
mod problems;
mod profile;
mod session;
mod setup;
mod status;
mod support;
mod tokens;
mod users;
