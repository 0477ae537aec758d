//! Questions: lists, inspects, version and info, each filtered to what this proxy made and written anew.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};

use crate::{
    call::Reference,
    engine::unreadable,
    http::Answer,
    owned::read_labels,
    proxy::Proxy,
    query::Filters,
    refusal::Refusal,
    seal::{Kind, Labels},
    views::{ContainerRow, ContainerView, InfoView, NetworkView, seen_labels, volume, volume_row},
};

/// The engine's own filter for objects that carry a seal. Each seal is then checked.
pub(crate) const SEALED: &str = r#"{"label":["atoll.seal"]}"#;

/// The part of a row that says whose it is, read first, since rows of others may hold anything.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mark {
    names: Vec<String>,
    labels: Option<Labels>,
}

impl Proxy {
    pub(crate) fn version(&self) -> Result<Answer, Refusal> {
        let about = self.engine.about()?;
        let version = about.dialect.version().to_string();
        let (os, arch) = about.platform.as_str().split_once('/').unwrap_or(("linux", ""));
        Ok(Answer::ok(&json!({
            "Platform": {"Name": "Atoll"},
            "Components": [
                {"Name": "Engine", "Version": about.version, "Details": {"ApiVersion": version, "Os": os, "Arch": arch}},
            ],
            "Version": about.version,
            "ApiVersion": version,
            "MinAPIVersion": version,
            "Os": os,
            "Arch": arch,
            "Engine": about.name,
        })))
    }

    pub(crate) async fn info(&self) -> Result<Answer, Refusal> {
        let mut info: InfoView = read(self.engine.question("/info", &[]).await?.success()?)?;
        info.clean();
        let containers = self.sealed_containers().await?;
        info.containers = containers.len();
        info.containers_running = containers.iter().filter(|row| row.state == "running").count();
        info.atoll = json!({
            "Version": env!("CARGO_PKG_VERSION"),
            "Confinement": self.confinement,
            "PolicyRevision": self.policy.current().ok().map(|policy| policy.allowlist().revision),
        });
        Ok(Answer::ok(&info))
    }

    /// Every container that this proxy made, stopped ones included.
    pub(crate) async fn sealed_containers(&self) -> Result<Vec<ContainerRow>, Refusal> {
        let query = [("all", "1"), ("filters", SEALED)];
        let rows: Vec<Box<RawValue>> = self.engine.read("/containers/json", &query).await?;
        let sealed = rows.iter().filter(|row| {
            let Ok(mark) = serde_json::from_str::<Mark>(row.get()) else { return false };
            let labels = mark.labels.unwrap_or_default();
            let mut names = mark.names.iter().map(|name| name.trim_start_matches('/'));
            names.any(|name| self.seal.holds(Kind::Container, name, &labels))
        });
        sealed.map(|row| serde_json::from_str(row.get()).map_err(unreadable)).collect()
    }

    pub(crate) async fn list_containers(
        &self,
        all: bool,
        limit: Option<u32>,
        filters: &Filters,
    ) -> Result<Answer, Refusal> {
        let policy = self.policy.current().ok();
        let mut rows = self.sealed_containers().await?;
        rows.retain_mut(|row| {
            row.clean(policy.as_deref());
            let wanted = all || limit.is_some() || filters.names("status") || row.state == "running";
            wanted
                && filters.labels_match(&row.labels)
                && filters.matches("status", &row.state)
                && row.names.iter().any(|name| filters.occurs("name", name))
        });
        if let Some(limit) = limit {
            rows.truncate(limit as usize);
        }
        Ok(Answer::ok(&rows))
    }

    pub(crate) async fn inspect_container(&self, container: &Reference) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let verdict = self.verdict(&owned).await?;
        let policy = self.policy.current().ok();
        let view = ContainerView::read(&owned, policy.as_deref(), verdict).map_err(unreadable)?;
        Ok(Answer::ok(&view))
    }

    pub(crate) async fn inspect_network(&self, network: &Reference) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Network, network).await?;
        let policy = self.policy.current().ok();
        let mut view: NetworkView = read(owned.inspect)?;
        view.clean(&self.gateway, policy.as_deref());
        Ok(Answer::ok(&view))
    }

    pub(crate) async fn list_networks(&self, filters: &Filters) -> Result<Answer, Refusal> {
        let reply = self.engine.question("/networks", &[("filters", SEALED)]).await?.success()?;
        let rows: Vec<Value> = read(reply)?;
        let policy = self.policy.current().ok();
        let mut views: Vec<NetworkView> = Vec::new();
        for row in rows {
            let name = row["Name"].as_str().unwrap_or_default().to_owned();
            let labels = read_labels(&row["Labels"]);
            if self.seal.holds(Kind::Network, &name, &labels)
                && filters.labels_match(&seen_labels(&labels))
                && filters.occurs("name", &name)
            {
                let mut view: NetworkView = read(row)?;
                view.clean(&self.gateway, policy.as_deref());
                views.push(view);
            }
        }
        Ok(Answer::ok(&views))
    }

    pub(crate) async fn inspect_volume(&self, name: &Reference) -> Result<Answer, Refusal> {
        Ok(Answer::ok(&volume(self.owned(Kind::Volume, name).await?)))
    }

    pub(crate) async fn list_volumes(&self, filters: &Filters) -> Result<Answer, Refusal> {
        let reply = self.engine.question("/volumes", &[("filters", SEALED)]).await?.success()?;
        let rows = reply["Volumes"].as_array().into_iter().flatten();
        let volumes = rows.filter_map(|row| {
            let name = row["Name"].as_str()?;
            let labels = read_labels(&row["Labels"]);
            let wanted = self.seal.holds(Kind::Volume, name, &labels)
                && filters.labels_match(&seen_labels(&labels))
                && filters.occurs("name", name);
            wanted.then(|| volume_row(name, &labels, row))
        });
        Ok(Answer::ok(&json!({"Volumes": volumes.collect::<Vec<_>>(), "Warnings": []})))
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(unreadable)
}
