//! One connection to an app that speaks HTTP/2 without TLS, known beforehand (RFC 9113, section 3.3): all requests share
//! it, each as a stream of its own, and trailers pass as gRPC needs them.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{HeaderValue, Request, Response, Uri, Version, header};
use hyper::{
    body::Incoming,
    client::conn::http2::{Builder, SendRequest},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::Mutex};
use tracing::debug;

mod sent;

use super::{MOST_HEADERS, Question, UpstreamError, open};
use crate::{gateway::body::Upload, server::streams::Streams};
use sent::Sent;

/// What an app may send on a stream before its client has read it.
const STREAM_WINDOW: u32 = 64 * 1024;
/// The largest window that there is (RFC 9113, section 6.9.1).
const LARGEST_WINDOW: u32 = (1 << 31) - 1;
/// An app that is gone without a word is noticed while somebody waits for it.
const STILL_THERE_EVERY: Duration = Duration::from_secs(10);
const STILL_THERE_WITHIN: Duration = Duration::from_secs(5);

/// The connection to one app, opened by the first request. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct H2c {
    connection_window: u32,
    current: Arc<Mutex<Option<Open>>>,
}

#[derive(Debug)]
struct Open {
    sender: SendRequest<Sent>,
    endpoint: SocketAddr,
}

impl H2c {
    /// For an app that answers so many requests at once.
    pub(super) fn new(most_requests: u32) -> Self {
        // Room for every stream, because one whose client does not read would otherwise hold up all others.
        let connection_window = STREAM_WINDOW.saturating_mul(most_requests).min(LARGEST_WINDOW);
        Self { connection_window, current: Arc::default() }
    }

    /// Sends a request and waits for the head of the answer. What the app has certainly not seen is sent once more over
    /// a fresh connection.
    pub(super) async fn send(
        &self,
        endpoint: SocketAddr,
        connect_within: Duration,
        Question { mut request, introduction }: Question,
    ) -> Result<Response<Incoming>, UpstreamError> {
        introduction.insert_into(request.headers_mut());
        let mut sender = self.sender(endpoint, connect_within).await?;
        let mut error = match sender.try_send_request(as_http2(request)).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let unsent = error.take_message();
        let error = error.into_error();
        let Some(request) = unsent else { return Err(UpstreamError::Speak(error)) };
        debug!(%error, "the connection to an app was gone");
        let mut sender = self.sender(endpoint, connect_within).await?;
        sender.send_request(request).await.map_err(UpstreamError::Speak)
    }

    /// The open connection, or a new one. Whoever comes meanwhile waits for that one.
    async fn sender(
        &self,
        endpoint: SocketAddr,
        connect_within: Duration,
    ) -> Result<SendRequest<Sent>, UpstreamError> {
        let mut current = self.current.lock().await;
        if let Some(open) = &*current
            && open.endpoint == endpoint
            && open.sender.is_ready()
        {
            return Ok(open.sender.clone());
        }
        let sender = self.shake_hands(open(endpoint, connect_within).await?).await?;
        *current = Some(Open { sender: sender.clone(), endpoint });
        Ok(sender)
    }

    async fn shake_hands(&self, stream: TcpStream) -> Result<SendRequest<Sent>, UpstreamError> {
        let (sender, connection) = Builder::new(Streams::patient())
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(self.connection_window)
            .max_header_list_size(MOST_HEADERS)
            .keep_alive_interval(STILL_THERE_EVERY)
            .keep_alive_timeout(STILL_THERE_WITHIN)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(UpstreamError::Speak)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "the connection to an app broke");
            }
        });
        Ok(sender)
    }
}

/// The request with its host in `:authority`, and the word that trailers are welcome, without which gRPC servers refuse.
fn as_http2(mut request: Request<Upload>) -> Request<Sent> {
    let host = request.headers_mut().remove(header::HOST);
    if let (Some(host), Some(target)) = (host, request.uri().path_and_query().cloned()) {
        let addressed = Uri::builder().scheme("http").authority(host.as_bytes()).path_and_query(target);
        *request.uri_mut() = addressed.build().expect("the gateway itself has set the host");
    }
    request.headers_mut().insert(header::TE, HeaderValue::from_static("trailers"));
    *request.version_mut() = Version::HTTP_2;
    request.map(Sent::from)
}
