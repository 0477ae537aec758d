//! `access_tokens`: by what programs act for a person. Only hashes of the tokens are kept.

use jiff::Timestamp;

use super::{Change, Store, StoreError, read, while_doing};
use crate::{
    clock::from_millis,
    identity::tokens::Scopes,
    ids::{AccessTokenId, UserId},
};

/// A token as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTokenRow {
    /// Its id, which is no secret.
    pub id: AccessTokenId,
    /// For whom it acts.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: Scopes,
    /// Hex SHA-256 of the token.
    pub hash: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; `None` until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// When it was last shown to us.
    pub last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    name: String,
    scopes: String,
    token_hash: String,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl Row {
    fn parse(self) -> Result<AccessTokenRow, StoreError> {
        Ok(AccessTokenRow {
            id: read("token id", self.id)?,
            user: read("user id", self.user_id)?,
            name: self.name,
            scopes: read("list of scopes", self.scopes)?,
            hash: self.token_hash,
            created_at: from_millis(self.created_at),
            expires_at: self.expires_at.map(from_millis),
            last_used_at: self.last_used_at.map(from_millis),
        })
    }
}

impl Store {
    /// Every token that has not expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn access_tokens(&self, now: Timestamp) -> Result<Vec<AccessTokenRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, user_id, name, scopes, token_hash, created_at, expires_at, last_used_at from access_tokens \
             where expires_at is null or expires_at > $1 order by id",
        )
        .bind(now.as_millisecond())
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("list the tokens"))?;
        rows.into_iter().map(Row::parse).collect()
    }
}

impl Change {
    /// Adds a token. `false` when its user is gone or kept out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_access_token(&mut self, token: &AccessTokenRow) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into access_tokens (id, user_id, name, scopes, token_hash, created_at, expires_at) \
             select $1, id, $3, $4, $5, $6, $7 from users where id = $2 and disabled = 0",
        )
        .bind(token.id.to_string())
        .bind(token.user.to_string())
        .bind(&token.name)
        .bind(token.scopes.to_string())
        .bind(&token.hash)
        .bind(token.created_at.as_millisecond())
        .bind(token.expires_at.map(Timestamp::as_millisecond))
        .execute(self.connection())
        .await
        .map_err(while_doing("add a token"))?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Removes a token of this person. `false` when they have no such token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_access_token(&mut self, user: UserId, id: AccessTokenId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from access_tokens where id = $1 and user_id = $2")
            .bind(id.to_string())
            .bind(user.to_string())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove a token"))?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Removes all tokens of a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_access_tokens_of(&mut self, user: UserId) -> Result<(), StoreError> {
        sqlx::query("delete from access_tokens where user_id = $1")
            .bind(user.to_string())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove the tokens of a user"))?;
        Ok(())
    }

    /// Removes tokens that have expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_access_tokens(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("delete from access_tokens where expires_at <= $1")
            .bind(now.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove expired tokens"))?;
        Ok(())
    }

    /// Notes when a token was last used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_access_token_use(
        &mut self,
        id: AccessTokenId,
        used_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("update access_tokens set last_used_at = $2 where id = $1")
            .bind(id.to_string())
            .bind(used_at.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(while_doing("note the use of a token"))?;
        Ok(())
    }
}
