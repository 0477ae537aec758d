//! The proof that a raised island runs as approved: each container is inspected after its start and compared.

use std::collections::BTreeSet;

use atoll_sandbox::names::ServiceName;
use futures_util::future::join_all;
use tracing::error;

use super::{Raise, Raised, all};
use crate::{
    engine::inspect::{Activity, Container},
    reconciler::{
        failure::Failure,
        obstacle::{Death, Obstacle, Trouble},
        state::{Difference, Verdict, Verification},
        steps::StepName,
    },
};

/// What was compared so far.
pub(super) struct Proof<'a> {
    raise: &'a Raise<'a>,
    ran: &'a BTreeSet<ServiceName>,
    differences: Vec<Difference>,
    raised: Raised,
}

impl<'a> Proof<'a> {
    /// `ran` are the services that ran before this raising.
    pub(super) fn new(raise: &'a Raise<'a>, ran: &'a BTreeSet<ServiceName>) -> Self {
        Self { raise, ran, differences: Vec::new(), raised: Raised::new() }
    }

    /// Compares services that were just started. When one differs, all are stopped.
    pub(super) async fn verify(&mut self, wave: &[ServiceName]) -> Result<(), Trouble> {
        let report = self.raise.report;
        report.started(StepName::Verify);
        let compared = join_all(wave.iter().map(|name| self.compare(name))).await;
        let compared = async { compared.into_iter().collect::<Result<Vec<_>, _>>() };
        for (name, container, differences) in report.part(StepName::Verify, compared).await? {
            self.raised.insert(name, container);
            self.differences.extend(differences);
        }
        if self.differences.iter().any(|difference| !self.raise.shared.accepts(difference)) {
            return report.part(StepName::Verify, self.refuse()).await;
        }
        Ok(())
    }

    /// Keeps what was found.
    pub(super) async fn write(&self) -> Result<(), Trouble> {
        let write = async {
            let mut change = self.raise.shared.store.begin().await?;
            change.update_verification(&self.raise.blueprint.island, &self.verification()).await?;
            Ok(change.commit_unaudited().await?)
        };
        self.raise.report.part(StepName::Verify, write).await
    }

    /// Each service's container.
    pub(super) fn into_raised(self) -> Raised {
        self.raised
    }

    async fn compare(
        &self,
        name: &ServiceName,
    ) -> Result<(ServiceName, Container, Vec<Difference>), Obstacle> {
        let container = self.running(name).await?;
        let differences = self.differences_of(name, &container);
        if differences.is_empty() || !self.ran.contains(name) {
            return Ok((name.clone(), container, differences));
        }
        // Because it ran before, it may only be older than the allowlist's entry; one that is made now may not differ.
        self.raise.remake(name).await?;
        let container = self.running(name).await?;
        let differences = self.differences_of(name, &container);
        Ok((name.clone(), container, differences))
    }

    async fn running(&self, name: &ServiceName) -> Result<Container, Obstacle> {
        let container = self.raise.look(name).await?;
        container.ok_or_else(|| {
            Obstacle::Plain(Failure::new(
                format!("The container of service `{name}` vanished while it was started."),
                "Something else removes containers on this engine. Find out what, then try again.",
            ))
        })
    }

    fn differences_of(&self, name: &ServiceName, container: &Container) -> Vec<Difference> {
        let blueprint = &self.raise.blueprint;
        let Some(service) = blueprint.app.services.get(name) else { return Vec::new() };
        blueprint.promise(name, service).differences(container)
    }

    fn verification(&self) -> Verification {
        let verdict = if self.differences.is_empty() { Verdict::Verified } else { Verdict::Differs };
        let checked_at = self.raise.shared.clock.now();
        Verification { verdict, checked_at, differences: self.differences.clone() }
    }

    async fn refuse(&self) -> Result<(), Obstacle> {
        let (engine, blueprint) = (&self.raise.shared.engine, &self.raise.blueprint);
        error!(island = %blueprint.island, differences = ?self.differences, "stopping an app that differs");
        let stop = blueprint.app.services.keys().map(|name| engine.remove_service(&blueprint.island, name));
        all(join_all(stop).await)?;
        let mut change = self.raise.shared.store.begin().await?;
        change.update_verification(&blueprint.island, &self.verification()).await?;
        change.commit_unaudited().await?;
        Err(Obstacle::Differs(self.verification()))
    }
}

impl Raise<'_> {
    /// A service's container, which must run if it is there.
    pub(super) async fn look(&self, name: &ServiceName) -> Result<Option<Container>, Obstacle> {
        let container = self.shared.engine.inspect(&self.blueprint.island, name).await?;
        match container {
            Some(Container { id, activity: Activity::Ended(exit), .. }) => {
                let services = &self.blueprint.app.services;
                let memory =
                    services.get(name).map_or_else(String::new, |s| s.resources.limits.memory.to_string());
                Err(Obstacle::Died(Box::new(Death { service: name.clone(), container: id, exit, memory })))
            }
            running_or_none => Ok(running_or_none),
        }
    }
}
