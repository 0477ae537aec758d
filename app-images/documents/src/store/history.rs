//! The history of a document.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::row::time;
use super::{Doing, Store, StoreError};
use crate::document::{DocumentId, Entry, UserId, Written};

/// The most lines that are shown, the newest.
const MOST_SHOWN: u32 = 500;

#[derive(FromRow)]
struct HistoryRow {
    at: i64,
    who: Option<String>,
    what: String,
    field: Option<String>,
    was: Option<String>,
    became: Option<String>,
    source: Option<String>,
}

/// Writes entries down as part of what changes the document.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    id: DocumentId,
    who: Option<&str>,
    entries: &[Entry],
) -> Result<(), StoreError> {
    for entry in entries {
        sqlx::query(
            "insert into history (document_id, at, who, what, field, was, became, source) \
             values (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(Timestamp::now().as_millisecond())
        .bind(who)
        .bind(entry.what.code())
        .bind(&entry.field)
        .bind(&entry.from)
        .bind(&entry.to)
        .bind(&entry.source)
        .execute(&mut *connection)
        .await
        .doing("write down what changed")?;
    }
    Ok(())
}

impl Store {
    /// What became of one of the owner's documents, newest first; empty if there is no such document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(&self, owner: &UserId, id: DocumentId) -> Result<Vec<Written>, StoreError> {
        let rows: Vec<HistoryRow> = sqlx::query_as(
            "select at, who, what, field, was, became, source from history \
             join documents on documents.id = document_id \
             where document_id = ? and owner = ? order by number desc limit ?",
        )
        .bind(id.to_string())
        .bind(owner.as_str())
        .bind(MOST_SHOWN)
        .fetch_all(&self.pool)
        .await
        .doing("read a history")?;
        rows.into_iter().map(Written::try_from).collect()
    }
}

impl TryFrom<HistoryRow> for Written {
    type Error = StoreError;

    fn try_from(row: HistoryRow) -> Result<Self, StoreError> {
        Ok(Written {
            at: time(row.at, "at")?,
            who: row.who,
            what: row.what,
            field: row.field,
            from: row.was,
            to: row.became,
            source: row.source,
        })
    }
}
