//! Which bytes an image reference means, by the lock and on the engine.

use atoll_sandbox::{
    allowlist::Service,
    lock::{Pin, PinSource},
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    http::Answer,
    proxy::{Proxy, Scope},
    pull::is_named,
    refusal::{Reason, Refusal},
};

impl Proxy {
    /// The engine's id of the image that is pinned for a service.
    pub(crate) async fn image_id(&self, scope: &Scope, service: &Service) -> Result<String, Refusal> {
        let pin = pin(scope, &service.image)?;
        let found = self.image(&pinned_name(service.repository(), pin)).await?;
        let right = found.as_ref().filter(|image| is_pinned(image, pin));
        match right.and_then(|image| image["Id"].as_str()) {
            Some(id) => Ok(id.to_owned()),
            None => Err(self.missing(&service.image, pin).await?),
        }
    }

    /// Why the pinned image is not there: its name means something else now, or nothing.
    async fn missing(&self, reference: &str, pin: &Pin) -> Result<Refusal, Refusal> {
        let named = self.image(reference).await?;
        let id = named.as_ref().and_then(|image| image["Id"].as_str());
        Ok(match id {
            Some(id) => Refusal::new(
                Reason::ImageChanged,
                format!(
                    "the image `{reference}` is {id} on this engine, but the lock pins {}: put the pinned image back, \
                     or run `atoll allowlist lock` if the change is meant",
                    pin.digest
                ),
            ),
            None => Refusal::new(
                Reason::ImageMissing,
                format!(
                    "the image `{reference}`, pinned as {}, is not on this engine: build or load it; if it was built \
                     anew, run `atoll allowlist lock`",
                    pin.digest
                ),
            ),
        })
    }

    async fn image(&self, name: &str) -> Result<Option<Value>, Refusal> {
        let reply = self.engine.question(&format!("/images/{name}/json"), &[]).await?;
        if reply.status == StatusCode::NOT_FOUND { Ok(None) } else { reply.success().map(Some) }
    }

    /// `GET /images/{reference}/json`, for references on the allowlist and their pins.
    pub(crate) async fn inspect_image(&self, name: &str) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let mut service = services(&scope).find(|service| {
            let pin = pin(&scope, &service.image).ok();
            spellings(service, pin).iter().any(|known| known == name)
        });
        if service.is_none() && is_full_id(name) {
            service = self.service_of_image(&scope, name).await;
        }
        let service = service.ok_or_else(|| Refusal::no_such("image", name))?;
        self.image_id(&scope, service).await?;
        let image = self.image(&pinned_name(service.repository(), pin(&scope, &service.image)?)).await?;
        Ok(Answer::ok(&view(service, &image.unwrap_or_default())))
    }

    /// The service whose image has this id, as clients ask that have it from a list or, without `sha256:`, from a
    /// container.
    async fn service_of_image<'a>(&self, scope: &'a Scope, name: &str) -> Option<&'a Service> {
        let hex = name.trim_start_matches("sha256:");
        for service in services(scope) {
            let id = self.image_id(scope, service).await.ok();
            if id.is_some_and(|id| id.trim_start_matches("sha256:") == hex) {
                return Some(service);
            }
        }
        None
    }

    /// `GET /images/json`: the images of the allowlist that are there as pinned.
    pub(crate) async fn list_images(&self) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let mut images: Vec<Value> = Vec::new();
        for reference in scope.policy.images() {
            let Ok(pin) = pin(&scope, reference) else { continue };
            let Some(service) = services(&scope).find(|service| service.image == reference) else { continue };
            let image = self.image(&pinned_name(service.repository(), pin)).await?;
            images.extend(image.filter(|image| is_pinned(image, pin)).map(|image| summary(service, &image)));
        }
        Ok(Answer::ok(&images))
    }
}

