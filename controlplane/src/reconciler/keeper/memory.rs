//! What a keeper remembers of its island: which containers were proven, who died how often, who does not answer.
//! Pure; time comes in as a parameter.

use std::collections::BTreeMap;

use atoll_sandbox::{
    allowlist::{App, Service},
    names::ServiceName,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    engine::inspect::{Activity, Container, Exit},
    reconciler::{
        backoff::Backoff,
        failure::Failure,
        obstacle,
        raise::Raised,
        state::{ServiceState, ServiceStatus},
    },
};

/// What a keeper remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    proven: Option<Raised>,
    services: BTreeMap<ServiceName, OfService>,
    troubles: Backoff,
    since: Option<Timestamp>,
    /// Whether something may have changed on the engine since it was last looked at.
    unseen: bool,
}

#[derive(Debug, Default)]
struct OfService {
    deaths: Backoff,
    /// The container and the moment of the last death, so that none is counted twice.
    mourned: Option<(String, Timestamp)>,
    cause: Option<Cause>,
    restarts: u32,
    unanswered: u32,
}

#[derive(Debug)]
enum Cause {
    Exit(Exit),
    Silence(Failure),
}

/// What a keeper sees of its island on the engine.
#[derive(Debug)]
pub(super) struct Seen {
    /// Whether the network is there with the control plane as a member.
    pub(super) joined: bool,
    pub(super) containers: BTreeMap<ServiceName, Option<Container>>,
}

impl Memory {
    /// Containers were compared with the allowlist, and they answer.
    pub(super) fn was_raised(&mut self, raised: Raised) {
        self.proven = Some(raised);
        self.troubles = Backoff::default();
        self.since = None;
        self.unseen = true;
        self.answered();
    }

    /// Whether exactly the containers that were proven are still running.
    pub(super) fn is_proven(&self, seen: &Seen) -> bool {
        let Some(proven) = &self.proven else { return false };
        let is_proven = |(name, container): (&ServiceName, &Option<Container>)| {
            container.as_ref().is_some_and(|container| {
                runs(container) && proven.get(name).is_some_and(|proven| proven.id == container.id)
            })
        };
        seen.joined && seen.containers.iter().all(is_proven)
    }

    /// Something may have changed on the engine.
    pub(super) const fn look_closer(&mut self) {
        self.unseen = true;
    }

    /// Whether the app was up and nobody said that anything changed: then asking its services is enough. Spares an
    /// engine with hundreds of apps several questions a second.
    pub(super) const fn may_only_be_asked(&self) -> bool {
        self.proven.is_some() && !self.unseen
    }

    /// Whether the app was up when it was last seen.
    pub(super) const fn was_proven(&self) -> bool {
        self.proven.is_some()
    }

    /// Counts the deaths that are seen for the first time.
    pub(super) fn mourn(&mut self, seen: &Seen, now: Timestamp) {
        self.unseen = false;
        for (name, container) in &seen.containers {
            if let Some(Container { id, activity: Activity::Ended(exit), .. }) = container {
                self.died(name, id, exit, now);
            }
        }
    }

    /// A service died; counted once for each death.
    pub(super) fn died(&mut self, name: &ServiceName, container: &str, exit: &Exit, now: Timestamp) {
        let service = self.services.entry(name.clone()).or_default();
        let death = Some((container.to_owned(), exit.finished_at));
        if service.mourned != death {
            service.mourned = death;
            service.deaths.died(now, exit.finished_at.duration_since(exit.started_at));
            service.cause = Some(Cause::Exit(exit.clone()));
        }
    }

    /// A service that ran without answering was stopped. That counts as its death.
    pub(super) fn ended_silent(
        &mut self,
        name: &ServiceName,
        container: Option<&Container>,
        cause: Failure,
        now: Timestamp,
    ) {
        let service = self.services.entry(name.clone()).or_default();
        service.unanswered = 0;
        service.cause = Some(Cause::Silence(cause));
        match container {
            Some(Container { id, activity: Activity::Ended(exit), .. }) => {
                service.mourned = Some((id.clone(), exit.finished_at));
                service.deaths.died(now, exit.finished_at.duration_since(exit.started_at));
            }
            Some(_) | None => service.deaths.died(now, SignedDuration::ZERO),
        }
    }

    /// Something else went wrong; tells when to try again.
    pub(super) fn failed(&mut self, now: Timestamp) -> Timestamp {
        // Because trying again at once what has just been refused helps nobody, the first wait is skipped.
        if self.troubles.deaths() == 0 {
            self.troubles.died(now, SignedDuration::ZERO);
        }
        self.troubles.died(now, SignedDuration::ZERO);
        self.troubles.due().unwrap_or(now)
    }

    /// When what is down may be started again; `None` when at once.
    pub(super) fn next_start(&self, seen: &Seen) -> Option<Timestamp> {
        let down = seen.containers.iter().filter(|(_, container)| !container.as_ref().is_some_and(runs));
        let deaths = down.filter_map(|(name, _)| self.services.get(name)?.deaths.due());
        deaths.chain(self.troubles.due()).max()
    }

    /// A start begins: tells since when the app has not been up.
    pub(super) fn begin_start(&mut self, seen: &Seen, now: Timestamp) -> Timestamp {
        for (name, container) in &seen.containers {
            if container.as_ref().is_some_and(|container| matches!(container.activity, Activity::Ended(_))) {
                self.services.entry(name.clone()).or_default().restarts += 1;
            }
        }
        self.proven = None;
        *self.since.get_or_insert(now)
    }

    /// Every service answered.
    pub(super) fn answered(&mut self) {
        for service in self.services.values_mut() {
            service.unanswered = 0;
        }
    }

    /// A service did not answer; tells how often in a row.
    pub(super) fn not_answered(&mut self, name: &ServiceName) -> u32 {
        let service = self.services.entry(name.clone()).or_default();
        service.unanswered += 1;
        service.unanswered
    }

    /// Why the app keeps failing, once people should know.
    pub(super) fn cause(&self, app: &App) -> Option<Failure> {
        let (name, service) = self.services.iter().find(|(_, service)| service.deaths.keeps_dying())?;
        let memory =
            app.services.get(name).map_or_else(String::new, |s| s.resources.limits.memory.to_string());
        let Failure { message, cure } = match service.cause.as_ref()? {
            Cause::Exit(exit) => obstacle::died(name, exit, &memory),
            Cause::Silence(failure) => failure.clone(),
        };
        let times = service.deaths.deaths();
        let message =
            format!("{message} That makes {times} times in a row; it is tried again, ever less often.");
        Some(Failure { message, cure })
    }

    /// The services as people see them.
    pub(super) fn services(&self, app: &App, seen: &Seen) -> Vec<ServiceStatus> {
        let status = |(name, service): (&ServiceName, &Service)| {
            let container = seen.containers.get(name).and_then(Option::as_ref);
            let activity = container.map(|container| &container.activity);
            let state = match activity {
                None => ServiceState::Missing,
                Some(Activity::Created) => ServiceState::Created,
                Some(Activity::Running { .. }) if self.proven.is_some() => ServiceState::Running,
                Some(Activity::Running { .. }) => ServiceState::Starting,
                Some(Activity::Ended(_)) => ServiceState::Stopped,
            };
            let started_at = activity.and_then(Activity::started_at);
            let restarts = self.services.get(name).map_or(0, |service| service.restarts);
            ServiceStatus { name: name.clone(), state, image: service.image.clone(), started_at, restarts }
        };
        app.services.iter().map(status).collect()
    }
}

const fn runs(container: &Container) -> bool {
    matches!(container.activity, Activity::Running { .. })
}
