//! Keeps one island as it should be.
//!
//! A keeper is the only one who changes its island, so no two changes ever meet there. It takes no orders but "look"
//! and "an operation waits"; what to do it reads from the database and the engine. It ends when there is nothing of
//! its island anywhere.

use std::{sync::Arc, time::Duration};

use atoll_sandbox::{allowlist::App, names::IslandId};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::Notify;
use tracing::warn;

use super::{
    blueprint::listed,
    carry_out::CarryOut,
    failure::Failure,
    obstacle::Obstacle,
    shared::Shared,
    site::Site,
    state::{Desired, Difference, InstanceState, Verdict},
    uses::Uses,
};
use crate::store::installations::Installation;

mod memory;
mod sleep;
mod up;

use memory::{Memory, Seen};
use sleep::Quiet;

/// The pause before something that passes by itself is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Keeps one island.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    island: IslandId,
    calls: Arc<Calls>,
    memory: Memory,
    uses: Uses,
    quiet: Option<Quiet>,
}

/// How others call a keeper.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Something may differ.
    pub(super) look: Notify,
    /// An operation waits.
    pub(super) operate: Notify,
}

/// What a keeper does next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// Looks again at once.
    Again,
    /// Waits to be called.
    Wait,
    /// Waits to be called, until then at the latest.
    Until(Timestamp),
    /// Ends: there is nothing to keep.
    End,
}

impl Keeper {
    pub(super) fn new(shared: &Arc<Shared>, island: IslandId, calls: Arc<Calls>) -> Self {
        let uses = shared.islands.uses(&island);
        Self { shared: Arc::clone(shared), island, calls, memory: Memory::default(), uses, quiet: None }
    }

    /// Keeps the island until there is nothing to keep.
    pub(super) async fn run(mut self) -> IslandId {
        let (calls, uses) = (Arc::clone(&self.calls), self.uses.clone());
        loop {
            let next = match self.operate().await {
                Some(next) => next,
                None => tokio::select! {
                    biased;
                    () = calls.operate.notified() => Next::Again,
                    next = self.keep() => next,
                },
            };
            let until = match next {
                Next::Again => continue,
                Next::End => return self.island,
                Next::Wait => None,
                Next::Until(instant) => Some(instant),
            };
            tokio::select! {
                () = calls.operate.notified() => {}
                () = calls.look.notified() => self.memory.look_closer(),
                () = uses.called() => {}
                () = self.wait_until(until) => {}
            }
        }
    }

    async fn wait_until(&self, instant: Option<Timestamp>) {
        match instant {
            Some(instant) => self.shared.clock.sleep_until(instant).await,
            None => std::future::pending().await,
        }
    }

    /// Carries out the operation that waits, if one does.
    async fn operate(&mut self) -> Option<Next> {
        let open = self.shared.store.open_operations().await;
        let operation =
            match open.map(|open| open.into_iter().find(|operation| operation.island == self.island)) {
                Ok(found) => found?,
                Err(error) => {
                    warn!(%error, island = %self.island, "could not read what to do");
                    return Some(self.soon());
                }
            };
        self.memory = Memory::default();
        if let Some(raised) = CarryOut::new(&self.shared, operation).run().await {
            self.memory.was_raised(raised);
        }
        Some(Next::Again)
    }

    /// Makes the island what it should be, as far as that can be done now.
    async fn keep(&mut self) -> Next {
        let installation = match self.shared.store.installation(&self.island).await {
            Ok(installation) => installation,
            Err(error) => {
                warn!(%error, island = %self.island, "could not read what should be");
                return self.soon();
            }
        };
        match installation {
            None => self.keep_nothing().await,
            Some(installation) => match installation.desired {
                Desired::Running if installation.asleep => self.keep_asleep().await,
                Desired::Running => self.keep_running(&installation).await,
                Desired::Stopped => self.keep_stopped().await,
            },
        }
    }

    /// Removes what is left of an island that is not installed. Volumes stay: they may hold the only copy of data.
    async fn keep_nothing(&mut self) -> Next {
        let clear = async {
            self.shared.remove_containers(&self.island).await?;
            Ok::<_, Obstacle>(self.shared.engine.remove_network(&self.island).await?)
        };
        match clear.await {
            Ok(()) => {
                self.shared.islands.forget(&self.island);
                Next::End
            }
            Err(error) => {
                warn!(%error, island = %self.island, "could not remove what is left of an island");
                self.soon()
            }
        }
    }

