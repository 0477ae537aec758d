//! What a client may really say: which app, instance, service, volume and subnet it means, and the values of holes.

use atoll_sandbox::{
    allowlist::App,
    holes::{self, HoleError, Holes},
    labels,
    names::{AppId, InstanceId, IslandId, ServiceName, VolumeName},
    render::{Island, RenderError},
    subnet::NetworkIndex,
};
use serde_json::{Map, Value};

use crate::{
    audit,
    refusal::{Reason, Refusal},
    seal::Labels,
};

/// A service of an island, as labels name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceReference {
    pub(crate) island: Island,
    pub(crate) service: ServiceName,
}

/// The labels of a body, as a map of texts.
pub(crate) fn labels_of(body: &Map<String, Value>) -> Result<Labels, Refusal> {
    let entries = match body.get("Labels") {
        None | Some(Value::Null) => return Ok(Labels::new()),
        Some(Value::Object(entries)) => entries,
        Some(_) => {
            return Err(Refusal::new(Reason::FieldDiffers, "the field `Labels` must hold texts by name"));
        }
    };
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    entries
        .iter()
        .map(text)
        .collect::<Option<Labels>>()
        .ok_or_else(|| Refusal::new(Reason::FieldDiffers, "the field `Labels` must hold texts by name"))
}

/// Which app and instance the labels name.
pub(crate) fn island_id(labels: &Labels) -> Result<IslandId, Refusal> {
    let app: AppId = parsed(labels, labels::APP)?;
    let instance: InstanceId = parsed(labels, labels::INSTANCE)?;
    audit::about(labels);
    Ok(IslandId { app, instance })
}

/// Which island the labels name, with its subnet.
pub(crate) fn island(labels: &Labels) -> Result<Island, Refusal> {
    Ok(Island { id: island_id(labels)?, index: NetworkIndex(parsed(labels, labels::INDEX)?) })
}

/// Which service the labels name.
pub(crate) fn service(labels: &Labels) -> Result<ServiceReference, Refusal> {
    Ok(ServiceReference { island: island(labels)?, service: parsed(labels, labels::SERVICE)? })
}

/// Which volume the labels name.
pub(crate) fn volume(labels: &Labels) -> Result<(IslandId, VolumeName), Refusal> {
    Ok((island_id(labels)?, parsed(labels, labels::VOLUME)?))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(labels: &Labels, name: &str) -> Result<T, Refusal> {
    let value = labels.get(name).ok_or_else(|| {
        Refusal::new(Reason::NoReference, format!("the label `{name}` is missing: it says what is meant"))
    })?;
    value.parse().map_err(|error| Refusal::new(Reason::NoReference, format!("the label `{name}`: {error}")))
}

/// Every label that the client sent is one of the rendered ones.
pub(crate) fn check_labels(client: &Labels, rendered: &Value) -> Result<(), Refusal> {
    match client.iter().find(|(name, value)| rendered["Labels"][name.as_str()].as_str() != Some(value)) {
        None => Ok(()),
        Some((name, _)) => {
            let name: String = name.chars().take(80).collect();
            Err(Refusal::new(
                Reason::FieldDiffers,
                format!("the label `{name}` differs from what is rendered"),
            ))
        }
    }
}

/// The variables of a body: the values of declared holes, and the rest, which must be among the rendered ones.
pub(crate) fn environment(
    body: &Map<String, Value>,
    app: &App,
    service: &ServiceName,
) -> Result<(Holes, Vec<String>), Refusal> {
    let (mut holes, mut rest) = (Holes::none(), Vec::new());
    let entry = &app.services.get(service).ok_or_else(|| RenderError::UnknownService {
        app: app.id.to_string(),
        service: service.to_string(),
    })?;
    let items = match body.get("Env") {
        None | Some(Value::Null) => return Ok((holes, rest)),
        Some(Value::Array(items)) => items,
        Some(_) => {
            return Err(Refusal::new(Reason::FieldDiffers, "the field `Env` must be a list of NAME=value"));
        }
    };
    for item in items {
        let pair = item.as_str().and_then(|text| text.split_once('='));
        let (name, value) = pair.ok_or_else(|| {
            Refusal::new(Reason::FieldDiffers, "the field `Env` must be a list of NAME=value")
        })?;
        if holes::is_declared(app, entry, name) {
            holes.insert(name, value).map_err(RenderError::from)?;
        } else {
            rest.push(format!("{name}={value}"));
        }
    }
    Ok((holes, rest))
}

/// Every variable that is no hole is exactly a rendered one, each at most once.
pub(crate) fn check_environment(rest: &[String], rendered: &Value) -> Result<(), Refusal> {
    let fixed = rendered["Env"].as_array().map_or(&[][..], Vec::as_slice);
    for (index, variable) in rest.iter().enumerate() {
        let known = fixed.iter().any(|entry| entry.as_str() == Some(variable));
        if !known || rest[..index].contains(variable) {
            let name: String = variable.split('=').next().unwrap_or_default().chars().take(80).collect();
            let message = format!("the variable `{name}` in `Env` is not what the allowlist sets");
            return Err(Refusal::new(Reason::FieldDiffers, message));
        }
    }
    Ok(())
}

impl From<RenderError> for Refusal {
    fn from(error: RenderError) -> Self {
        let reason = match &error {
            RenderError::NoPin { .. } => Reason::ImageMissing,
            RenderError::Hole(HoleError::Missing { .. }) => Reason::NoReference,
            RenderError::Hole(
                HoleError::Undeclared { .. } | HoleError::Twice { .. } | HoleError::Unfit { .. },
            ) => Reason::FieldDiffers,
            RenderError::UnknownApp { .. }
            | RenderError::UnknownInstance { .. }
            | RenderError::UnknownService { .. }
            | RenderError::UnknownVolume { .. }
            | RenderError::NoSubnet { .. } => Reason::NotAllowed,
        };
        Self::new(reason, error.to_string())
    }
}
