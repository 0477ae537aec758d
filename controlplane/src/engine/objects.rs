//! Making and removing what an island consists of: its network, volumes and containers.

use std::time::Duration;

use atoll_sandbox::{
    labels,
    names::{IslandId, ServiceName, VolumeName},
    subnet::NetworkIndex,
};
use serde_json::{Map, Value, json};

use super::{
    Engine,
    error::EngineError,
    found,
    sightings::Network,
    wire::{Call, LONG_PATIENCE},
};
use crate::secret::Secret;

/// A variable whose value the allowlist leaves open: a secret, or a setting.
#[derive(Debug, Clone)]
pub struct Hole {
    /// The variable.
    pub name: String,
    /// Its value.
    pub value: Secret,
}

/// What came of making a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It was there before.
    Before,
    /// It is new.
    Now,
    /// Another network of the machine uses its addresses.
    Overlaps,
}

impl Engine {
    /// Makes sure that the island's network exists.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn create_network(&self, island: &IslandId, index: NetworkIndex) -> Result<Made, EngineError> {
        if let Some(network) = self.network(island).await? {
            if network.index == Some(index) {
                return Ok(Made::Before);
            }
            // Because an address range that was given up during an install leaves its network behind.
            self.remove_network(island).await?;
        }
        let body = json!({ "Name": island.network(), "Labels": labels_of(island, &[(labels::INDEX, index.0.to_string())]) });
        match self.wire.done(Call::post("create the network", "/networks/create", Some(body))).await {
            Ok(()) => Ok(Made::Now),
            Err(error) if error.mentions("overlap") => Ok(Made::Overlaps),
            // Because a call of a control plane that died meanwhile may still have been on its way.
            Err(error) if error.is_conflict() => match self.network(island).await? {
                Some(network) if network.index == Some(index) => Ok(Made::Before),
                Some(_) | None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The island's network, or `None` when there is none.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn network(&self, island: &IslandId) -> Result<Option<Network>, EngineError> {
        let call = Call::get("look at the network", format!("/networks/{}", island.network()));
        found(self.wire.json(call).await)
    }

    /// Whether the control plane is a member of a network.
    pub fn is_joined(&self, network: &Network) -> bool {
        network.members.contains(&self.gateway)
    }

    /// Makes sure that the control plane is a member of the island's network.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn connect_gateway(&self, island: &IslandId) -> Result<(), EngineError> {
        let target = format!("/networks/{}/connect", island.network());
        let body = json!({ "Container": self.gateway });
        match self.wire.done(Call::post("join the gateway to the network", target, Some(body))).await {
            Err(error)
                if error.mentions("already exists in network") || error.mentions("already attached") =>
            {
                Ok(())
            }
            result => result,
        }
    }

    /// Makes sure that a volume exists.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn create_volume(&self, island: &IslandId, volume: &VolumeName) -> Result<(), EngineError> {
        let labels = labels_of(island, &[(labels::VOLUME, volume.to_string())]);
        let body = json!({ "Name": island.volume(volume), "Labels": labels });
        self.wire.done(Call::post("create the volume", "/volumes/create", Some(body))).await
    }

    /// Whether a volume exists.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn has_volume(&self, island: &IslandId, volume: &VolumeName) -> Result<bool, EngineError> {
        let call = Call::get("look for the volume", format!("/volumes/{}", island.volume(volume)));
        Ok(found::<Value>(self.wire.json(call).await)?.is_some())
    }

    /// Creates a service's container, unless it exists.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn create_service(
        &self,
        island: &IslandId,
        index: NetworkIndex,
        (service, image): (&ServiceName, &str),
        holes: &[Hole],
    ) -> Result<(), EngineError> {
        let more = [(labels::SERVICE, service.to_string()), (labels::INDEX, index.0.to_string())];
        let env: Vec<String> =
            holes.iter().map(|hole| format!("{}={}", hole.name, hole.value.expose())).collect();
        let body = json!({ "Image": image, "Labels": labels_of(island, &more), "Env": env });
        let target = format!("/containers/create?name={}", island.container(service));
        match self.wire.done(Call::post("create the container", target, Some(body))).await {
            // Because a call of a control plane that died meanwhile may still have been on its way.
            Err(error) if error.is_conflict() && self.inspect(island, service).await?.is_some() => Ok(()),
            result => result,
        }
    }

    /// Makes sure that a service's container runs.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn start(&self, island: &IslandId, service: &ServiceName) -> Result<(), EngineError> {
        let target = format!("/containers/{}/start", island.container(service));
        self.wire.done(Call::post("start the container", target, None)).await
    }

    /// Makes sure that a service's container does not run: it is asked to end, and killed after `grace`.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn stop(
        &self,
        island: &IslandId,
        service: &ServiceName,
        grace: Duration,
    ) -> Result<(), EngineError> {
        let target = format!("/containers/{}/stop?t={}", island.container(service), grace.as_secs().min(300));
        let call = Call::post("stop the container", target, None).patient_for(LONG_PATIENCE + grace);
        gone(self.wire.done(call).await)
    }

    /// Makes sure that a service has no container, killing it if it runs.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn remove_service(&self, island: &IslandId, service: &ServiceName) -> Result<(), EngineError> {
        let target = format!("/containers/{}?force=true", island.container(service));
        match self.wire.done(Call::delete("remove the container", target)).await {
            Err(error) if error.mentions("already in progress") => Ok(()),
            result => gone(result),
        }
    }

    /// Makes sure that the island has no network.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn remove_network(&self, island: &IslandId) -> Result<(), EngineError> {
        let name = island.network();
        let body = json!({ "Container": self.gateway, "Force": true });
        let leave = Call::post(
            "take the gateway off the network",
            format!("/networks/{name}/disconnect"),
            Some(body),
        );
        match self.wire.done(leave).await {
            // Because the gateway may never have joined; engines answer that with 404, 403 or 500.
            Err(error) if error.is_away() => return Err(error),
            Ok(()) | Err(_) => {}
        }
        gone(self.wire.done(Call::delete("remove the network", format!("/networks/{name}"))).await)
    }

    /// Makes sure that a volume does not exist.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn remove_volume(&self, island: &IslandId, volume: &VolumeName) -> Result<(), EngineError> {
        let target = format!("/volumes/{}", island.volume(volume));
        gone(self.wire.done(Call::delete("delete the volume", target)).await)
    }
}

fn labels_of(island: &IslandId, more: &[(&str, String)]) -> Value {
    let mut labels = Map::new();
    labels.insert(labels::APP.to_owned(), island.app.as_str().into());
    labels.insert(labels::INSTANCE.to_owned(), island.instance.as_str().into());
    for (name, value) in more {
        labels.insert((*name).to_owned(), value.as_str().into());
    }
    Value::Object(labels)
}

fn gone(answer: Result<(), EngineError>) -> Result<(), EngineError> {
    found(answer).map(|_| ())
}
