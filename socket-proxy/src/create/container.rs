//! `POST /containers/create`.

use atoll_sandbox::render;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::{
    ceiling::Taken,
    effective,
    engine::CREATE,
    http::Answer,
    image::is_same_image,
    owned::Owned,
    proxy::{Proxy, Scope},
    references::{self, ServiceReference},
    refusal::{Reason, Refusal},
    seal::{Kind, Labels},
    verdict,
};

impl Proxy {
    pub(crate) async fn create_container(
        &self,
        name: &str,
        body: &Map<String, Value>,
    ) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let labels = references::labels_of(body)?;
        let wanted = references::service(&labels)?;
        let rendered = rendered(&scope, &wanted, name, body, &labels)?;

        let service =
            &scope.policy.app(&wanted.island.id.app).and_then(|app| app.services.get(&wanted.service));
        let service =
            service.ok_or_else(|| Refusal::new(Reason::NotAllowed, "the service is not on the allowlist"))?;
        // From here on no other call makes or removes a volume, so that none is missing when the engine looks for it:
        // it would make one by itself, without a seal.
        let mut ledger = self.turn().await?;
        let network = self.own_network(&scope, &wanted.island).await?;
        self.own_volumes(&wanted.island.id, service).await?;
        let image = self.image_id(&scope, service).await?;
        let bound = render::bind(rendered, &image, &network.id);
        let sealed = self.sealed(Kind::Container, name, bound.clone());

        let ceilings = &scope.policy.allowlist().host.limits;
        let taken = Taken::from(&service.resources.limits);
        ledger.admit_container(self, wanted.island.id.app.as_str(), taken, ceilings).await?;
        let query = [("name", name)];
        let reply =
            self.engine.action(Method::POST, "/containers/create", &query, Some(&sealed), CREATE).await?;
        if reply.status == StatusCode::CONFLICT {
            // Refuses when the name is somebody else's, whose id the engine's own words would show.
            self.holder(Kind::Container, name).await?;
        }
        let created = reply.success()?;
        let container = self.just_created(Kind::Container, name).await?;
        let mut checked = self.check_created(&bound, &image, &network, &container);
        if checked.is_ok() {
            checked = self.own_volumes(&wanted.island.id, service).await;
        }
        if let Err(refusal) = checked {
            self.discard(Kind::Container, &container.id).await;
            return Err(refusal);
        }
        let warnings = created["Warnings"].as_array().cloned().unwrap_or_default();
        Ok(Answer::json(StatusCode::CREATED, &json!({"Id": container.id, "Warnings": warnings})))
    }

    fn check_created(
        &self,
        bound: &Value,
        image: &str,
        network: &Owned,
        container: &Owned,
    ) -> Result<(), Refusal> {
        let differences = effective::container(bound, image, &network.name, &container.inspect);
        self.insist(&container.name, &differences)
    }
}

/// Renders the service that the labels name, and refuses a body that says anything else.
fn rendered(
    scope: &Scope,
    wanted: &ServiceReference,
    name: &str,
    body: &Map<String, Value>,
    labels: &Labels,
) -> Result<Value, Refusal> {
    let right = wanted.island.id.container(&wanted.service);
    if name != right {
        return Err(Refusal::new(
            Reason::FieldDiffers,
            format!("the name differs: the labels mean `{right}`"),
        ));
    }
    let app = scope.policy.app(&wanted.island.id.app).ok_or_else(|| {
        Refusal::new(
            Reason::NotAllowed,
            format!("the app `{}` is not on the allowlist", wanted.island.id.app),
        )
    })?;
    let (holes, rest) = references::environment(body, app, &wanted.service)?;
    let rendered = render::container(&scope.context(), &wanted.island, &wanted.service, &holes)?.body;
    verdict::compare(verdict::CONTAINER, body, &rendered)?;
    references::check_labels(labels, &rendered)?;
    references::check_environment(&rest, &rendered)?;
    is_same_image(scope, &app.services[&wanted.service], body.get("Image"))?;
    Ok(rendered)
}
