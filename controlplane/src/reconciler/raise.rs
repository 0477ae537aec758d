//! Raises an island: makes sure that its network, volumes and containers exist, run as approved, and answer.
//!
//! Every part is an "ensure", so the same code installs, starts, resumes after a crash and heals. What does not depend
//! on each other is asked of the engine at once: the volumes beside the network, the gateway's joining beside the
//! containers. Nothing is given up half-way when its neighbour fails: what is under way is waited for, so that whoever
//! cleans up afterwards finds everything.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use atoll_sandbox::{
    names::{ServiceName, VolumeName},
    subnet::NetworkIndex,
};
use futures_util::future::join_all;
use tracing::{info, warn};

use super::{
    address,
    blueprint::Blueprint,
    failure::Failure,
    obstacle::{Obstacle, Trouble},
    report::Report,
    shared::Shared,
    state::{InstanceState, ServiceState, ServiceStatus},
    steps::StepName,
};
use crate::engine::{
    Made,
    inspect::{Activity, Container},
};

mod proof;
mod wait;

use proof::Proof;

/// How many address ranges are tried when others have taken them.
const RANGES_TRIED: usize = 16;

/// One raising of an island.
pub(super) struct Raise<'a> {
    shared: &'a Arc<Shared>,
    report: &'a Report,
    blueprint: Blueprint,
    /// Whether the network was made just now, so that containers which are there belong to an older one.
    new_network: bool,
}

/// What was raised: each service's container as it was proven.
pub(super) type Raised = BTreeMap<ServiceName, Container>;

impl<'a> Raise<'a> {
    pub(super) const fn new(shared: &'a Arc<Shared>, report: &'a Report, blueprint: Blueprint) -> Self {
        Self { shared, report, blueprint, new_network: false }
    }

    /// Does it all; the app answers afterwards.
    pub(super) async fn run(mut self) -> Result<Raised, Trouble> {
        self.report.starting(StepName::Network, Some(&self.blueprint.app));
        let turn = self.shared.raising.acquire().await;
        self.network_and_volumes().await?;
        let waves = self.blueprint.waves();
        let first = waves.first().map(Vec::as_slice).unwrap_or_default();
        let (joined, started) = tokio::join!(self.gateway(), self.containers_and_start(first));
        joined?;
        let ran = started?;
        drop(turn);
        let mut proof = Proof::new(&self, &ran);
        for (number, wave) in waves.iter().enumerate() {
            if number > 0 {
                self.start(wave, &ran).await?;
            }
            proof.verify(wave).await?;
            let last = number + 1 == waves.len();
            let write = async { if last { proof.write().await } else { Ok(()) } };
            let (written, ready) = tokio::join!(write, self.ready(wave));
            ready?;
            written?;
        }
        for step in [StepName::Start, StepName::Verify, StepName::Ready] {
            self.report.done(step);
        }
        let raised = proof.into_raised();
        self.show_services(&raised);
        let endpoint = self.blueprint.site().endpoint();
        self.shared.islands.set_state(&self.blueprint.island, InstanceState::Ready { endpoint });
        Ok(raised)
    }

    /// Shows the services as running; how often they were started again is what it was.
    fn show_services(&self, raised: &Raised) {
        let Blueprint { island, app, .. } = &self.blueprint;
        let before = self.shared.islands.services(island);
        let restarts = |name: &ServiceName| before.iter().find(|s| s.name == *name).map_or(0, |s| s.restarts);
        let status = |(name, container): (&ServiceName, &Container)| ServiceStatus {
            name: name.clone(),
            state: ServiceState::Running,
            image: app.services.get(name).map(|service| service.image.clone()).unwrap_or_default(),
            started_at: container.activity.started_at(),
            restarts: restarts(name),
        };
        self.shared.islands.set_services(island, raised.iter().map(status).collect());
    }

    async fn network_and_volumes(&mut self) -> Result<(), Trouble> {
        let (island, engine) = (self.blueprint.island.clone(), &self.shared.engine);
        let volumes: BTreeSet<VolumeName> = self.blueprint.app.volumes().cloned().collect();
        let report = self.report;
        let create_volumes = async {
            if volumes.is_empty() {
                report.skipped(StepName::Volumes, "The app keeps no data.");
                return Ok(());
            }
            let create = volumes.iter().map(|volume| engine.create_volume(&island, volume));
            let all = async { Ok(all(join_all(create).await)?) };
            report.step(StepName::Volumes, all).await
        };
        let (network, volumes) = tokio::join!(self.network(), create_volumes);
        network.and(volumes)
    }

    async fn network(&mut self) -> Result<(), Trouble> {
        let report = self.report;
        report.step(StepName::Network, self.ensure_network()).await
    }

