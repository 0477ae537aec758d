//! `installations`: what is installed, and where.

use atoll_sandbox::{
    names::{IslandId, VolumeName},
    subnet::NetworkIndex,
};
use jiff::Timestamp;

use super::{Backend, Change, Store, StoreError, read, while_doing};
use crate::{
    clock::from_millis,
    reconciler::state::{Desired, Difference, Verification},
};

/// An installed app: what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Which instance of which app.
    pub island: IslandId,
    /// The allowlist's version of the app when it was installed.
    pub version: String,
    /// Which /28 it has. No two installations share one.
    pub index: NetworkIndex,
    /// Whether it should run.
    pub desired: Desired,
    /// Whether it should run but sleeps, because nobody uses it.
    pub asleep: bool,
    /// Every volume that it has.
    pub volumes: Vec<VolumeName>,
    /// Those of them that were there before it was installed: a failed install leaves them alone.
    pub adopted: Vec<VolumeName>,
    /// The last comparison of what runs with what was asked for.
    pub verification: Option<Verification>,
    /// Since when it is installed.
    pub installed_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    app: String,
    instance: String,
    version: String,
    network_index: i64,
    desired: String,
    asleep: i64,
    volumes: String,
    adopted_volumes: String,
    verdict: Option<String>,
    differences: Option<String>,
    verified_at: Option<i64>,
    installed_at: i64,
}

impl Row {
    fn parse(self) -> Result<Installation, StoreError> {
        let index = u32::try_from(self.network_index).map_err(|_| StoreError::Unreadable {
            what: "network index",
            value: self.network_index.to_string(),
        })?;
        Ok(Installation {
            island: IslandId { app: read("app id", self.app)?, instance: read("instance", self.instance)? },
            version: self.version,
            index: NetworkIndex(index),
            desired: read("desired state", self.desired)?,
            asleep: self.asleep != 0,
            volumes: names(self.volumes)?,
            adopted: names(self.adopted_volumes)?,
            verification: verification(self.verdict, self.verified_at, self.differences)?,
            installed_at: from_millis(self.installed_at),
        })
    }
}

fn names(json: String) -> Result<Vec<VolumeName>, StoreError> {
    serde_json::from_str(&json).map_err(|_| StoreError::Unreadable { what: "list of volumes", value: json })
}

fn verification(
    verdict: Option<String>,
    checked_at: Option<i64>,
    differences: Option<String>,
) -> Result<Option<Verification>, StoreError> {
    let (Some(verdict), Some(checked_at)) = (verdict, checked_at) else { return Ok(None) };
    let json = differences.unwrap_or_else(|| "[]".to_owned());
    let differences: Vec<Difference> = serde_json::from_str(&json)
        .map_err(|_| StoreError::Unreadable { what: "list of differences", value: json })?;
    Ok(Some(Verification {
        verdict: read("verdict", verdict)?,
        checked_at: from_millis(checked_at),
        differences,
    }))
}

fn as_json<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).expect("names and texts are always JSON")
}

impl Store {
    /// Everything that is installed, by app.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn installations(&self) -> Result<Vec<Installation>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select app, instance, version, network_index, desired, asleep, volumes, adopted_volumes, verdict, differences, \
             verified_at, installed_at from installations order by app, instance",
        )
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("list the installed apps"))?;
        rows.into_iter().map(Row::parse).collect()
    }

    /// One installed app.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn installation(&self, island: &IslandId) -> Result<Option<Installation>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "select app, instance, version, network_index, desired, asleep, volumes, adopted_volumes, verdict, differences, \
             verified_at, installed_at from installations where app = $1 and instance = $2",
        )
        .bind(island.app.as_str())
        .bind(island.instance.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(while_doing("read an installed app"))?;
        row.map(Row::parse).transpose()
    }
}

