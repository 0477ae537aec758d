//! What clients see of objects: the engine's answers read into these types and written again from them.
//!
//! A field that is not here is not seen: no value of a variable, no path of the host, no name of anything foreign.

use std::collections::BTreeMap;

use atoll_sandbox::{labels, names::IslandId, policy::Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{owned::Owned, seal::Labels, words::without_paths};

/// `GET /containers/{id}/json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContainerView {
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
    #[serde(default)]
    mounts: Vec<MountView>,
    #[serde(default)]
    network_settings: NetworkSettingsView,
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
struct MountView {
    r#type: String,
    #[serde(default)]
    name: String,
    destination: String,
    #[serde(rename = "RW", default)]
    rw: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkSettingsView {
    #[serde(default)]
    networks: BTreeMap<String, EndpointView>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct EndpointView {
    #[serde(rename = "NetworkID")]
    network_id: String,
    #[serde(rename = "EndpointID")]
    endpoint_id: String,
    gateway: String,
    #[serde(rename = "IPAddress")]
    ip_address: String,
    #[serde(rename = "IPPrefixLen")]
    ip_prefix_len: i64,
    mac_address: String,
    aliases: Option<Vec<String>>,
}

/// One row of `GET /containers/json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContainerRow {
    pub(crate) id: String,
    pub(crate) names: Vec<String>,
    #[serde(default)]
    image: String,
    #[serde(rename = "ImageID", default)]
    image_id: String,
    #[serde(skip_deserializing)]
    command: String,
    created: i64,
    pub(crate) state: String,
    status: String,
    #[serde(skip_deserializing)]
    ports: [(); 0],
    #[serde(default)]
    pub(crate) labels: Labels,
    #[serde(default)]
    mounts: Vec<MountView>,
    #[serde(default)]
    network_settings: NetworkSettingsView,
}

/// `GET /networks/{id}`, and one row of `GET /networks`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NetworkView {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    created: String,
    #[serde(default)]
    scope: String,
    driver: String,
    #[serde(rename = "EnableIPv6", default)]
    enable_ipv6: bool,
    #[serde(rename = "IPAM", default)]
    ipam: IpamView,
    internal: bool,
    #[serde(default)]
    options: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) labels: Labels,
    /// Members of the island only: its own containers and the control plane.
    #[serde(default)]
    containers: Option<BTreeMap<String, MemberView>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct IpamView {
    driver: String,
    config: Option<Vec<SubnetView>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct SubnetView {
    subnet: String,
    gateway: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MemberView {
    name: String,
    #[serde(rename = "IPv4Address", default)]
    ipv4_address: String,
    #[serde(rename = "MacAddress", default)]
    mac_address: String,
}

/// `GET /info`: what decides whether limits can be enforced, and the size of the machine.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
pub(crate) struct InfoView {
    #[serde(rename = "NCPU")]
    ncpu: i64,
    mem_total: i64,
    #[serde(rename = "OSType")]
    os_type: String,
    architecture: String,
    operating_system: String,
    kernel_version: String,
    server_version: String,
    driver: String,
    cgroup_driver: String,
    cgroup_version: String,
    memory_limit: bool,
    swap_limit: bool,
    #[serde(rename = "CpuCfsPeriod")]
    cpu_cfs_period: bool,
    #[serde(rename = "CpuCfsQuota")]
    cpu_cfs_quota: bool,
    pids_limit: bool,
    security_options: Option<Vec<String>>,
    default_runtime: String,
    #[serde(skip_deserializing)]
    pub(crate) containers: usize,
    #[serde(skip_deserializing)]
    pub(crate) containers_running: usize,
    /// What this proxy says of itself.
    #[serde(rename = "Atoll", skip_deserializing)]
    pub(crate) atoll: Value,
}

impl ContainerView {
    /// What a client sees of a container, with what the comparison said.
    pub(crate) fn read(owned: &Owned, policy: Option<&Policy>, verdict: Value) -> serde_json::Result<Self> {
        let mut view: Self = serde_json::from_value(owned.inspect.clone())?;
        view.name = format!("/{}", owned.name);
        view.config.labels = Some(seen_labels(&owned.labels));
        view.config.image = reference(policy, &owned.labels).unwrap_or_else(|| view.image.clone());
        view.state.error = without_paths(&view.state.error);
        view.mounts.iter_mut().for_each(MountView::clean);
        // The key is the id that the engine was given, until the container has been started.
        let given = view.host_config.network_mode.clone();
        view.network_settings.keep(|name| is_own_network(name, &owned.labels) || *name == given);
        view.atoll = verdict;
        Ok(view)
    }
}

impl ContainerRow {
    /// Whether it takes what its limits allow: it runs, is paused or is on its way there.
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state.as_str(), "created" | "exited" | "dead")
    }

    /// Leaves what a client may see.
    pub(crate) fn clean(&mut self, policy: Option<&Policy>) {
        self.image = reference(policy, &self.labels).unwrap_or_else(|| self.image_id.clone());
        // Further names are those of links, which begin with the name of whoever links here.
        self.names.retain(|name| name.trim_start_matches('/').find('/').is_none());
        self.mounts.iter_mut().for_each(MountView::clean);
        let labels = seen_labels(&self.labels);
        self.network_settings.keep(|name| is_own_network(name, &labels));
        self.labels = labels;
    }
}

impl NetworkView {
    /// Leaves what a client may see.
    pub(crate) fn clean(&mut self, gateway: &str, policy: Option<&Policy>) {
        let services = services(policy, &self.labels);
        if let Some(members) = &mut self.containers {
            members.retain(|_, member| member.name == gateway || services.contains(&member.name));
        }
        self.labels = seen_labels(&self.labels);
    }
}

impl NetworkSettingsView {
    /// Somebody on the host may have joined the container to other networks, whose names are not ours to tell.
    fn keep(&mut self, is_own: impl Fn(&String) -> bool) {
        self.networks.retain(|name, _| is_own(name));
    }
}

impl InfoView {
    /// Leaves what a client may see: a security profile is named by its path on the host.
    pub(crate) fn clean(&mut self) {
        self.security_options.iter_mut().flatten().for_each(|option| *option = without_paths(option));
    }
}

impl MountView {
    /// The engine writes a path of the host where a tmpfs or a foreign mount has no name.
    fn clean(&mut self) {
        if self.r#type != "volume" {
            self.name.clear();
        }
    }
}

