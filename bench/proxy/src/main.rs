//! Measures the socket proxy against its peers: HAProxy with the usual rules, and the bare engine.
//!
//! One client speaks to all three alike, over unix sockets, in turn within one run. Run by `bench/proxy/run.sh`.

// Because this is a program whose output is what it prints.
#![allow(clippy::print_stdout)]

use std::{env, path::Path, process::ExitCode, time::Duration};

mod client;
mod island;
mod load;
mod measures;
mod peers;
mod report;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // What the containers do that are measured.
        ["hold"] => loop {
            std::thread::sleep(Duration::from_secs(3600));
        },
        ["run", out, proxy, haproxy, image] => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let measured = runtime
                .map_err(anyhow::Error::from)
                .and_then(|runtime| runtime.block_on(measures::run(Path::new(out), proxy, haproxy, image)));
            match measured {
                Ok(()) => ExitCode::SUCCESS,
                Err(problem) => {
                    eprintln!("error: {problem:#}");
                    ExitCode::FAILURE
                }
            }
        }
        _ => {
            eprintln!("atoll-bench-proxy run OUT PROXY HAPROXY IMAGE-ID | hold");
            ExitCode::from(2)
        }
    }
}
