//! Tells people which step is being done: on the operation that asked for it, and on the app's state.

use std::{future::Future, sync::Arc};

use atoll_sandbox::{allowlist::App, names::IslandId};
use jiff::Timestamp;

use crate::engine::Pulled;

use super::{
    obstacle::{Obstacle, Trouble},
    operation::{Progress, ProgressUnit, VolumeFate},
    operations::Live,
    shared::Shared,
    state::InstanceState,
    steps::{self, StepName},
};

/// Where steps are told. Without an operation the reconciler works by itself, and only the app's state shows it.
pub(super) struct Report {
    shared: Arc<Shared>,
    island: IslandId,
    live: Option<Live>,
    since: Timestamp,
}

impl Report {
    pub(super) fn new(shared: &Arc<Shared>, island: &IslandId, live: Option<Live>, since: Timestamp) -> Self {
        Self { shared: Arc::clone(shared), island: island.clone(), live, since }
    }

    /// Does one step from beginning to end.
    pub(super) async fn step<T>(
        &self,
        name: StepName,
        work: impl Future<Output = Result<T, Obstacle>>,
    ) -> Result<T, Trouble> {
        self.started(name);
        let done = self.part(name, work).await?;
        self.done(name);
        Ok(done)
    }

    /// Does a part of a step that was started.
    pub(super) async fn part<T>(
        &self,
        step: StepName,
        work: impl Future<Output = Result<T, Obstacle>>,
    ) -> Result<T, Trouble> {
        work.await.map_err(|obstacle| Trouble { step, obstacle })
    }

    pub(super) fn started(&self, name: StepName) {
        let now = self.shared.clock.now();
        self.update(|operation| operation.step_started(name, now));
    }

    pub(super) fn done(&self, name: StepName) {
        let now = self.shared.clock.now();
        self.update(|operation| operation.step_done(name, None, now));
    }

    pub(super) fn skipped(&self, name: StepName, why: &str) {
        let now = self.shared.clock.now();
        self.update(|operation| operation.step_skipped(name, why, now));
    }

    pub(super) fn says(&self, name: StepName, detail: &str) {
        self.update(|operation| operation.step_says(name, Some(detail.to_owned())));
    }

    /// So many of the app's services, volumes or the like are done.
    pub(super) fn counted(&self, name: StepName, done: usize, total: usize) {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let progress = Progress { done: count(done), total: Some(count(total)), unit: ProgressUnit::Items };
        self.update(|operation| operation.step_progressed(name, progress));
    }

    /// So much of an image has arrived.
    pub(super) fn pulled(&self, name: StepName, pulled: Pulled) {
        let progress = Progress { done: pulled.done, total: Some(pulled.total), unit: ProgressUnit::Bytes };
        self.update(|operation| operation.step_progressed(name, progress));
    }

    /// Shows on the app's state which step it waits for.
    pub(super) fn starting(&self, name: StepName, app: Option<&App>) {
        let step = steps::title(name, app, VolumeFate::Keep).to_owned();
        self.shared.islands.set_state(&self.island, InstanceState::Starting { since: self.since, step });
    }

    fn update(&self, change: impl FnOnce(&mut super::operation::Operation)) {
        if let Some(live) = &self.live {
            live.update(change);
        }
    }
}
