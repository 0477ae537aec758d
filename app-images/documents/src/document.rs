//! What the service knows of one document, and the small types that it is made of.

mod file_name;
mod sha256;

pub use file_name::FileName;
pub use sha256::{Sha256, Sha256Hasher};

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::extraction::Failure;

/// Names a document. UUIDv7: later uploads have greater ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(Uuid);

impl DocumentId {
    /// A new id for a document uploaded now.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// The text is not a document's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a document")]
pub struct NotADocumentId;

impl FromStr for DocumentId {
    type Err = NotADocumentId;

    /// Accepts the one spelling that we write (lower case, hyphens), so that an id has one URL and one file name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Self(Uuid::try_parse(text).map_err(|_| NotADocumentId)?);
        if id.to_string() == text { Ok(id) } else { Err(NotADocumentId) }
    }
}

/// The platform's id of a person: the `sub` of a verified token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The longest id that we store, in bytes.
    pub const MOST_BYTES: usize = 255;

    /// Takes a verified `sub`; `None` if it is empty, too long or not printable.
    pub fn parse(sub: &str) -> Option<Self> {
        let fits = !sub.is_empty() && sub.len() <= Self::MOST_BYTES && !sub.chars().any(char::is_control);
        fits.then(|| Self(sub.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stored document, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name within the service.
    pub id: DocumentId,
    /// Whose it is.
    pub owner: UserId,
    /// What its owner calls it.
    pub name: FileName,
    /// Of the file's bytes.
    pub sha256: Sha256,
    /// The file's size.
    pub bytes: u64,
    /// When the upload was complete.
    pub uploaded_at: Timestamp,
    /// How many pages it has, once it could be opened.
    pub pages: Option<u32>,
    /// How far its text is.
    pub status: Status,
}

/// How far a document's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Waiting for the reader.
    Queued,
    /// Being read.
    Extracting,
    /// The text is there.
    Ready,
    /// There is no text, for this reason.
    Failed(Failure),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = DocumentId::generate();
        assert_eq!(id.to_string().parse::<DocumentId>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<DocumentId>().is_err());
        assert!(id.0.simple().to_string().parse::<DocumentId>().is_err());
        assert!("..".parse::<DocumentId>().is_err());
    }

    #[test]
    fn a_user_id_is_short_and_printable() {
        assert!(UserId::parse("0199b7a2-user").is_some());
        assert!(UserId::parse("").is_none());
        assert!(UserId::parse("a\nb").is_none());
        assert!(UserId::parse(&"x".repeat(256)).is_none());
    }
}
