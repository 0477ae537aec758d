//! How a document looks in the database.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::{Doing, StoreError};
use crate::document::{
    About, Ai, AiStatus, CategoryMark, Document, DocumentId, FileName, Sha256, Status, UserId,
};
use crate::extraction::{Failure, Searchable};

/// What [`DocumentRow`] reads, of `documents`. The place in the queue counts the owner's own documents only.
macro_rules! document_columns {
    () => {
        "documents.id, documents.owner, documents.name, documents.sha256, documents.bytes, documents.uploaded_at, \
         documents.pages, documents.status, documents.failure, documents.searchable, documents.trashed_at, documents.found, documents.edits, \
         documents.ai_status, documents.ai_reason, documents.ai_provider, documents.ai_model, \
         documents.ai_input_tokens, documents.ai_output_tokens, documents.ai_took_ms, \
         (select json_group_array(json_object('id', categories.id, 'name', categories.name, \
            'colour', categories.colour) order by categories.name_key) \
          from document_categories join categories on categories.id = category_id \
          where document_id = documents.id and present = 1) as marks, \
         case when documents.status = 'queued' and documents.trashed_at is null then \
            (select count(*) from documents as earlier where earlier.owner = documents.owner \
             and earlier.status = 'queued' and earlier.trashed_at is null and earlier.seq <= documents.seq) \
         end as position"
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
    searchable: Option<String>,
    trashed_at: Option<i64>,
    found: String,
    edits: String,
    ai_status: String,
    ai_reason: Option<String>,
    ai_provider: Option<String>,
    ai_model: Option<String>,
    ai_input_tokens: Option<i64>,
    ai_output_tokens: Option<i64>,
    ai_took_ms: Option<i64>,
    marks: String,
    position: Option<u32>,
}

impl DocumentRow {
    pub(super) fn id(&self) -> Result<DocumentId, StoreError> {
        parse_id(&self.id)
    }
}

impl TryFrom<DocumentRow> for Document {
    type Error = StoreError;

    fn try_from(row: DocumentRow) -> Result<Self, StoreError> {
        let unexpected = |column| StoreError::Unexpected { column };
        let ai = ai(&row)?;
        let json = |_| unexpected("found or edits");
        Ok(Document {
            id: parse_id(&row.id)?,
            owner: UserId::parse(&row.owner).ok_or(unexpected("owner"))?,
            name: FileName::clean(&row.name),
            sha256: Sha256::from_bytes(&row.sha256).ok_or(unexpected("sha256"))?,
            bytes: u64::try_from(row.bytes).map_err(|_| unexpected("bytes"))?,
            uploaded_at: time(row.uploaded_at, "uploaded_at")?,
            pages: row.pages,
            status: status(&row.status, row.failure.as_deref())?,
            searchable: row.searchable.as_deref().and_then(Searchable::from_code),
            position: row.position,
            about: About {
                found: serde_json::from_str(&row.found).map_err(json)?,
                edits: serde_json::from_str(&row.edits).map_err(json)?,
            },
            categories: serde_json::from_str::<Vec<CategoryMark>>(&row.marks)
                .map_err(|_| unexpected("categories"))?,
            ai,
            trashed_at: row.trashed_at.map(|at| time(at, "trashed_at")).transpose()?,
        })
    }
}

/// One document, whoever's it is, as part of what a connection is doing.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    id: DocumentId,
) -> Result<Option<Document>, StoreError> {
    let row: Option<DocumentRow> =
        sqlx::query_as(concat!("select ", document_columns!(), " from documents where id = ?"))
            .bind(id.to_string())
            .fetch_optional(connection)
            .await
            .doing("read a document")?;
    row.map(Document::try_from).transpose()
}

fn ai(row: &DocumentRow) -> Result<Ai, StoreError> {
    let count = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
    Ok(Ai {
        status: AiStatus::from_code(&row.ai_status).ok_or(StoreError::Unexpected { column: "ai_status" })?,
        reason: row.ai_reason.clone(),
        provider: row.ai_provider.clone(),
        model: row.ai_model.clone(),
        input_tokens: count(row.ai_input_tokens),
        output_tokens: count(row.ai_output_tokens),
        took_ms: count(row.ai_took_ms),
    })
}

pub(super) fn parse_id(id: &str) -> Result<DocumentId, StoreError> {
    id.parse().map_err(|_| StoreError::Unexpected { column: "id" })
}

pub(super) fn time(millisecond: i64, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millisecond).map_err(|_| StoreError::Unexpected { column })
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
