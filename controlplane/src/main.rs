//! `atoll-controlplane`: reads the arguments, does what they say, and names what went wrong.

use std::{error::Error, process::ExitCode};

use atoll_controlplane::{
    command,
    config::{Arguments, Command, Config},
    telemetry::{LogTo, start_log},
};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve);
    let serving = command == Command::Serve;
    start_log(if serving { LogTo::Stdout } else { LogTo::Stderr });
    match command::run(command, Config::from(arguments.options)).await {
        Ok(said) => {
            print(&said);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("{}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "what a command says is its output")]
fn print(said: &str) {
    if !said.is_empty() {
        println!("{said}");
    }
}

/// The error and its causes, each once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}
