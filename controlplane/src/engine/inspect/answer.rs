//! The engine's answer to an inspect, as it comes.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::{Activity, Confinement, Container, Doubt, Exit};

/// `GET /containers/{id}/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::engine) struct Inspect {
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
