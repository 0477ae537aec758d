//! Connections to the engine, and the few that are kept between questions.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Method};
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::http1::{Builder, SendRequest},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::UnixStream,
    sync::{Semaphore, SemaphorePermit},
};

/// The most bytes that wait on a connection: the largest head of an answer, or what a slow reader leaves unread.
const LARGEST_BUFFER: usize = 64 << 10;
/// The most questions at once, and so the most connections that are kept. Further ones wait their turn: an engine
/// answers them no faster side by side, each takes memory here, and a connection that could not be kept would have to
/// be opened anew for every question.
const MOST_QUESTIONS: usize = 16;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One connection. It is closed when this and the body of its last answer are dropped.
pub(super) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    pub(super) async fn open(socket: &Path) -> Result<Self, Failure> {
        let stream = UnixStream::connect(socket).await?;
        let builder = &mut Builder::new();
        let (sender, connection) =
            builder.max_headers(64).max_buf_size(LARGEST_BUFFER).handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// Sends one request and returns the answer as soon as its head is there.
    pub(super) async fn send(
        &mut self,
        method: Method,
        target: &str,
        body: Option<&Value>,
        registry_auth: Option<HeaderValue>,
    ) -> Result<http::Response<Incoming>, Failure> {
        let mut builder = http::Request::builder().method(method).uri(target).header("Host", "engine");
        if body.is_some() {
            builder = builder.header("Content-Type", "application/json");
        }
        if let Some(auth) = registry_auth {
            builder = builder.header("X-Registry-Auth", auth);
        }
        let bytes = body.map(serde_json::to_vec).transpose()?.unwrap_or_default();
        Ok(self.0.send_request(builder.body(Full::new(Bytes::from(bytes)))?).await?)
    }
}

/// Connections on which every answer was read to its exact end.
pub(super) struct Pool {
    kept: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self { kept: Mutex::default(), turns: Semaphore::new(MOST_QUESTIONS) }
    }

    /// The turn to ask a question, until it is dropped.
    pub(super) async fn turn(&self) -> SemaphorePermit<'_> {
        self.turns.acquire().await.expect("the semaphore is never closed")
    }

    /// A kept connection that the engine has neither closed nor written to since.
    pub(super) async fn take(&self) -> Option<Connection> {
        loop {
            let mut connection = self.list().pop()?;
            if connection.0.ready().await.is_ok() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection for the next question. Only for one whose last answer was read whole, and only for whoever has
    /// the turn, which bounds their number.
    pub(super) fn keep(&self, connection: Connection) {
        if !connection.0.is_closed() {
            self.list().push(connection);
        }
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // Because the list is whole at every instant, whoever panicked while holding it left it so.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pool({})", self.list().len())
    }
}
