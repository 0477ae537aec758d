//! `audit_events`: what was done. Rows are only ever added.

use super::{Backend, Change, Store, StoreError, read, while_doing};
use crate::{
    audit::{Entry, Event, GENESIS, Outcome},
    clock::from_millis,
};

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    id: String,
    at: i64,
    actor: Option<String>,
    token: Option<String>,
    action: String,
    subject: String,
    outcome: String,
    detail: String,
    previous_hash: String,
    hash: String,
}

impl Row {
    fn parse(self) -> Result<Event, StoreError> {
        Ok(Event {
            position: self.position,
            id: read("audit event id", self.id)?,
            at: from_millis(self.at),
            actor: self.actor.map(|id| read("user id", id)).transpose()?,
            token: self.token.map(|id| read("token id", id)).transpose()?,
            action: self.action,
            subject: self.subject,
            outcome: read::<Outcome>("outcome", self.outcome)?,
            detail: self.detail,
            previous_hash: self.previous_hash,
            hash: self.hash,
        })
    }
}

impl Store {
    /// The newest `limit` events before a position, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_events_before(&self, position: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select position, id, at, actor, token, action, subject, outcome, detail, previous_hash, hash \
             from audit_events where position < $1 order by position desc limit $2",
        )
        .bind(position)
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("read the audit trail"))?;
        rows.into_iter().map(Row::parse).collect()
    }

    /// At most `limit` events after a position, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_events_after(&self, position: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select position, id, at, actor, token, action, subject, outcome, detail, previous_hash, hash \
             from audit_events where position > $1 order by position limit $2",
        )
        .bind(position)
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("read the audit trail"))?;
        rows.into_iter().map(Row::parse).collect()
    }
}

impl Change {
    /// Adds an event to the end of the chain.
    pub(super) async fn append_audit_event(&mut self, entry: Entry) -> Result<(), StoreError> {
        let doing = "add to the audit trail";
        if self.backend == Backend::Postgres {
            // Because two changes at once would both follow the same event; SQLite has one writer anyway.
            sqlx::query("lock table audit_events in exclusive mode")
                .execute(self.connection())
                .await
                .map_err(while_doing(doing))?;
        }
        let last: Option<(i64, String)> =
            sqlx::query_as("select position, hash from audit_events order by position desc limit 1")
                .fetch_optional(self.connection())
                .await
                .map_err(while_doing(doing))?;
        let (position, previous_hash) = last.unwrap_or_else(|| (0, GENESIS.to_owned()));
        self.insert_audit_event(entry.into_event(position + 1, previous_hash)).await
    }

    async fn insert_audit_event(&mut self, event: Event) -> Result<(), StoreError> {
        sqlx::query(
            "insert into audit_events \
             (position, id, at, actor, token, action, subject, outcome, detail, previous_hash, hash) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(event.position)
        .bind(event.id.to_string())
        .bind(event.at.as_millisecond())
        .bind(event.actor.map(|id| id.to_string()))
        .bind(event.token.map(|id| id.to_string()))
        .bind(event.action)
        .bind(event.subject)
        .bind(event.outcome.as_str())
        .bind(event.detail)
        .bind(event.previous_hash)
        .bind(event.hash)
        .execute(self.connection())
        .await
        .map_err(while_doing("add to the audit trail"))?;
        Ok(())
    }
}
