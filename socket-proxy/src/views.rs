//! What clients see of objects: the engine's answers read into these types and written again from them.
//!
//! A field that is not here is not seen: no value of a variable, no path of the host, no name of anything foreign.

use atoll_sandbox::{labels, names::IslandId, policy::Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    owned::Owned,
    seal::{LabelLookup, Labels},
    words::without_paths,
};

mod container;
mod network;
mod rows;
mod stats;

pub(crate) use container::ContainerView;
pub(crate) use network::NetworkView;
pub(crate) use rows::{ContainerList, ContainerRow};
pub(crate) use stats::sample;

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

impl InfoView {
    /// Leaves what a client may see: a security profile is named by its path on the host.
    pub(crate) fn clean(&mut self) {
        self.security_options.iter_mut().flatten().for_each(|option| *option = without_paths(option));
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

fn island(labels: &impl LabelLookup) -> Option<IslandId> {
    let (app, instance) = (labels.label(labels::APP)?, labels.label(labels::INSTANCE)?);
    Some(IslandId { app: app.parse().ok()?, instance: instance.parse().ok()? })
}

fn is_own_network(name: &str, labels: &impl LabelLookup) -> bool {
    island(labels).is_some_and(|island| island.network() == name)
}

/// The image as the allowlist names it.
fn image_reference(policy: Option<&Policy>, labels: &impl LabelLookup) -> Option<String> {
    let app = policy?.app(&labels.label(labels::APP)?.parse().ok()?)?;
    Some(app.services.get(&labels.label(labels::SERVICE)?.parse().ok()?)?.image.clone())
}
