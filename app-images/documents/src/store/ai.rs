//! The second queue: documents that the AI provider is to be asked about. It never holds up reading.
//!
//! At least once: an attempt is counted before the provider is asked. What it answered is stored in one step, and only for
//! a document that still waits for it, so nothing is stored twice.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::queue::learn;
use super::row::{load, parse_id, time};
use super::{Doing, Store, StoreError, webhooks};
use crate::classification::{Classification, Source};
use crate::document::{Ai, Document, DocumentId};

/// A document that the caller now has to ask about.
#[derive(Clone, Debug)]
pub struct Question {
    /// The document, with its text ready.
    pub document: Document,
    /// Its text, page by page.
    pub pages: Vec<String>,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
}

impl Store {
    /// How often the provider is asked about one document.
    pub const MOST_QUESTIONS: u32 = 5;

    /// Takes the next document that waits for the AI provider.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_question(&self, now: Timestamp) -> Result<Option<Question>, StoreError> {
        let mut transaction = self.write().await?;
        let taken: Option<(String, u32)> = sqlx::query_as(
            "update documents set ai_attempts = ai_attempts + 1 where id = (select id from documents \
             where ai_status = 'waiting' and trashed_at is null and status = 'ready' and ai_not_before <= ? \
             order by ai_not_before, seq limit 1) returning id, ai_attempts",
        )
        .bind(now.as_millisecond())
        .fetch_optional(&mut *transaction)
        .await
        .doing("look for a document to ask about")?;
        let Some((id, attempt)) = taken else { return Ok(None) };
        let id = parse_id(&id)?;
        let pages = pages(&mut transaction, id).await?;
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("take a document to ask about")?;
        Ok(document.map(|document| Question { document, pages, attempt }))
    }

    /// When the next document may be asked about; `None` if none waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_question_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(
            "select min(ai_not_before) from documents where ai_status = 'waiting' and trashed_at is null \
             and status = 'ready'",
        )
        .fetch_one(&self.pool)
        .await
        .doing("look when the AI provider is to be asked")?;
        due.map(|due| time(due, "ai_not_before")).transpose()
    }

    /// Stores what the provider answered; `None` if the document no longer waits for it.
    ///
    /// # Errors
    /// When the database fails; then it still waits.
    pub async fn answer(
        &self,
        id: DocumentId,
        facts: &Classification,
        ai: &Ai,
    ) -> Result<Option<Document>, StoreError> {
        let mut transaction = self.write().await?;
        if !end(&mut transaction, id, ai).await? {
            return Ok(None);
        }
        let pages = pages(&mut transaction, id).await?;
        // What it said of the document before, it says again or no longer.
        learn(&mut transaction, id, &[Source::Ai], facts, &pages).await?;
        webhooks::announce(&mut transaction, id).await?;
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("store an answer")?;
        Ok(document)
    }

    /// Records that the provider gave no answer, for `ai.reason`, or is not asked after all; `None` if the document no longer
    /// waits for it.
    ///
    /// # Errors
    /// When the database fails; then it still waits.
    pub async fn no_answer(&self, id: DocumentId, ai: &Ai) -> Result<Option<Document>, StoreError> {
        let mut transaction = self.write().await?;
        if !end(&mut transaction, id, ai).await? {
            return Ok(None);
        }
        webhooks::announce(&mut transaction, id).await?;
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("record that there is no answer")?;
        Ok(document)
    }

    /// Has the provider asked again later; `counts` says whether the attempt counts: it does not when we stopped it ourselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_later(
        &self,
        id: DocumentId,
        not_before: Timestamp,
        reason: Option<&str>,
        counts: bool,
    ) -> Result<Option<Document>, StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "update documents set ai_not_before = ?, ai_reason = ?, ai_attempts = ai_attempts - ? \
             where id = ? and ai_status = 'waiting'",
        )
        .bind(not_before.as_millisecond())
        .bind(reason)
        .bind(i64::from(!counts))
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await
        .doing("have the AI provider asked again")?;
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("have the AI provider asked again")?;
        Ok(document)
    }
}

/// Ends the waiting; `false` if the document did not wait any more.
async fn end(connection: &mut SqliteConnection, id: DocumentId, ai: &Ai) -> Result<bool, StoreError> {
    let signed = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok());
    let ended = sqlx::query(
        "update documents set ai_status = ?, ai_reason = ?, ai_provider = ?, ai_model = ?, ai_input_tokens = ?, \
         ai_output_tokens = ?, ai_took_ms = ? where id = ? and ai_status = 'waiting' and status = 'ready'",
    )
    .bind(ai.status.code())
    .bind(&ai.reason)
    .bind(&ai.provider)
    .bind(&ai.model)
    .bind(signed(ai.input_tokens))
    .bind(signed(ai.output_tokens))
    .bind(signed(ai.took_ms))
    .bind(id.to_string())
    .execute(connection)
    .await
    .doing("store how the AI provider was asked")?;
    Ok(ended.rows_affected() > 0)
}

async fn pages(connection: &mut SqliteConnection, id: DocumentId) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar("select text from page_texts where document_id = ? order by page")
        .bind(id.to_string())
        .fetch_all(connection)
        .await
        .doing("read a text")
}
