//! What each app did with its way out: how often and how much, and what it was kept from.
//!
//! In memory since the start of the process; the metrics keep longer, and know no names.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use atoll_sandbox::names::AppId;
use jiff::Timestamp;
use metrics::counter;

use super::{Blocked, rules::Target};
use crate::clock::Clock;

/// Targets of a kind remembered for each app. An app chooses what it asks for, so it must not choose how much we remember.
const MOST_TARGETS: usize = 50;

/// Counts. Clones share the counts.
#[derive(Debug, Clone)]
pub struct Ledger(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    since: Timestamp,
    apps: Mutex<HashMap<AppId, Account>>,
}

/// What one app did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Connections and requests that were let out.
    pub reached: u64,
    /// Bytes to the outside.
    pub sent: u64,
    /// Bytes from the outside.
    pub received: u64,
    /// Where it got to, the latest last.
    pub hosts: Vec<ReachedTarget>,
    /// What the policy kept it from, the latest last.
    pub blocked: Vec<BlockedTarget>,
}

/// Where an app got to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedTarget {
    /// Where.
    pub target: Target,
    /// Connections and requests.
    pub connections: u64,
    /// Bytes to there.
    pub sent: u64,
    /// Bytes from there.
    pub received: u64,
    /// When one was begun, the last time.
    pub last_at: Timestamp,
}

/// Where an app was not let.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedTarget {
    /// Where.
    pub target: Target,
    /// Why, the last time.
    pub why: Blocked,
    /// How often.
    pub attempts: u64,
    /// When, the last time.
    pub last_at: Timestamp,
}

impl Ledger {
    /// Nothing yet.
    pub fn new(clock: Clock) -> Self {
        let since = clock.now();
        Self(Arc::new(Inner { clock, since, apps: Mutex::default() }))
    }

    /// Since when it counts.
    pub fn since(&self) -> Timestamp {
        self.0.since
    }

    /// What an app did.
    pub fn account(&self, app: &AppId) -> Account {
        self.apps().get(app).cloned().unwrap_or_default()
    }

    pub(super) fn reached(&self, app: &AppId, target: &Target) {
        count(app, "opened");
        let last_at = self.0.clock.now();
        let mut apps = self.apps();
        let account = apps.entry(app.clone()).or_default();
        account.reached += 1;
        let known = take(&mut account.hosts, |known| known.target == *target);
        let known = known.unwrap_or_else(|| ReachedTarget {
            target: target.clone(),
            connections: 0,
            sent: 0,
            received: 0,
            last_at,
        });
        remember(&mut account.hosts, ReachedTarget { connections: known.connections + 1, last_at, ..known });
    }

    pub(super) fn passed(&self, app: &AppId, target: &Target, sent: u64, received: u64) {
        for (direction, bytes) in [("out", sent), ("in", received)] {
            counter!("atoll_egress_bytes_total", "app" => app.to_string(), "direction" => direction)
                .increment(bytes);
        }
        let mut apps = self.apps();
        let account = apps.entry(app.clone()).or_default();
        account.sent += sent;
        account.received += received;
        // One that was forgotten meanwhile counts among all, and not by itself.
        if let Some(host) = account.hosts.iter_mut().find(|host| host.target == *target) {
            host.sent += sent;
            host.received += received;
        }
    }

    pub(super) fn blocked(&self, app: &AppId, why: &Blocked) {
        count(app, why.code());
        let Some(target) = why.target().filter(|_| why.is_by_policy()) else { return };
        let last_at = self.0.clock.now();
        let mut apps = self.apps();
        let blocked = &mut apps.entry(app.clone()).or_default().blocked;
        let known = take(blocked, |known| known.target == *target);
        let attempts = known.map_or(0, |known| known.attempts) + 1;
        remember(blocked, BlockedTarget { target: target.clone(), why: why.clone(), attempts, last_at });
    }

    fn apps(&self) -> MutexGuard<'_, HashMap<AppId, Account>> {
        self.0.apps.lock().expect("nobody panics while holding the ledger")
    }
}

/// Takes what is known of a target out of the list.
fn take<T>(list: &mut Vec<T>, which: impl FnMut(&T) -> bool) -> Option<T> {
    let at = list.iter().position(which)?;
    Some(list.remove(at))
}

/// Puts the latest at the end, and forgets the oldest when there are too many.
fn remember<T>(list: &mut Vec<T>, latest: T) {
    if list.len() >= MOST_TARGETS {
        list.remove(0);
    }
    list.push(latest);
}

fn count(app: &AppId, outcome: &'static str) {
    counter!("atoll_egress_connections_total", "app" => app.to_string(), "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(port: u16) -> Target {
        Target::parse(&format!("a.example:{port}").parse().unwrap()).unwrap()
    }

    fn unlisted(port: u16) -> Blocked {
        Blocked::Unlisted(target(port))
    }

    #[test]
    fn each_host_has_its_own_counts_and_a_forgotten_one_still_counts_among_all() {
        let (ledger, app) = (Ledger::new(Clock::manual(Timestamp::UNIX_EPOCH)), "notes".parse().unwrap());
        for port in (1..=51).chain([20]) {
            ledger.reached(&app, &target(port));
        }
        ledger.passed(&app, &target(20), 3, 4);
        ledger.passed(&app, &target(1), 5, 6);
        let account = ledger.account(&app);
        assert_eq!((account.reached, account.sent, account.received), (52, 8, 10));
        assert_eq!(account.hosts.len(), MOST_TARGETS);
        let last = account.hosts.last().unwrap();
        assert_eq!((last.target.port, last.connections, last.sent, last.received), (20, 2, 3, 4));
        assert!(account.hosts.iter().all(|host| host.target.port != 1));
    }

    #[test]
    fn each_target_is_remembered_once_with_its_attempts_and_the_oldest_is_forgotten() {
        let (ledger, app) = (Ledger::new(Clock::manual(Timestamp::UNIX_EPOCH)), "notes".parse().unwrap());
        for port in (1..=60).chain([60, 30, 60]) {
            ledger.blocked(&app, &unlisted(port));
        }
        let blocked = ledger.account(&app).blocked;
        assert_eq!(blocked.len(), MOST_TARGETS);
        let last: Vec<_> =
            blocked.iter().rev().take(3).map(|known| (known.target.port, known.attempts)).collect();
        assert_eq!(last, [(60, 3), (30, 2), (59, 1)]);
    }

    #[test]
    fn the_weather_outside_is_no_matter_of_policy() {
        let (ledger, app) = (Ledger::new(Clock::manual(Timestamp::UNIX_EPOCH)), "notes".parse().unwrap());
        let target = Target::parse(&"a.example:443".parse().unwrap()).unwrap();
        ledger.blocked(&app, &Blocked::Unreachable(target));
        ledger.blocked(&app, &Blocked::TooMany);
        assert_eq!(ledger.account(&app), Account::default());
    }
}
