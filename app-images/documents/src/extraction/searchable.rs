//! The searchable copy of a scan: the file as it came, and behind it an incremental update (ISO 32000-1, 7.5.6) that puts the
//! recognised words as invisible text onto their places.
//!
//! Only this *tail* is made and kept; the copy is the original's bytes and then the tail's, so nothing of the original can
//! change. It is made by a child of its own ([`child`]), in the cage of the others: it gets words and document through
//! one pipe and answers with the tail. Before it does, it opens the copy with our own reader and looks for the words. No copy
//! is better than a spoilt one: whatever is unusual about a file is a reason to refuse ([`NoCopy`]), and reading goes on.

pub mod child;
mod font;
mod layer;
mod pages;
mod sections;
mod syntax;
mod update;

use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::cage::Limits;
use super::caged;
use super::ocr::RecognisedPage;

/// Whether a document that has text can be searched in other programs, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Searchable {
    /// The file as it came: no page had to be recognised.
    Original,
    /// A copy of it, to which the recognised words were added.
    Copy,
    /// Neither: words were recognised, but the file is such that they cannot be added to it.
    No,
}

impl Searchable {
    /// The stable name, for the database.
    pub fn code(self) -> &'static str {
        match self {
            Searchable::Original => "original",
            Searchable::Copy => "copy",
            Searchable::No => "no",
        }
    }

    /// The one with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Original, Self::Copy, Self::No].into_iter().find(|searchable| searchable.code() == code)
    }
}

/// Why words cannot be added to a file. The child tells it on standard error, as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoCopy {
    /// It cannot be opened.
    #[error("the file cannot be opened")]
    Unreadable,
    /// What is added would have to be encrypted with the document's key.
    #[error("the file is encrypted")]
    Encrypted,
    /// Its list of objects is not where it should be, or wrong: what is added to it would be wrong, too.
    #[error("the file's list of objects is damaged")]
    Damaged,
    /// A page is no object of its own, so it cannot be replaced.
    #[error("a page of the file cannot be replaced")]
    Unreplaceable,
    /// A page has a size or place at which no word can be put.
    #[error("a page of the file has no usable size")]
    NoSize,
    /// The words would take more bytes than are kept.
    #[error("there are too many words")]
    TooLarge,
    /// Our own reader does not find the words in the copy.
    #[error("the copy could not be read back")]
    NotReadBack,
}

/// How many bytes are added to a file at most: several times what 50 full pages take.
pub const MOST_TAIL_BYTES: u64 = 16 << 20;

/// Who makes a copy, and what it takes.
pub(super) struct Copier<'a> {
    /// The program: this one.
    pub(super) program: &'a Path,
    pub(super) limits: Limits,
    pub(super) wall: Duration,
}

impl Copier<'_> {
    /// The tail that makes `document` searchable; `None`, with the reason in the log, when there can be none.
    pub(super) async fn tail(&self, document: &File, pages: &[RecognisedPage]) -> Option<Vec<u8>> {
        if pages.is_empty() {
            return None;
        }
        match timeout(self.wall, self.make(document, pages)).await {
            Ok(Ok(tail)) => return Some(tail),
            Ok(Err(error)) => {
                tracing::info!(error = format!("{error:#}"), "a scan has no searchable copy");
            }
            Err(_) => tracing::info!("making a searchable copy took too long and was stopped"),
        }
        None
    }

    async fn make(&self, document: &File, pages: &[RecognisedPage]) -> anyhow::Result<Vec<u8>> {
        let mut document = document.try_clone()?;
        let bytes = document.metadata()?.len();
        document.rewind()?;
        let mut command = caged::command(self.program, "overlay", self.limits);
        command.args(["--document-bytes", &bytes.to_string()]).stdin(Stdio::piped());
        let mut child = command.spawn()?;
        let (Some(input), Some(tail), Some(complaints)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            anyhow::bail!("the child has no pipes");
        };
        let mut words = serde_json::to_vec(pages)?;
        words.push(b'\n');
        let (told, tail, complaint) = tokio::join!(
            tell(input, &words, document),
            caged::all_bytes(tail, MOST_TAIL_BYTES + 1),
            caged::first_bytes(complaints)
        );
        let status = child.wait().await?;
        if let Ok(refusal) = serde_json::from_str::<NoCopy>(&complaint) {
            return Err(refusal.into());
        }
        anyhow::ensure!(status.success(), "the child ended with {status}: {complaint}");
        told?;
        let tail = tail?;
        anyhow::ensure!(!tail.is_empty() && tail.len() as u64 <= MOST_TAIL_BYTES, "the tail is not whole");
        Ok(tail)
    }
}

/// The words, then the document; then the pipe is closed.
async fn tell(mut input: impl AsyncWrite + Unpin, words: &[u8], document: File) -> io::Result<()> {
    input.write_all(words).await?;
    tokio::io::copy(&mut tokio::fs::File::from_std(document), &mut input).await?;
    input.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::ocr::Word;

    #[test]
    fn each_state_has_a_code_of_its_own_that_leads_back_to_it() {
        for state in [Searchable::Original, Searchable::Copy, Searchable::No] {
            assert_eq!(Searchable::from_code(state.code()), Some(state));
        }
        assert_eq!(Searchable::from_code(""), None);
    }
    fn pages() -> Vec<RecognisedPage> {
        let word = Word { text: "a".into(), left: 0, top: 0, width: 1, height: 1 };
        vec![RecognisedPage { number: 1, width: 1, height: 1, lines: vec![vec![word]] }]
    }

    #[tokio::test]
    async fn a_child_that_fails_or_talks_without_end_makes_no_copy() {
        let document = tempfile::tempfile().unwrap();
        document.set_len(1 << 20).unwrap();
        let limits = Limits { memory_bytes: 400 << 20, cpu_secs: 10 };
        for program in ["/nowhere", "/bin/false", "/bin/true", "/usr/bin/yes"] {
            let copier = Copier { program: Path::new(program), limits, wall: Duration::from_secs(60) };
            assert_eq!(copier.tail(&document, &pages()).await, None, "{program}");
        }
    }

    #[tokio::test]
    async fn a_child_that_does_not_come_to_an_end_is_stopped() {
        let limits = Limits { memory_bytes: 400 << 20, cpu_secs: 10 };
        let copier = Copier { program: Path::new("/usr/bin/yes"), limits, wall: Duration::ZERO };
        assert_eq!(copier.tail(&tempfile::tempfile().unwrap(), &pages()).await, None);
    }
}
