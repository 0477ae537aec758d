//! The service as a whole: the real server on a free port, spoken to by HTTP.
#![allow(clippy::unwrap_used, reason = "these are tests, and so are the functions that they share")]

mod asking;
mod bulk;
mod combinations;
mod downloads;
mod find;
mod hooks;
mod hostile;
mod identity;
mod imports;
mod library;
mod openapi;
mod page;
mod patience;
mod pictures;
mod pieces;
mod privacy;
mod provider;
mod queue;
mod reading;
mod samples;
mod searchable;
mod settings;
mod support;
mod uploads;
mod zips;
