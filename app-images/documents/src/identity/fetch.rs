//! Fetches one small JSON document by plain HTTP, from the platform's address on our own network.
//!
//! No redirects, no proxy from the environment, a limit on time and size.

use std::time::Duration;

use axum::http::Uri;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::StatusCode;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// Connecting, asking and reading together.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Larger than any key set.
const MOST_BYTES: usize = 256 * 1024;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Nobody answered.
    #[error("no answer")]
    Connect(#[source] hyper_util::client::legacy::Error),
    /// Too slow.
    #[error("no answer within {} s", TIME_LIMIT.as_secs())]
    Timeout,
    /// An answer, but not the document.
    #[error("the answer has status {0}")]
    Status(StatusCode),
    /// The answer broke off or is too long.
    #[error("the answer could not be read")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer is not what we asked for.
    #[error("the answer is not a key set")]
    Json(#[source] serde_json::Error),
}

/// Fetches and parses.
///
/// # Errors
/// See [`FetchError`].
pub(super) async fn json<T: DeserializeOwned>(url: &Uri) -> Result<T, FetchError> {
    timeout(TIME_LIMIT, fetch(url)).await.map_err(|_| FetchError::Timeout)?
}

async fn fetch<T: DeserializeOwned>(url: &Uri) -> Result<T, FetchError> {
    // A client for each fetch, because a fetch every few minutes does not need a pool of connections.
    let client: Client<HttpConnector, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.get(url.clone()).await.map_err(FetchError::Connect)?;
    if answer.status() != StatusCode::OK {
        return Err(FetchError::Status(answer.status()));
    }
    let body = Limited::new(answer.into_body(), MOST_BYTES).collect().await.map_err(FetchError::Body)?;
    serde_json::from_slice(&body.to_bytes()).map_err(FetchError::Json)
}
