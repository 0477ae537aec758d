//! The compiled program, run as a process against files, an API server and an engine's socket of the tests' own.

#![allow(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

#[path = "cli/allowlist.rs"]
mod allowlist;
#[path = "cli/api_server.rs"]
mod api_server;
#[path = "cli/apps.rs"]
mod apps;
#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/contract.rs"]
mod contract;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/egress.rs"]
mod egress;
#[path = "cli/engine_socket.rs"]
mod engine_socket;
#[path = "cli/lock.rs"]
mod lock;
#[path = "cli/people.rs"]
mod people;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/sessions.rs"]
mod sessions;
#[path = "cli/signature.rs"]
mod signature;
#[path = "cli/tokens.rs"]
mod tokens;
