//! The reconciler, over a real database and an engine that can be broken at any call.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

#[path = "../support/database.rs"]
mod database;
#[path = "../support/fake_engine.rs"]
mod fake_engine;
mod world;

mod crash;
mod engine_away;
mod h2c;
mod healing;
mod install;
mod logs;
mod remove;
mod sleep;
mod start_stop;