impl Change {
    /// The indexes that are taken, in order. Nobody else takes one until this change has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taken_network_indexes(&mut self) -> Result<Vec<NetworkIndex>, StoreError> {
        let doing = "list the address ranges in use";
        if self.backend == Backend::Postgres {
            // Because two changes at once would both choose the lowest free one; SQLite has one writer anyway.
            sqlx::query("lock table installations in share row exclusive mode")
                .execute(self.connection())
                .await
                .map_err(while_doing(doing))?;
        }
        let rows: Vec<(i64,)> =
            sqlx::query_as("select network_index from installations order by network_index")
                .fetch_all(self.connection())
                .await
                .map_err(while_doing(doing))?;
        Ok(rows.into_iter().filter_map(|(index,)| u32::try_from(index).ok()).map(NetworkIndex).collect())
    }

    /// Adds an installed app. `false` when its index was taken meanwhile, or it is installed already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_installation(&mut self, installation: &Installation) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into installations \
             (app, instance, version, network_index, desired, volumes, adopted_volumes, installed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        )
        .bind(installation.island.app.as_str())
        .bind(installation.island.instance.as_str())
        .bind(&installation.version)
        .bind(i64::from(installation.index.0))
        .bind(installation.desired.as_str())
        .bind(as_json(&installation.volumes))
        .bind(as_json(&installation.adopted))
        .bind(installation.installed_at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(while_doing("add an installed app"))?;
        Ok(inserted.rows_affected() > 0)
    }

    /// Gives an installed app another address range. `false` when that one was taken meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_installation(
        &mut self,
        island: &IslandId,
        index: NetworkIndex,
    ) -> Result<bool, StoreError> {
        let moved =
            sqlx::query("update installations set network_index = $3 where app = $1 and instance = $2")
                .bind(island.app.as_str())
                .bind(island.instance.as_str())
                .bind(i64::from(index.0));
        match self.attempt(moved).await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(refusal)) if refusal.is_unique_violation() => Ok(false),
            Err(source) => Err(while_doing("move an app to another address range")(source)),
        }
    }

    /// Notes that an app which should run sleeps, or no longer does. `false` when it should not run, or an operation
    /// waits that will decide.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_asleep(&mut self, island: &IslandId, asleep: bool) -> Result<bool, StoreError> {
        let updated = sqlx::query(
            "update installations set asleep = $3 where app = $1 and instance = $2 and desired = 'running' \
             and not exists (select 1 from operations where operations.app = $1 and operations.instance = $2 \
             and state in ('queued', 'running'))",
        )
        .bind(island.app.as_str())
        .bind(island.instance.as_str())
        .bind(i64::from(asleep))
        .execute(self.connection())
        .await
        .map_err(while_doing("note that an app sleeps or wakes"))?;
        Ok(updated.rows_affected() > 0)
    }

    /// Writes what an administrator wants of an installed app, which also ends its sleep.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_desired(&mut self, island: &IslandId, desired: Desired) -> Result<(), StoreError> {
        sqlx::query("update installations set desired = $3, asleep = 0 where app = $1 and instance = $2")
            .bind(island.app.as_str())
            .bind(island.instance.as_str())
            .bind(desired.as_str())
            .execute(self.connection())
            .await
            .map_err(while_doing("write what is wanted of an app"))?;
        Ok(())
    }

    /// Writes which version of an app is installed and which volumes that version has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_version(
        &mut self,
        island: &IslandId,
        version: &str,
        volumes: &[VolumeName],
    ) -> Result<(), StoreError> {
        sqlx::query("update installations set version = $3, volumes = $4 where app = $1 and instance = $2")
            .bind(island.app.as_str())
            .bind(island.instance.as_str())
            .bind(version)
            .bind(as_json(volumes))
            .execute(self.connection())
            .await
            .map_err(while_doing("write the version of an app"))?;
        Ok(())
    }

    /// Writes what the last comparison found.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_verification(
        &mut self,
        island: &IslandId,
        verification: &Verification,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update installations set verdict = $3, differences = $4, verified_at = $5 \
             where app = $1 and instance = $2",
        )
        .bind(island.app.as_str())
        .bind(island.instance.as_str())
        .bind(verification.verdict.as_str())
        .bind(as_json(&verification.differences))
        .bind(verification.checked_at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(while_doing("write what was compared"))?;
        Ok(())
    }

    /// Forgets an installed app; its address range is free from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_installation(&mut self, island: &IslandId) -> Result<(), StoreError> {
        sqlx::query("delete from installations where app = $1 and instance = $2")
            .bind(island.app.as_str())
            .bind(island.instance.as_str())
            .execute(self.connection())
            .await
            .map_err(while_doing("forget an app"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::reconciler::state::Verdict;

    fn installation(app: &str, index: u32) -> Installation {
        Installation {
            island: IslandId::shared(app.parse().unwrap()),
            version: "1.0.0".to_owned(),
            index: NetworkIndex(index),
            desired: Desired::Running,
            asleep: false,
            volumes: vec!["data".parse().unwrap(), "cache".parse().unwrap()],
            adopted: vec!["data".parse().unwrap()],
            verification: None,
            installed_at: Timestamp::from_second(5).unwrap(),
        }
    }

    async fn insert(store: &Store, installation: &Installation) -> bool {
        let mut change = store.begin().await.unwrap();
        let inserted = change.insert_installation(installation).await.unwrap();
        change.commit_unaudited().await.unwrap();
        inserted
    }

    #[tokio::test]
    async fn an_installation_reads_back_as_it_was_written() {
        let (store, _dir) = Store::of_a_test().await;
        let mut notes = installation("notes", 0);
        assert!(insert(&store, &notes).await);
        assert_eq!(store.installation(&notes.island).await.unwrap().as_ref(), Some(&notes));
        let verification = Verification {
            verdict: Verdict::Differs,
            checked_at: Timestamp::from_second(9).unwrap(),
            differences: vec![Difference {
                service: "web".parse().unwrap(),
                field: "HostConfig.Memory".to_owned(),
                expected: "1".to_owned(),
                actual: "0".to_owned(),
            }],
        };
        let mut change = store.begin().await.unwrap();
        change.update_verification(&notes.island, &verification).await.unwrap();
        change.update_desired(&notes.island, Desired::Stopped).await.unwrap();
        change.update_version(&notes.island, "2.0.0", &[]).await.unwrap();
        change.commit_unaudited().await.unwrap();
        notes.verification = Some(verification);
        notes.desired = Desired::Stopped;
        notes.version = "2.0.0".to_owned();
        notes.volumes.clear();
        assert_eq!(store.installations().await.unwrap(), [notes]);
    }

    #[tokio::test]
    async fn no_two_installations_share_an_address_range() {
        let (store, _dir) = Store::of_a_test().await;
        assert!(insert(&store, &installation("notes", 4)).await);
        assert!(!insert(&store, &installation("wiki", 4)).await);
        assert!(!insert(&store, &installation("notes", 5)).await);
        assert!(insert(&store, &installation("wiki", 0)).await);
        let mut change = store.begin().await.unwrap();
        assert_eq!(change.taken_network_indexes().await.unwrap(), [NetworkIndex(0), NetworkIndex(4)]);
        assert!(!change.move_installation(&installation("wiki", 0).island, NetworkIndex(4)).await.unwrap());
        // What was refused changes nothing, and the change goes on.
        assert_eq!(change.taken_network_indexes().await.unwrap(), [NetworkIndex(0), NetworkIndex(4)]);
        assert!(change.move_installation(&installation("wiki", 0).island, NetworkIndex(1)).await.unwrap());
        change.delete_installation(&installation("notes", 4).island).await.unwrap();
        assert_eq!(change.taken_network_indexes().await.unwrap(), [NetworkIndex(1)]);
    }

    #[tokio::test]
    async fn those_who_look_for_a_free_range_at_once_find_different_ones() {
        let (store, _dir) = Store::of_a_test().await;
        let take_lowest = async |app: &str| {
            let mut change = store.begin().await.unwrap();
            let taken = change.taken_network_indexes().await.unwrap();
            // Where nothing makes the others wait, all of them have looked by now.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let lowest = u32::try_from(taken.len()).unwrap();
            assert!(change.insert_installation(&installation(app, lowest)).await.unwrap(), "{app}: {lowest}");
            change.commit_unaudited().await.unwrap();
        };
        tokio::join!(take_lowest("notes"), take_lowest("wiki"), take_lowest("mail"));
        assert_eq!(store.installations().await.unwrap().len(), 3);
    }
}
