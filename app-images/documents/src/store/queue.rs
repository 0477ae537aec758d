//! The extraction queue: which document is read next, and what became of it.
//!
//! At least once: a claim is written down before the work begins, and work without a result is done again,
//! at most [`Store::MOST_ATTEMPTS`] times.

use jiff::Timestamp;
use sqlx::FromRow;

use super::row::{DocumentRow, document_columns};
use super::{Doing, Store, StoreError};
use crate::document::{Document, DocumentId};
use crate::extraction::{Failure, PageText};

/// A document that the caller now has to read.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The document, with status `extracting`.
    pub document: Document,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
}

#[derive(FromRow)]
struct ClaimRow {
    #[sqlx(flatten)]
    document: DocumentRow,
    attempts: u32,
}

impl Store {
    /// How often a document is begun before we give it up.
    pub const MOST_ATTEMPTS: u32 = 3;

    /// Takes the oldest waiting document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_next(&self, now: Timestamp) -> Result<Option<Claim>, StoreError> {
        let row: Option<ClaimRow> = sqlx::query_as(concat!(
            "update documents set status = 'extracting', attempts = attempts + 1 where id = (",
            "select id from documents where status = 'queued' and not_before <= ? order by id limit 1",
            ") returning attempts, ",
            document_columns!()
        ))
        .bind(now.as_millisecond())
        .fetch_optional(&self.pool)
        .await
        .doing("take the next document from the queue")?;
        row.map(|row| Ok(Claim { document: row.document.try_into()?, attempt: row.attempts })).transpose()
    }

    /// When the next document that has to pause may be taken; `None` if none waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> =
            sqlx::query_scalar("select min(not_before) from documents where status = 'queued'")
                .fetch_one(&self.pool)
                .await
                .doing("look when the queue goes on")?;
        due.map(Timestamp::from_millisecond)
            .transpose()
            .map_err(|_| StoreError::Unexpected { column: "not_before" })
    }

    /// Stores the text of a claimed document; `None` if it was deleted meanwhile.
    ///
    /// # Errors
    /// When the database fails; then the document keeps its old state.
    pub async fn finish_with_text(
        &self,
        id: DocumentId,
        pages: &[PageText],
    ) -> Result<Option<Document>, StoreError> {
        let mut transaction = self.pool.begin().await.doing("begin to store a text")?;
        let row: Option<DocumentRow> = sqlx::query_as(concat!(
            "update documents set status = 'ready', pages = ? where id = ? and status = 'extracting' returning ",
            document_columns!()
        ))
        .bind(i64::try_from(pages.len()).map_err(|_| StoreError::Unexpected { column: "pages" })?)
        .bind(id.to_string())
        .fetch_optional(&mut *transaction)
        .await
        .doing("mark a document as ready")?;
        // None, because its owner deleted it while it was read.
        let Some(row) = row else { return Ok(None) };
        for (page, number) in pages.iter().zip(1i64..) {
            sqlx::query("insert into page_texts (document_id, page, text) values (?, ?, ?)")
                .bind(id.to_string())
                .bind(number)
                .bind(&page.text)
                .execute(&mut *transaction)
                .await
                .doing("store the text of a page")?;
        }
        transaction.commit().await.doing("store a text")?;
        row.try_into().map(Some)
    }

    /// Records that a claimed document has no text; `None` if it was deleted meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_with_failure(
        &self,
        id: DocumentId,
        pages: Option<u32>,
        failure: Failure,
    ) -> Result<Option<Document>, StoreError> {
        let row: Option<DocumentRow> = sqlx::query_as(concat!(
            "update documents set status = 'failed', pages = ?, failure = ? ",
            "where id = ? and status = 'extracting' returning ",
            document_columns!()
        ))
        .bind(pages)
        .bind(failure.code())
        .bind(id.to_string())
        .fetch_optional(&self.pool)
        .await
        .doing("record why a document has no text")?;
        row.map(Document::try_from).transpose()
    }

    /// Puts a claimed document back, to be taken again from `not_before` on; `None` if it was deleted meanwhile.
    /// `counts` says whether the attempt counts: it does not when we stopped it ourselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_back(
        &self,
        id: DocumentId,
        not_before: Timestamp,
        counts: bool,
    ) -> Result<Option<Document>, StoreError> {
        let row: Option<DocumentRow> = sqlx::query_as(concat!(
            "update documents set status = 'queued', not_before = ?, attempts = attempts - ? ",
            "where id = ? and status = 'extracting' returning ",
            document_columns!()
        ))
        .bind(not_before.as_millisecond())
        .bind(i64::from(!counts))
        .bind(id.to_string())
        .fetch_optional(&self.pool)
        .await
        .doing("put a document back into the queue")?;
        row.map(Document::try_from).transpose()
    }

    /// At start: puts back what the last process left half done, and gives up what was begun too often.
    /// Returns how many were put back and how many given up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover_queue(&self) -> Result<(u64, u64), StoreError> {
        let given_up = sqlx::query(
            "update documents set status = 'failed', failure = ? where status = 'extracting' and attempts >= ?",
        )
        .bind(Failure::GaveUp.code())
        .bind(Self::MOST_ATTEMPTS)
        .execute(&self.pool)
        .await
        .doing("give up documents that were begun too often")?;
        let put_back = sqlx::query("update documents set status = 'queued' where status = 'extracting'")
            .execute(&self.pool)
            .await
            .doing("put unfinished documents back into the queue")?;
        Ok((put_back.rows_affected(), given_up.rows_affected()))
    }
}
