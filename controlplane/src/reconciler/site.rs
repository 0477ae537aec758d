//! Where an app's services are, and how to tell that they answer.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use atoll_sandbox::{
    allowlist::{App, AppProtocol},
    names::ServiceName,
    subnet::Subnet,
};

use super::probe::Question;

/// What holds for the service behind the app's door when its entry has no probe: an open port counts as ready.
const DEFAULT_STARTUP: Duration = Duration::from_secs(60);
const DEFAULT_PATIENCE: Duration = Duration::from_secs(2);
const DEFAULT_INTERVAL: Duration = Duration::from_secs(10);
const DEFAULT_FAILURES: u32 = 3;

/// An app in its address range.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) app: &'a App,
    subnet: Subnet,
}

/// When a service counts as ready.
#[derive(Debug, Clone)]
pub(super) struct Readiness {
    pub(super) question: Question,
    pub(super) interval: Duration,
    /// Unanswered questions in a row after which a ready service counts as dead.
    pub(super) failures: u32,
    pub(super) startup: Duration,
}

impl<'a> Site<'a> {
    pub(super) const fn new(app: &'a App, subnet: Subnet) -> Self {
        Self { app, subnet }
    }

    /// Where people's requests go.
    pub(super) fn endpoint(&self) -> SocketAddr {
        self.address(&self.app.http.service, self.app.http.port)
    }

    /// When a service counts as ready; `None` where running is enough.
    pub(super) fn readiness(&self, name: &ServiceName) -> Option<Readiness> {
        let service = self.app.services.get(name)?;
        if let Some(probe) = &service.probe {
            let address = self.address(name, probe.http.port);
            let patience = probe.timeout.as_std();
            return Some(Readiness {
                question: Question {
                    address,
                    path: Some(probe.http.path.clone()),
                    protocol: self.protocol(name, probe.http.port),
                    patience,
                },
                interval: probe.interval.as_std(),
                failures: probe.failures.max(1),
                startup: probe.startup.as_std(),
            });
        }
        (*name == self.app.http.service).then(|| Readiness {
            question: Question {
                address: self.endpoint(),
                path: None,
                protocol: self.app.http.app_protocol,
                patience: DEFAULT_PATIENCE,
            },
            interval: DEFAULT_INTERVAL,
            failures: DEFAULT_FAILURES,
            startup: DEFAULT_STARTUP,
        })
    }

    /// How often its services are asked: as often as the most impatient of them wants.
    pub(super) fn interval(&self) -> Duration {
        let intervals = self.app.services.keys().filter_map(|name| self.readiness(name)).map(|r| r.interval);
        intervals.min().unwrap_or(DEFAULT_INTERVAL)
    }

    /// What is spoken at a port: the entry says it of the one behind the app's door; every other speaks HTTP/1.1.
    fn protocol(&self, name: &ServiceName, port: u16) -> AppProtocol {
        let door = &self.app.http;
        if *name == door.service && port == door.port { door.app_protocol } else { AppProtocol::Http }
    }

    fn address(&self, name: &ServiceName, port: u16) -> SocketAddr {
        let position = self.app.services.keys().position(|service| service == name);
        let address = position.and_then(|position| self.subnet.service(position));
        SocketAddr::from((address.unwrap_or(Ipv4Addr::UNSPECIFIED), port))
    }
}
