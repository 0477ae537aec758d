//! From a request to one of the calls that are offered. Everything else does not exist.

use atoll_sandbox::dialect::ApiVersion;
use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value};

use crate::{
    http::Head,
    json,
    query::{Filters, Query},
    refusal::{Reason, Refusal},
};

/// How a client names an object: a name or an id, checked for its characters only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference(String);

/// A call that is offered, with everything that the client may say about it.
#[derive(Debug, PartialEq)]
pub(crate) enum Call {
    Ping,
    Version,
    Info,
    Events { since: Option<String>, until: Option<String>, filters: Filters },
    ContainerCreate { name: String, body: Map<String, Value> },
    ContainerStart(Reference),
    ContainerStop { container: Reference, grace_secs: Option<u32> },
    ContainerKill { container: Reference, signal: Signal },
    ContainerWait { container: Reference, condition: Condition },
    ContainerInspect(Reference),
    ContainerList { all: bool, limit: Option<u32>, filters: Filters },
    ContainerLogs { container: Reference, logs: Logs },
    ContainerStats { container: Reference, stream: bool, one_shot: bool },
    ContainerRemove { container: Reference, force: bool, volumes: bool },
    NetworkCreate(Map<String, Value>),
    NetworkConnect { network: Reference, body: Map<String, Value> },
    NetworkDisconnect { network: Reference, body: Map<String, Value> },
    NetworkInspect(Reference),
    NetworkList(Filters),
    NetworkRemove(Reference),
    VolumeCreate(Map<String, Value>),
    VolumeInspect(Reference),
    VolumeList(Filters),
    VolumeRemove(Reference),
    ImageInspect(String),
    ImageList,
    ImagePull(String),
}

/// A signal by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal(pub(crate) &'static str);

/// What a wait waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition(pub(crate) &'static str);

/// Which part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logs {
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
    pub(crate) follow: bool,
    pub(crate) timestamps: bool,
    /// Lines from the end; all when absent.
    pub(crate) tail: Option<u32>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
}

const SIGNALS: [&str; 8] =
    ["SIGTERM", "SIGKILL", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"];
const CONDITIONS: [&str; 3] = ["not-running", "next-exit", "removed"];
const LONGEST_STOP_SECS: u32 = 300;
const MOST_LINES: u32 = 10_000;
const MOST_ROWS: u32 = 1_000_000;

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

    /// The endpoint's name, for log and metrics.
    pub(crate) fn endpoint(&self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::Version => "version",
            Self::Info => "info",
            Self::Events { .. } => "events",
            Self::ContainerCreate { .. } => "container-create",
            Self::ContainerStart(_) => "container-start",
            Self::ContainerStop { .. } => "container-stop",
            Self::ContainerKill { .. } => "container-kill",
            Self::ContainerWait { .. } => "container-wait",
            Self::ContainerInspect(_) => "container-inspect",
            Self::ContainerList { .. } => "container-list",
            Self::ContainerLogs { .. } => "container-logs",
            Self::ContainerStats { .. } => "container-stats",
            Self::ContainerRemove { .. } => "container-remove",
            Self::NetworkCreate(_) => "network-create",
            Self::NetworkConnect { .. } => "network-connect",
            Self::NetworkDisconnect { .. } => "network-disconnect",
            Self::NetworkInspect(_) => "network-inspect",
            Self::NetworkList(_) => "network-list",
            Self::NetworkRemove(_) => "network-remove",
            Self::VolumeCreate(_) => "volume-create",
            Self::VolumeInspect(_) => "volume-inspect",
            Self::VolumeList(_) => "volume-list",
            Self::VolumeRemove(_) => "volume-remove",
            Self::ImageInspect(_) => "image-inspect",
            Self::ImageList => "image-list",
            Self::ImagePull(_) => "image-pull",
        }
    }

    /// Whether the call changes something on the engine. Such a call runs to its end even when its client goes away.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::ContainerCreate { .. }
            | Self::ContainerStart(_)
            | Self::ContainerStop { .. }
            | Self::ContainerKill { .. }
            | Self::ContainerRemove { .. }
            | Self::NetworkCreate(_)
            | Self::NetworkConnect { .. }
            | Self::NetworkDisconnect { .. }
            | Self::NetworkRemove(_)
            | Self::VolumeCreate(_)
            | Self::VolumeRemove(_) => true,
            Self::Ping
            | Self::Version
            | Self::Info
            | Self::Events { .. }
            | Self::ContainerWait { .. }
            | Self::ContainerInspect(_)
            | Self::ContainerList { .. }
            | Self::ContainerLogs { .. }
            | Self::ContainerStats { .. }
            | Self::NetworkInspect(_)
            | Self::NetworkList(_)
            | Self::VolumeInspect(_)
            | Self::VolumeList(_)
            | Self::ImageInspect(_)
            | Self::ImageList
            // Because whoever waits for a pull and goes away needs it no more, and can ask again.
            | Self::ImagePull(_) => false,
        }
    }
}

impl Reference {
    /// A name or id: letters, digits and `_ . -`, a letter or digit first.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        let fits = text.len() <= 128
            && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
            && text.bytes().all(plain);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(Reason::BadTarget, "a name or id holds a character that none has"))
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a request says besides its path; whatever no endpoint takes is refused at the end.
struct Input<'a> {
    query: Query,
    json: bool,
    body: Option<&'a Bytes>,
}

