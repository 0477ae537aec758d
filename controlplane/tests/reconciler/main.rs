//! The reconciler, over a real database and an engine that can be broken at any call.

#[path = "../support/fake_engine.rs"]
mod fake_engine;
mod world;

mod crash;
mod engine_away;
mod healing;
mod install;
mod logs;
mod remove;
mod start_stop;
