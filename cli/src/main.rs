//! `atoll`: the tool of whoever runs an Atoll.
//!
//! It reads and locks the allowlist, examines the machine, and drives the control plane through its public API. It holds
//! no right of its own: what it may do is decided by the session that it carries, and it only ever reads from the engine.

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Cli, output::Output};

mod allowlist;
mod api;
mod app;
mod args;
mod audit;
mod doctor;
mod egress;
mod engine;
mod exit;
mod failure;
mod output;
mod prompt;
mod server;
mod session;
mod token;
mod user;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&failure::Failure::because("could not start", &error)).into(),
    };
    match runtime.block_on(cli.command.run(output)) {
        Ok(exit) => exit.into(),
        Err(failure) => output.failure(&failure).into(),
    }
}
