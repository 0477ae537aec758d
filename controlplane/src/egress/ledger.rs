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

/// Targets remembered for each app. An app chooses what it asks for, so it must not choose how much we remember.
const MOST_BLOCKED: usize = 50;

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
    /// What the policy kept it from, the latest last.
    pub blocked: Vec<BlockedTarget>,
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

    pub(super) fn reached(&self, app: &AppId) {
        count(app, "opened");
        self.apps().entry(app.clone()).or_default().reached += 1;
    }

    pub(super) fn passed(&self, app: &AppId, sent: u64, received: u64) {
        for (direction, bytes) in [("out", sent), ("in", received)] {
            counter!("atoll_egress_bytes_total", "app" => app.to_string(), "direction" => direction)
                .increment(bytes);
        }
        let mut apps = self.apps();
        let account = apps.entry(app.clone()).or_default();
        account.sent += sent;
        account.received += received;
    }

    pub(super) fn blocked(&self, app: &AppId, why: &Blocked) {
        count(app, why.code());
        let Some(target) = why.target().filter(|_| why.is_by_policy()) else { return };
        let last_at = self.0.clock.now();
        let mut apps = self.apps();
        let blocked = &mut apps.entry(app.clone()).or_default().blocked;
        let known = blocked.iter().position(|known| known.target == *target);
        let attempts = known.map_or(0, |at| blocked.remove(at).attempts) + 1;
        if blocked.len() >= MOST_BLOCKED {
            blocked.remove(0);
        }
        blocked.push(BlockedTarget { target: target.clone(), why: why.clone(), attempts, last_at });
    }

    fn apps(&self) -> MutexGuard<'_, HashMap<AppId, Account>> {
        self.0.apps.lock().expect("nobody panics while holding the ledger")
    }
}

fn count(app: &AppId, outcome: &'static str) {
    counter!("atoll_egress_connections_total", "app" => app.to_string(), "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlisted(port: u16) -> Blocked {
        Blocked::Unlisted(Target::parse(&format!("a.example:{port}").parse().unwrap()).unwrap())
    }

    #[test]
    fn each_target_is_remembered_once_with_its_attempts_and_the_oldest_is_forgotten() {
        let (ledger, app) = (Ledger::new(Clock::manual(Timestamp::UNIX_EPOCH)), "notes".parse().unwrap());
        for port in (1..=60).chain([60, 30, 60]) {
            ledger.blocked(&app, &unlisted(port));
        }
        let blocked = ledger.account(&app).blocked;
        assert_eq!(blocked.len(), MOST_BLOCKED);
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
