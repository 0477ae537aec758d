//! One app of the list.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{Http, Service};
use crate::{
    names::{AppId, ServiceName, VolumeName},
    units::Duration,
};

/// One app that may be installed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct App {
    /// Host name, name prefix and token audience.
    pub id: AppId,
    /// The version that people read.
    pub version: String,
    /// The name that people read.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// A word to group by.
    pub category: String,
    /// Path of an SVG or PNG, relative to the allowlist.
    #[serde(default)]
    pub icon: Option<String>,
    /// Who makes it.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Where its source lies.
    #[serde(default)]
    pub source: Option<String>,
    /// Where its documentation lies.
    #[serde(default)]
    pub documentation: Option<String>,
    /// SPDX expression.
    #[serde(default)]
    pub licenses: Option<String>,
    /// Its containers. Addresses follow the alphabetical order of their names.
    pub services: BTreeMap<ServiceName, Service>,
    /// How it is reached.
    pub http: Http,
    /// What people can be in it.
    pub roles: Vec<Role>,
    /// JSON Schema 2020-12 of its settings.
    #[serde(default)]
    pub settings: Option<serde_json::Value>,
    /// Hosts that it may reach; none by default.
    #[serde(default)]
    pub egress: Vec<EgressRule>,
    /// Whether people share one instance.
    #[serde(default)]
    pub instances: Instances,
    /// What happens when nobody uses it.
    #[serde(default)]
    pub idle: Idle,
    /// What a backup holds.
    #[serde(default)]
    pub backup: Option<Backup>,
    /// How it is updated.
    #[serde(default)]
    pub update: Option<Update>,
    /// Rules that it is let off, each with a reason that people see.
    #[serde(default)]
    pub relax: Vec<Relaxation>,
}

impl App {
    /// The volumes that its services name; one that two services share comes twice.
    pub fn volumes(&self) -> impl Iterator<Item = &VolumeName> {
        self.services.values().flat_map(|service| &service.volumes).map(|mount| &mount.name)
    }

    /// Whether it may reach anything outside its island.
    pub fn has_egress(&self) -> bool {
        !self.egress.is_empty() || self.relax.iter().any(|relaxed| relaxed.rule == RelaxedRule::Internet)
    }

    /// Whether a rule is relaxed for a service, by its name or for all of them.
    pub fn relaxes(&self, service: &ServiceName, rule: RelaxedRule) -> bool {
        self.relax.iter().any(|relaxed| {
            relaxed.rule == rule && relaxed.service.as_ref().is_none_or(|named| named == service)
        })
    }

    /// Its services, each after the ones that it depends on, otherwise in alphabetical order.
    ///
    /// Services that depend on each other in a circle come last; the check of the allowlist refuses them.
    pub fn start_order(&self) -> Vec<ServiceName> {
        let mut order: Vec<ServiceName> = Vec::new();
        while order.len() < self.services.len() {
            let waiting = || self.services.iter().filter(|(name, _)| !order.contains(name));
            let next =
                waiting().find(|(_, service)| service.depends_on.iter().all(|name| order.contains(name)));
            match next {
                Some((name, _)) => order.push(name.clone()),
                None => {
                    let rest: Vec<ServiceName> = waiting().map(|(name, _)| name.clone()).collect();
                    order.extend(rest);
                }
            }
        }
        order
    }
}

/// A role's id within its app.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleId(pub String);

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person can be in an app. Later roles of the list include what earlier ones may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The word that the app sees.
    pub id: RoleId,
    /// The words that people see.
    pub title: String,
    /// Whether a grant without a role means this one.
    #[serde(default)]
    pub default: bool,
}

/// A host that an app may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgressRule {
    /// Exact name, or `*.suffix`.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Whether people share one instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Instances {
    /// One for all.
    #[default]
    Shared,
    /// One for each person.
    PerUser,
}

/// What happens when nobody uses an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Idle {
    /// Time without an open request, stream or socket.
    #[serde(default = "default_idle_after")]
    pub after: Duration,
    /// What is then done.
    pub action: IdleAction,
    /// How long a program's request is held while the app is woken; the probe's `startup` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_timeout: Option<Duration>,
}

impl Default for Idle {
    fn default() -> Self {
        Self { after: default_idle_after(), action: IdleAction::Never, start_timeout: None }
    }
}

/// What is done with an idle app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdleAction {
    /// Stopped, and started by the next request.
    Stop,
    /// Frozen in memory. Done as `stop` until the socket proxy can freeze.
    Pause,
    /// Left running.
    Never,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// The volumes.
    pub volumes: Vec<VolumeName>,
    /// What the app does meanwhile.
    pub mode: BackupMode,
}

/// What an app does while it is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BackupMode {
    /// It is frozen.
    Pause,
    /// It is stopped.
    Stop,
    /// It is told.
    Hook,
}

/// How an app is updated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Versions that this one can be installed over.
    pub from: String,
    /// How.
    pub strategy: UpdateStrategy,
    /// How long the new version is watched before the old one is let go.
    pub watch: Duration,
}

/// How an app is updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UpdateStrategy {
    /// The new version runs before the old one stops.
    BlueGreen,
    /// The old version stops first.
    Recreate,
}

/// A rule that an app is let off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relaxation {
    /// Which service; all of them when absent.
    #[serde(default)]
    pub service: Option<ServiceName>,
    /// Which rule.
    pub rule: RelaxedRule,
    /// Why, in a sentence for the administrator.
    pub reason: String,
}

/// A rule that can be relaxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RelaxedRule {
    /// The root file system may be written.
    ReadOnlyRootFilesystem,
    /// May listen on ports below 1024 (`NET_BIND_SERVICE`).
    NetBindService,
    /// Egress to any public host.
    Internet,
}

const fn default_idle_after() -> Duration {
    Duration::from_secs(30 * 60)
}
