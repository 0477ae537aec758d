//! `allowlist.yaml`: what may run, written by people.
//!
//! The types here are the schema. Reading is strict: an unknown key, a repeated key, an alias bomb or a bad unit is an
//! error that names file, line, column and a cure.

use serde::{Deserialize, Serialize};

use crate::{
    error::PolicyError,
    names::AppId,
    units::{ByteSize, Cpu},
    yaml,
};

mod app;
mod check;
mod http;
mod service;

pub use app::{
    App, Backup, BackupMode, EgressRule, Idle, IdleAction, Instances, Relaxation, RelaxedRule, Role, RoleId,
    Update, UpdateStrategy,
};
pub use http::{AccessRule, AppProtocol, Http, Identity, IdentityAlgorithm, Timeouts};
pub use service::{AdminMax, HttpProbe, Limits, Probe, Resources, Secret, Service, TmpfsMount, VolumeMount};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allowlist {
    /// Always 1.
    pub schema_version: u32,
    /// Counts up with each change that is meant; an older file than the running one is refused.
    pub revision: u64,
    /// Ceilings for all apps together.
    pub host: Host,
    /// The apps that may be installed.
    pub apps: Vec<App>,
}

/// What all apps together may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Host {
    /// The private IPv4 range that is cut into one /28 for each app instance, such as `10.212.0.0/16`.
    pub subnets: crate::subnet::Pool,
    /// Sums over all running instances.
    pub limits: HostLimits,
}

/// Sums over all running instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostLimits {
    /// Islands at once.
    pub instances: u32,
    /// Processors.
    pub cpu: Cpu,
    /// Memory.
    pub memory: ByteSize,
    /// Processes and threads.
    pub pids: u64,
}

impl Allowlist {
    /// Reads the file strictly and checks what the types alone cannot say. `file` is the name that errors carry.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let allowlist: Self = yaml::read(file, text)?;
        check::allowlist(&allowlist).map_err(|finding| finding.locate(file, text))?;
        Ok(allowlist)
    }

    /// The entry of `app`, if it is listed.
    pub fn app(&self, app: &AppId) -> Option<&App> {
        self.apps.iter().find(|entry| &entry.id == app)
    }
}