fn is_full_id(name: &str) -> bool {
    let hex = name.strip_prefix("sha256:").unwrap_or(name);
    hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

pub(crate) fn services(scope: &Scope) -> impl Iterator<Item = &Service> {
    scope.policy.allowlist().apps.iter().flat_map(|app| app.services.values())
}

pub(crate) fn pin<'a>(scope: &'a Scope, reference: &str) -> Result<&'a Pin, Refusal> {
    scope.policy.pin(reference, &scope.about.platform).ok_or_else(|| {
        let platform = &scope.about.platform;
        let message =
            format!("the lock has no pin of image `{reference}` for {platform}: run `atoll allowlist lock`");
        Refusal::new(Reason::ImageMissing, message)
    })
}

/// How to ask the engine for a pinned image and for no other.
fn pinned_name(repository: &str, pin: &Pin) -> String {
    match pin.source {
        PinSource::Local => pin.digest.to_string(),
        PinSource::Registry => format!("{repository}@{}", pin.digest),
    }
}

/// Whether what the engine found is what the lock pins.
fn is_pinned(image: &Value, pin: &Pin) -> bool {
    match pin.source {
        PinSource::Local => {
            let id = image["Id"].as_str().unwrap_or_default();
            // Because Podman writes ids without the algorithm.
            id == pin.digest.as_str() || pin.digest.as_str().strip_prefix("sha256:") == Some(id)
        }
        PinSource::Registry => {
            let digests = image["RepoDigests"].as_array().into_iter().flatten();
            let wanted = format!("@{}", pin.digest);
            digests.filter_map(Value::as_str).any(|digest| digest.ends_with(&wanted))
        }
    }
}

fn view(service: &Service, image: &Value) -> Value {
    json!({
        "Id": image["Id"],
        "RepoTags": [service.image],
        "RepoDigests": own_digests(service, image),
        "Created": image["Created"],
        "Size": image["Size"],
        "Os": image["Os"],
        "Architecture": image["Architecture"],
    })
}

/// The list writes the creation time as seconds, which an inspect does not hold: 0 stands for unknown.
fn summary(service: &Service, image: &Value) -> Value {
    json!({
        "Id": image["Id"], "ParentId": "", "RepoTags": [service.image], "RepoDigests": own_digests(service, image),
        "Created": 0, "Size": image["Size"], "SharedSize": -1, "Containers": -1, "Labels": {},
    })
}

/// The digests under the service's own repository: whatever else the host calls these bytes is not ours to tell.
fn own_digests(service: &Service, image: &Value) -> Vec<Value> {
    let own = |digest: &&Value| {
        let repository = digest.as_str().and_then(|digest| Some(digest.split_once('@')?.0));
        repository.is_some_and(|repository| is_named(repository, service.repository()))
    };
    image["RepoDigests"].as_array().into_iter().flatten().filter(own).cloned().collect()
}
/// The names of a service's image: its reference and, once it is pinned, its digest, alone and behind either name.
pub(crate) fn spellings(service: &Service, pin: Option<&Pin>) -> Vec<String> {
    let mut names = vec![service.image.clone()];
    if let Some(Pin { digest, .. }) = pin {
        let behind = |name: &str| format!("{name}@{digest}");
        names.extend([digest.to_string(), behind(&service.image), behind(service.repository())]);
    }
    names
}

/// Accepts an image that is left out, or named by its reference, by its pin, or by both.
pub(crate) fn is_same_image(scope: &Scope, service: &Service, sent: Option<&Value>) -> Result<(), Refusal> {
    let pin = pin(scope, &service.image)?;
    let sent = sent.unwrap_or(&Value::Null);
    let spellings = spellings(service, Some(pin));
    let same = sent.is_null()
        || sent.as_str().is_some_and(|sent| sent.is_empty() || spellings.iter().any(|s| s == sent));
    if same {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::FieldDiffers,
        format!(
            "the field `Image` differs: the allowlist says `{}`; leave it out or send that",
            service.image
        ),
    ))
}
