//! The engine on the other side: every request written by us.
//!
//! Questions share a few kept connections. Whatever changes something, or streams, has a fresh one of its own: it
//! cannot be asked twice, and what is left on its connection meets nobody else.

use std::{path::PathBuf, sync::Arc, time::Duration};

use atoll_sandbox::{dialect::Dialect, lock::Platform};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::{sync::watch, time::timeout};

use crate::refusal::{Reason, Refusal};

mod connection;
mod monitor;

use connection::{Connection, Pool};
pub(crate) use monitor::watch_engine;

/// How long the engine may take for a question.
pub(crate) const QUESTION: Duration = Duration::from_secs(15);
/// How long the engine may take to create, start or remove something.
pub(crate) const ACTION: Duration = Duration::from_secs(120);
/// How long the engine may take for a create that counts against a ceiling. The turn is kept until it has answered,
/// because a create that was given up may still happen.
pub(crate) const CREATE: Duration = Duration::from_secs(3600);
/// The largest answer that is read whole, in bytes: a list of several thousand containers.
const LARGEST_ANSWER: usize = 16 << 20;

/// What is known of the engine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EngineState {
    /// It answers.
    Ready(Arc<About>),
    /// It does not, for the reason given.
    Away(String),
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct About {
    pub(crate) dialect: Dialect,
    pub(crate) platform: Platform,
    /// The engine's own version, such as `20.10.24`.
    pub(crate) version: String,
    /// `Docker` or `Podman`.
    pub(crate) name: &'static str,
}

/// The way to the engine's socket.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    socket: Arc<PathBuf>,
    state: watch::Receiver<EngineState>,
    kept: Arc<Pool>,
    /// Wakes the monitor when a call finds the engine gone.
    doubt: Arc<tokio::sync::Notify>,
}