    /// Tries the next free address range when something else on the machine has taken this one.
    async fn ensure_network(&mut self) -> Result<(), Obstacle> {
        let first = self.blueprint.index;
        for _ in 0..RANGES_TRIED {
            let index = self.blueprint.index;
            match self.shared.engine.create_network(&self.blueprint.island, index).await? {
                Made::Before => return Ok(()),
                Made::Now => {
                    self.new_network = true;
                    return Ok(());
                }
                Made::Overlaps => {
                    warn!(island = %self.blueprint.island, index = index.0, "address range is taken by another network");
                    let next = self.next_index(index).await?;
                    self.blueprint.moved_to(next)?;
                }
            }
        }
        let pool = self.blueprint.pool;
        let taken = pool.subnet(first).map_or_else(String::new, |subnet| subnet.to_string());
        Err(Obstacle::Plain(Failure::new(
            format!(
                "Other networks of this machine use {taken} and the {RANGES_TRIED} address ranges after it."
            ),
            format!(
                "`ip route` shows them. Choose another range than {pool} as `host.subnets` in the allowlist."
            ),
        )))
    }

    async fn next_index(&self, taken: NetworkIndex) -> Result<NetworkIndex, Obstacle> {
        let island = &self.blueprint.island;
        let index = address::move_on(&self.shared.store, island, self.blueprint.pool, taken).await?;
        self.shared.islands.set_index(island, index);
        Ok(index)
    }

    async fn gateway(&self) -> Result<(), Trouble> {
        let join = async { Ok(self.shared.engine.connect_gateway(&self.blueprint.island).await?) };
        self.report.step(StepName::Gateway, join).await
    }

    /// Creates all containers, then starts the first wave of them. Tells which ran before.
    async fn containers_and_start(&self, first: &[ServiceName]) -> Result<BTreeSet<ServiceName>, Trouble> {
        self.report.starting(StepName::Containers, Some(&self.blueprint.app));
        let create = async {
            let ensure = self.blueprint.app.services.keys().map(|name| self.ensure_container(name));
            join_all(ensure).await.into_iter().collect::<Result<Vec<_>, _>>()
        };
        let ran = self.report.step(StepName::Containers, create).await?;
        let ran = ran.into_iter().flatten().collect();
        self.start(first, &ran).await?;
        Ok(ran)
    }

    /// Gives back the service's name when its container runs already.
    async fn ensure_container(&self, name: &ServiceName) -> Result<Option<ServiceName>, Obstacle> {
        let (engine, island) = (&self.shared.engine, &self.blueprint.island);
        match engine.inspect(island, name).await? {
            // Because a container remembers the id of its network, it would never start again.
            Some(_) if self.new_network => {
                engine.remove_service(island, name).await?;
                self.create_container(name).await.map(|()| None)
            }
            Some(container) => {
                let runs = matches!(container.activity, Activity::Running { .. });
                Ok(runs.then(|| name.clone()))
            }
            None => self.create_container(name).await.map(|()| None),
        }
    }

    async fn create_container(&self, name: &ServiceName) -> Result<(), Obstacle> {
        let Blueprint { island, app, index, .. } = &self.blueprint;
        let image = app.services.get(name).map_or("", |service| service.image.as_str());
        let holes = self.blueprint.holes(name);
        Ok(self.shared.engine.create_service(island, *index, (name, image), holes).await?)
    }

    async fn start(&self, wave: &[ServiceName], ran: &BTreeSet<ServiceName>) -> Result<(), Trouble> {
        self.report.started(StepName::Start);
        self.report.starting(StepName::Start, Some(&self.blueprint.app));
        let down = wave.iter().filter(|name| !ran.contains(*name));
        let start = async { all(join_all(down.map(|name| self.ensure_started(name))).await) };
        self.report.part(StepName::Start, start).await
    }

    /// A container that was made from an older entry is made anew: starting is when a changed entry takes effect.
    async fn ensure_started(&self, name: &ServiceName) -> Result<(), Obstacle> {
        match self.shared.engine.start(&self.blueprint.island, name).await {
            Err(error) if error.has_reason("outdated") => self.remake(name).await,
            result => Ok(result?),
        }
    }

    async fn remake(&self, name: &ServiceName) -> Result<(), Obstacle> {
        let (engine, island) = (&self.shared.engine, &self.blueprint.island);
        info!(island = %island, service = %name, "making the container anew from the current allowlist entry");
        engine.remove_service(island, name).await?;
        self.create_container(name).await?;
        Ok(engine.start(island, name).await?)
    }
}

/// The first obstacle, after all have ended.
pub(super) fn all<E>(results: Vec<Result<(), E>>) -> Result<(), E> {
    results.into_iter().collect()
}
