//! Pictures of pages, for the page that shows them and for whoever recognises letters in them.
//!
//! Painted in a caged child each time: a hostile page harms nothing but its own picture. What is worth keeping is for
//! the caller to keep.

use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::extraction::cage::Limits;
use crate::extraction::painting::Canvas;
use crate::extraction::process::{self, Said, cause_of_death};
use crate::extraction::protocol::Message;
use crate::extraction::{Failure, Password, ReadError};

/// How pages are painted.
#[derive(Clone, Debug)]
pub struct Painter {
    /// The program to start: normally this one, `/proc/self/exe`.
    pub program: PathBuf,
    /// What each child may use.
    pub limits: Limits,
    /// How long a child may live, waiting included.
    pub wall: Duration,
    /// How many may paint at the same time.
    pub places: Arc<Semaphore>,
}

/// So many children paint at a time, that they do not fill the container's memory together.
pub const PLACES: usize = 2;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// The page or the document does not allow it: trying again changes nothing.
    #[error("the document {}", .0.reason())]
    Page(Failure),
    /// Something came in between: worth another attempt.
    #[error("the page was not painted")]
    Interrupted(#[from] ReadError),
}

/// The largest picture that is taken from a child, in bytes.
const MOST_BYTES: u64 = 64 << 20;

impl Painter {
    /// A picture of a page (the first is 1), so many pixels wide, as PNG.
    ///
    /// # Errors
    /// See [`PaintError`].
    pub async fn paint(
        &self,
        document: &File,
        page: u32,
        width: u16,
        password: Option<&Password>,
    ) -> Result<Vec<u8>, PaintError> {
        self.canvas(document, page, Canvas::Wide(width), password).await
    }

    /// As [`Painter::paint`], on any canvas.
    pub(crate) async fn canvas(
        &self,
        document: &File,
        page: u32,
        canvas: Canvas,
        password: Option<&Password>,
    ) -> Result<Vec<u8>, PaintError> {
        let mut arguments = vec![OsString::from("--page"), page.to_string().into()];
        if let Canvas::Wide(width) = canvas {
            arguments.extend(["--width".into(), width.to_string().into()]);
        }
        let arguments: Vec<_> = arguments.iter().map(OsString::as_os_str).collect();
        // Never closed, so there is always a place in the end.
        let _place = self.places.acquire().await;
        let input = process::from_the_beginning(document)?;
        let child = process::start(&self.program, "paint", self.limits, &arguments, input, password)?;
        // Dropped at the end of its time, the child is killed.
        let Ok(said) = timeout(self.wall, process::listen(child, MOST_BYTES)).await else {
            return Err(PaintError::Page(Failure::TooSlow));
        };
        match said? {
            None => Err(PaintError::Page(Failure::TooBig)),
            Some(Said { output, status, .. }) if status.success() => picture_in(output),
            Some(Said { status, complaint, .. }) => {
                tracing::debug!(%status, complaint, "a page was not painted");
                Err(PaintError::Page(cause_of_death(status, &complaint)?))
            }
        }
    }
}

/// What the child said: a picture, or that it cannot open the document.
fn picture_in(output: Vec<u8>) -> Result<Vec<u8>, PaintError> {
    if output.starts_with(b"\x89PNG") {
        return Ok(output);
    }
    let failure = match serde_json::from_slice(&output) {
        Ok(Message::Unreadable(why)) => why.into(),
        Ok(Message::Opened { .. } | Message::Page(_) | Message::EInvoice(_) | Message::Finished) | Err(_) => {
            Failure::ReaderCrashed
        }
    };
    Err(PaintError::Page(failure))
}
