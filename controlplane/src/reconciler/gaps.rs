//! Where what runs differs from what is wanted, seen from afar: out of one list of everything. Pure.
//!
//! A gap is only a reason to look closer; what is done about it is decided by the island's keeper after a fresh look.

use std::collections::BTreeSet;

use atoll_sandbox::{allowlist::App, names::ServiceName};

use super::state::Desired;
use crate::engine::sightings::Sightings;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gap {
    /// The island has no network.
    NoNetwork,
    /// A service does not run.
    Down(ServiceName),
    /// A service runs that should not.
    Up(ServiceName),
}

/// What is missing or too much of an installed island. `app` is the allowlist's entry, if it still has one.
pub(super) fn of_installed(
    desired: Desired,
    asleep: bool,
    app: Option<&App>,
    seen: Option<&Sightings>,
) -> Vec<Gap> {
    let nothing = Sightings::default();
    let seen = seen.unwrap_or(&nothing);
    let running: BTreeSet<&ServiceName> =
        seen.services.iter().filter(|(_, runs)| **runs).map(|(name, _)| name).collect();
    let wanted: BTreeSet<&ServiceName> = match (desired, app.filter(|_| !asleep)) {
        (Desired::Running, Some(app)) => app.services.keys().collect(),
        (Desired::Running, None) | (Desired::Stopped, _) => BTreeSet::new(),
    };
    let network = (!wanted.is_empty() && !seen.network).then_some(Gap::NoNetwork);
    let down = wanted.difference(&running).map(|name| Gap::Down((*name).clone()));
    let up = running.difference(&wanted).map(|name| Gap::Up((*name).clone()));
    network.into_iter().chain(down).chain(up).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        serde_json::from_value(serde_json::json!({
            "id": "notes", "version": "1", "title": "Notes", "description": "d", "category": "c",
            "services": {
                "web": {"image": "i:1", "user": "1:1",
                        "resources": {"limits": {"cpu": "1", "memory": "64Mi", "pids": 9}}},
                "db": {"image": "i:1", "user": "1:1",
                       "resources": {"limits": {"cpu": "1", "memory": "64Mi", "pids": 9}}},
            },
            "http": {"service": "web", "port": 80, "access": []},
            "roles": [],
        }))
        .unwrap()
    }

    fn seen(network: bool, services: &[(&str, bool)]) -> Sightings {
        let services = services.iter().map(|(name, runs)| (name.parse().unwrap(), *runs)).collect();
        Sightings { network, services }
    }

    #[test]
    fn an_app_that_is_as_it_should_be_has_no_gap() {
        let up = seen(true, &[("web", true), ("db", true)]);
        assert_eq!(of_installed(Desired::Running, false, Some(&app()), Some(&up)), []);
        let down = seen(true, &[("web", false), ("db", false)]);
        assert_eq!(of_installed(Desired::Stopped, false, Some(&app()), Some(&down)), []);
        assert_eq!(of_installed(Desired::Stopped, false, Some(&app()), None), []);
        assert_eq!(of_installed(Desired::Running, true, Some(&app()), Some(&down)), []);
    }

    #[test]
    fn what_is_missing_or_too_much_is_a_gap() {
        let (web, db) = ("web".parse().unwrap(), "db".parse().unwrap());
        let half = seen(true, &[("web", true), ("db", false)]);
        assert_eq!(of_installed(Desired::Running, false, Some(&app()), Some(&half)), [Gap::Down(db)]);
        assert_eq!(of_installed(Desired::Stopped, false, Some(&app()), Some(&half)), [Gap::Up(web)]);
        assert_eq!(of_installed(Desired::Running, false, Some(&app()), None).len(), 3);
        let strange = seen(true, &[("web", true), ("db", true), ("miner", true)]);
        let miner = Gap::Up("miner".parse().unwrap());
        assert_eq!(of_installed(Desired::Running, false, Some(&app()), Some(&strange)), [miner]);
    }

    #[test]
    fn an_app_that_left_the_allowlist_should_not_run() {
        let up = seen(true, &[("web", true)]);
        assert_eq!(of_installed(Desired::Running, false, None, Some(&up)), [Gap::Up("web".parse().unwrap())]);
    }
}
