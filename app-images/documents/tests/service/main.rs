//! The service as a whole: the real server on a free port, spoken to by HTTP.
#![allow(clippy::unwrap_used, reason = "these are tests, and so are the functions that they share")]

mod hostile;
mod identity;
mod openapi;
mod page;
mod pictures;
mod privacy;
mod queue;
mod reading;
mod samples;
mod support;
mod uploads;
