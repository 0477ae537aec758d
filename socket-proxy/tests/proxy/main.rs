//! The proxy from outside: real sockets, the real server, and an engine that records what it is asked.

// Because this is a test as a whole: what does not hold ends it.
#![allow(clippy::unwrap_used)]

mod availability;
mod ceilings;
mod clients;
mod create;
mod effective;
mod engine;
mod ownership;
mod reading;
mod streams;
mod support;
