//! Connections to one app: kept open, used again, one request at a time on each.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Method, Request, Response};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tracing::debug;

use super::body::{Progress, Upload};

/// How many unused connections are kept for each app.
const MOST_IDLE: usize = 256;
/// How long a connection is kept unused. Shorter than the five seconds after which common servers (Node, uvicorn) close
/// theirs, so that we seldom write into a connection that is just being closed.
const KEPT: Duration = Duration::from_secs(4);
/// A connection that lay unused for longer may have been closed at the other end without our having heard of it.
const SURELY_OPEN: Duration = Duration::from_millis(200);
/// The largest head of an answer, and what is read at once of a body.
const MOST_BUFFERED: usize = 128 * 1024;

/// The unused connections to one app. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Pool(Arc<Mutex<Vec<Idle>>>);

#[derive(Debug)]
struct Idle {
    sender: SendRequest<Upload>,
    endpoint: SocketAddr,
    since: Instant,
}

/// A connection in use. It goes back to the pool only when both bodies ended well.
#[derive(Debug)]
pub struct Lane {
    sender: SendRequest<Upload>,
    endpoint: SocketAddr,
    pool: Pool,
    upload: Option<Arc<Progress>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The app does not take the connection.
    #[error("could not connect to the app")]
    Connect(#[source] std::io::Error),
    /// The app does not take the connection in time.
    #[error("could not connect to the app in time")]
    ConnectTimeout,
    /// The connection broke, or what came is no HTTP.
    #[error("could not speak with the app")]
    Speak(#[source] hyper::Error),
}

impl Pool {
    /// Sends a request and waits for the head of the answer.
    ///
    /// What the app has certainly not seen is sent again over a fresh connection; so is what changes nothing, when an
    /// old connection turns out to have been closed meanwhile (RFC 9110, section 9.2.2).
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub async fn send(
        &self,
        endpoint: SocketAddr,
        connect_within: Duration,
        mut request: Request<Upload>,
    ) -> Result<(Response<Incoming>, Lane), UpstreamError> {
        let upload = request.body().progress();
        while let Some((mut sender, unused)) = self.take(endpoint).await {
            let again = (unused > SURELY_OPEN).then(|| copy(&request)).flatten();
            let error = match sender.try_send_request(request).await {
                Ok(answer) => return Ok((answer, Lane { sender, endpoint, pool: self.clone(), upload })),
                Err(error) => error,
            };
            let mut error = error;
            let unsent = error.take_message();
            let error = error.into_error();
            debug!(%error, "a kept connection to an app was gone");
            request = match unsent.or(again.filter(|_| error.is_incomplete_message())) {
                Some(request) => request,
                None => return Err(UpstreamError::Speak(error)),
            };
        }
        let mut sender = connect(endpoint, connect_within).await?;
        let answer = sender.send_request(request).await.map_err(UpstreamError::Speak)?;
        Ok((answer, Lane { sender, endpoint, pool: self.clone(), upload }))
    }

    /// Closes connections that were not used for a while.
    pub fn sweep(&self) {
        self.idle().retain(|idle| idle.since.elapsed() < KEPT && !idle.sender.is_closed());
    }

    /// The connection used last, so that the others can grow old, and for how long it was not used.
    async fn take(&self, endpoint: SocketAddr) -> Option<(SendRequest<Upload>, Duration)> {
        loop {
            let Idle { mut sender, endpoint: to, since } = self.idle().pop()?;
            let unused = since.elapsed();
            if to == endpoint && unused < KEPT && !sender.is_closed() && sender.ready().await.is_ok() {
                return Some((sender, unused));
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.0.lock().expect("nobody panics while holding the pool")
    }
}

impl Lane {
    /// Gives the connection back, unless something is still under way on it.
    pub fn give_back(self) {
        if self.upload.is_some_and(|upload| !upload.is_finished()) || self.sender.is_closed() {
            return;
        }
        let mut idle = self.pool.idle();
        if idle.len() < MOST_IDLE {
            idle.push(Idle { sender: self.sender, endpoint: self.endpoint, since: Instant::now() });
        }
    }
}

async fn connect(endpoint: SocketAddr, within: Duration) -> Result<SendRequest<Upload>, UpstreamError> {
    let stream = timeout(within, TcpStream::connect(endpoint)).await;
    let stream = stream.map_err(|_| UpstreamError::ConnectTimeout)?.map_err(UpstreamError::Connect)?;
    stream.set_nodelay(true).map_err(UpstreamError::Connect)?;
    let handshake = http1::Builder::new().max_buf_size(MOST_BUFFERED).handshake(TokioIo::new(stream)).await;
    let (sender, connection) = handshake.map_err(UpstreamError::Speak)?;
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            debug!(%error, "a connection to an app broke");
        }
    });
    Ok(sender)
}

/// The same request once more, if it has no body and changes nothing.
fn copy(request: &Request<Upload>) -> Option<Request<Upload>> {
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if !safe || !matches!(request.body(), Upload::Empty) {
        return None;
    }
    let mut copy = Request::new(Upload::Empty);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}
