//! The parent's side: starts a child for one document, listens within limits, and says how it went.

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::cage::Limits;
use super::protocol::Message;
use super::{Failure, Metadata, PageText, Password, verdict};

/// How documents are read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The program to start: normally this one, `/proc/self/exe`.
    pub program: PathBuf,
    /// What each child may use.
    pub limits: Limits,
    /// How long a child may live, waiting included.
    pub wall: Duration,
    /// How many bytes a child may tell, JSON included.
    pub most_output_bytes: u64,
}

/// What became of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The number of pages, if the document could be opened.
    pub pages: Option<u32>,
    /// Its text page by page, or why there is none.
    pub text: Result<Vec<PageText>, Failure>,
    /// The XML of the invoice inside the file, at most 4 MiB: read from the file, understood by nobody yet.
    pub e_invoice: Option<Vec<u8>>,
    /// What the file says of itself.
    pub metadata: Metadata,
}

impl Reading {
    /// Nothing but the reason why there is no text.
    pub fn failed(failure: Failure) -> Self {
        Self { pages: None, text: Err(failure), e_invoice: None, metadata: Metadata::default() }
    }
}

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

/// The environment variable in which a child finds the document's password.
pub const PASSWORD_VARIABLE: &str = "DOCUMENT_PASSWORD";
/// How much of a child's complaints is kept for the log, in bytes.
const MOST_COMPLAINT_BYTES: u64 = 2048;
/// What Rust's allocator says before it aborts.
const OUT_OF_MEMORY: &str = "memory allocation of";

impl Reader {
    /// Reads one document, from its start. Dropping the future kills the child.
    ///
    /// # Errors
    /// See [`ReadError`]; everything that is the document's own fault is in the [`Reading`].
    pub async fn read(&self, document: File, password: Option<&Password>) -> Result<Reading, ReadError> {
        let mut child = self.start(document, password).map_err(ReadError::Start)?;
        match timeout(self.wall, self.listen(&mut child)).await {
            Ok(reading) => reading,
            Err(_) => {
                child.kill().await.map_err(ReadError::Listen)?;
                Ok(Reading::failed(Failure::TooSlow))
            }
        }
    }

    fn start(&self, document: File, password: Option<&Password>) -> io::Result<Child> {
        Command::new(&self.program)
            .arg0("atoll-documents-extract")
            .args(["extract", "--memory-bytes", &self.limits.memory_bytes.to_string()])
            .args(["--cpu-secs", &self.limits.cpu_secs.to_string()])
            .env_clear()
            // Not an argument, because those are shown to everyone who may list processes.
            .envs(password.map(|password| (PASSWORD_VARIABLE, password.reveal())))
            .current_dir("/")
            .stdin(Stdio::from(document))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    async fn listen(&self, child: &mut Child) -> Result<Reading, ReadError> {
        let (Some(answers), Some(complaints)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(ReadError::Listen(io::Error::other("the reader has no pipes")));
        };
        let mut told = Told::default();
        let (heard, complaint) =
            tokio::join!(told.hear(answers, self.most_output_bytes), first_bytes(complaints));
        heard.map_err(ReadError::Listen)?;
        if told.too_much {
            child.kill().await.map_err(ReadError::Listen)?;
            return Ok(Reading { pages: told.page_count, ..Reading::failed(Failure::TooMuchText) });
        }
        let status = child.wait().await.map_err(ReadError::Listen)?;
        told.conclude(status, &complaint)
    }
}

/// What a child has told so far.
#[derive(Default)]
struct Told {
    page_count: Option<u32>,
    metadata: Metadata,
    e_invoice: Option<Vec<u8>>,
    pages: Vec<PageText>,
    unreadable: Option<Failure>,
    finished: bool,
    too_much: bool,
    nonsense: bool,
}

impl Told {
    async fn hear(&mut self, answers: impl AsyncRead + Unpin, most_bytes: u64) -> io::Result<()> {
        let mut answers = BufReader::new(answers.take(most_bytes));
        let mut line = Vec::new();
        while answers.read_until(b'\n', &mut line).await? > 0 {
            if answers.get_ref().limit() == 0 {
                self.too_much = true;
                return Ok(());
            }
            // A line without its end was cut off by the end of the child: `conclude` says why.
            if line.ends_with(b"\n") {
                self.take(&line);
            }
            line.clear();
        }
        Ok(())
    }

    fn take(&mut self, line: &[u8]) {
        match serde_json::from_slice(line) {
            Ok(Message::Opened { pages, metadata }) => {
                self.page_count = Some(pages);
                self.metadata = metadata;
            }
            Ok(Message::EInvoice(xml)) => self.e_invoice = Some(xml),
            Ok(Message::Page(page)) => self.pages.push(page),
            Ok(Message::Finished) => self.finished = true,
            Ok(Message::Unreadable(why)) => self.unreadable = Some(why.into()),
            Err(_) => self.nonsense = true,
        }
    }

    fn conclude(self, status: ExitStatus, complaint: &str) -> Result<Reading, ReadError> {
        let pages = self.page_count;
        let complete = pages == u32::try_from(self.pages.len()).ok();
        let text = if !status.success() {
            Err(cause_of_death(status, complaint)?)
        } else if let Some(failure) = self.unreadable {
            Err(failure)
        } else if self.nonsense || !self.finished || !complete {
            Err(Failure::ReaderCrashed)
        } else {
            verdict::judge(&self.pages).map(|()| self.pages)
        };
        if let Err(failure) = text {
            tracing::debug!(failure = failure.code(), %status, complaint, "a document has no text");
        }
        Ok(Reading { pages, text, e_invoice: self.e_invoice, metadata: self.metadata })
    }
}

/// Which of its limits ended the child.
///
/// # Errors
/// [`ReadError::Killed`] when none of them did.
fn cause_of_death(status: ExitStatus, complaint: &str) -> Result<Failure, ReadError> {
    match status.signal().map(Signal::try_from) {
        Some(Ok(Signal::SIGXCPU)) => Ok(Failure::TooSlow),
        Some(Ok(Signal::SIGKILL | Signal::SIGTERM)) => Err(ReadError::Killed),
        Some(Ok(Signal::SIGABRT)) if complaint.contains(OUT_OF_MEMORY) => Ok(Failure::TooBig),
        _ => Ok(Failure::ReaderCrashed),
    }
}

/// Reads everything, keeps the beginning.
async fn first_bytes(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let read = (&mut from).take(MOST_COMPLAINT_BYTES).read_to_end(&mut kept).await;
    let drained = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    if let Some(error) = read.err().or(drained.err()) {
        tracing::debug!(%error, "could not read what the PDF reader complains of");
    }
    String::from_utf8_lossy(&kept).into_owned()
}
