//! What of ours is on the engine, gathered by island from the labels that the socket proxy seals.

use std::collections::BTreeMap;

use atoll_sandbox::{
    labels,
    names::{IslandId, ServiceName},
    subnet::NetworkIndex,
};
use serde::Deserialize;

/// What is on the engine of one island.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sightings {
    /// Whether it has a network.
    pub network: bool,
    /// Its containers: whether each runs.
    pub services: BTreeMap<ServiceName, bool>,
}

/// A network of ours.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "NetworkRow")]
pub struct Network {
    /// Whose it is.
    pub island: Option<IslandId>,
    /// Which /28 it has.
    pub index: Option<NetworkIndex>,
    /// The names of the containers on it, where the engine tells them.
    pub members: Vec<String>,
}

/// A container of ours, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "MemberRow")]
pub struct Member {
    island: Option<IslandId>,
    service: Option<ServiceName>,
    runs: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkRow {
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    containers: Option<BTreeMap<String, MemberName>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MemberName {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MemberRow {
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    state: String,
}

impl From<NetworkRow> for Network {
    fn from(row: NetworkRow) -> Self {
        let labels = row.labels.unwrap_or_default();
        let index = labels.get(labels::INDEX).and_then(|index| index.parse().ok()).map(NetworkIndex);
        let members = row.containers.unwrap_or_default().into_values().map(|member| member.name).collect();
        Self { island: island(&labels), index, members }
    }
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let labels = row.labels.unwrap_or_default();
        let service = labels.get(labels::SERVICE).and_then(|name| name.parse().ok());
        Self { island: island(&labels), service, runs: row.state == "running" }
    }
}

fn island(labels: &BTreeMap<String, String>) -> Option<IslandId> {
    let app = labels.get(labels::APP)?.parse().ok()?;
    let instance = labels.get(labels::INSTANCE)?.parse().ok()?;
    Some(IslandId { app, instance })
}

/// Gathers lists by island. What carries no labels that can be read is not ours to touch, so it is left out.
pub(super) fn by_island(containers: Vec<Member>, networks: Vec<Network>) -> BTreeMap<IslandId, Sightings> {
    let mut islands: BTreeMap<IslandId, Sightings> = BTreeMap::new();
    for island in networks.into_iter().filter_map(|network| network.island) {
        islands.entry(island).or_default().network = true;
    }
    for member in containers {
        if let (Some(island), Some(service)) = (member.island, member.service) {
            islands.entry(island).or_default().services.insert(service, member.runs);
        }
    }
    islands
}
