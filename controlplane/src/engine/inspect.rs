//! What the engine says of a container: what it is doing, and how tightly it is held.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;
use serde::Deserialize;

mod answer;

pub(super) use answer::Inspect;

/// A container of ours, as the engine sees it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The engine's id; a container that is made anew has another.
    pub id: String,
    /// What it is doing.
    pub activity: Activity,
    /// How tightly it is held.
    pub confinement: Confinement,
    /// What the socket proxy's own comparison found to differ from the allowlist, in more fields than are read here.
    pub doubts: Vec<Doubt>,
}

/// One thing that the socket proxy found to differ.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Doubt {
    /// The field, in the engine's words.
    pub field: String,
    /// What was asked for.
    pub expected: String,
    /// What the engine reports.
    pub actual: String,
}

/// What a container is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activity {
    /// It was made and never started.
    Created,
    /// It runs.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// It ran and has ended.
    Ended(Exit),
}

impl Activity {
    /// When it was last started.
    pub const fn started_at(&self) -> Option<Timestamp> {
        match self {
            Self::Created => None,
            Self::Running { since } => Some(*since),
            Self::Ended(exit) => Some(exit.started_at),
        }
    }
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// The exit code; above 128 it is 128 and the signal.
    pub code: i64,
    /// Whether it was killed at its memory limit.
    pub out_of_memory: bool,
    /// What the engine says about a container that it could not start; empty when it could.
    pub error: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
}

/// How tightly a container is held. What was asked for and what the engine reports are both written in this type, so
/// that comparing the two leaves no field out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confinement {
    /// The engine's image id, `sha256:…`.
    pub image_id: String,
    /// Numeric `uid:gid`.
    pub user: String,
    /// Bytes; 0 is no limit.
    pub memory: i64,
    /// Bytes of memory and swap together; equal to `memory` when there is no swap.
    pub memory_and_swap: i64,
    /// Billionths of a processor; 0 is no limit.
    pub nano_cpus: i64,
    /// Processes and threads; 0 is no limit.
    pub pids: i64,
    /// Capabilities given, sorted, without `CAP_`.
    pub capabilities_added: Vec<String>,
    /// Whether all others are taken away.
    pub capabilities_dropped: bool,
    /// Whether set-uid programs gain nothing.
    pub no_new_privileges: bool,
    /// Whether all rules are off.
    pub privileged: bool,
    /// Whether the root file system cannot be written.
    pub read_only_root: bool,
    /// Names of the networks that it is on, with its address on each.
    pub networks: BTreeMap<String, Option<Ipv4Addr>>,
    /// Mounts by path: the volume's name and whether it can be written, or the kind of any other mount.
    pub mounts: BTreeMap<String, String>,
}

impl Confinement {
    /// Every field in the engine's words with its value as text.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let networks: Vec<String> = self
            .networks
            .iter()
            .map(|(name, address)| {
                address.map_or_else(|| name.clone(), |address| format!("{name} {address}"))
            })
            .collect();
        let mounts: Vec<String> = self.mounts.iter().map(|(path, what)| format!("{path} {what}")).collect();
        vec![
            ("Image", self.image_id.clone()),
            ("Config.User", self.user.clone()),
            ("HostConfig.Memory", self.memory.to_string()),
            ("HostConfig.MemorySwap", self.memory_and_swap.to_string()),
            ("HostConfig.NanoCpus", self.nano_cpus.to_string()),
            ("HostConfig.PidsLimit", self.pids.to_string()),
            ("HostConfig.CapAdd", self.capabilities_added.join(", ")),
            ("HostConfig.CapDrop", if self.capabilities_dropped { "ALL" } else { "not ALL" }.to_owned()),
            ("HostConfig.SecurityOpt.no-new-privileges", self.no_new_privileges.to_string()),
            ("HostConfig.Privileged", self.privileged.to_string()),
            ("HostConfig.ReadonlyRootfs", self.read_only_root.to_string()),
            ("NetworkSettings.Networks", networks.join(", ")),
            ("Mounts", mounts.join(", ")),
        ]
    }

    /// The fields that an engine without the right cgroups leaves at zero.
    pub const LIMITS: [&'static str; 4] =
        ["HostConfig.Memory", "HostConfig.MemorySwap", "HostConfig.NanoCpus", "HostConfig.PidsLimit"];
}
