//! From a stored PDF to its text, or to the reason why there is none.
//!
//! No PDF reader survives every file, so each document is read in a child process of its own: this same program,
//! started again with fixed limits on memory and time, an empty environment, the file as its standard input and
//! no way to open anything else ([`cage`]). What it has read comes back as lines of JSON ([`protocol`]), again with
//! a limit. Whatever a hostile file does, it does to that child.
//!
//! Whether there is text is decided page by page ([`verdict`]): a document of which some pages have text has text.

mod attachments;
pub mod cage;
pub mod caged;
pub mod canvas;
pub mod child;
pub mod layout;
mod mate;
mod metadata;
pub mod ocr;
pub mod paint;
mod password;
pub mod pdf;
pub mod protocol;
pub mod reader;
mod resolution;
pub mod searchable;
mod text_string;
pub mod verdict;

pub use metadata::Metadata;
pub use password::Password;
pub use reader::{Reader, Reading};
pub use searchable::Searchable;

use serde::{Deserialize, Serialize};

/// What one page holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageText {
    /// The text in the order in which the file draws it, or in which OCR has read it.
    pub text: String,
    /// Whether the page draws pictures: with no text, that is what a scan looks like.
    pub pictures: bool,
    /// Where the text is from.
    pub source: TextSource,
}

/// Where the text of a page is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// The file says which letters it draws.
    Pdf,
    /// Recognised in a picture of the page.
    Ocr,
    /// Some letters are named by the file, the others were recognised.
    Mixed,
    /// The page has no text that a person could read.
    #[default]
    None,
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
    /// Pictures, but no text, also none that OCR could read.
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
            Failure::Scan => "has no text layer: it is a scan, and OCR is not installed or found nothing",
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