    async fn keep_stopped(&mut self) -> Next {
        self.memory = Memory::default();
        self.shared.islands.set_state(&self.island, InstanceState::Stopped);
        let stopped = self.shared.stop(&self.island, None).await;
        self.show_services().await;
        match stopped {
            Ok(()) => Next::Wait,
            Err(error) => {
                warn!(%error, island = %self.island, "could not stop an app");
                self.soon()
            }
        }
    }

    async fn keep_running(&mut self, installation: &Installation) -> Next {
        let policy = self.shared.policy.current();
        let app = match listed(&policy, &self.island) {
            Ok(app) => app,
            Err(failure) => return self.keep_down(&failure).await,
        };
        if let Some(failure) = self.refused(installation) {
            return self.keep_down(&failure).await;
        }
        let site =
            policy.allowlist().host.subnets.subnet(installation.index).map(|subnet| Site::new(&app, subnet));
        if let (Some(site), true) = (site, self.memory.may_only_be_asked())
            && self.silent(site).await.is_none()
        {
            return self.answers(site).await;
        }
        let seen = match self.see(&app).await {
            Ok(seen) => seen,
            Err(obstacle) => return self.engine_away(site, &obstacle).await,
        };
        self.memory.mourn(&seen, self.shared.clock.now());
        self.shared.islands.set_services(&self.island, self.memory.services(&app, &seen));
        match (site, self.memory.next_start(&seen)) {
            (Some(site), _) if self.memory.is_proven(&seen) => self.ask(site).await,
            (_, Some(due)) if due > self.shared.clock.now() => {
                self.show_waiting(&app);
                Next::Until(due)
            }
            _ => self.raise(&seen, site).await,
        }
    }

    /// What must not run does not, and people are told why.
    async fn keep_down(&mut self, failure: &Failure) -> Next {
        self.memory = Memory::default();
        let stopped = self.shared.stop(&self.island, None).await;
        self.show_failed(failure);
        if stopped.is_ok() { Next::Wait } else { self.soon() }
    }

    /// An app that was found to differ is not started again before somebody says so.
    fn refused(&self, installation: &Installation) -> Option<Failure> {
        let verification = installation.verification.as_ref()?;
        let accepted = |difference: &Difference| self.shared.accepts(difference);
        match verification.verdict {
            Verdict::Differs if !verification.differences.iter().all(accepted) => {
                Some(Obstacle::Differs(verification.clone()).failure())
            }
            Verdict::Differs | Verdict::Verified => None,
        }
    }

    async fn see(&self, app: &App) -> Result<Seen, Obstacle> {
        let (engine, island) = (&self.shared.engine, &self.island);
        let containers = try_join_all(app.services.keys().map(|name| async move {
            Ok::<_, Obstacle>((name.clone(), engine.inspect(island, name).await?))
        }));
        let (containers, network) =
            tokio::try_join!(containers, async { Ok(engine.network(island).await?) })?;
        let joined = network.is_some_and(|network| engine.is_joined(&network));
        Ok(Seen { joined, containers: containers.into_iter().collect() })
    }

    fn show_failed(&self, failure: &Failure) {
        let Failure { message, cure } = failure.clone();
        self.shared.islands.set_state(&self.island, InstanceState::Failed { cause: message, cure });
    }

    fn show_waiting(&self, app: &App) {
        if let Some(failure) = self.memory.cause(app) {
            self.show_failed(&failure);
        }
    }

    async fn show_services(&self) {
        let Ok(app) = listed(&self.shared.policy.current(), &self.island) else { return };
        if let Ok(seen) = self.see(&app).await {
            self.shared.islands.set_services(&self.island, self.memory.services(&app, &seen));
        }
    }

    fn soon(&self) -> Next {
        self.after(AGAIN)
    }

    fn after(&self, span: Duration) -> Next {
        Next::Until(self.shared.clock.now().checked_add(span).unwrap_or(Timestamp::MAX))
    }
}
