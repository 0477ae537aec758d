//! `user_app_permissions`: who may open which app, and as what.

use atoll_sandbox::{allowlist::RoleId, names::AppId};
use jiff::Timestamp;

use super::{Change, Store, StoreError, read, while_doing};
use crate::{clock::from_millis, ids::UserId};

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub user: UserId,
    /// Which app.
    pub app: AppId,
    /// As what.
    pub role: RoleId,
    /// Since when.
    pub granted_at: Timestamp,
}

impl Store {
    /// Every grant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grants(&self) -> Result<Vec<Grant>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "select user_id, app_key, role, granted_at from user_app_permissions order by app_key, user_id",
        )
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("list the grants"))?;
        let parse = |(user, app, role, granted_at)| {
            Ok(Grant {
                user: read("user id", user)?,
                app: read("app id", app)?,
                role: RoleId(role),
                granted_at: from_millis(granted_at),
            })
        };
        rows.into_iter().map(parse).collect()
    }
}

impl Change {
    /// Gives a person an app, or another role in it. `false` when there is no such person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upsert_grant(&mut self, grant: &Grant) -> Result<bool, StoreError> {
        let written = sqlx::query(
            "insert into user_app_permissions (user_id, app_key, role, granted_at) values ($1, $2, $3, $4) \
             on conflict (user_id, app_key) do update set role = excluded.role, granted_at = excluded.granted_at",
        )
        .bind(grant.user.to_string())
        .bind(grant.app.as_str())
        .bind(&grant.role.0)
        .bind(grant.granted_at.as_millisecond());
        match self.attempt(written).await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(refusal)) if refusal.is_foreign_key_violation() => Ok(false),
            Err(source) => Err(while_doing("write a grant")(source)),
        }
    }

    /// Takes an app away from a person. `false` when they did not have it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_grant(&mut self, user: UserId, app: &AppId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from user_app_permissions where user_id = $1 and app_key = $2")
            .bind(user.to_string())
            .bind(app.as_str())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove a grant"))?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Takes an app away from everybody: what is removed must be granted anew when it comes back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_grants_of_app(&mut self, app: &AppId) -> Result<(), StoreError> {
        sqlx::query("delete from user_app_permissions where app_key = $1")
            .bind(app.as_str())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove the grants of an app"))?;
        Ok(())
    }
}
