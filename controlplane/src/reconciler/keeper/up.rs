//! Keeping an app up: asking it, raising it, and what to do when either fails.

use atoll_sandbox::{allowlist::App, names::ServiceName};
use futures_util::future::join_all;
use tracing::{info, warn};

use super::{AGAIN, Keeper, Next, memory::Seen};
use crate::reconciler::{
    failure::Failure,
    obstacle::{Obstacle, Trouble},
    probe::NotReady,
    report::Report,
    site::Site,
};

impl Keeper {
    /// Asks the services of an app that is up. One that keeps silent counts as dead.
    pub(super) async fn ask(&mut self, site: Site<'_>) -> Next {
        let silent = self.silent(site).await;
        if let Some((service, why, patience)) = silent {
            if self.memory.not_answered(&service) < patience {
                return self.after(site.interval());
            }
            return self.end_silent(site.app, &service, &why).await;
        }
        self.answers(site).await
    }

    pub(super) async fn answers(&mut self, site: Site<'_>) -> Next {
        self.memory.answered();
        self.stay_or_sleep(site).await
    }

    pub(super) async fn silent(&self, site: Site<'_>) -> Option<(ServiceName, NotReady, u32)> {
        let questions = site.app.services.keys().filter_map(|name| Some((name, site.readiness(name)?)));
        let answers = join_all(questions.map(|(name, readiness)| async move {
            let answer = self.shared.prober.ask(&readiness.question).await;
            answer.err().map(|why| (name.clone(), why, readiness.failures))
        }));
        answers.await.into_iter().flatten().next()
    }

    /// Stops a service that runs without answering; it is started again like one that died.
    async fn end_silent(&mut self, app: &App, service: &ServiceName, why: &NotReady) -> Next {
        let grace = app.services.get(service).map_or(AGAIN, |service| service.stop_grace_period.as_std());
        warn!(island = %self.island, %service, %why, "stopping a service that does not answer");
        if self.shared.engine.stop(&self.island, service, grace).await.is_err() {
            return self.soon();
        }
        let container = self.shared.engine.inspect(&self.island, service).await.ok().flatten();
        let cause = Failure::new(
            format!("Service `{service}` ran, but {why}."),
            "Read the app's log: it may say what the service was busy with.",
        );
        self.memory.ended_silent(service, container.as_ref(), cause, self.shared.clock.now());
        Next::Again
    }

    /// The engine says nothing. An app that still answers is left in peace.
    pub(super) async fn engine_away(&mut self, site: Option<Site<'_>>, obstacle: &Obstacle) -> Next {
        let answers = match site {
            Some(site) if self.memory.was_proven() => self.silent(site).await.is_none(),
            Some(_) | None => false,
        };
        if !answers {
            self.show_failed(&obstacle.failure());
        }
        self.soon()
    }

    pub(super) async fn raise(&mut self, seen: &Seen, site: Option<Site<'_>>) -> Next {
        let since = self.memory.begin_start(seen, self.shared.clock.now());
        let report = Report::new(&self.shared, &self.island, None, since);
        match self.shared.raise(&self.island, &report).await {
            Ok(raised) => {
                info!(island = %self.island, "`{}` is up again", self.island.app);
                self.memory.was_raised(raised);
                Next::Again
            }
            Err(trouble) => self.stumbled(trouble, site).await,
        }
    }

    pub(super) async fn stumbled(&mut self, trouble: Trouble, site: Option<Site<'_>>) -> Next {
        let now = self.shared.clock.now();
        warn!(island = %self.island, step = %trouble.step, error = %trouble.obstacle, "could not raise an app");
        match &trouble.obstacle {
            away if away.passes_by_itself() => self.engine_away(site, away).await,
            Obstacle::Died(death) => {
                self.memory.died(&death.service, &death.container, &death.exit, now);
                Next::Again
            }
            Obstacle::Silent { service, why, .. } => match site {
                Some(site) => self.end_silent(site.app, service, why).await,
                None => self.soon(),
            },
            Obstacle::Differs(_) => Next::Again,
            Obstacle::Engine(_) | Obstacle::Store(_) | Obstacle::Vault(_) | Obstacle::Plain(_) => {
                self.show_failed(&trouble.obstacle.failure());
                Next::Until(self.memory.failed(now))
            }
        }
    }
}
