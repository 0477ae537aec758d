//! Documents as the interface shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::document::{Document, Status};
use crate::extraction::Failure;

/// One document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentView {
    /// UUIDv7.
    id: String,
    /// The file's name.
    name: String,
    /// The file's size.
    bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    sha256: String,
    /// RFC 3339, UTC.
    uploaded_at: String,
    /// How far its text is.
    status: DocumentStatus,
    /// How many pages it has, once that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u32>,
    /// Why there is no text; with status `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureView>,
}

/// How far a document's text is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Waiting for the reader.
    Queued,
    /// Being read.
    Extracting,
    /// The text is there.
    Ready,
    /// There is no text.
    Failed,
}

/// Why there is no text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FailureView {
    /// Stable, for programs: `password`, `scan`, `damaged`, …
    code: &'static str,
    /// For people; reads on from the document's name: "needs a password".
    reason: &'static str,
}

impl From<Document> for DocumentView {
    fn from(document: Document) -> Self {
        let (status, failure) = match document.status {
            Status::Queued => (DocumentStatus::Queued, None),
            Status::Extracting => (DocumentStatus::Extracting, None),
            Status::Ready => (DocumentStatus::Ready, None),
            Status::Failed(failure) => (DocumentStatus::Failed, Some(failure.into())),
        };
        Self {
            id: document.id.to_string(),
            name: document.name.to_string(),
            bytes: document.bytes,
            sha256: document.sha256.to_string(),
            uploaded_at: document.uploaded_at.to_string(),
            status,
            pages: document.pages,
            failure,
        }
    }
}

impl From<Failure> for FailureView {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code(), reason: failure.reason() }
    }
}
