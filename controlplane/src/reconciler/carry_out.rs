//! Carries out one operation, from its first step to its written end.
//!
//! An operation that was cut short by a crash is simply carried out again: each step makes sure of something. Only an
//! install that has already failed goes on with its rolling back instead.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use atoll_sandbox::names::{IslandId, ServiceName, VolumeName};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::{
    blueprint::{Approved, Blueprint, listed, waves},
    obstacle::{Obstacle, Trouble},
    operation::{Operation, OperationKind, OperationState, VolumeFate},
    operations::Live,
    raise::{Raise, Raised, all},
    report::Report,
    shared::Shared,
    state::InstanceState,
    steps::StepName,
};
use crate::store::installations::Installation;

mod ending;

use ending::Ending;

/// How long an operation that has begun to change things waits for an engine that went away.
const ENGINE_AWAY: SignedDuration = SignedDuration::from_secs(120);
/// The pause before something that passes by itself is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a service of an app that left the allowlist may take to stop.
const DEFAULT_GRACE: Duration = Duration::from_secs(10);

/// One operation being carried out.
pub(super) struct CarryOut<'a> {
    shared: &'a Arc<Shared>,
    island: IslandId,
    live: Live,
    report: Report,
}

impl<'a> CarryOut<'a> {
    pub(super) fn new(shared: &'a Arc<Shared>, operation: Operation) -> Self {
        let (island, now) = (operation.island.clone(), shared.clock.now());
        let live = shared.operations.open(operation);
        let report = Report::new(shared, &island, Some(live.clone()), now);
        Self { shared, island, live, report }
    }

    /// Does it. What was raised is given back, so that it need not be looked at again.
    pub(super) async fn run(self) -> Option<Raised> {
        let begun = self.live.now().state == OperationState::Running;
        self.live.update(Operation::begin);
        // Because what is written in between must never come after the end, the end is written when both have stopped.
        let ending = tokio::select! {
            ending = self.perform(begun) => ending,
            never = self.shared.operations.keep_written(&self.live, &self.shared.clock) => match never {},
        };
        self.end(ending).await
    }

    async fn perform(&self, begun: bool) -> Ending {
        let operation = self.live.now();
        let (shared, island, report) = (self.shared, &self.island, &self.report);
        info!(operation = %operation.id, kind = %operation.kind, app = %operation.app, "began");
        if operation.error.is_some() {
            return self.roll_back().await;
        }
        let done = match operation.kind {
            OperationKind::Install | OperationKind::Start => {
                self.patiently(begun, || shared.raise(island, report)).await.map(Some)
            }
            OperationKind::Stop => self.patiently(begun, || self.stop()).await.map(|()| None),
            OperationKind::Remove => {
                self.patiently(begun, || self.remove(operation.volumes)).await.map(|()| None)
            }
        };
        match done {
            Ok(raised) => Ending::Well(raised),
            Err(trouble) => self.fail(&trouble, operation.kind).await,
        }
    }

    /// Tries again what passes by itself, for a while. An operation that has not changed anything yet fails at once
    /// instead, unless it was cut short before (`begun`).
    async fn patiently<T, F>(&self, mut begun: bool, attempt: impl Fn() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let mut since: Option<Timestamp> = None;
        loop {
            let trouble = match attempt().await {
                Ok(done) => return Ok(done),
                Err(trouble) => trouble,
            };
            let now = self.shared.clock.now();
            let waited = now.duration_since(*since.get_or_insert(now));
            begun |= !trouble.step.is_first();
            if !trouble.obstacle.passes_by_itself() || !begun || waited >= ENGINE_AWAY {
                return Err(trouble);
            }
            self.report.says(trouble.step, &trouble.obstacle.failure().message);
            self.shared.clock.sleep(AGAIN).await;
        }
    }

    async fn stop(&self) -> Result<(), Trouble> {
        self.shared.islands.set_state(&self.island, InstanceState::Stopped);
        self.report.step(StepName::Stop, self.shared.stop(&self.island, Some(&self.report))).await
    }

    async fn remove(&self, fate: VolumeFate) -> Result<(), Trouble> {
        let (shared, island, report) = (self.shared, &self.island, &self.report);
        self.stop().await?;
        report.step(StepName::RemoveContainers, shared.remove_containers(island)).await?;
        let network = async { Ok(shared.engine.remove_network(island).await?) };
        report.step(StepName::RemoveNetwork, network).await?;
        match fate {
            VolumeFate::Keep => {
                report.skipped(StepName::RemoveVolumes, "The data stays for the next install.")
            }
            VolumeFate::Delete => report.step(StepName::RemoveVolumes, self.delete_volumes()).await?,
        }
        report.started(StepName::Forget);
        Ok(())
    }

    async fn delete_volumes(&self) -> Result<(), Obstacle> {
        let installation = self.shared.store.installation(&self.island).await?;
        let volumes = installation.map(|installation| installation.volumes).unwrap_or_default();
        self.shared.remove_volumes(&self.island, &volumes).await
    }

