//! What the gateway's benchmark needs beside `wrk`: a backend that is faster than any proxy before it, WebSockets, and
//! one very large upload. The same for ours and for every peer.

#![expect(clippy::print_stdout, reason = "the benchmark reads what is printed")]

use std::{net::SocketAddr, time::Duration};

use clap::{Parser, Subcommand};

mod backend;
mod large;
mod sockets;

#[derive(Parser)]
#[command(name = "atoll-bench-gateway")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers everything that the benchmark asks, until it is killed.
    Backend {
        /// Where to listen.
        listen: SocketAddr,
    },
    /// Sends small messages over WebSockets, each when the one before has come back; prints messages per second.
    Echo {
        #[command(flatten)]
        target: Target,
        #[arg(long, default_value_t = 64)]
        sockets: usize,
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Opens WebSockets, prints `open`, and holds them until its standard input ends.
    Idle {
        #[command(flatten)]
        target: Target,
        #[arg(long, default_value_t = 10_000)]
        sockets: usize,
    },
    /// Asks for one body of so many bytes and reads it away; prints how many arrived.
    Download {
        #[command(flatten)]
        target: Target,
        #[arg(long)]
        bytes: u64,
    },
    /// Sends one body of so many bytes; prints how many arrived.
    Upload {
        #[command(flatten)]
        target: Target,
        #[arg(long)]
        bytes: u64,
    },
}

/// Whom to ask, and as whom.
#[derive(Debug, Clone, Parser)]
struct Target {
    /// The proxy.
    address: SocketAddr,
    /// The value of `Host`.
    #[arg(long)]
    host: String,
    /// A further header line: who asks.
    #[arg(long)]
    header: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Backend { listen } => backend::run(listen).await,
        Command::Echo { target, sockets, seconds } => {
            println!("{:.0}", sockets::echo(&target, sockets, Duration::from_secs(seconds)).await?);
            Ok(())
        }
        Command::Idle { target, sockets } => sockets::idle(&target, sockets).await,
        Command::Download { target, bytes } => {
            println!("{}", large::download(&target, bytes).await?);
            Ok(())
        }
        Command::Upload { target, bytes } => {
            println!("{}", large::upload(&target, bytes).await?);
            Ok(())
        }
    }
}
