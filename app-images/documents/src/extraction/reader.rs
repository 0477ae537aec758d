//! The parent's side: starts a child for one document, listens within limits, and says how it went.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Child;
use tokio::time::timeout;

use super::cage::Limits;
use super::ocr::Recogniser;
pub use super::process::ReadError;
use super::process::{self, cause_of_death, first_bytes};
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
    /// Who recognises letters in pictures, where that is installed.
    pub recogniser: Option<Recogniser>,
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

impl Reader {
    /// Reads one document: its letters, and on pages that have none the letters in their pictures. Dropping the future
    /// kills the child.
    ///
    /// # Errors
    /// See [`ReadError`]; everything that is the document's own fault is in the [`Reading`].
    pub async fn read(&self, document: File, password: Option<&Password>) -> Result<Reading, ReadError> {
        let mut told = match self.letters(&document, password).await? {
            Ok(told) => told,
            Err(reading) => return Ok(reading),
        };
        if let Some(recogniser) = &self.recogniser {
            recogniser.complete(&mut told.pages, &document, password).await?;
        }
        Ok(told.conclude(self.recogniser.is_some()))
    }

    /// What the file itself says; the inner error is a reading that has come to its end.
    async fn letters(
        &self,
        document: &File,
        password: Option<&Password>,
    ) -> Result<Result<Told, Reading>, ReadError> {
        let input = process::from_the_beginning(document)?;
        let mut child = process::start(&self.program, "extract", self.limits, &[], input, password)?;
        match timeout(self.wall, self.listen(&mut child)).await {
            Ok(told) => told,
            Err(_) => {
                child.kill().await.map_err(ReadError::Listen)?;
                Ok(Err(Reading::failed(Failure::TooSlow)))
            }
        }
    }

    async fn listen(&self, child: &mut Child) -> Result<Result<Told, Reading>, ReadError> {
        let (Some(answers), Some(complaints)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(ReadError::Listen(io::Error::other("the reader has no pipes")));
        };
        let mut told = Told::default();
        let (heard, complaint) =
            tokio::join!(told.hear(answers, self.most_output_bytes), first_bytes(complaints));
        heard.map_err(ReadError::Listen)?;
        if told.too_much {
            child.kill().await.map_err(ReadError::Listen)?;
            return Ok(Err(Reading { pages: told.page_count, ..Reading::failed(Failure::TooMuchText) }));
        }
        let status = child.wait().await.map_err(ReadError::Listen)?;
        told.whole(status, &complaint)
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

    /// Whether the child has told everything: if not, the reading has come to its end.
    fn whole(self, status: ExitStatus, complaint: &str) -> Result<Result<Self, Reading>, ReadError> {
        let complete = self.page_count == u32::try_from(self.pages.len()).ok();
        let failure = if !status.success() {
            cause_of_death(status, complaint)?
        } else if let Some(failure) = self.unreadable {
            failure
        } else if self.nonsense || !self.finished || !complete {
            Failure::ReaderCrashed
        } else {
            return Ok(Ok(self));
        };
        tracing::debug!(failure = failure.code(), %status, complaint, "a document cannot be read");
        Ok(Err(Reading { pages: self.page_count, ..Reading::failed(failure) }))
    }

    fn conclude(self, recognised: bool) -> Reading {
        let text = match verdict::judge(&self.pages) {
            Ok(()) => Ok(self.pages),
            // Because somebody has looked at the pictures and found no letters in them.
            Err(Failure::Scan) if recognised => Err(Failure::NoText),
            Err(failure) => Err(failure),
        };
        Reading { pages: self.page_count, text, e_invoice: self.e_invoice, metadata: self.metadata }
    }
}
