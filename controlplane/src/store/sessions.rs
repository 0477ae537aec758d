//! `sessions`: who is signed in, on the console and on each app's origin.
//!
//! A session ends by being removed; what was made from it goes with it.

use super::{Change, Store, StoreError, read, while_doing};
use crate::{
    clock::from_millis,
    identity::session::SessionRow,
    ids::{SessionId, UserId},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    audience: String,
    parent_id: Option<String>,
    issued_at: i64,
    expires_at: i64,
}

impl Row {
    fn parse(self) -> Result<SessionRow, StoreError> {
        Ok(SessionRow {
            id: read("session id", self.id)?,
            user: read("user id", self.user_id)?,
            audience: read("audience", self.audience)?,
            parent: self.parent_id.map(|id| read("session id", id)).transpose()?,
            issued_at: from_millis(self.issued_at),
            expires_at: from_millis(self.expires_at),
        })
    }
}

impl Store {
    /// Every session that has not expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self, now: jiff::Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, user_id, audience, parent_id, issued_at, expires_at from sessions \
             where expires_at > $1 order by issued_at, id",
        )
        .bind(now.as_millisecond())
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("list the sessions"))?;
        rows.into_iter().map(Row::parse).collect()
    }
}

impl Change {
    /// Adds a session. `false` when its user or parent is gone, or the user is kept out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_session(&mut self, session: &SessionRow) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into sessions (id, user_id, audience, parent_id, issued_at, expires_at) \
             select $1, id, $3, $4, $5, $6 from users where id = $2 and disabled = 0",
        )
        .bind(session.id.to_string())
        .bind(session.user.to_string())
        .bind(session.audience.to_string())
        .bind(session.parent.map(|id| id.to_string()))
        .bind(session.issued_at.as_millisecond())
        .bind(session.expires_at.as_millisecond());
        match self.attempt(inserted).await {
            Ok(inserted) => Ok(inserted.rows_affected() > 0),
            Err(sqlx::Error::Database(refusal)) if refusal.is_foreign_key_violation() => Ok(false),
            Err(source) => Err(while_doing("add a session")(source)),
        }
    }

    /// Ends a session and those that were made from it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session(&mut self, id: SessionId) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where id = $1")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(while_doing("end a session"))?;
        Ok(())
    }

    /// Ends all sessions of a person but one and those made from it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "delete from sessions where user_id = $1 and id <> $2 and (parent_id is null or parent_id <> $2)",
        )
        .bind(user.to_string())
        .bind(except.map_or_else(String::new, |id| id.to_string()))
        .execute(self.connection())
        .await
        .map_err(while_doing("end the sessions of a user"))?;
        Ok(())
    }

    /// Removes sessions that have expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_sessions(&mut self, now: jiff::Timestamp) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where expires_at <= $1")
            .bind(now.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove expired sessions"))?;
        Ok(())
    }
}
