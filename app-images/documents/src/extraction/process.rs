//! Starting children of this same program, and telling what ended them.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use nix::sys::signal::Signal;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::cage::Limits;
use super::{Failure, Password};

/// The environment variable in which a child finds the document's password. Not an argument, because those are shown to
/// everyone who may list processes.
pub(crate) const PASSWORD_VARIABLE: &str = "DOCUMENT_PASSWORD";

/// The child could not do its work for reasons that are not the document's: worth another attempt.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No process could be started.
    #[error("could not start the PDF reader")]
    Start(#[source] io::Error),
    /// The pipe broke.
    #[error("could not listen to the PDF reader")]
    Listen(#[source] io::Error),
    /// Somebody else ended it: the OOM killer, an operator, the end of the container.
    #[error("the PDF reader was killed from outside")]
    Killed,
}

/// How much of a child's complaints is kept for the log, in bytes.
const MOST_COMPLAINT_BYTES: u64 = 2048;
/// What Rust's allocator says before it aborts.
const OUT_OF_MEMORY: &str = "memory allocation of";

/// Starts a child with an empty environment, `input` as its standard input and pipes for the rest. Dropping it kills it.
pub(crate) fn start(
    program: &Path,
    name: &str,
    limits: Limits,
    more: &[&OsStr],
    input: Stdio,
    password: Option<&Password>,
) -> Result<Child, ReadError> {
    let mut command = Command::new(program);
    command
        .arg0(format!("atoll-documents-{name}"))
        .args([name, "--memory-bytes", &limits.memory_bytes.to_string()])
        .args(["--cpu-secs", &limits.cpu_secs.to_string()])
        .args(more)
        .env_clear()
        .current_dir("/")
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(password) = password {
        command.env(PASSWORD_VARIABLE, password.reveal());
    }
    command.spawn().map_err(ReadError::Start)
}

/// A document as a child's standard input, from its beginning. Because copies of a descriptor share their position,
/// children that are given the same file must follow each other.
pub(crate) fn from_the_beginning(document: &File) -> Result<Stdio, ReadError> {
    let rewound = || {
        io::Seek::rewind(&mut &*document)?;
        document.try_clone()
    };
    rewound().map(Stdio::from).map_err(ReadError::Start)
}

/// Which of its limits ended the child.
///
/// # Errors
/// [`ReadError::Killed`] when none of them did.
pub(crate) fn cause_of_death(status: ExitStatus, complaint: &str) -> Result<Failure, ReadError> {
    match status.signal().map(Signal::try_from) {
        Some(Ok(Signal::SIGXCPU)) => Ok(Failure::TooSlow),
        Some(Ok(Signal::SIGKILL | Signal::SIGTERM)) => Err(ReadError::Killed),
        Some(Ok(Signal::SIGABRT)) if complaint.contains(OUT_OF_MEMORY) => Ok(Failure::TooBig),
        _ => Ok(Failure::ReaderCrashed),
    }
}

/// Reads everything, keeps the beginning.
pub(crate) async fn first_bytes(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let read = (&mut from).take(MOST_COMPLAINT_BYTES).read_to_end(&mut kept).await;
    let drained = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    if let Some(error) = read.err().or(drained.err()) {
        tracing::debug!(%error, "could not read what the PDF reader complains of");
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// What a child said, whole, and how it ended.
pub(crate) struct Said {
    pub(crate) output: Vec<u8>,
    pub(crate) complaint: String,
    pub(crate) status: ExitStatus,
}

/// Listens until the child has ended; `None` if it says more than `most_bytes`.
pub(crate) async fn listen(mut child: Child, most_bytes: u64) -> Result<Option<Said>, ReadError> {
    let (Some(answers), Some(complaints)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(ReadError::Listen(io::Error::other("the child has no pipes")));
    };
    let mut output = Vec::new();
    let mut answers = answers.take(most_bytes.saturating_add(1));
    let (heard, complaint) = tokio::join!(answers.read_to_end(&mut output), first_bytes(complaints));
    heard.map_err(ReadError::Listen)?;
    if output.len() as u64 > most_bytes {
        child.kill().await.map_err(ReadError::Listen)?;
        return Ok(None);
    }
    let status = child.wait().await.map_err(ReadError::Listen)?;
    Ok(Some(Said { output, complaint, status }))
}
