//! What the service knows of one document, and the small types that it is made of.

mod about;
mod ai;
mod category;
mod file_name;
mod fold;
mod history;
mod id;
mod sha256;

pub use about::{About, Edits, FactsPatch, forget};
pub use ai::{Ai, AiStatus};
pub use category::{Category, Colour, Label, Rule, RuleField, Subject};
pub use file_name::FileName;
pub use fold::{fold, fold_character};
pub use history::{Deed, Entry, Written, differences};
pub use id::{CategoryId, DocumentId, NotAnId, UploadId, ViewId, WebhookId};
pub use sha256::{Sha256, Sha256Hasher};

use std::sync::Arc;

use jiff::Timestamp;

use crate::extraction::{Failure, Searchable};

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
    /// Whether the file, or a copy of it, can be searched in other programs; once it was read.
    pub searchable: Option<Searchable>,
    /// Its place in its owner's own queue, 1 for the next; while it is queued.
    pub position: Option<u32>,
    /// What it is about.
    pub about: About,
    /// Where its owner put it, by name.
    pub categories: Vec<CategoryMark>,
    /// What the AI provider did.
    pub ai: Ai,
    /// Since when it is in the trash.
    pub trashed_at: Option<Timestamp>,
}

/// A category as a document bears it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct CategoryMark {
    /// The category's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `#rrggbb`.
    pub colour: String,
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
    fn a_user_id_is_short_and_printable() {
        assert!(UserId::parse("0199b7a2-user").is_some());
        assert!(UserId::parse("").is_none());
        assert!(UserId::parse("a\nb").is_none());
        assert!(UserId::parse(&"x".repeat(256)).is_none());
    }
}
