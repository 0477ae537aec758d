//! The reconciler, over a real database and an engine that can be broken at any call.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]
#![allow(unreachable_pub, reason = "its parts are shared among the modules of this one program")]

#[path = "../support/fake_engine.rs"]
#[allow(dead_code, reason = "shared with the API's tests, which use what these do not")]
mod fake_engine;
mod world;

mod crash;
mod engine_away;
mod healing;
mod install;
mod logs;
mod remove;
mod start_stop;
