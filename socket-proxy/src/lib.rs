//! The socket proxy: the only process that speaks to the container engine.
//!
//! Render, don't filter: a client says *which* app, instance and service it means; what the engine is asked to do is
//! rendered here, from this proxy's own copy of the allowlist. No byte of a client's ever reaches the engine.
//!
//! The way of a request: [`http`] reads it strictly, [`call`] decodes it into one of the calls that exist, [`owned`]
//! or [`references`] find out what is meant, rendering says what to ask, [`verdict`] compares, [`ceiling`] admits,
//! [`seal`] marks, [`engine`] asks, and [`effective`] looks at what came of it.

mod audit;
mod call;
mod ceiling;
mod confine;
mod create;
mod credentials;
mod effective;
mod engine;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod http;
mod image;
mod json;
mod lifecycle;
mod lists;
mod metrics;
mod owned;
mod policy_files;
mod proxy;
mod pull;
mod query;
mod references;
mod refusal;
mod seal;
mod server;
mod streams;
mod verdict;
mod views;
mod words;

pub use confine::{Confinement, Hold, Reach};
pub use credentials::RegistryCredentials;
pub use policy_files::{PolicyFiles, Trust};
pub use refusal::Reason;
pub use seal::Seal;
pub use server::{Settings, run};
