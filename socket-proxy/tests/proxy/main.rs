//! The proxy from outside: real sockets, the real server, and an engine that records what it is asked.

// Because this is a test as a whole: what does not hold ends it.
#![allow(clippy::unwrap_used)]

mod availability;
mod back_doors;
mod ceilings;
mod clients;
mod create;
mod differential;
mod effective;
mod engine;
mod go;
mod hostile_engine;
mod operations;
mod ownership;
mod program;
mod pull;
mod reading;
mod slow;
mod smuggling;
mod streams;
mod support;
mod toctou;
