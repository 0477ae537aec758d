//! What is sent back: a small set of headers of our own, and a body or a stream.

use bytes::Bytes;
use http::StatusCode;
use hyper::body::Incoming;
use serde::Serialize;
use serde_json::{Value, json};

use crate::refusal::{Reason, Refusal};

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) body: Body,
    /// Why it was refused, if it was.
    pub(crate) reason: Option<Reason>,
}

/// What follows the head.
#[derive(Debug)]
pub(crate) enum Body {
    /// Everything at once.
    Whole(Bytes),
    /// What the engine sends, as it comes, each frame as a chunk.
    Stream(Incoming),
    /// Lines of the engine's, each judged and written anew before it goes on.
    Lines(Incoming, LineFilter),
}

/// Makes of each line what the client may see of it, or nothing.
pub(crate) struct LineFilter(pub(crate) Box<Judge>);

/// From a line to what may be seen of it.
type Judge = dyn FnMut(&[u8]) -> Option<Vec<u8>> + Send;

impl std::fmt::Debug for LineFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LineFilter")
    }
}

pub(crate) const JSON: &str = "application/json";

impl Answer {
    /// A JSON answer.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(value).expect("our own types are written without error");
        Self { status, content_type: JSON, body: Body::Whole(Bytes::from(bytes)), reason: None }
    }

    /// 200 and JSON.
    pub(crate) fn ok(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// 204, or another status without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, content_type: "", body: Body::Whole(Bytes::new()), reason: None }
    }

    /// Plain text.
    pub(crate) fn text(text: &'static str) -> Self {
        let body = Body::Whole(Bytes::from_static(text.as_bytes()));
        Self { status: StatusCode::OK, content_type: "text/plain; charset=utf-8", body, reason: None }
    }

    /// A page of numbers, in the text form that watchers read.
    pub(crate) fn metrics(page: String) -> Self {
        let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Self { status: StatusCode::OK, content_type, body: Body::Whole(Bytes::from(page)), reason: None }
    }

    /// A stream of the engine's.
    pub(crate) fn stream(content_type: &'static str, body: Body) -> Self {
        Self { status: StatusCode::OK, content_type, body, reason: None }
    }

    /// Whether it lasts as long as somebody listens.
    pub(crate) fn is_stream(&self) -> bool {
        !matches!(self.body, Body::Whole(_))
    }

    /// The sentence of a refusal, for the log.
    pub(crate) fn message(&self) -> Option<String> {
        let Body::Whole(bytes) = &self.body else { return None };
        let body: Value = serde_json::from_slice(bytes).ok()?;
        body["message"].as_str().map(str::to_owned)
    }

    /// The head in bytes. `length` is the whole body's, or `None` for a stream in chunks.
    pub(crate) fn head(&self, api_version: Option<&str>, length: Option<usize>, close: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\nServer: Atoll (linux)\r\nOstype: linux\r\n", self.status);
        let mut add = |name: &str, value: &str| head.push_str(&format!("{name}: {value}\r\n"));
        if let Some(version) = api_version {
            add("Api-Version", version);
        }
        if !self.content_type.is_empty() {
            add("Content-Type", self.content_type);
        }
        if let Some(reason) = self.reason {
            add("Atoll-Reason", reason.word());
        }
        match length {
            Some(_) if self.status == StatusCode::NO_CONTENT => {}
            Some(length) => add("Content-Length", &length.to_string()),
            None => add("Transfer-Encoding", "chunked"),
        }
        if close {
            add("Connection", "close");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let body: Value = json!({"message": refusal.message, "reason": refusal.reason.word()});
        Self { reason: Some(refusal.reason), ..Self::json(refusal.status, &body) }
    }
}
