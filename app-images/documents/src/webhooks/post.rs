//! One POST to one address that was checked: no redirect is followed, and the answer's body is not read.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::HookUrl;

/// How long one attempt may take.
const MOST_TIME: Duration = Duration::from_secs(10);

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Nobody answers there.
    #[error("could not connect to {0}")]
    Connect(SocketAddr, #[source] io::Error),
    /// The conversation broke off.
    #[error("the webhook's receiver broke off")]
    Broken(#[source] hyper::Error),
    /// The request could not be made.
    #[error("the webhook's request could not be made")]
    Request(#[source] axum::http::Error),
    /// Too slow.
    #[error("the webhook's receiver did not answer within {} s", MOST_TIME.as_secs())]
    TooSlow,
    /// Anything but success.
    #[error("the webhook's receiver answered {0}")]
    Refused(StatusCode),
}

/// Posts `body` to `url` at `address`.
///
/// # Errors
/// When the receiver did not say that it took it.
pub(super) async fn post(
    url: &HookUrl,
    address: SocketAddr,
    headers: [(&'static str, String); 2],
    body: Vec<u8>,
) -> Result<(), PostError> {
    let answer = tokio::time::timeout(MOST_TIME, exchange(url, address, headers, body));
    let status = answer.await.map_err(|_| PostError::TooSlow)??;
    if status.is_success() { Ok(()) } else { Err(PostError::Refused(status)) }
}

async fn exchange(
    url: &HookUrl,
    address: SocketAddr,
    headers: [(&'static str, String); 2],
    body: Vec<u8>,
) -> Result<StatusCode, PostError> {
    let stream = TcpStream::connect(address).await.map_err(|error| PostError::Connect(address, error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(PostError::Broken)?;
    let mut request = Request::post(url.path())
        .header(header::HOST, url.authority())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(body))).map_err(PostError::Request)?;
    let answer = sender.send_request(request);
    tokio::pin!(answer);
    let answer = tokio::select! {
        answer = &mut answer => answer,
        // The answer has come, or never will: a receiver may close the connection behind it.
        ended = connection => match ended {
            Ok(()) => answer.await,
            Err(error) => Err(error),
        },
    };
    Ok(answer.map_err(PostError::Broken)?.status())
}
