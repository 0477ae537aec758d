//! What clients see of one container.

use std::{borrow::Cow, collections::BTreeMap};

use atoll_sandbox::policy::Policy;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{image_reference, is_own_network, seen_labels};
use crate::{owned::Owned, seal::Labels, words::without_paths};

/// `GET /containers/{id}/json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContainerView<'a> {
    id: String,
    #[serde(default)]
    created: String,
    name: String,
    #[serde(default)]
    image: String,
    #[serde(default)]
    restart_count: i64,
    state: StateView,
    config: ConfigView,
    host_config: HostConfigView,
    #[serde(borrow, default)]
    mounts: Vec<MountView<'a>>,
    #[serde(borrow, default)]
    network_settings: NetworkSettingsView<'a>,
    /// What the proxy's own comparison says.
    #[serde(default)]
    atoll: Value,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StateView {
    status: String,
    running: bool,
    paused: bool,
    restarting: bool,
    #[serde(rename = "OOMKilled")]
    oom_killed: bool,
    dead: bool,
    exit_code: i64,
    #[serde(default)]
    error: String,
    started_at: String,
    finished_at: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConfigView {
    #[serde(default)]
    image: String,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    tty: bool,
    #[serde(default)]
    labels: Option<Labels>,
    #[serde(default)]
    stop_timeout: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct HostConfigView {
    network_mode: String,
    memory: i64,
    memory_swap: i64,
    nano_cpus: i64,
    pids_limit: Option<i64>,
    cap_add: Option<Vec<String>>,
    cap_drop: Option<Vec<String>>,
    security_opt: Option<Vec<String>>,
    readonly_rootfs: bool,
    privileged: bool,
    oom_score_adj: i64,
    restart_policy: RestartPolicyView,
    log_config: LogConfigView,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RestartPolicyView {
    name: String,
    maximum_retry_count: i64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LogConfigView {
    r#type: String,
    config: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MountView<'a> {
    r#type: &'a str,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    destination: Cow<'a, str>,
    #[serde(rename = "RW", default)]
    rw: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NetworkSettingsView<'a> {
    #[serde(borrow, default)]
    networks: BTreeMap<String, EndpointView<'a>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct EndpointView<'a> {
    #[serde(rename = "NetworkID")]
    network_id: &'a str,
    #[serde(rename = "EndpointID")]
    endpoint_id: &'a str,
    gateway: &'a str,
    #[serde(rename = "IPAddress")]
    ip_address: &'a str,
    #[serde(rename = "IPPrefixLen")]
    ip_prefix_len: i64,
    mac_address: &'a str,
    aliases: Option<Vec<String>>,
}

impl<'a> ContainerView<'a> {
    /// What a client sees of a container, with what the comparison said.
    pub(crate) fn read(
        owned: &'a Owned,
        policy: Option<&Policy>,
        verdict: Value,
    ) -> serde_json::Result<Self> {
        let mut view = Self::deserialize(&owned.inspect)?;
        view.name = format!("/{}", owned.name);
        view.config.labels = Some(seen_labels(&owned.labels));
        view.config.image = image_reference(policy, &owned.labels).unwrap_or_else(|| view.image.clone());
        view.state.error = without_paths(&view.state.error);
        view.mounts.iter_mut().for_each(MountView::clean);
        // The key is the id that the engine was given, until the container has been started.
        let given = view.host_config.network_mode.clone();
        view.network_settings.keep(|name| is_own_network(name, &owned.labels) || *name == given);
        view.atoll = verdict;
        Ok(view)
    }
}

impl NetworkSettingsView<'_> {
    /// Somebody on the host may have joined the container to other networks, whose names are not ours to tell.
    pub(super) fn keep(&mut self, is_own: impl Fn(&String) -> bool) {
        self.networks.retain(|name, _| is_own(name));
    }
}

impl MountView<'_> {
    /// The engine writes a path of the host where a tmpfs or a foreign mount has no name.
    pub(super) fn clean(&mut self) {
        if self.r#type != "volume" {
            self.name = Cow::Borrowed("");
        }
    }
}
