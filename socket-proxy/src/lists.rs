//! Questions: lists, inspects, version and info, each filtered to what this proxy made and written anew.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    call::Reference,
    engine::unreadable,
    http::Answer,
    owned::read_labels,
    proxy::Proxy,
    query::Filters,
    refusal::Refusal,
    seal::Kind,
    views::{ContainerList, ContainerView, InfoView, NetworkView, seen_labels, volume, volume_row},
};

/// The engine's own filter for objects that carry a seal. Each seal is then checked.
const SEALED: &str = r#"{"label":["atoll.seal"]}"#;

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
        let list = self.containers().await?;
        let containers = list.sealed(&self.seal)?;
        info.containers = containers.len();
        info.containers_running = containers.iter().filter(|row| row.state == "running").count();
        info.atoll = json!({
            "Version": env!("CARGO_PKG_VERSION"),
            "Confinement": self.confinement,
            "PolicyRevision": self.policy.current().ok().map(|policy| policy.allowlist().revision),
        });
        Ok(Answer::ok(&info))
    }

    /// The engine's list of containers, stopped ones included.
    pub(crate) async fn containers(&self) -> Result<ContainerList, Refusal> {
        let query = [("all", "1"), ("filters", SEALED)];
        self.engine.bytes("/containers/json", &query).await.map(ContainerList)
    }

    pub(crate) async fn list_containers(
        &self,
        all: bool,
        limit: Option<u32>,
        filters: &Filters,
    ) -> Result<Answer, Refusal> {
        let policy = self.policy.current().ok();
        let list = self.containers().await?;
        let mut rows = list.sealed(&self.seal)?;
        rows.retain_mut(|row| {
            row.clean(policy.as_deref());
            let wanted = all || limit.is_some() || filters.names("status") || row.state == "running";
            wanted
                && filters.labels_match(&row.labels)
                && filters.matches("status", row.state)
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

    /// Every network that this proxy made.
    pub(crate) async fn sealed_networks(&self) -> Result<Vec<Value>, Refusal> {
        let reply = self.engine.question("/networks", &[("filters", SEALED)]).await?.success()?;
        let mut rows: Vec<Value> = read(reply)?;
        rows.retain(|row| {
            let name = row["Name"].as_str().unwrap_or_default();
            self.seal.holds(Kind::Network, name, &read_labels(&row["Labels"]))
        });
        Ok(rows)
    }

    pub(crate) async fn list_networks(&self, filters: &Filters) -> Result<Answer, Refusal> {
        let policy = self.policy.current().ok();
        let mut views: Vec<NetworkView> = Vec::new();
        for row in self.sealed_networks().await? {
            let mut view: NetworkView = read(row)?;
            view.clean(&self.gateway, policy.as_deref());
            if filters.labels_match(&view.labels) && filters.occurs("name", &view.name) {
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
