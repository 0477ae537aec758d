//! How a child of ours is started and how its death is understood.

use std::fs::File;
use std::io::{self, Seek};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use nix::sys::signal::Signal;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::cage::Limits;
use super::{Failure, Password};

/// The environment variable in which a child finds the document's password.
pub const PASSWORD_VARIABLE: &str = "DOCUMENT_PASSWORD";
/// How much of a child's complaints is kept, in bytes.
const MOST_COMPLAINT_BYTES: u64 = 2048;
/// What Rust's allocator says before it aborts.
const OUT_OF_MEMORY: &str = "memory allocation of";

/// A child that was ended by somebody else: the OOM killer, an operator, the end of the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KilledFromOutside;

/// This program again, to do `what` within limits, without an environment; killed when it is dropped.
pub(crate) fn command(program: &Path, what: &str, limits: Limits) -> Command {
    let mut command = Command::new(program);
    command
        .arg0(format!("atoll-documents-{what}"))
        .args([what, "--memory-bytes", &limits.memory_bytes.to_string()])
        .args(["--cpu-secs", &limits.cpu_secs.to_string()])
        .env_clear()
        .current_dir("/")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// The same, with a document (from its start) on standard input. One child at a time may read a document, because all
/// copies of an open file share one position.
pub(crate) fn command_on(
    document: &File,
    password: Option<&Password>,
    mut command: Command,
) -> io::Result<Command> {
    let mut document = document.try_clone()?;
    document.rewind()?;
    // Not an argument, because those are shown to everyone who may list processes.
    command.stdin(Stdio::from(document)).envs(password.map(|given| (PASSWORD_VARIABLE, given.reveal())));
    Ok(command)
}

/// Which of its limits ended a child that did not succeed.
pub(crate) fn cause_of_death(status: ExitStatus, complaint: &str) -> Result<Failure, KilledFromOutside> {
    match status.signal().map(Signal::try_from) {
        Some(Ok(Signal::SIGXCPU)) => Ok(Failure::TooSlow),
        Some(Ok(Signal::SIGKILL | Signal::SIGTERM)) => Err(KilledFromOutside),
        Some(Ok(Signal::SIGABRT)) if complaint.contains(OUT_OF_MEMORY) => Ok(Failure::TooBig),
        _ => Ok(Failure::ReaderCrashed),
    }
}

/// Reads everything, but no more than this many bytes; who has more to say then finds the pipe closed.
pub(crate) async fn all_bytes(from: impl AsyncRead + Unpin, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// Reads everything, keeps the beginning.
pub(crate) async fn first_bytes(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let read = (&mut from).take(MOST_COMPLAINT_BYTES).read_to_end(&mut kept).await;
    let drained = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    if let Some(error) = read.err().or(drained.err()) {
        tracing::debug!(%error, "could not read what a child complains of");
    }
    String::from_utf8_lossy(&kept).into_owned()
}
