//! Answers that last as long as somebody listens: events, logs, statistics, waits.

use atoll_sandbox::dialect::ApiVersion;
use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    call::{Condition, Logs, Reference},
    engine::{Ask, QUESTION, encode, word},
    http::{
        Answer, Body,
        answer::{JSON, LineFilter},
    },
    proxy::Proxy,
    query::Filters,
    refusal::Refusal,
    seal::{Kind, Labels, Seal},
    views::{sample, seen_labels},
    words::without_paths,
};

/// What happens to containers that a client may hear of. Other actions carry words of whoever caused them, such as
/// the command of an exec.
const ACTIONS: [&str; 11] =
    ["create", "start", "restart", "stop", "die", "died", "kill", "oom", "pause", "unpause", "destroy"];

/// The attributes of an event that are passed on besides our labels.
const ATTRIBUTES: [&str; 3] = ["exitCode", "signal", "name"];

/// From API 1.42 on the engine names the framing of its logs.
const NAMES_FRAMING: ApiVersion = ApiVersion { major: 1, minor: 42 };

/// One line of `GET /events`.
#[derive(Debug, Serialize, Deserialize)]
struct Event {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    status: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Action")]
    action: String,
    #[serde(rename = "Actor")]
    actor: Actor,
    #[serde(default)]
    scope: String,
    time: i64,
    #[serde(rename = "timeNano")]
    time_nano: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Actor {
    #[serde(rename = "ID")]
    id: String,
    #[serde(rename = "Attributes")]
    attributes: Labels,
}

/// The answer of a wait.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exit {
    status_code: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<ExitError>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct ExitError {
    message: String,
}

impl Proxy {
    /// Events of containers that this proxy made. The seal stands in the event's own attributes.
    pub(crate) async fn events(
        &self,
        since: Option<String>,
        until: Option<String>,
        filters: Filters,
    ) -> Result<Answer, Refusal> {
        let own = r#"{"type":["container"],"label":["atoll.seal"]}"#;
        let mut query = vec![("filters", own)];
        query.extend(since.as_deref().map(|moment| ("since", moment)));
        query.extend(until.as_deref().map(|moment| ("until", moment)));
        let seal = self.seal.clone();
        let filter = LineFilter(Box::new(move |line| seen(&seal, &filters, line)));
        self.follow("/events", Method::GET, &query, JSON, |body| Body::Lines(body, filter)).await
    }

    pub(crate) async fn logs(&self, container: &Reference, logs: &Logs) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let tail = logs.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string());
        let mut query = vec![
            ("stdout", word(logs.stdout)),
            ("stderr", word(logs.stderr)),
            ("follow", word(logs.follow)),
            ("timestamps", word(logs.timestamps)),
            ("tail", tail.as_str()),
        ];
        query.extend(logs.since.as_deref().map(|moment| ("since", moment)));
        query.extend(logs.until.as_deref().map(|moment| ("until", moment)));
        let content_type = if self.engine.about()?.dialect.version() < NAMES_FRAMING {
            "application/vnd.docker.raw-stream"
        } else {
            "application/vnd.docker.multiplexed-stream"
        };
        let path = format!("/containers/{}/logs", owned.id);
        self.follow(&path, Method::GET, &query, content_type, Body::Stream).await
    }

    pub(crate) async fn stats(
        &self,
        container: &Reference,
        stream: bool,
        one_shot: bool,
    ) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let mut query = vec![("stream", word(stream))];
        if one_shot {
            query.push(("one-shot", "1"));
        }
        let path = format!("/containers/{}/stats", owned.id);
        let filter = LineFilter(Box::new(move |line| sample(&owned.id, &owned.name, line)));
        self.follow(&path, Method::GET, &query, JSON, |body| Body::Lines(body, filter)).await
    }

    pub(crate) async fn wait(&self, container: &Reference, condition: Condition) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let path = format!("/containers/{}/wait", owned.id);
        let body = |body| Body::Lines(body, LineFilter(Box::new(exit)));
        self.follow(&path, Method::POST, &[("condition", condition.0)], JSON, body).await
    }

    /// Opens a stream of the engine's. Only a wait may take its time before the head of the answer: Podman sends it
    /// when the wait is over.
    async fn follow(
        &self,
        path: &str,
        method: Method,
        query: &[(&str, &str)],
        content_type: &'static str,
        body: impl FnOnce(hyper::body::Incoming) -> Body,
    ) -> Result<Answer, Refusal> {
        let limit = (method == Method::GET && path != "/events").then_some(QUESTION);
        let ask = Ask { method, path, query: encode(query), body: None, registry_auth: None, limit };
        let response = self.engine.open(ask).await?;
        Ok(Answer::stream(content_type, body(response.into_body())))
    }
}

/// What a client sees of one event, if it is about something of ours and asked for.
fn seen(seal: &Seal, filters: &Filters, line: &[u8]) -> Option<Vec<u8>> {
    let mut event: Event = serde_json::from_slice(line).ok()?;
    let attributes = &event.actor.attributes;
    let ours = event.kind == "container"
        && ACTIONS.contains(&event.action.as_str())
        && seal.holds(Kind::Container, attributes.get("name")?, attributes);
    let wanted = filters.matches("type", "container")
        && filters.matches("event", &event.action)
        && filters.labels_match(&seen_labels(attributes));
    if !(ours && wanted) {
        return None;
    }
    let mut kept = seen_labels(attributes);
    kept.extend(
        ATTRIBUTES.iter().filter_map(|name| Some(((*name).to_owned(), attributes.get(*name)?.clone()))),
    );
    event.actor.attributes = kept;
    event.status.clone_from(&event.action);
    event.id.clone_from(&event.actor.id);
    serde_json::to_vec(&event).ok()
}

/// How a container ended, written anew.
fn exit(line: &[u8]) -> Option<Vec<u8>> {
    let mut exit: Exit = serde_json::from_slice(line).ok()?;
    exit.error.iter_mut().for_each(|error| error.message = without_paths(&error.message));
    serde_json::to_vec(&exit).ok()
}
