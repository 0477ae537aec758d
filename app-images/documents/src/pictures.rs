//! Pictures of pages, drawn in caged children like all that is done with a document.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Child;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::extraction::cage::Limits;
use crate::extraction::caged::{self, KilledFromOutside};
use crate::extraction::protocol::Refusal;
use crate::extraction::{Failure, Password};

/// Draws pages, one at a time: a child may use much of the container's memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Painter {
    program: PathBuf,
    limits: Limits,
    wall: Duration,
    turn: Arc<Semaphore>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// The width is not one that we draw.
    #[error("a picture is {} to {} pixels wide", Painter::LEAST_WIDTH, Painter::MOST_WIDTH)]
    Width,
    /// The document has fewer pages, or is asked for page 0.
    #[error("the document has no such page")]
    NoSuchPage,
    /// It is the document's own fault; the failure's reason reads on from its name.
    #[error("the document {}", .0.reason())]
    Document(Failure),
    /// The page has no area, or only one that cannot be drawn.
    #[error("the page has no size that can be drawn")]
    NoSize,
    /// No process could be started.
    #[error("could not start the page's painter")]
    Start(#[source] io::Error),
    /// The pipe broke.
    #[error("could not listen to the page's painter")]
    Listen(#[source] io::Error),
    /// Somebody else ended it: worth another attempt.
    #[error("the page's painter was killed from outside")]
    Killed,
}

/// A PNG of the most pixels that we draw is smaller than this, in bytes, unless it is of noise.
const MOST_PNG_BYTES: u64 = 32 << 20;

impl Painter {
    /// The narrowest picture, in pixels.
    pub const LEAST_WIDTH: u32 = 100;
    /// The widest picture, in pixels.
    pub const MOST_WIDTH: u32 = 2000;

    /// A painter that starts `program` (normally this one, `/proc/self/exe`) for each picture, within `limits`, for no
    /// longer than `wall`.
    pub fn new(program: PathBuf, limits: Limits, wall: Duration) -> Self {
        Self { program, limits, wall, turn: Arc::new(Semaphore::new(1)) }
    }

    /// Draws a page (the first is 1) as a PNG of this width in pixels ([`Self::LEAST_WIDTH`] to
    /// [`Self::MOST_WIDTH`]; a page of extreme shape comes out narrower). Waits for its turn. Dropping the future kills
    /// the child.
    ///
    /// # Errors
    /// See [`PaintError`].
    pub async fn paint(
        &self,
        document: File,
        page: u32,
        width: u32,
        password: Option<&Password>,
    ) -> Result<Vec<u8>, PaintError> {
        if !(Self::LEAST_WIDTH..=Self::MOST_WIDTH).contains(&width) {
            return Err(PaintError::Width);
        }
        // Never closed, so it always gives a turn.
        let _turn = self.turn.acquire().await;
        let mut child = self.start(&document, page, width, password).map_err(PaintError::Start)?;
        match timeout(self.wall, listen(&mut child)).await {
            Ok(picture) => picture,
            Err(_) => {
                child.kill().await.map_err(PaintError::Listen)?;
                Err(PaintError::Document(Failure::TooSlow))
            }
        }
    }

    fn start(
        &self,
        document: &File,
        page: u32,
        width: u32,
        password: Option<&Password>,
    ) -> io::Result<Child> {
        let mut command = caged::command(&self.program, "paint", self.limits);
        command.args(["--page", &page.to_string(), "--png-width", &width.to_string()]);
        caged::command_on(document, password, command)?.spawn()
    }
}

async fn listen(child: &mut Child) -> Result<Vec<u8>, PaintError> {
    let (Some(picture), Some(complaints)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(PaintError::Listen(io::Error::other("the painter has no pipes")));
    };
    let (png, complaint) =
        tokio::join!(caged::all_bytes(picture, MOST_PNG_BYTES), caged::first_bytes(complaints));
    let status = child.wait().await.map_err(PaintError::Listen)?;
    conclude(status, &complaint, png.map_err(PaintError::Listen)?)
}

fn conclude(status: ExitStatus, complaint: &str, png: Vec<u8>) -> Result<Vec<u8>, PaintError> {
    if !status.success() {
        tracing::debug!(%status, complaint, "a page could not be drawn");
        return Err(match caged::cause_of_death(status, complaint) {
            Ok(failure) => PaintError::Document(failure),
            Err(KilledFromOutside) => PaintError::Killed,
        });
    }
    match serde_json::from_str(complaint) {
        Ok(Refusal::NoSuchPage) => Err(PaintError::NoSuchPage),
        Ok(Refusal::NoSize) => Err(PaintError::NoSize),
        Ok(Refusal::Unreadable(why)) => Err(PaintError::Document(why.into())),
        Err(_) if png.is_empty() => Err(PaintError::Document(Failure::ReaderCrashed)),
        Err(_) => Ok(png),
    }
}