impl Input<'_> {
    /// The body as an object, on the endpoints that take one.
    fn object(&mut self) -> Result<Map<String, Value>, Refusal> {
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

fn container(method: &Method, path: &[&str], input: &mut Input<'_>) -> Result<Option<Call>, Refusal> {
    let query = &mut input.query;
    Ok(Some(match (method, path) {
        (&Method::GET, ["json"]) => container_list(query)?,
        (&Method::POST, ["create"]) => {
            query.neutral("platform", &[])?;
            let name = query.text("name").ok_or_else(|| {
                Refusal::new(
                    Reason::NoReference,
                    "the query key `name` is missing: atoll-<app>-<instance>-<service>",
                )
            })?;
            Call::ContainerCreate { name, body: input.object()? }
        }
        (&Method::DELETE, [id]) => {
            query.neutral("link", &["0", "false", "False"])?;
            let (force, volumes) = (query.flag("force")?, query.flag("v")?);
            Call::ContainerRemove { container: Reference::parse(id)?, force, volumes }
        }
        (&Method::GET, [id, "json"]) => {
            query.neutral("size", &["0", "false", "False"])?;
            Call::ContainerInspect(Reference::parse(id)?)
        }
        (&Method::GET, [id, "logs"]) => {
            Call::ContainerLogs { container: Reference::parse(id)?, logs: logs(query)? }
        }
        (&Method::GET, [id, "stats"]) => Call::ContainerStats {
            container: Reference::parse(id)?,
            stream: query.flag_unless_denied("stream")?,
            one_shot: query.flag("one-shot")?,
        },
        (&Method::POST, [id, "start"]) => {
            query.neutral("detachKeys", &[])?;
            Call::ContainerStart(Reference::parse(id)?)
        }
        (&Method::POST, [id, "stop"]) => {
            query.neutral("signal", &[])?;
            Call::ContainerStop {
                container: Reference::parse(id)?,
                grace_secs: query.number("t", LONGEST_STOP_SECS)?,
            }
        }
        (&Method::POST, [id, "kill"]) => {
            Call::ContainerKill { container: Reference::parse(id)?, signal: signal(query.text("signal"))? }
        }
        (&Method::POST, [id, "wait"]) => {
            let wanted =
                query.text("condition").filter(|word| !word.is_empty()).unwrap_or("not-running".to_owned());
            let condition = CONDITIONS.into_iter().find(|known| *known == wanted).ok_or_else(|| {
                Refusal::new(Reason::BadQuery, "the query key `condition` has an unknown value")
            })?;
            Call::ContainerWait { container: Reference::parse(id)?, condition: Condition(condition) }
        }
        _ => return Ok(None),
    }))
}

fn container_list(query: &mut Query) -> Result<Call, Refusal> {
    query.neutral("size", &["0", "false", "False"])?;
    query.neutral("trunc_cmd", &["0", "1", "false", "true"])?;
    Ok(Call::ContainerList {
        all: query.flag("all")?,
        limit: query.number_or("limit", &["-1", "0"], MOST_ROWS)?,
        filters: query.filters(&["label", "status", "name"])?,
    })
}

fn logs(query: &mut Query) -> Result<Logs, Refusal> {
    query.neutral("details", &["0", "false", "False"])?;
    Ok(Logs {
        stdout: query.flag("stdout")?,
        stderr: query.flag("stderr")?,
        follow: query.flag("follow")?,
        timestamps: query.flag("timestamps")?,
        tail: query.number_or("tail", &["all"], MOST_LINES)?,
        since: query.moment("since")?,
        until: query.moment("until")?,
    })
}

fn signal(wanted: Option<String>) -> Result<Signal, Refusal> {
    let wanted = wanted.filter(|word| !word.is_empty()).unwrap_or("SIGKILL".to_owned());
    let known =
        SIGNALS.into_iter().find(|known| *known == wanted || known.strip_prefix("SIG") == Some(&wanted));
    known
        .map(Signal)
        .ok_or_else(|| Refusal::new(Reason::BadQuery, "the query key `signal` has an unknown value"))
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

/// `fromImage` and `tag`, as the engine puts them together. Everything else that an image can be made from is absent.
fn pull(query: &mut Query) -> Result<Call, Refusal> {
    for key in ["fromSrc", "repo", "message", "changes", "platform"] {
        query.neutral(key, &[])?;
    }
    let image = query.text("fromImage").unwrap_or_default();
    let tag = query.text("tag").unwrap_or_default();
    let reference = match tag.as_str() {
        "" => image,
        digest if digest.starts_with("sha256:") => format!("{image}@{digest}"),
        tag => format!("{image}:{tag}"),
    };
    if reference.is_empty() {
        return Err(Refusal::new(
            Reason::NoReference,
            "the query key `fromImage` is missing: say which image",
        ));
    }
    Ok(Call::ImagePull(reference))
}

fn image(path: &[&str], query: &mut Query) -> Result<Option<Call>, Refusal> {
    match path {
        ["json"] => {
            // `only_ids` is of docker-py, and means nothing to engines since API 1.7.
            for key in ["all", "digests", "shared-size", "manifests", "only_ids"] {
                query.neutral(key, &["0", "1", "false", "true", "False", "True"])?;
            }
            query.neutral("filters", &["{}"])?;
            Ok(Some(Call::ImageList))
        }
        [name @ .., "json"] => {
            query.neutral("manifests", &["0", "false", "False"])?;
            Ok(Some(Call::ImageInspect(name.join("/"))))
        }
        _ => Ok(None),
    }
}
