//! `handoffs`: one-time codes on their way from the console to an app's origin. Only their hashes are kept.

use atoll_sandbox::names::AppId;
use jiff::Timestamp;

use super::{Change, Store, StoreError, read, while_doing};
use crate::{
    clock::from_millis,
    ids::{SessionId, UserId},
};

/// A code as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// Hex SHA-256 of the code.
    pub code_hash: String,
    /// For whom.
    pub user: UserId,
    /// The console session that is continued.
    pub session: SessionId,
    /// On which app's origin.
    pub app: AppId,
    /// Base64url SHA-256 of the nonce that the browser keeps on that origin.
    pub state: String,
    /// The path and query to go to then.
    pub target: String,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    code_hash: String,
    user_id: String,
    session_id: String,
    app: String,
    state: String,
    target: String,
    expires_at: i64,
}

impl Row {
    fn parse(self) -> Result<Handoff, StoreError> {
        Ok(Handoff {
            code_hash: self.code_hash,
            user: read("user id", self.user_id)?,
            session: read("session id", self.session_id)?,
            app: read("app id", self.app)?,
            state: self.state,
            target: self.target,
            expires_at: from_millis(self.expires_at),
        })
    }
}

impl Store {
    /// Whether there is such a code. Asked first, because a guess must not cost a write.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_handoff(&self, code_hash: &str) -> Result<bool, StoreError> {
        let found: Option<(String,)> = sqlx::query_as("select code_hash from handoffs where code_hash = $1")
            .bind(code_hash)
            .fetch_optional(self.pool())
            .await
            .map_err(while_doing("look for a hand-off"))?;
        Ok(found.is_some())
    }
}

impl Change {
    /// Adds a code. `false` when its user or session is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_handoff(&mut self, handoff: &Handoff) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into handoffs (code_hash, user_id, session_id, app, state, target, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&handoff.code_hash)
        .bind(handoff.user.to_string())
        .bind(handoff.session.to_string())
        .bind(handoff.app.to_string())
        .bind(&handoff.state)
        .bind(&handoff.target)
        .bind(handoff.expires_at.as_millisecond());
        match self.attempt(inserted).await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(refusal)) if refusal.is_foreign_key_violation() => Ok(false),
            Err(source) => Err(while_doing("add a hand-off")(source)),
        }
    }

    /// Removes a code and returns it; of two who ask at once, one gets it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_handoff(&mut self, code_hash: &str) -> Result<Option<Handoff>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "delete from handoffs where code_hash = $1 \
             returning code_hash, user_id, session_id, app, state, target, expires_at",
        )
        .bind(code_hash)
        .fetch_optional(self.connection())
        .await
        .map_err(while_doing("take a hand-off"))?;
        row.map(Row::parse).transpose()
    }

    /// Removes codes that nobody came for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_handoffs(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("delete from handoffs where expires_at <= $1")
            .bind(now.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove expired hand-offs"))?;
        Ok(())
    }
}