    async fn fail(&self, trouble: &Trouble, kind: OperationKind) -> Ending {
        let failure = trouble.obstacle.failure();
        let now = self.shared.clock.now();
        warn!(island = %self.island, step = %trouble.step, error = %trouble.obstacle, "operation failed");
        self.live.update(|operation| operation.step_failed(trouble.step, &failure, now));
        match kind {
            OperationKind::Install => self.roll_back().await,
            OperationKind::Start | OperationKind::Stop | OperationKind::Remove => Ending::Failed,
        }
    }

    /// Removes everything that a failed install has made. Because leaving something behind is worse than taking long,
    /// it is tried until it is done.
    async fn roll_back(&self) -> Ending {
        self.shared.islands.set_state(&self.island, InstanceState::Stopped);
        loop {
            match self.try_roll_back().await {
                Ok(ending) => return ending,
                Err(obstacle) => {
                    warn!(island = %self.island, error = %obstacle, "could not roll back yet");
                    self.report.says(StepName::RollBack, &obstacle.failure().message);
                    self.shared.clock.sleep(AGAIN).await;
                }
            }
        }
    }

    async fn try_roll_back(&self) -> Result<Ending, Obstacle> {
        let Some(installation) = self.shared.store.installation(&self.island).await? else {
            return Ok(Ending::Failed);
        };
        let now = self.shared.clock.now();
        self.live.update(|operation| operation.roll_back_started(now));
        self.undo(&installation).await?;
        self.report.done(StepName::RollBack);
        Ok(Ending::Undone(installation))
    }

    async fn undo(&self, installation: &Installation) -> Result<(), Obstacle> {
        self.shared.remove_containers(&self.island).await?;
        self.shared.engine.remove_network(&self.island).await?;
        let made = |volume: &&VolumeName| !installation.adopted.contains(volume);
        let made: Vec<VolumeName> = installation.volumes.iter().filter(made).cloned().collect();
        self.shared.remove_volumes(&self.island, &made).await
    }
}

impl StepName {
    /// Whether nothing has been changed before this step has ended.
    const fn is_first(self) -> bool {
        matches!(self, Self::Policy | Self::Images | Self::Stop)
    }
}

impl Shared {
    /// Raises an island from what is approved now: an install, a start, and every healing.
    pub(super) async fn raise(
        self: &Arc<Self>,
        island: &IslandId,
        report: &Report,
    ) -> Result<Raised, Trouble> {
        let approved = report.step(StepName::Policy, Approved::check(self, island)).await?;
        let images = report.step(StepName::Images, approved.images(self, report)).await?;
        let installation = report.step(StepName::Address, self.reserve(island, &approved)).await?;
        let blueprint = async {
            let secrets = self.secrets(&installation, &approved).await?;
            Blueprint::new(island, &approved, installation.index, images, &secrets)
        };
        let blueprint = report.part(StepName::Address, blueprint).await?;
        Raise::new(self, report, blueprint).run().await
    }

    /// Stops what runs of an island, each service before those that it needs.
    pub(super) async fn stop(&self, island: &IslandId, report: Option<&Report>) -> Result<(), Obstacle> {
        let app = listed(&self.policy.current(), island).ok();
        let mut running = self.running(island).await?;
        let total = running.len();
        let mut order = app.as_ref().map(waves).unwrap_or_default();
        order.reverse();
        let known: BTreeSet<&ServiceName> = order.iter().flatten().collect();
        let strays: Vec<ServiceName> = running.iter().filter(|name| !known.contains(name)).cloned().collect();
        for wave in [strays].iter().chain(&order) {
            let stop = wave.iter().filter(|name| running.contains(*name)).map(|name| {
                let service = app.as_ref().and_then(|app| app.services.get(name));
                let grace = service.map_or(DEFAULT_GRACE, |service| service.stop_grace_period.as_std());
                self.engine.stop(island, name, grace)
            });
            all(join_all(stop).await)?;
            running.retain(|name| !wave.contains(name));
            if let Some(report) = report {
                report.counted(StepName::Stop, total - running.len(), total);
            }
        }
        Ok(())
    }

    /// Removes every container of an island, also of services that the allowlist no longer names.
    pub(super) async fn remove_containers(&self, island: &IslandId) -> Result<(), Obstacle> {
        let seen = self.engine.sightings().await?.remove(island).unwrap_or_default();
        let remove = seen.services.keys().map(|name| self.engine.remove_service(island, name));
        Ok(all(join_all(remove).await)?)
    }

    async fn remove_volumes(&self, island: &IslandId, volumes: &[VolumeName]) -> Result<(), Obstacle> {
        let remove = volumes.iter().map(|volume| self.engine.remove_volume(island, volume));
        Ok(all(join_all(remove).await)?)
    }

    async fn running(&self, island: &IslandId) -> Result<BTreeSet<ServiceName>, Obstacle> {
        let seen = self.engine.sightings().await?.remove(island).unwrap_or_default();
        Ok(seen.services.into_iter().filter(|(_, runs)| *runs).map(|(name, _)| name).collect())
    }
}
