//! What every island is doing now, for those who ask all the time: the gateway on each request, the console on each
//! look. In memory only, because it is found out anew at each start.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atoll_sandbox::{
    names::{AppId, IslandId},
    subnet::NetworkIndex,
};
use tokio::sync::watch;

use super::{
    state::{InstanceState, ServiceStatus},
    uses::Uses,
};

/// The state of every island. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Islands(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    islands: HashMap<IslandId, Island>,
    indexes: HashMap<NetworkIndex, IslandId>,
}

#[derive(Debug)]
struct Island {
    state: watch::Sender<InstanceState>,
    services: Vec<ServiceStatus>,
    uses: Uses,
}

impl Default for Island {
    fn default() -> Self {
        Self {
            state: watch::Sender::new(InstanceState::Stopped),
            services: Vec::new(),
            uses: Uses::default(),
        }
    }
}

impl Islands {
    /// Follows an app's shared instance. What is not installed is stopped.
    pub fn follow(&self, app: &AppId) -> watch::Receiver<InstanceState> {
        let island = IslandId::shared(app.clone());
        self.known().islands.entry(island).or_default().state.subscribe()
    }

    /// How an island is used.
    pub fn uses(&self, island: &IslandId) -> Uses {
        self.known().islands.entry(island.clone()).or_default().uses.clone()
    }

    /// An island's state now.
    pub fn state(&self, island: &IslandId) -> InstanceState {
        let known = self.known();
        known.islands.get(island).map_or(InstanceState::Stopped, |island| island.state.borrow().clone())
    }

    /// An island's services as last seen.
    pub fn services(&self, island: &IslandId) -> Vec<ServiceStatus> {
        self.known().islands.get(island).map(|island| island.services.clone()).unwrap_or_default()
    }

    /// Which island has an address range: whose connection it is that comes from there.
    pub fn at(&self, index: NetworkIndex) -> Option<IslandId> {
        self.known().indexes.get(&index).cloned()
    }

    /// Says what an island is doing. Followers hear of it only if it is something else than before.
    pub fn set_state(&self, island: &IslandId, state: InstanceState) {
        let mut known = self.known();
        let entry = known.islands.entry(island.clone()).or_default();
        entry.state.send_if_modified(|current| {
            let changed = *current != state;
            *current = state;
            changed
        });
    }

    /// Says what an island's services are doing.
    pub(super) fn set_services(&self, island: &IslandId, services: Vec<ServiceStatus>) {
        self.known().islands.entry(island.clone()).or_default().services = services;
    }

    /// Says where an island's network lies.
    pub fn set_index(&self, island: &IslandId, index: NetworkIndex) {
        let mut known = self.known();
        known.indexes.retain(|_, at| at != island);
        known.indexes.insert(index, island.clone());
    }

    /// An island is gone. Followers stay, since it may come back.
    pub(super) fn forget(&self, island: &IslandId) {
        self.set_services(island, Vec::new());
        self.set_state(island, InstanceState::Stopped);
        self.known().indexes.retain(|_, at| at != island);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Because every change under the lock is a whole one, what a panicking thread left is still true.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes() -> IslandId {
        IslandId::shared("notes".parse().unwrap())
    }

    #[test]
    fn followers_hear_of_changes_only() {
        let islands = Islands::default();
        let mut follower = islands.follow(&notes().app);
        assert_eq!(*follower.borrow_and_update(), InstanceState::Stopped);
        islands.set_state(&notes(), InstanceState::Stopped);
        assert!(!follower.has_changed().unwrap());
        let ready = InstanceState::Ready { endpoint: "10.212.0.2:8080".parse().unwrap() };
        islands.set_state(&notes(), ready.clone());
        assert_eq!(*follower.borrow_and_update(), ready);
        islands.forget(&notes());
        assert_eq!(*follower.borrow_and_update(), InstanceState::Stopped);
    }

    #[test]
    fn an_island_is_known_by_its_address_range() {
        let islands = Islands::default();
        islands.set_index(&notes(), NetworkIndex(3));
        islands.set_index(&notes(), NetworkIndex(4));
        assert_eq!(islands.at(NetworkIndex(3)), None);
        assert_eq!(islands.at(NetworkIndex(4)), Some(notes()));
        islands.forget(&notes());
        assert_eq!(islands.at(NetworkIndex(4)), None);
    }
}
