//! `atoll allowlist …`: what may run.

use clap::Subcommand;

use crate::{exit::Exit, failure::Failure, output::Output};

mod check;
mod excerpt;
mod files;
mod keys;
mod list;
mod lock;
mod not_yet;
mod render;
pub(crate) mod routes;
mod sign;

pub(crate) use excerpt::sentence;
pub(crate) use files::{PolicyArgs, host_platform};
pub(crate) use lock::manifest_digests;

/// `atoll allowlist …`
#[derive(Debug, Subcommand)]
pub(crate) enum AllowlistCommand {
    /// Say what is wrong with the allowlist and its lock, and where.
    Check(check::CheckArgs),
    /// The apps: version, images, pins, limits, rating.
    List(list::ListArgs),
    /// Pin each image to what the engine has under its name.
    Lock(lock::LockArgs),
    /// Make the key pair that policies are signed with.
    Keygen(keys::KeygenArgs),
    /// Sign the allowlist and its lock.
    Sign(sign::SignArgs),
    /// Check the signature of the allowlist and its lock.
    Verify(sign::VerifyArgs),
    /// Print exactly what the engine is asked when an app is installed and started.
    Render(render::RenderArgs),
}

impl AllowlistCommand {
    /// Does it.
    pub(crate) async fn run(self, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Check(args) => args.run(output),
            Self::List(args) => args.run(output),
            Self::Lock(args) => args.run(output).await,
            Self::Keygen(args) => args.run(output),
            Self::Sign(args) => args.run(output),
            Self::Verify(args) => args.run(output),
            Self::Render(args) => args.run(output),
        }
    }
}
