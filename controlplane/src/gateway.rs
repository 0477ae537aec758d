//! The hot path: every request of a person to an app passes here.

pub mod access;
pub mod cookies;
pub mod headers;
pub mod path;