/// `GET /volumes/{name}`.
pub(crate) fn volume(owned: Owned) -> Value {
    volume_row(&owned.name, &owned.labels, &owned.inspect)
}

/// One row of `GET /volumes`. The mount point would be a path of the host.
pub(crate) fn volume_row(name: &str, labels: &Labels, inspect: &Value) -> Value {
    json!({
        "Name": name,
        "Driver": inspect["Driver"],
        "Mountpoint": "",
        "CreatedAt": inspect["CreatedAt"],
        "Labels": seen_labels(labels),
        "Scope": "local",
        "Options": {},
    })
}

/// Our own labels without the seal; an image's labels mean nothing here.
pub(crate) fn seen_labels(labels: &Labels) -> Labels {
    const SEEN: [&str; 6] =
        [labels::APP, labels::INSTANCE, labels::SERVICE, labels::VOLUME, labels::INDEX, labels::SPEC];
    SEEN.iter().filter_map(|name| Some(((*name).to_owned(), labels.get(*name)?.clone()))).collect()
}

fn island(labels: &Labels) -> Option<IslandId> {
    let (app, instance) = (labels.get(labels::APP)?, labels.get(labels::INSTANCE)?);
    Some(IslandId { app: app.parse().ok()?, instance: instance.parse().ok()? })
}

fn is_own_network(name: &str, labels: &Labels) -> bool {
    island(labels).is_some_and(|island| island.network() == name)
}

/// What the containers of an island are called.
fn services(policy: Option<&Policy>, labels: &Labels) -> Vec<String> {
    let Some(island) = island(labels) else { return Vec::new() };
    let services = policy.and_then(|policy| policy.app(&island.app)).map(|app| app.services.keys());
    services.into_iter().flatten().map(|service| island.container(service)).collect()
}

/// The image as the allowlist names it.
fn reference(policy: Option<&Policy>, labels: &Labels) -> Option<String> {
    let app = policy?.app(&labels.get(labels::APP)?.parse().ok()?)?;
    Some(app.services.get(&labels.get(labels::SERVICE)?.parse().ok()?)?.image.clone())
}
