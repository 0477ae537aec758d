//! How a document looks in the database.

use jiff::Timestamp;
use sqlx::FromRow;

use super::StoreError;
use crate::document::{Document, DocumentId, FileName, Sha256, Status, UserId};
use crate::extraction::Failure;

/// The columns that [`DocumentRow`] reads, in any statement that returns documents.
macro_rules! document_columns {
    () => {
        "id, owner, name, sha256, bytes, uploaded_at, pages, status, failure"
    };
}
pub(super) use document_columns;

#[derive(FromRow)]
pub(super) struct DocumentRow {
    id: String,
    owner: String,
    name: String,
    sha256: Vec<u8>,
    bytes: i64,
    uploaded_at: i64,
    pages: Option<u32>,
    status: String,
    failure: Option<String>,
}

impl TryFrom<DocumentRow> for Document {
    type Error = StoreError;

    fn try_from(row: DocumentRow) -> Result<Self, StoreError> {
        let unexpected = |column| StoreError::Unexpected { column };
        Ok(Document {
            id: parse_id(&row.id)?,
            owner: UserId::parse(&row.owner).ok_or(unexpected("owner"))?,
            name: FileName::clean(&row.name),
            sha256: Sha256::from_bytes(&row.sha256).ok_or(unexpected("sha256"))?,
            bytes: u64::try_from(row.bytes).map_err(|_| unexpected("bytes"))?,
            uploaded_at: Timestamp::from_millisecond(row.uploaded_at)
                .map_err(|_| unexpected("uploaded_at"))?,
            pages: row.pages,
            status: status(&row.status, row.failure.as_deref())?,
        })
    }
}

pub(super) fn parse_id(id: &str) -> Result<DocumentId, StoreError> {
    id.parse().map_err(|_| StoreError::Unexpected { column: "id" })
}

fn status(status: &str, failure: Option<&str>) -> Result<Status, StoreError> {
    match (status, failure.and_then(Failure::from_code)) {
        ("queued", None) => Ok(Status::Queued),
        ("extracting", None) => Ok(Status::Extracting),
        ("ready", None) => Ok(Status::Ready),
        ("failed", Some(failure)) => Ok(Status::Failed(failure)),
        (_, _) => Err(StoreError::Unexpected { column: "status" }),
    }
}
