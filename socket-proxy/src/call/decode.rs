//! From a request to the call that it means.

use atoll_sandbox::dialect::ApiVersion;
use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value};

use super::{
    Call, Reference,
    container::container,
    image::{image, pull},
};
use crate::{
    http::Head,
    json,
    query::Query,
    refusal::{Reason, Refusal},
};

impl Call {
    /// Decodes a request. `version` is the one API version that is offered, when an engine is there.
    pub(crate) fn parse(head: &Head, body: &Bytes, version: Option<ApiVersion>) -> Result<Self, Refusal> {
        let segments: Vec<&str> = head.target.segments.iter().map(String::as_str).collect();
        let path = without_version(&segments, version)?;
        let mut input =
            Input { query: Query::new(head.target.query.clone()), json: head.json, body: Some(body) };
        let call = match (&head.method, path) {
            (&Method::GET | &Method::HEAD, ["_ping"]) => Some(Self::Ping),
            (&Method::GET, ["version"]) => Some(Self::Version),
            (&Method::GET, ["info"]) => Some(Self::Info),
            (&Method::GET, ["events"]) => Some(events(&mut input.query)?),
            (method, ["containers", rest @ ..]) => container(method, rest, &mut input)?,
            (method, ["networks", rest @ ..]) => network(method, rest, &mut input)?,
            (method, ["volumes", rest @ ..]) => volume(method, rest, &mut input)?,
            (&Method::POST, ["images", "create"]) => Some(pull(&mut input.query)?),
            (&Method::GET, ["images", rest @ ..]) => image(rest, &mut input.query)?,
            _ => None,
        };
        let call = call.ok_or_else(|| {
            Refusal::new(
                Reason::NotOffered,
                format!("{} {} is not offered here", head.method, head.target.path()),
            )
        })?;
        input.finish()?;
        Ok(call)
    }
}

/// What a request says besides its path; whatever no endpoint takes is refused at the end.
pub(super) struct Input<'a> {
    pub(super) query: Query,
    json: bool,
    body: Option<&'a Bytes>,
}

impl Input<'_> {
    /// The body as an object, on the endpoints that take one.
    pub(super) fn object(&mut self) -> Result<Map<String, Value>, Refusal> {
        let body = self.body.take().ok_or_else(|| Refusal::new(Reason::BadBody, "the body is missing"))?;
        if !self.json {
            return Err(Refusal::new(
                Reason::BadBody,
                "the body must be sent as Content-Type: application/json",
            ));
        }
        json::object(body)
    }

    fn finish(self) -> Result<(), Refusal> {
        if self.body.is_some_and(|body| !body.is_empty()) {
            return Err(Refusal::new(Reason::UnexpectedBody, "this endpoint takes no body"));
        }
        self.query.finish()
    }
}

/// The path below the version.
///
/// A path without one means the version that is offered: bollard 0.21 sends no other. The engine is always asked under
/// that version, so there is nothing to be read in two ways. `/_ping` and `/version` answer under any, since clients
/// ask them before they know which one is spoken.
fn without_version<'a>(path: &'a [&'a str], offered: Option<ApiVersion>) -> Result<&'a [&'a str], Refusal> {
    let first = path.first().copied().unwrap_or_default();
    let named =
        first.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    let Some(named) = named else { return Ok(path) };
    let version = named.parse::<ApiVersion>().ok();
    let below = &path[1..];
    if version.is_some() && (version == offered || matches!(below, ["_ping"] | ["version"])) {
        return Ok(below);
    }
    Err(Refusal::new(
        Reason::ApiVersion,
        match offered {
            Some(offered) => format!("this proxy speaks API {offered} and no other: ask for /v{offered}/…"),
            None => "no API version is offered while no engine is there".to_owned(),
        },
    ))
}

fn events(query: &mut Query) -> Result<Call, Refusal> {
    let (since, until) = (query.moment("since")?, query.moment("until")?);
    Ok(Call::Events { since, until, filters: query.filters(&["type", "event", "label"])? })
}

fn network(method: &Method, path: &[&str], input: &mut Input<'_>) -> Result<Option<Call>, Refusal> {
    Ok(Some(match (method, path) {
        (&Method::GET, []) => Call::NetworkList(input.query.filters(&["label", "name"])?),
        (&Method::POST, ["create"]) => Call::NetworkCreate(input.object()?),
        (&Method::POST, [id, "connect"]) => {
            Call::NetworkConnect { network: Reference::parse(id)?, body: input.object()? }
        }
        (&Method::POST, [id, "disconnect"]) => {
            Call::NetworkDisconnect { network: Reference::parse(id)?, body: input.object()? }
        }
        (&Method::GET, [id]) => {
            input.query.neutral("verbose", &["0", "false", "False"])?;
            input.query.neutral("scope", &["local"])?;
            Call::NetworkInspect(Reference::parse(id)?)
        }
        (&Method::DELETE, [id]) => Call::NetworkRemove(Reference::parse(id)?),
        _ => return Ok(None),
    }))
}

fn volume(method: &Method, path: &[&str], input: &mut Input<'_>) -> Result<Option<Call>, Refusal> {
    Ok(Some(match (method, path) {
        (&Method::GET, []) => Call::VolumeList(input.query.filters(&["label", "name"])?),
        (&Method::POST, ["create"]) => Call::VolumeCreate(input.object()?),
        (&Method::GET, [name]) => Call::VolumeInspect(Reference::parse(name)?),
        (&Method::DELETE, [name]) => {
            input.query.neutral("force", &["0", "false", "False"])?;
            Call::VolumeRemove(Reference::parse(name)?)
        }
        _ => return Ok(None),
    }))
}
