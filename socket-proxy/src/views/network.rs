//! What clients see of a network.

use std::collections::BTreeMap;

use atoll_sandbox::policy::Policy;
use serde::{Deserialize, Serialize};

use super::{island, seen_labels};
use crate::seal::Labels;

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

/// What the containers of an island are called.
fn services(policy: Option<&Policy>, labels: &Labels) -> Vec<String> {
    let Some(island) = island(labels) else { return Vec::new() };
    let services = policy.and_then(|policy| policy.app(&island.app)).map(|app| app.services.keys());
    services.into_iter().flatten().map(|service| island.container(service)).collect()
}
