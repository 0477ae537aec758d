//! The operations that are under way, for those who watch them, and all others from the database.
//!
//! People see a step the moment it changes; the database hears of it a little later, off the critical path. That loses
//! nothing: after a crash each step is made sure of again. How an operation *ended* is written before it is shown.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use atoll_sandbox::names::{AppId, IslandId};
use tokio::sync::watch;

use super::operation::{Operation, Step};
use crate::{
    clock::Clock,
    ids::OperationId,
    store::{Store, StoreError},
};

/// Changes within so long are written together, so that the database has rest while the engine works.
const GATHERED_FOR: Duration = Duration::from_millis(100);

/// Every operation. Clones share what is under way.
#[derive(Debug, Clone)]
pub struct Operations {
    store: Store,
    live: Arc<Mutex<HashMap<OperationId, watch::Sender<Operation>>>>,
}

/// An operation under way, held by the one who carries it out.
#[derive(Debug, Clone)]
pub(super) struct Live {
    sender: watch::Sender<Operation>,
}

impl Operations {
    pub(super) fn new(store: Store) -> Self {
        Self { store, live: Arc::default() }
    }

    /// One operation as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, id: OperationId) -> Result<Option<Operation>, StoreError> {
        match self.watched(id) {
            Some(receiver) => Ok(Some(receiver.borrow().clone())),
            None => self.store.operation(id).await,
        }
    }

    /// The newest `limit` operations, newest first; of one app where one is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, app: Option<&AppId>, limit: u32) -> Result<Vec<Operation>, StoreError> {
        let mut operations = self.store.operations(app, limit).await?;
        for operation in &mut operations {
            if let Some(receiver) = self.watched(operation.id) {
                operation.clone_from(&receiver.borrow());
            }
        }
        Ok(operations)
    }

    /// Follows an operation: its value now and at each change. The sender goes when it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscribe(&self, id: OperationId) -> Result<Option<watch::Receiver<Operation>>, StoreError> {
        if let Some(receiver) = self.watched(id) {
            return Ok(Some(receiver));
        }
        let Some(found) = self.store.operation(id).await? else { return Ok(None) };
        if !found.is_finished() {
            // Because it waits since before the start, and its keeper has not come yet.
            let receiver = self.open(found).sender.subscribe();
            match self.store.operation(id).await? {
                Some(ended) if ended.is_finished() => drop(self.live().remove(&id)),
                Some(_) | None => return Ok(Some(receiver)),
            }
        }
        // Because an ended operation never changes, its sender is dropped at once.
        Ok(self.store.operation(id).await?.map(|ended| watch::channel(ended).1))
    }

    /// The operation that is under way on an island.
    pub fn under_way(&self, island: &IslandId) -> Option<Operation> {
        let live = self.live();
        let found = live.values().find(|sender| sender.borrow().island == *island)?;
        Some(found.borrow().clone())
    }

    /// Lets people watch an operation that was just accepted, or found unfinished at the start.
    pub(super) fn open(&self, operation: Operation) -> Live {
        let sender = self.live().entry(operation.id).or_insert_with(|| watch::Sender::new(operation)).clone();
        Live { sender }
    }

    /// Shows the end of an operation that is already written.
    pub(super) fn close(&self, live: &Live, operation: Operation) {
        // First, because whoever sees the end may ask at once what is under way.
        self.live().remove(&operation.id);
        live.sender.send_replace(operation);
    }

    /// Writes what changes until it is dropped. What changes while it writes is written together afterwards.
    pub(super) async fn keep_written(&self, live: &Live, clock: &Clock) -> Infallible {
        let mut changes = live.sender.subscribe();
        let mut written = changes.borrow_and_update().steps.clone();
        loop {
            changes.changed().await.expect("the sender is `live`, which is borrowed here");
            clock.sleep(GATHERED_FOR).await;
            let operation = changes.borrow_and_update().clone();
            if let Err(error) = self.write(&operation, &written).await {
                tracing::warn!(%error, operation = %operation.id, "could not write how far an operation is");
            } else {
                written = operation.steps;
            }
        }
    }

    async fn write(&self, operation: &Operation, written: &[Step]) -> Result<(), StoreError> {
        let mut change = self.store.begin().await?;
        change.update_operation(operation).await?;
        for (position, step) in operation.steps.iter().enumerate() {
            if written.get(position) != Some(step) {
                change.upsert_step(operation.id, position, step).await?;
            }
        }
        change.commit_unaudited().await
    }

    fn watched(&self, id: OperationId) -> Option<watch::Receiver<Operation>> {
        self.live().get(&id).map(watch::Sender::subscribe)
    }

    fn live(&self) -> MutexGuard<'_, HashMap<OperationId, watch::Sender<Operation>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// The operation as it is now.
    pub(super) fn now(&self) -> Operation {
        self.sender.borrow().clone()
    }

    /// Changes it; watchers see it at once.
    pub(super) fn update(&self, change: impl FnOnce(&mut Operation)) {
        self.sender.send_modify(change);
    }
}
