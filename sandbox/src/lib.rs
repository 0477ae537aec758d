//! What may run, and exactly how: the allowlist, its lock, and the rendering of both into engine requests.
//!
//! Pure: no I/O, no async. The socket proxy and the control plane both read policy through this crate, each from its
//! own copy of the files.

pub mod allowlist;
pub mod dialect;
pub mod error;
pub mod holes;
pub mod labels;
pub mod lock;
pub mod names;
pub mod policy;
pub mod render;
pub mod signature;
pub mod subnet;
pub mod units;
mod yaml;
