//! Creating: decode the references, render, compare, admit, seal, send, and look at what came of it.

use atoll_sandbox::{labels, names::IslandId, render};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::{
    ceiling,
    effective::{self, Difference},
    engine::{ACTION, CREATE},
    http::Answer,
    owned::{Owned, read_labels},
    proxy::{Proxy, Scope},
    references,
    refusal::{Reason, Refusal},
    seal::Kind,
    verdict,
};

mod container;

impl Proxy {
    /// `POST /networks/create`.
    pub(crate) async fn create_network(&self, body: &Map<String, Value>) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let labels = references::labels_of(body)?;
        let island = references::island(&labels)?;
        let rendered = render::network(&scope.context(), &island)?.body;
        verdict::compare(verdict::NETWORK, body, &rendered)?;
        references::check_labels(&labels, &rendered)?;

        let name = island.id.network();
        let sealed = self.sealed(Kind::Network, &name, rendered.clone());
        let _turn = self.turn().await?;
        ceiling::admit_island(self, &scope.policy.allowlist().host.limits).await?;
        let created = self
            .engine
            .action(Method::POST, "/networks/create", &[], Some(&sealed), CREATE)
            .await?
            .success()?;
        let network = self.just_created(Kind::Network, &name).await?;
        let differences = effective::network(&rendered, &network.inspect);
        if let Err(refusal) = self.insist(&name, &differences) {
            self.discard(Kind::Network, &network.id).await;
            return Err(refusal);
        }
        let warning = created["Warning"].as_str().unwrap_or_default();
        Ok(Answer::json(StatusCode::CREATED, &json!({"Id": network.id, "Warning": warning})))
    }

    /// `POST /volumes/create`. Creating one that is there already answers with it, as engines do.
    pub(crate) async fn create_volume(&self, body: &Map<String, Value>) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let labels = references::labels_of(body)?;
        let (island, volume) = references::volume(&labels)?;
        let rendered = render::volume(&scope.context(), &island, &volume)?.body;
        verdict::compare(verdict::VOLUME, body, &rendered)?;
        references::check_labels(&labels, &rendered)?;

        let name = island.volume(&volume);
        // Asked first, because the engine answers 201 with the volume that has the name, whoever made it.
        let mut volume = self.holder(Kind::Volume, &name).await?;
        if volume.is_none() {
            let sealed = self.sealed(Kind::Volume, &name, rendered);
            self.engine
                .action(Method::POST, "/volumes/create", &[], Some(&sealed), ACTION)
                .await?
                .success()?;
            volume = self.holder(Kind::Volume, &name).await?;
        }
        let volume = self.plain(&name, volume)?;
        Ok(Answer::json(StatusCode::CREATED, &crate::views::volume(volume)))
    }

    /// A volume of a rendered name that is there: a plain folder on the local disk.
    fn plain(&self, name: &str, volume: Option<Owned>) -> Result<Owned, Refusal> {
        let volume = volume.ok_or_else(|| Refusal::no_such("volume", name))?;
        self.insist(name, &effective::volume(&volume.inspect))?;
        Ok(volume)
    }

    /// `POST /networks/{id}/connect`: the control plane's container joins at its fixed address.
    pub(crate) async fn connect(
        &self,
        network: &crate::call::Reference,
        body: &Map<String, Value>,
    ) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let owned = self.owned(Kind::Network, network).await?;
        let island = references::island(&owned.labels)?;
        let mut rendered = render::connect(&scope.context(), &island, &self.gateway)?.body;
        self.only_gateway(body)?;
        verdict::compare(verdict::CONNECT, body, &rendered)?;
        rendered["Container"] = json!(self.gateway_id().await?);
        let path = format!("/networks/{}/connect", owned.id);
        self.engine.action(Method::POST, &path, &[], Some(&rendered), ACTION).await?.success()?;
        Ok(Answer::empty(StatusCode::OK))
    }

    /// `POST /networks/{id}/disconnect`, for the control plane's container only.
    pub(crate) async fn disconnect(
        &self,
        network: &crate::call::Reference,
        body: &Map<String, Value>,
    ) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Network, network).await?;
        self.only_gateway(body)?;
        verdict::compare(verdict::DISCONNECT, body, &Value::Null)?;
        let force = body.get("Force").and_then(Value::as_bool).unwrap_or(false);
        let request = json!({"Container": self.gateway_id().await?, "Force": force});
        let path = format!("/networks/{}/disconnect", owned.id);
        self.engine.action(Method::POST, &path, &[], Some(&request), ACTION).await?.success()?;
        Ok(Answer::empty(StatusCode::OK))
    }

    fn only_gateway(&self, body: &Map<String, Value>) -> Result<(), Refusal> {
        if body.get("Container").and_then(Value::as_str) == Some(&self.gateway) {
            return Ok(());
        }
        let message =
            format!("only the control plane's container, `{}`, may join or leave an island", self.gateway);
        Err(Refusal::new(Reason::NotGateway, message))
    }

    /// The control plane's container, found by its exact name.
    async fn gateway_id(&self) -> Result<String, Refusal> {
        let inspect = self.inspect(Kind::Container, &self.gateway).await?;
        let exact = inspect.filter(|found| {
            found["Name"].as_str().map(|name| name.trim_start_matches('/')) == Some(&self.gateway)
        });
        let id = exact.as_ref().and_then(|found| found["Id"].as_str()).map(str::to_owned);
        id.ok_or_else(|| Refusal::no_such("container", &self.gateway))
    }

    /// Adds the seal to a rendered body.
    fn sealed(&self, kind: Kind, name: &str, mut rendered: Value) -> Value {
        let seal = self.seal.of(kind, name, &read_labels(&rendered["Labels"]));
        rendered["Labels"][labels::SEAL] = json!(seal);
        rendered
    }

    /// The object that has a rendered name, if one has it; a refusal when it is somebody else's.
    async fn holder(&self, kind: Kind, name: &str) -> Result<Option<Owned>, Refusal> {
        let Some(inspect) = self.inspect(kind, name).await? else { return Ok(None) };
        self.if_ours(kind, inspect)?.map(Some).ok_or_else(|| {
            let message = format!(
                "the name `{name}` belongs to a {} that Atoll did not make: remove or rename it on the host",
                kind.word()
            );
            Refusal::new(Reason::NameTaken, message)
        })
    }

    /// The object that has just been made under a rendered name.
    async fn just_created(&self, kind: Kind, name: &str) -> Result<Owned, Refusal> {
        self.holder(kind, name).await?.ok_or_else(|| Refusal::no_such(kind.word(), name))
    }

    /// The island's network, made by this proxy and with the properties that islands rest on.
    pub(crate) async fn own_network(&self, scope: &Scope, island: &render::Island) -> Result<Owned, Refusal> {
        let name = island.id.network();
        let network =
            self.find(Kind::Network, &name).await?.ok_or_else(|| Refusal::no_such("network", &name))?;
        // Another index shows as another subnet.
        let rendered = render::network(&scope.context(), island)?.body;
        self.insist(&name, &effective::network(&rendered, &network.inspect))?;
        Ok(network)
    }

    /// Refuses when the engine's object is not what was asked for.
    pub(crate) fn insist(&self, name: &str, differences: &[Difference]) -> Result<(), Refusal> {
        let mut serious =
            differences.iter().filter(|found| !(self.accept_unenforced_limits && found.is_limit()));
        let Some(first) = serious.next() else { return Ok(()) };
        tracing::error!(name, ?differences, "the engine's object is not what was asked for");
        let message = format!("on the engine, `{name}` is not what was asked for: {first}");
        Err(Refusal::new(Reason::EffectiveDiffers, message))
    }

    /// Every volume of a service, made by this proxy.
    pub(crate) async fn own_volumes(
        &self,
        island: &IslandId,
        service: &atoll_sandbox::allowlist::Service,
    ) -> Result<(), Refusal> {
        for mount in &service.volumes {
            let name = island.volume(&mount.name);
            let volume = self.holder(Kind::Volume, &name).await?;
            self.plain(&name, volume)?;
        }
        Ok(())
    }
}
