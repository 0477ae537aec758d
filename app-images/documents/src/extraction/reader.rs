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
use super::caged::{self, KilledFromOutside};
use super::ocr::{Ocr, Source};
use super::protocol::Message;
use super::searchable::Copier;
use super::{Failure, Metadata, PageText, Password, Searchable, TextSource, verdict};

/// How documents are read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The program to start: normally this one, `/proc/self/exe`.
    pub program: PathBuf,
    /// What each child may use.
    pub limits: Limits,
    /// How long that child may live, waiting included.
    pub wall: Duration,
    /// How many bytes a child may tell, JSON included.
    pub most_output_bytes: u64,
    /// How pages without text of their own are recognised, if they are.
    pub ocr: Option<Ocr>,
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
    /// Whether the file, or a copy of it, can be searched elsewhere.
    pub searchable: Searchable,
    /// What makes a searchable copy of the file when it is put behind it; with [`Searchable::Copy`].
    pub tail: Option<Vec<u8>>,
}

impl Reading {
    /// Nothing but the reason why there is no text.
    pub fn failed(failure: Failure) -> Self {
        Self::of(None, Err(failure), None, Metadata::default())
    }

    /// What the file says of itself, before anything was recognised.
    fn of(
        pages: Option<u32>,
        text: Result<Vec<PageText>, Failure>,
        e_invoice: Option<Vec<u8>>,
        metadata: Metadata,
    ) -> Self {
        Self { pages, text, e_invoice, metadata, searchable: Searchable::Original, tail: None }
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

impl Reader {
    /// Reads one document, from its start: its own text first, then the pages that have none by OCR, which then get
    /// a searchable copy. Dropping the future kills the children.
    ///
    /// # Errors
    /// See [`ReadError`]; everything that is the document's own fault is in the [`Reading`].
    pub async fn read(&self, document: File, password: Option<&Password>) -> Result<Reading, ReadError> {
        let mut reading = self.extract(&document, password).await?;
        let Ok(pages) = &mut reading.text else { return Ok(reading) };
        if let Some(ocr) = self.ocr.as_ref().filter(|ocr| ocr.is_installed()) {
            let source =
                Source { program: &self.program, limits: self.limits, document: &document, password };
            let recognised = ocr.complete(&source, pages).await;
            let by_ocr = |page: &PageText| matches!(page.source, TextSource::Ocr | TextSource::Mixed);
            if pages.iter().any(by_ocr) {
                let copier = Copier { program: &self.program, limits: self.limits, wall: self.wall };
                reading.tail = copier.tail(&document, &recognised).await;
                reading.searchable = if reading.tail.is_some() { Searchable::Copy } else { Searchable::No };
            }
        }
        if let Err(failure) = verdict::judge(pages) {
            reading.text = Err(failure);
        }
        Ok(reading)
    }

    /// The text that the document has of its own, whether it is any or not.
    async fn extract(&self, document: &File, password: Option<&Password>) -> Result<Reading, ReadError> {
        let command = caged::command(&self.program, "extract", self.limits);
        let mut child = caged::command_on(document, password, command)
            .and_then(|mut command| command.spawn())
            .map_err(ReadError::Start)?;
        match timeout(self.wall, self.listen(&mut child)).await {
            Ok(reading) => reading,
            Err(_) => {
                child.kill().await.map_err(ReadError::Listen)?;
                Ok(Reading::failed(Failure::TooSlow))
            }
        }
    }

    async fn listen(&self, child: &mut Child) -> Result<Reading, ReadError> {
        let (Some(answers), Some(complaints)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(ReadError::Listen(io::Error::other("the reader has no pipes")));
        };
        let mut told = Told::default();
        let (heard, complaint) =
            tokio::join!(told.hear(answers, self.most_output_bytes), caged::first_bytes(complaints));
        heard.map_err(ReadError::Listen)?;
        if told.too_much {
            child.kill().await.map_err(ReadError::Listen)?;
            let Told { page_count: pages, e_invoice, metadata, .. } = told;
            return Ok(Reading::of(pages, Err(Failure::TooMuchText), e_invoice, metadata));
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
            Err(caged::cause_of_death(status, complaint).map_err(|KilledFromOutside| ReadError::Killed)?)
        } else if let Some(failure) = self.unreadable {
            Err(failure)
        } else if self.nonsense || !self.finished || !complete {
            Err(Failure::ReaderCrashed)
        } else {
            Ok(self.pages)
        };
        if let Err(failure) = text {
            tracing::debug!(failure = failure.code(), %status, complaint, "a document could not be read");
        }
        Ok(Reading::of(pages, text, self.e_invoice, self.metadata))
    }
}
