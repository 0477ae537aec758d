//! The extraction queue: which document is read next, and what became of it.
//!
//! At least once: a claim is written down before the work begins, and work without a result is done again,
//! at most [`Store::MOST_ATTEMPTS`] times.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::history::record;
use super::row::{load, parse_id};
use super::{Doing, Store, StoreError, category_rules, facts, webhooks};
use crate::classification::learning::{self, Seen};
use crate::classification::{Classification, DocumentType, Source};
use crate::document::{Document, DocumentId, differences, forget};
use crate::extraction::{Failure, PageText, Searchable};

/// A document that the caller now has to read.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The document, with status `extracting`.
    pub document: Document,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
}

/// What reading and the rules found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The text, page by page.
    pub pages: &'a [PageText],
    /// What the rules and the electronic invoice say.
    pub facts: &'a Classification,
    /// Whether the file, or a copy of it, can be searched elsewhere.
    pub searchable: Searchable,
    /// Whether the AI provider is to be asked too.
    pub ask_ai: bool,
}

impl Store {
    /// How often a document is begun before we give it up.
    pub const MOST_ATTEMPTS: u32 = 3;

    /// Takes the oldest waiting document of the person whose turn was longest ago, so that nobody waits behind a
    /// thousand documents of somebody else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_next(&self, now: Timestamp) -> Result<Option<Claim>, StoreError> {
        let mut transaction = self.write().await?;
        let next: Option<(String, i64)> = sqlx::query_as(
            "select documents.owner, min(seq) as first from documents \
             left join queue_turns on queue_turns.owner = documents.owner \
             where status = 'queued' and trashed_at is null and not_before <= ? \
             group by documents.owner order by ifnull(turn, 0), first limit 1",
        )
        .bind(now.as_millisecond())
        .fetch_optional(&mut *transaction)
        .await
        .doing("look for the next document in the queue")?;
        let Some((owner, seq)) = next else { return Ok(None) };
        take_turn(&mut transaction, &owner).await?;
        let (id, attempt): (String, u32) = sqlx::query_as(
            "update documents set status = 'extracting', attempts = attempts + 1 where seq = ? returning id, attempts",
        )
        .bind(seq)
        .fetch_one(&mut *transaction)
        .await
        .doing("take the next document from the queue")?;
        let document = load(&mut transaction, parse_id(&id)?).await?;
        transaction.commit().await.doing("take the next document from the queue")?;
        Ok(document.map(|document| Claim { document, attempt }))
    }

    /// When the next document that has to pause may be taken; `None` if none waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(
            "select min(not_before) from documents where status = 'queued' and trashed_at is null",
        )
        .fetch_one(&self.pool)
        .await
        .doing("look when the queue goes on")?;
        due.map(Timestamp::from_millisecond)
            .transpose()
            .map_err(|_| StoreError::Unexpected { column: "not_before" })
    }

    /// Stores the text of a claimed document and what the text says; `None` if it was deleted meanwhile.
    ///
    /// # Errors
    /// When the database fails; then the document keeps its old state.
    pub async fn finish_with_text(
        &self,
        id: DocumentId,
        found: Found<'_>,
    ) -> Result<Option<Document>, StoreError> {
        let mut transaction = self.write().await?;
        let marked = sqlx::query(
            "update documents set status = 'ready', pages = ?, ai_status = ?, ai_reason = null, ai_attempts = 0, \
             ai_not_before = 0, searchable = ? where id = ? and status = 'extracting'",
        )
        .bind(i64::try_from(found.pages.len()).map_err(|_| StoreError::Unexpected { column: "pages" })?)
        .bind(if found.ask_ai { "waiting" } else { "off" })
        .bind(found.searchable.code())
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await
        .doing("mark a document as ready")?;
        // None, because its owner deleted it while it was read.
        if marked.rows_affected() == 0 {
            return Ok(None);
        }
        replace_texts(&mut transaction, id, found.pages).await?;
        let texts: Vec<String> = found.pages.iter().map(|page| page.text.clone()).collect();
        // What these two said of an earlier reading they say again or no longer.
        let forgotten = [Source::Rules, Source::EInvoice];
        learn(&mut transaction, id, &forgotten, found.facts, &texts).await?;
        if !found.ask_ai {
            webhooks::announce(&mut transaction, id).await?;
        }
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("store a text")?;
        Ok(document)
    }

    /// Records that a claimed document has no text, and what is known of it all the same; `None` if it was deleted meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_with_failure(
        &self,
        id: DocumentId,
        pages: Option<u32>,
        failure: Failure,
        facts: &Classification,
    ) -> Result<Option<Document>, StoreError> {
        let mut transaction = self.write().await?;
        let marked = sqlx::query(
            "update documents set status = 'failed', pages = ?, failure = ?, searchable = null \
             where id = ? and status = 'extracting'",
        )
        .bind(pages)
        .bind(failure.code())
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await
        .doing("record why a document has no text")?;
        if marked.rows_affected() == 0 {
            return Ok(None);
        }
        // The text of an earlier reading would be found, but could not be shown.
        replace_texts(&mut transaction, id, &[]).await?;
        // What was found in an earlier text stays, and so does an invoice inside: the file is the same.
        learn(&mut transaction, id, &[], facts, &[]).await?;
        webhooks::announce(&mut transaction, id).await?;
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("record why a document has no text")?;
        Ok(document)
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
        let mut transaction = self.write().await?;
        let put_back = sqlx::query(
            "update documents set status = 'queued', not_before = ?, attempts = attempts - ? \
             where id = ? and status = 'extracting'",
        )
        .bind(not_before.as_millisecond())
        .bind(i64::from(!counts))
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await
        .doing("put a document back into the queue")?;
        let document = if put_back.rows_affected() > 0 { load(&mut transaction, id).await? } else { None };
        transaction.commit().await.doing("put a document back into the queue")?;
        Ok(document)
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

/// Says that a person's documents had their turn.
async fn take_turn(connection: &mut SqliteConnection, owner: &str) -> Result<(), StoreError> {
    sqlx::query(
        "insert into queue_turns (owner, turn) values (?, (select ifnull(max(turn), 0) + 1 from queue_turns)) \
         on conflict (owner) do update set turn = excluded.turn",
    )
    .bind(owner)
    .execute(connection)
    .await
    .doing("take turns in the queue")?;
    Ok(())
}

async fn replace_texts(
    connection: &mut SqliteConnection,
    id: DocumentId,
    pages: &[PageText],
) -> Result<(), StoreError> {
    sqlx::query("delete from page_texts where document_id = ?")
        .bind(id.to_string())
        .execute(&mut *connection)
        .await
        .doing("remove an old text")?;
    for (page, number) in pages.iter().zip(1i64..) {
        sqlx::query("insert into page_texts (document_id, page, text) values (?, ?, ?)")
            .bind(id.to_string())
            .bind(number)
            .bind(&page.text)
            .execute(&mut *connection)
            .await
            .doing("store the text of a page")?;
    }
    Ok(())
}

/// Adds what was found to what is known, and puts the document into the categories whose rules now fit.
pub(super) async fn learn(
    connection: &mut SqliteConnection,
    id: DocumentId,
    forgotten: &[Source],
    found: &Classification,
    pages: &[String],
) -> Result<(), StoreError> {
    let Some(document) = load(connection, id).await? else { return Ok(()) };
    let before = document.about.facts();
    let mut about = document.about.clone();
    forgotten.iter().for_each(|&source| forget(&mut about.found, source));
    about.found.merge(found.clone());
    let suggested = learning::suggest(&seen(connection, &document).await?, &about.facts());
    about.found.merge(Classification { categories: suggested, ..Classification::default() });
    facts::write(connection, &document, &about).await?;
    let after = about.facts();
    // The first reading changes nothing that anybody has seen.
    if document.about.found != Classification::default() {
        record(connection, id, None, &differences(&before, &after)).await?;
    }
    category_rules::apply(connection, &document, &after, pages).await
}

/// How many earlier documents are learnt from, the newest.
const MOST_SEEN: u32 = 300;

/// Where the owner put earlier documents.
async fn seen(connection: &mut SqliteConnection, document: &Document) -> Result<Vec<Seen>, StoreError> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select sender, document_type, json_group_array(categories.name) from documents \
         join document_categories on document_id = documents.id and present = 1 \
         join categories on categories.id = category_id \
         where documents.owner = ? and documents.id <> ? and trashed_at is null \
         and sender is not null and document_type is not null \
         group by documents.seq order by documents.seq desc limit ?",
    )
    .bind(document.owner.as_str())
    .bind(document.id.to_string())
    .bind(MOST_SEEN)
    .fetch_all(connection)
    .await
    .doing("look where earlier documents were put")?;
    let seen = |(sender, kind, categories): (String, String, String)| {
        Some(Seen {
            sender,
            document_type: DocumentType::from_code(&kind)?,
            categories: serde_json::from_str(&categories).ok()?,
        })
    };
    Ok(rows.into_iter().filter_map(seen).collect())
}