/// A request to the engine, as it will be written.
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    /// Without version prefix; made of ids and of names that rendering made, never of a client's bytes.
    pub(crate) path: &'a str,
    /// Encoded.
    pub(crate) query: String,
    pub(crate) body: Option<&'a Value>,
    /// `X-Registry-Auth`, from our own file.
    pub(crate) registry_auth: Option<HeaderValue>,
    /// How long until the head of the answer; `None` for as long as it takes.
    pub(crate) limit: Option<Duration>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Engine {
    /// What the engine said of itself last, or why it cannot be used.
    pub(crate) fn about(&self) -> Result<Arc<About>, Refusal> {
        match &*self.state.borrow() {
            EngineState::Ready(about) => Ok(about.clone()),
            EngineState::Away(why) => Err(Refusal::new(Reason::EngineUnavailable, why.clone())),
        }
    }

    /// Asks a question by GET and reads the whole answer.
    pub(crate) async fn question(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, Refusal> {
        self.asked(path, query).await.map(RawReply::parse)
    }

    /// Asks a question whose successful answer is read elsewhere, which for a long list saves most of the work.
    pub(crate) async fn bytes(&self, path: &str, query: &[(&str, &str)]) -> Result<Bytes, Refusal> {
        let raw = self.asked(path, query).await?;
        if !raw.status.is_success() {
            raw.parse().success()?;
            return Err(Refusal::new(Reason::Engine, "the engine has nothing to say"));
        }
        Ok(raw.bytes)
    }

    async fn asked(&self, path: &str, query: &[(&str, &str)]) -> Result<RawReply, Refusal> {
        let target = self.target(path, &encode(query))?;
        timeout(QUESTION, self.ask_over_kept(&target)).await.map_err(|_| slow())?
    }

    /// Because the engine may have closed a kept connection meanwhile, a question that fails there is asked once more.
    async fn ask_over_kept(&self, target: &str) -> Result<RawReply, Refusal> {
        let _turn = self.kept.turn().await;
        if let Some(mut connection) = self.kept.take().await
            && let Ok(response) = connection.send(Method::GET, target, None, None).await
            && let Ok(reply) = read_whole(response).await
        {
            self.kept.keep(connection);
            return Ok(reply);
        }
        let mut connection = Connection::open(&self.socket).await.map_err(|error| self.gone(&*error))?;
        let response =
            connection.send(Method::GET, target, None, None).await.map_err(|error| self.gone(&*error))?;
        let reply = read_whole(response).await?;
        self.kept.keep(connection);
        Ok(reply)
    }

    /// Tells the engine to do something and reads the whole answer.
    pub(crate) async fn action(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        limit: Duration,
    ) -> Result<Reply, Refusal> {
        self.ask(Ask { method, path, query: encode(query), body, registry_auth: None, limit: Some(limit) })
            .await
    }

    async fn ask(&self, ask: Ask<'_>) -> Result<Reply, Refusal> {
        let limit = ask.limit.unwrap_or(QUESTION);
        let read = async {
            let response = self.send(ask).await?;
            whole(response).await
        };
        timeout(limit, read).await.map_err(|_| slow())?
    }

    /// Sends a request and returns a successful answer as soon as its head is there.
    pub(crate) async fn open(&self, ask: Ask<'_>) -> Result<http::Response<Incoming>, Refusal> {
        let response = match ask.limit {
            None => self.send(ask).await?,
            Some(limit) => timeout(limit, self.send(ask)).await.map_err(|_| slow())??,
        };
        if response.status().is_success() {
            return Ok(response);
        }
        whole(response).await?.success()?;
        Err(Refusal::new(Reason::Engine, "the engine has nothing to say"))
    }

    async fn send(&self, ask: Ask<'_>) -> Result<http::Response<Incoming>, Refusal> {
        let target = self.target(ask.path, &ask.query)?;
        let sent = request(&self.socket, ask.method, &target, ask.body, ask.registry_auth).await;
        sent.map_err(|error| self.gone(&*error))
    }

    fn target(&self, path: &str, query: &str) -> Result<String, Refusal> {
        let version = self.about()?.dialect.version();
        let separator = if query.is_empty() { "" } else { "?" };
        Ok(format!("/v{version}{path}{separator}{query}"))
    }

    fn gone(&self, error: &(dyn std::error::Error + Send + Sync)) -> Refusal {
        self.doubt.notify_one();
        Refusal::new(Reason::EngineUnavailable, format!("the engine does not answer: {error}"))
    }
}

/// One request over one fresh connection. Dropping the answer's body closes the connection.
async fn request(
    socket: &std::path::Path,
    method: Method,
    target: &str,
    body: Option<&Value>,
    registry_auth: Option<HeaderValue>,
) -> Result<http::Response<Incoming>, Box<dyn std::error::Error + Send + Sync>> {
    Connection::open(socket).await?.send(method, target, body, registry_auth).await
}

/// A whole answer as it came.
struct RawReply {
    status: StatusCode,
    bytes: Bytes,
}

impl RawReply {
    /// Because Podman answers some calls in plain text, what is no JSON counts as nothing said.
    fn parse(self) -> Reply {
        Reply { status: self.status, body: serde_json::from_slice(&self.bytes).unwrap_or(Value::Null) }
    }
}

async fn read_whole(response: http::Response<Incoming>) -> Result<RawReply, Refusal> {
    let status = response.status();
    let unread = |_| Refusal::new(Reason::Engine, "the engine's answer broke off or is larger than 16 MiB");
    let bytes =
        Limited::new(response.into_body(), LARGEST_ANSWER).collect().await.map_err(unread)?.to_bytes();
    Ok(RawReply { status, bytes })
}

pub(crate) async fn whole(response: http::Response<Incoming>) -> Result<Reply, Refusal> {
    read_whole(response).await.map(RawReply::parse)
}

impl Reply {
    /// The body of a success; anything else in the engine's own words.
    pub(crate) fn success(self) -> Result<Value, Refusal> {
        if self.status.is_success() || self.status == StatusCode::NOT_MODIFIED {
            return Ok(self.body);
        }
        let message = self.body.get("message").or_else(|| self.body.get("cause")).and_then(Value::as_str);
        Err(Refusal::of_engine(self.status, message.unwrap_or("the engine refused without a word")))
    }
}

/// How a query says yes or no.
pub(crate) fn word(flag: bool) -> &'static str {
    if flag { "1" } else { "0" }
}

/// A query of pairs, every character encoded that could mean something.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (key, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(key);
        query.push('=');
        for byte in value.bytes() {
            match byte {
                b if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.') => query.push(b as char),
                b => query.push_str(&format!("%{b:02X}")),
            }
        }
    }
    query
}

pub(crate) fn slow() -> Refusal {
    Refusal::new(Reason::EngineSlow, "the engine did not answer in time; what was asked may still happen")
}

pub(crate) fn unreadable(error: serde_json::Error) -> Refusal {
    Refusal::new(Reason::Engine, format!("the engine's answer is not what its API says: {error}"))
}
