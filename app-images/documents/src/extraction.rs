//! From a stored PDF to its text, or to the reason why there is none.
//!
//! No PDF reader survives every file, so each document is read in a child process of its own: this same program,
//! started again with fixed limits on memory and time, an empty environment, the file as its standard input and
//! no way to open anything else ([`cage`]). What it has read comes back as lines of JSON ([`protocol`]), again with
//! a limit. Whatever a hostile file does, it does to that child.
//!
//! A page without usable text is painted, again in a child, and its letters are recognised ([`ocr`]).

pub mod attachment;
pub mod cage;
pub mod child;
pub mod layout;
pub mod ocr;
pub mod painting;
pub mod pdf;
pub(crate) mod process;
pub mod protocol;
pub mod reader;
pub mod verdict;

pub use process::Interrupted;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What one page holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageText {
    /// The text in the order in which the file draws it.
    pub text: String,
    /// Whether the page draws pictures: with no text, that is what a scan looks like.
    pub pictures: bool,
    /// Where the text comes from.
    #[serde(default)]
    pub source: TextSource,
}

/// Where a page's text comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// The file says which letters it draws.
    Pdf,
    /// The letters were recognised in the page's picture.
    Ocr,
    /// Recognised, on a page that has a few letters of its own.
    Mixed,
    /// There is none.
    #[default]
    None,
}

impl TextSource {
    /// The stable name, for machines and the database.
    pub fn code(self) -> &'static str {
        match self {
            TextSource::Pdf => "pdf",
            TextSource::Ocr => "ocr",
            TextSource::Mixed => "mixed",
            TextSource::None => "none",
        }
    }
}

/// What the file says of itself. Hearsay: anybody can write anything there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title, as the program that made the file understood it.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The day on which the file was made, in the maker's own time zone.
    pub created: Option<jiff::civil::Date>,
}

/// What opens a locked document. Shown to nobody, not even in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Arc<str>);

impl Password {
    /// The most bytes that PDF knows of a password.
    pub const MOST_BYTES: usize = 127;

    /// Takes what a person typed; `None` if no document can have such a password.
    pub fn new(typed: &str) -> Option<Self> {
        let fits = !typed.is_empty() && typed.len() <= Self::MOST_BYTES && !typed.contains('\0');
        fits.then(|| Self(typed.into()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a document could not be opened at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// It opens only with a password.
    Password,
    /// It is encrypted by a method that we do not know.
    Encryption,
    /// It cannot be understood as a PDF with pages.
    Damaged,
    /// The file alone fills the memory that reading may use.
    TooBig,
}

/// Why a document has no text to show: final, and told to its owner in these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// See [`Unreadable::Password`].
    Password,
    /// See [`Unreadable::Encryption`].
    Encryption,
    /// See [`Unreadable::Damaged`].
    Damaged,
    /// Pictures, but no text.
    Scan,
    /// Neither pictures nor text.
    NoText,
    /// Letters are drawn, but the fonts do not say which.
    NamelessLetters,
    /// The child used up its time.
    TooSlow,
    /// The child used up its memory.
    TooBig,
    /// The child had more to say than we store for one document.
    TooMuchText,
    /// The child ended in a way that it should not.
    ReaderCrashed,
    /// Every attempt was cut short from outside, most likely by the end of the service.
    GaveUp,
    /// The database knows the document, the disk does not.
    FileMissing,
}

impl Failure {
    /// Every failure, for tables and tests.
    pub const ALL: [Failure; 12] = [
        Failure::Password,
        Failure::Encryption,
        Failure::Damaged,
        Failure::Scan,
        Failure::NoText,
        Failure::NamelessLetters,
        Failure::TooSlow,
        Failure::TooBig,
        Failure::TooMuchText,
        Failure::ReaderCrashed,
        Failure::GaveUp,
        Failure::FileMissing,
    ];

    /// The stable name, for machines and the database.
    pub fn code(self) -> &'static str {
        match self {
            Failure::Password => "password",
            Failure::Encryption => "encryption",
            Failure::Damaged => "damaged",
            Failure::Scan => "scan",
            Failure::NoText => "no-text",
            Failure::NamelessLetters => "nameless-letters",
            Failure::TooSlow => "too-slow",
            Failure::TooBig => "too-big",
            Failure::TooMuchText => "too-much-text",
            Failure::ReaderCrashed => "reader-crashed",
            Failure::GaveUp => "gave-up",
            Failure::FileMissing => "file-missing",
        }
    }

    /// The failure with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }

    /// The reason for people; reads on from the document's name.
    pub fn reason(self) -> &'static str {
        match self {
            Failure::Password => "needs a password",
            Failure::Encryption => "is encrypted by a method that this app cannot open",
            Failure::Damaged => "is damaged: it cannot be opened as a PDF",
            Failure::Scan => "has no text layer: it is a scan",
            Failure::NoText => "has no text",
            Failure::NamelessLetters => "has no usable text: its fonts do not say which letters they draw",
            Failure::TooSlow => "took too long to read and was stopped",
            Failure::TooBig => "needs more memory to read than one document may use",
            Failure::TooMuchText => "has more text than can be kept for one document",
            Failure::ReaderCrashed => "made the PDF reader stop: it is probably damaged",
            Failure::GaveUp => "could not be read: the reader was interrupted three times",
            Failure::FileMissing => "is no longer on the disk",
        }
    }
}

impl From<Unreadable> for Failure {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Password => Failure::Password,
            Unreadable::Encryption => Failure::Encryption,
            Unreadable::Damaged => Failure::Damaged,
            Unreadable::TooBig => Failure::TooBig,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_a_code_of_its_own_that_leads_back_to_it() {
        for failure in Failure::ALL {
            assert_eq!(Failure::from_code(failure.code()), Some(failure));
        }
    }
}
