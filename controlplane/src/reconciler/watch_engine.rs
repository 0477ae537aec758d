//! Looks at everything from afar and calls keepers where something may differ.
//!
//! It looks when it is woken, when the engine says that something changed, when the policy changes, and every few
//! seconds anyway, because a word may be missed.

use std::{collections::BTreeSet, time::Duration};

use atoll_sandbox::names::IslandId;
use futures_util::StreamExt;
use tracing::{debug, info, warn};

use super::{
    gaps,
    shared::{CallKeeper, EngineSeen, Shared},
};
use crate::{engine::error::EngineError, store::StoreError};

/// The longest time between two looks.
const EVERY: Duration = Duration::from_secs(5);
/// The shortest, so that a busy engine is not kept busy by being looked at.
const AT_MOST: Duration = Duration::from_millis(250);
/// The pause before the engine's events are asked for again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

impl Shared {
    /// Looks for ever.
    pub(super) async fn watch(&self) {
        let mut policies = self.policy.subscribe();
        loop {
            if let Err(error) = self.look_at_everything().await {
                warn!(%error, "could not look at what should run");
            }
            self.clock.sleep(AT_MOST).await;
            tokio::select! {
                () = self.wake.notified() => {}
                () = self.clock.sleep(EVERY) => {}
                Ok(()) = policies.changed() => self.look_at_all_installed().await,
            }
        }
    }

    /// Wakes at every change that the engine tells of, for ever.
    pub(super) async fn listen(&self) {
        loop {
            match self.engine.changes().await {
                Ok(changes) => changes.for_each(|()| async { self.wake.notify_one() }).await,
                Err(error) => debug!(%error, "the engine tells of no changes"),
            }
            self.clock.sleep(LISTEN_AGAIN).await;
        }
    }

    async fn look_at_everything(&self) -> Result<(), StoreError> {
        let installations = self.store.installations().await?;
        let mut known: BTreeSet<IslandId> = BTreeSet::new();
        for operation in self.store.open_operations().await? {
            known.insert(operation.island.clone());
            self.call(CallKeeper::Look(operation.island));
        }
        for installation in &installations {
            known.insert(installation.island.clone());
            self.islands.set_index(&installation.island, installation.index);
        }
        let sightings = match self.engine.sightings().await {
            Ok(sightings) => sightings,
            Err(error) => {
                if self.engine_is_away(&error) {
                    self.look_at_all_installed().await;
                }
                return Ok(());
            }
        };
        if self.engine_is_here().await {
            self.look_at_all_installed().await;
        }
        let policy = self.policy.current();
        for installation in installations {
            let island = installation.island;
            let gaps = gaps::of_installed(
                installation.desired,
                installation.asleep,
                policy.app(&island.app),
                sightings.get(&island),
            );
            if !gaps.is_empty() {
                debug!(%island, ?gaps, "differs from what is wanted");
                self.call(CallKeeper::Look(island));
            }
        }
        for orphan in sightings.into_keys().filter(|island| !known.contains(island)) {
            info!(island = %orphan, "found what is left of an island that is not installed");
            self.call(CallKeeper::Look(orphan));
        }
        Ok(())
    }

    async fn look_at_all_installed(&self) {
        match self.store.installations().await {
            Ok(installations) => {
                installations.into_iter().for_each(|i| self.call(CallKeeper::Look(i.island)));
            }
            Err(error) => warn!(%error, "could not list what is installed"),
        }
    }

    /// Notes that the engine answers; `true` when that is news.
    async fn engine_is_here(&self) -> bool {
        if matches!(*self.engine_seen.borrow(), EngineSeen::Here(_)) {
            return false;
        }
        match self.engine_info().await {
            Ok(info) => {
                info!(version = info.version, api = info.api_version, "the container engine answers");
                true
            }
            Err(error) => {
                self.engine_is_away(&error);
                false
            }
        }
    }

    /// Notes that the engine does not answer; `true` when that is news.
    fn engine_is_away(&self, error: &EngineError) -> bool {
        let away = EngineSeen::Away { error: error.to_string() };
        self.engine_seen.send_if_modified(|seen| {
            let news = !matches!(seen, EngineSeen::Away { .. });
            if news {
                warn!(%error, "the container engine does not answer");
            }
            *seen = away;
            news
        })
    }
}
