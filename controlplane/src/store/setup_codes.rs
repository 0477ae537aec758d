//! `setup_codes`: the one-time codes with which the first administrator is made. Only hashes are kept.

use jiff::Timestamp;

use super::{Change, Store, StoreError, while_doing};
use crate::clock::from_millis;

/// A code as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SetupCodeRow {
    /// Hex SHA-256 of the code.
    pub code_hash: String,
    expires_at: i64,
}

impl SetupCodeRow {
    /// Until when it can be used.
    pub fn expires_at(&self) -> Timestamp {
        from_millis(self.expires_at)
    }
}

impl Store {
    /// All codes that were issued and not yet used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setup_codes(&self) -> Result<Vec<SetupCodeRow>, StoreError> {
        sqlx::query_as("select code_hash, expires_at from setup_codes")
            .fetch_all(self.pool())
            .await
            .map_err(while_doing("read the set-up codes"))
    }
}

impl Change {
    /// Keeps a code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_setup_code(
        &mut self,
        code_hash: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("insert into setup_codes (code_hash, expires_at) values ($1, $2)")
            .bind(code_hash)
            .bind(expires_at.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(while_doing("keep a set-up code"))?;
        Ok(())
    }

    /// Uses a code up. `false` when it is not there any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_setup_code(&mut self, code_hash: &str) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from setup_codes where code_hash = $1")
            .bind(code_hash)
            .execute(self.connection())
            .await
            .map_err(while_doing("use a set-up code"))?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Voids all codes: once one has been used, and before a new one is issued.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_setup_codes(&mut self) -> Result<(), StoreError> {
        sqlx::query("delete from setup_codes")
            .execute(self.connection())
            .await
            .map_err(while_doing("void the set-up codes"))?;
        Ok(())
    }
}
