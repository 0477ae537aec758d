//! HTTP/1.1 over the socket proxy's unix socket.
//!
//! One connection for each call: on a unix socket it costs tens of microseconds, and no call is ever lost to an idle
//! connection that the other side was just closing. Bodies are never logged, because they carry apps' secrets.

use std::{io, path::PathBuf, sync::Mutex, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, de::DeserializeOwned};
use tokio::{net::UnixStream, time::timeout};

use super::error::{EngineError, Refusal};

/// The largest JSON answer that is read: a list of some thousand containers.
const MOST_ANSWER_BYTES: usize = 16 << 20;
/// The largest refusal that is read.
const MOST_REFUSAL_BYTES: usize = 64 << 10;
/// How long a call may take that only looks.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// How long a call may take that changes something: engines under load are slow, and a change is not lightly given up.
pub(super) const LONG_PATIENCE: Duration = Duration::from_secs(120);

/// One request to the engine.
pub(super) struct Call {
    /// What it is for: completes "could not …".
    pub doing: &'static str,
    pub method: Method,
    /// Path and query, without the version.
    pub target: String,
    pub body: Option<serde_json::Value>,
    /// How long the head of the answer may take.
    pub patience: Duration,
}

/// The socket, and the one API version that the proxy behind it offers.
#[derive(Debug)]
pub(super) struct Wire {
    socket: PathBuf,
    version: Mutex<Option<String>>,
}

#[derive(Deserialize)]
struct RefusalBody {
    message: String,
    #[serde(default)]
    reason: Option<String>,
}

impl Call {
    /// A call that only looks.
    pub(super) fn get(doing: &'static str, target: impl Into<String>) -> Self {
        Self { doing, method: Method::GET, target: target.into(), body: None, patience: PATIENCE }
    }

    /// A call that changes something.
    pub(super) fn post(
        doing: &'static str,
        target: impl Into<String>,
        body: Option<serde_json::Value>,
    ) -> Self {
        Self { doing, method: Method::POST, target: target.into(), body, patience: LONG_PATIENCE }
    }

    /// A call that removes something.
    pub(super) fn delete(doing: &'static str, target: impl Into<String>) -> Self {
        Self { doing, method: Method::DELETE, target: target.into(), body: None, patience: LONG_PATIENCE }
    }

    /// The same call with more patience.
    pub(super) fn patient_for(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

impl Wire {
    pub(super) const fn new(socket: PathBuf) -> Self {
        Self { socket, version: Mutex::new(None) }
    }

    /// Makes a call and reads its JSON answer.
    pub(super) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T, EngineError> {
        let doing = call.doing;
        let answer = self.send(call).await?;
        let body = read(answer.into_body(), MOST_ANSWER_BYTES, doing).await?;
        serde_json::from_slice(&body)
            .map_err(|error| EngineError::Unreadable { doing, message: error.to_string() })
    }

    /// Makes a call whose answer says nothing but yes or no.
    pub(super) async fn done(&self, call: Call) -> Result<(), EngineError> {
        self.send(call).await.map(drop)
    }

    /// Makes a call and leaves its answer to be read as it comes.
    pub(super) async fn stream(&self, call: Call) -> Result<Incoming, EngineError> {
        self.send(call).await.map(Response::into_body)
    }

    /// The API version that is spoken; asked for once, and again after the engine was away.
    pub(super) async fn version(&self) -> Result<String, EngineError> {
        if let Some(version) = self.known_version().clone() {
            return Ok(version);
        }
        let ping = Call::get("reach the container engine", "/_ping");
        let answer = self.exchange("/_ping".to_owned(), &ping).await?;
        let version = answer.headers().get("api-version").and_then(|value| value.to_str().ok());
        let version = version.map(str::to_owned).ok_or_else(|| EngineError::Unreadable {
            doing: ping.doing,
            message: "its ping names no API version".to_owned(),
        })?;
        *self.known_version() = Some(version.clone());
        Ok(version)
    }

    async fn send(&self, call: Call) -> Result<Response<Incoming>, EngineError> {
        match self.send_once(&call).await {
            // Because the engine that came back is another version; the call was not read.
            Err(error) if error.has_reason("api-version") => self.send_once(&call).await,
            answer => answer,
        }
    }

    async fn send_once(&self, call: &Call) -> Result<Response<Incoming>, EngineError> {
        let target = format!("/v{}{}", self.version().await?, call.target);
        let answer = self.exchange(target, call).await;
        if answer.as_ref().is_err_and(|error| error.is_away() || error.has_reason("api-version")) {
            *self.known_version() = None;
        }
        answer
    }

    async fn exchange(&self, target: String, call: &Call) -> Result<Response<Incoming>, EngineError> {
        let doing = call.doing;
        let answer = timeout(call.patience, self.request(target, call))
            .await
            .map_err(|_| EngineError::TimedOut { doing, after: call.patience })?
            .map_err(|error| EngineError::Unreachable { doing, message: error.to_string() })?;
        if answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED {
            Ok(answer)
        } else {
            Err(refused(answer, doing).await)
        }
    }

    async fn request(&self, target: String, call: &Call) -> Result<Response<Incoming>, io::Error> {
        let stream = UnixStream::connect(&self.socket).await.map_err(|error| {
            io::Error::new(error.kind(), format!("nobody listens on {} ({error})", self.socket.display()))
        })?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        // Because the connection must be driven while the answer's body is read; it ends with that body.
        tokio::spawn(connection);
        let mut request =
            Request::builder().method(call.method.clone()).uri(target).header(header::HOST, "engine");
        let body = match &call.body {
            Some(value) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Full::new(Bytes::from(value.to_string()))
            }
            None => Full::default(),
        };
        let request = request.body(body).map_err(io::Error::other)?;
        sender.send_request(request).await.map_err(io::Error::other)
    }

    fn known_version(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn read(body: Incoming, most: usize, doing: &'static str) -> Result<Bytes, EngineError> {
    match timeout(PATIENCE, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) => Err(EngineError::Unreachable { doing, message: error.to_string() }),
        Err(_) => Err(EngineError::TimedOut { doing, after: PATIENCE }),
    }
}

/// A gateway status means that the proxy is there and the engine is not: nobody has decided anything.
async fn refused(answer: Response<Incoming>, doing: &'static str) -> EngineError {
    let status = answer.status();
    let text = match read(answer.into_body(), MOST_REFUSAL_BYTES, doing).await {
        Ok(text) => text,
        Err(error) => return error,
    };
    let said = serde_json::from_slice::<RefusalBody>(&text).unwrap_or_else(|_| RefusalBody {
        message: format!("status {status}: {}", String::from_utf8_lossy(&text).trim()),
        reason: None,
    });
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            EngineError::Unreachable { doing, message: said.message }
        }
        _ => EngineError::Refused {
            doing,
            refusal: Refusal { status: status.as_u16(), reason: said.reason, message: said.message },
        },
    }
}
