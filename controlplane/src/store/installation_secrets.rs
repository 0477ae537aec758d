//! `installation_secrets`: what was generated for apps, encrypted.

use atoll_sandbox::names::{IslandId, VolumeName};
use jiff::Timestamp;

use super::{Change, Store, StoreError, read, while_doing};

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Its name within the app.
    pub name: VolumeName,
    /// Encrypted; only the vault can open it.
    pub sealed: String,
}

impl Store {
    /// The secrets that an app was given, encrypted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_secrets(&self, island: &IslandId) -> Result<Vec<SealedSecret>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select name, sealed from installation_secrets where app = $1 and instance = $2 order by name",
        )
        .bind(island.app.as_str())
        .bind(island.instance.as_str())
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("read the secrets of an app"))?;
        rows.into_iter()
            .map(|(name, sealed)| Ok(SealedSecret { name: read("name of a secret", name)?, sealed }))
            .collect()
    }
}

impl Change {
    /// Keeps a secret of an app; one that is kept already stays, because data may depend on it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_sealed_secret(
        &mut self,
        island: &IslandId,
        secret: &SealedSecret,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into installation_secrets (app, instance, name, sealed, created_at) \
             values ($1, $2, $3, $4, $5) on conflict (app, instance, name) do nothing",
        )
        .bind(island.app.as_str())
        .bind(island.instance.as_str())
        .bind(secret.name.as_str())
        .bind(&secret.sealed)
        .bind(now.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(while_doing("keep a secret of an app"))?;
        Ok(())
    }

    /// Forgets the secrets of an app.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sealed_secrets(&mut self, island: &IslandId) -> Result<(), StoreError> {
        sqlx::query("delete from installation_secrets where app = $1 and instance = $2")
            .bind(island.app.as_str())
            .bind(island.instance.as_str())
            .execute(self.connection())
            .await
            .map_err(while_doing("forget the secrets of an app"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_that_is_kept_is_never_replaced() {
        let (store, _dir) = Store::of_a_test().await;
        let island = IslandId::shared("notes".parse().unwrap());
        let secret = |sealed: &str| SealedSecret { name: "db".parse().unwrap(), sealed: sealed.to_owned() };
        let mut change = store.begin().await.unwrap();
        for sealed in ["first", "second"] {
            let kept = change.insert_sealed_secret(&island, &secret(sealed), Timestamp::UNIX_EPOCH).await;
            kept.unwrap();
        }
        change.commit_unaudited().await.unwrap();
        assert_eq!(store.sealed_secrets(&island).await.unwrap(), [secret("first")]);
        let mut change = store.begin().await.unwrap();
        change.delete_sealed_secrets(&island).await.unwrap();
        change.commit_unaudited().await.unwrap();
        assert_eq!(store.sealed_secrets(&island).await.unwrap(), []);
    }
}
