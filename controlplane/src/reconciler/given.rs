//! What an installation is given before anything of it is created: an address range, its volumes' names, its secrets.
//!
//! All of it is written in one change. From then on a crash leaves a row that says what to look for on the engine.

use std::collections::{BTreeMap, BTreeSet};

use atoll_sandbox::{
    names::{IslandId, VolumeName},
    subnet::NetworkIndex,
};
use futures_util::future::try_join_all;

use super::{address, blueprint::Approved, obstacle::Obstacle, shared::Shared, state::Desired};
use crate::{
    secret::Secret,
    store::{Change, installation_secrets::SealedSecret, installations::Installation},
};

/// Secrets by their name within the app.
pub(super) type Secrets = BTreeMap<VolumeName, Secret>;

impl Shared {
    /// Reserves everything for a new installation, or finds what was reserved before a crash.
    pub(super) async fn reserve(
        &self,
        island: &IslandId,
        approved: &Approved,
    ) -> Result<Installation, Obstacle> {
        let installation = match self.store.installation(island).await? {
            Some(installation) => installation,
            None => self.reserve_anew(island, approved).await?,
        };
        self.islands.set_index(island, installation.index);
        Ok(installation)
    }

    async fn reserve_anew(&self, island: &IslandId, approved: &Approved) -> Result<Installation, Obstacle> {
        let mut installation = Installation {
            island: island.clone(),
            version: approved.app.version.clone(),
            index: NetworkIndex(0),
            desired: Desired::Running,
            asleep: false,
            volumes: approved.volumes().into_iter().cloned().collect(),
            adopted: self.existing_volumes(island, approved).await?,
            verification: None,
            installed_at: self.clock.now(),
        };
        let mut change = self.store.begin().await?;
        address::reserve(&mut change, &mut installation, approved.policy.allowlist().host.subnets).await?;
        self.give_secrets(&mut change, island, approved, &BTreeSet::new()).await?;
        change.commit_unaudited().await?;
        Ok(installation)
    }

    /// Volumes that an earlier installation left, with people's data in them: a failed install must not delete them.
    async fn existing_volumes(
        &self,
        island: &IslandId,
        approved: &Approved,
    ) -> Result<Vec<VolumeName>, Obstacle> {
        let look = approved.volumes().into_iter().map(|volume| async move {
            Ok::<_, Obstacle>(self.engine.has_volume(island, volume).await?.then(|| volume.clone()))
        });
        Ok(try_join_all(look).await?.into_iter().flatten().collect())
    }

    /// The secrets of an installation, after those that a newer allowlist entry added were made. Brings the
    /// installation's version and volumes up to that entry, too.
    pub(super) async fn secrets(
        &self,
        installation: &Installation,
        approved: &Approved,
    ) -> Result<Secrets, Obstacle> {
        let island = &installation.island;
        let mut sealed = self.store.sealed_secrets(island).await?;
        let have: BTreeSet<&VolumeName> = sealed.iter().map(|secret| &secret.name).collect();
        let volumes: BTreeSet<&VolumeName> = installation.volumes.iter().chain(approved.volumes()).collect();
        let is_new = installation.version != approved.app.version
            || volumes.len() != installation.volumes.len()
            || wanted(approved).iter().any(|name| !have.contains(name));
        if is_new {
            let volumes: Vec<VolumeName> = volumes.into_iter().cloned().collect();
            let mut change = self.store.begin().await?;
            change.update_version(island, &approved.app.version, &volumes).await?;
            self.give_secrets(&mut change, island, approved, &have).await?;
            change.commit_unaudited().await?;
            sealed = self.store.sealed_secrets(island).await?;
        }
        let open = |secret: &SealedSecret| Ok((secret.name.clone(), self.vault.unseal(island, secret)?));
        sealed.iter().map(open).collect()
    }

    async fn give_secrets(
        &self,
        change: &mut Change,
        island: &IslandId,
        approved: &Approved,
        have: &BTreeSet<&VolumeName>,
    ) -> Result<(), Obstacle> {
        for name in wanted(approved).difference(have) {
            let sealed = self.vault.seal(island, name, &self.vault.generate());
            change.insert_sealed_secret(island, &sealed, self.clock.now()).await?;
        }
        Ok(())
    }
}

fn wanted(approved: &Approved) -> BTreeSet<&VolumeName> {
    approved.app.services.values().flat_map(|service| &service.secrets).map(|secret| &secret.name).collect()
}
