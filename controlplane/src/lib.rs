//! The control plane of Atoll: API and console, identity and permissions, reconciler, gateway and egress.
//!
//! One process, four planes. `api` turns requests into validated commands; `reconciler` closes the difference between
//! what is wanted (in the database) and what runs (on the engine); `gateway` is the hot path to the apps; `store` keeps
//! everything that must outlive the process. [`platform::Platform`] holds them together.

mod alarm;
pub mod api;
pub mod audit;
pub mod clock;
pub mod command;
pub mod config;

mod console;
pub mod egress;
pub mod engine;
pub mod gateway;
mod health;
mod hex;
pub mod identity;
pub mod ids;
pub mod permissions;
pub mod platform;
pub mod policy_watch;
mod private_file;
pub mod random;
pub mod reconciler;
pub mod secret;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod tls;

/// Because a request lives on small blocks that come and go, which glibc's allocator is slow at and keeps for itself
/// (ADR 19). It stands here so that what is tested and measured is what runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
