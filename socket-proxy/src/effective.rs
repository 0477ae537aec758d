//! Compares what the engine says an object is with what was asked for.
//!
//! Everything that the engine reports and we did not ask for must be unset, or one of the few defaults that engines
//! fill in; so a field that a later engine invents counts as a difference until somebody has judged it.

use std::fmt;

use atoll_sandbox::{holes::Holes, labels, render};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    owned::Owned,
    proxy::Proxy,
    references,
    refusal::{Reason, Refusal},
    words::{brief, without_paths},
};

mod compare;

pub(crate) use compare::{container, network, volume};

/// One thing that is not as it was asked for. Values of variables and paths of the host are never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Difference {
    pub(crate) field: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
}

/// The result of comparing a container with what the allowlist says now.
#[derive(Debug, Default)]
pub(crate) struct Verification {
    /// It was made from an entry that has changed since.
    pub(crate) outdated: bool,
    pub(crate) differences: Vec<Difference>,
}

/// The limits that an engine may be unable to enforce.
const LIMITS: [&str; 4] = ["Memory", "MemorySwap", "NanoCpus", "PidsLimit"];

impl Difference {
    fn new(field: impl Into<String>, expected: &Value, actual: &Value) -> Self {
        Self { field: field.into(), expected: shown(expected), actual: shown(actual) }
    }

    /// As `new`, for fields that may hold paths of the host.
    fn on_host(field: impl Into<String>, expected: &Value, actual: &Value) -> Self {
        let difference = Self::new(field, expected, actual);
        Self { actual: without_paths(&difference.actual), ..difference }
    }

    /// Whether it is about a limit that this engine may be unable to enforce.
    pub(crate) fn is_limit(&self) -> bool {
        self.field.strip_prefix("HostConfig.").is_some_and(|field| LIMITS.contains(&field))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {} instead of {}", self.field, self.actual, self.expected)
    }
}

impl Proxy {
    /// Compares a container, its image and its network with what the allowlist says now.
    pub(crate) async fn verify(&self, owned: &Owned) -> Result<Verification, Refusal> {
        let scope = self.scope()?;
        let reference = references::service(&owned.labels)?;
        let Some(service) =
            scope.policy.app(&reference.island.id.app).and_then(|app| app.services.get(&reference.service))
        else {
            return Ok(Verification {
                outdated: true,
                differences: vec![off_the_list(&reference.service.to_string())],
            });
        };
        let holes = Holes::placeholders(service);
        let rendered =
            match render::container(&scope.context(), &reference.island, &reference.service, &holes) {
                Ok(request) => request.body,
                Err(error) => {
                    return Ok(Verification { outdated: true, differences: vec![unrenderable(&error)] });
                }
            };
        let image = self.image_id(&scope, service).await?;
        let network = self.own_network(&scope, &reference.island).await?;
        self.own_volumes(&reference.island.id, service).await?;
        let bound = render::bind(rendered, &image, &network.id);
        let asked = &bound["Labels"][labels::SPEC];
        let outdated = owned.labels.get(labels::SPEC).map(String::as_str) != asked.as_str();
        let differences = container(&bound, &image, &network.name, &owned.inspect);
        Ok(Verification { outdated, differences })
    }

    /// As `verify`, for people: what cannot be compared is a difference too.
    pub(crate) async fn verdict(&self, owned: &Owned) -> Result<Value, Refusal> {
        let differences = match self.verify(owned).await {
            Ok(verification) if verification.outdated && verification.differences.is_empty() => {
                vec![Difference::new(
                    "Entry",
                    &json!("as it is now"),
                    &json!("as it was when this was created"),
                )]
            }
            Ok(verification) => verification.differences,
            Err(refusal) if matches!(refusal.reason, Reason::EngineUnavailable | Reason::EngineSlow) => {
                return Err(refusal);
            }
            Err(refusal) => {
                vec![Difference::new("Island", &json!("as the allowlist says"), &json!(refusal.message))]
            }
        };
        let word = if differences.is_empty() { "verified" } else { "differs" };
        Ok(json!({"Verdict": word, "Differences": differences}))
    }
}

fn off_the_list(service: &str) -> Difference {
    Difference::new(
        "Entry",
        &json!(format!("service {service} on the allowlist")),
        &json!("not on the allowlist"),
    )
}

fn unrenderable(error: &render::RenderError) -> Difference {
    Difference::new("Entry", &json!("can be rendered"), &json!(error.to_string()))
}

/// At most 200 characters of a value.
fn shown(value: &Value) -> String {
    brief(&value.as_str().map_or_else(|| value.to_string(), str::to_owned), 200)
}
