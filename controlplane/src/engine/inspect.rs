//! What the engine says of a container: what it is doing, and how tightly it is held.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Inspect {
    id: String,
    #[serde(default)]
    image: String,
    state: State,
    config: Config,
    host_config: HostConfig,
    #[serde(default)]
    network_settings: NetworkSettings,
    #[serde(default, deserialize_with = "null_is_default")]
    mounts: Vec<Mount>,
    #[serde(default, deserialize_with = "null_is_default")]
    atoll: Verdict,
}

/// The socket proxy's own comparison.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Verdict {
    differences: Vec<Doubt>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    status: String,
    #[serde(default)]
    exit_code: i64,
    #[serde(default, rename = "OOMKilled")]
    out_of_memory: bool,
    #[serde(default, deserialize_with = "null_is_default")]
    error: String,
    #[serde(default, deserialize_with = "null_is_default")]
    started_at: String,
    #[serde(default, deserialize_with = "null_is_default")]
    finished_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(default, deserialize_with = "null_is_default")]
    user: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct HostConfig {
    memory: i64,
    memory_swap: i64,
    #[serde(deserialize_with = "null_is_default")]
    nano_cpus: i64,
    #[serde(deserialize_with = "null_is_default")]
    pids_limit: i64,
    #[serde(deserialize_with = "null_is_default")]
    cap_add: Vec<String>,
    #[serde(deserialize_with = "null_is_default")]
    cap_drop: Vec<String>,
    #[serde(deserialize_with = "null_is_default")]
    security_opt: Vec<String>,
    privileged: bool,
    readonly_rootfs: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NetworkSettings {
    #[serde(deserialize_with = "null_is_default")]
    networks: BTreeMap<String, Endpoint>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Endpoint {
    #[serde(rename = "IPAddress", deserialize_with = "null_is_default")]
    ip_address: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mount {
    r#type: String,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    destination: String,
    #[serde(default, rename = "RW")]
    writable: bool,
}

/// Go writes `null` for an empty list, map or pointer.
fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

impl From<Inspect> for Container {
    fn from(inspect: Inspect) -> Self {
        let activity = inspect.state.activity();
        let host = inspect.host_config;
        let confinement = Confinement {
            image_id: inspect.image,
            user: inspect.config.user,
            memory: host.memory,
            memory_and_swap: host.memory_swap,
            nano_cpus: host.nano_cpus,
            pids: host.pids_limit,
            capabilities_added: capability_names(&host.cap_add),
            capabilities_dropped: capability_names(&host.cap_drop).iter().any(|name| name == "ALL"),
            no_new_privileges: host.security_opt.iter().any(|option| is_no_new_privileges(option)),
            privileged: host.privileged,
            read_only_root: host.readonly_rootfs,
            networks: inspect.network_settings.addresses(),
            mounts: inspect.mounts.into_iter().filter_map(Mount::described).collect(),
        };
        // `Entry` says only that the allowlist has changed since; that takes effect at the next start.
        let doubts = inspect.atoll.differences.into_iter().filter(|doubt| doubt.field != "Entry").collect();
        Self { id: inspect.id, activity, confinement, doubts }
    }
}

impl State {
    /// A container between two states (`removing`, `dead`) counts as ended, one that is frozen as running: neither
    /// comes from us, and both are looked at again at the next pass.
    fn activity(self) -> Activity {
        match self.status.as_str() {
            "created" | "configured" | "initialized" if self.error.is_empty() => Activity::Created,
            "running" | "paused" | "restarting" => Activity::Running { since: time(&self.started_at) },
            _ => Activity::Ended(Exit {
                code: self.exit_code,
                out_of_memory: self.out_of_memory,
                error: self.error,
                started_at: time(&self.started_at),
                finished_at: time(&self.finished_at),
            }),
        }
    }
}

impl NetworkSettings {
    fn addresses(self) -> BTreeMap<String, Option<Ipv4Addr>> {
        self.networks.into_iter().map(|(name, endpoint)| (name, endpoint.ip_address.parse().ok())).collect()
    }
}

impl Mount {
    /// Memory-backed folders are left out: engines differ in whether they list them, and nothing of the host is in one.
    fn described(self) -> Option<(String, String)> {
        let what = match self.r#type.as_str() {
            "tmpfs" => return None,
            "volume" if self.writable => format!("volume {}", self.name),
            "volume" => format!("volume {} read-only", self.name),
            other => other.to_owned(),
        };
        Some((self.destination, what))
    }
}

/// Engines write capabilities with and without `CAP_`.
fn capability_names(listed: &[String]) -> Vec<String> {
    let mut names: Vec<String> = listed
        .iter()
        .map(|name| name.to_ascii_uppercase())
        .map(|name| name.strip_prefix("CAP_").map_or(name.clone(), str::to_owned))
        .collect();
    names.sort_unstable();
    names
}

fn is_no_new_privileges(option: &str) -> bool {
    matches!(option, "no-new-privileges" | "no-new-privileges=true" | "no-new-privileges:true")
}

/// A container that never started has the year 1.
fn time(value: &str) -> Timestamp {
    value.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}
