//! Connections to one app: kept open, used again, one request at a time on each.
//!
//! Whoever waits for an answer moves the connection on by itself: no task of its own, no hand-over between the two for
//! each request. See `docs/adr/0019-upstream-in-the-requests-task.md` for what that is worth.

use std::{
    fmt,
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use atoll_sandbox::allowlist::{AppProtocol, Http};
use http::{Method, Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{
        TrySendError,
        http1::{self, SendRequest},
    },
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    runtime::Handle,
    time::{Instant, timeout},
};
use tracing::debug;

use super::body::{Progress, Upload};
use crate::alarm::Alarm;

mod h2c;
mod listening;

use h2c::H2c;
use listening::Listening;

/// An app's connection as hyper holds it, and hands it back when a WebSocket takes over.
pub(super) type AppIo = TokioIo<Listening<TcpStream>>;

/// How many unused connections are kept for each app.
const MOST_IDLE: usize = 1024;
/// How long a connection is kept unused. Shorter than the five seconds after which common servers (Node, uvicorn) close
/// theirs, so that we seldom write into a connection that is just being closed.
const KEPT: Duration = Duration::from_secs(4);
/// A connection that lay unused for longer may have been closed at the other end without our having heard of it.
const SURELY_OPEN: Duration = Duration::from_millis(200);
/// The largest head of an answer, and what is read at once of a body.
const MOST_BUFFERED: usize = 128 * 1024;

/// The way to one app, by what its entry says it speaks.
#[derive(Debug)]
pub enum Upstream {
    /// HTTP/1.1: many connections, one request at a time on each.
    Http(Pool),
    /// HTTP/2 without TLS: one connection for all requests.
    H2c(H2c),
}

impl Upstream {
    /// The way to an app whose entry says this.
    pub fn of(http: &Http) -> Self {
        match http.app_protocol {
            AppProtocol::Http => Self::Http(Pool::default()),
            AppProtocol::H2c => Self::H2c(H2c::new(http.max_concurrent_requests)),
        }
    }

    /// Sends a request and waits for the head of the answer until `patience`, which is asked again and again. The lane is
    /// there if the answer's body needs one to come.
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub async fn send(
        &self,
        endpoint: SocketAddr,
        connect_within: Duration,
        request: Request<Upload>,
        patience: impl Fn() -> Instant,
    ) -> Result<(Response<Incoming>, Option<Lane>), UpstreamError> {
        match self {
            Self::Http(pool) => {
                let (answer, lane) = pool.send(endpoint, connect_within, request, patience).await?;
                Ok((answer, Some(lane)))
            }
            Self::H2c(h2c) => {
                let mut answer = pin!(h2c.send(endpoint, connect_within, request));
                let mut late = Alarm::default();
                poll_fn(|cx| match answer.as_mut().poll(cx) {
                    Poll::Ready(answer) => Poll::Ready(answer.map(|answer| (answer, None))),
                    Poll::Pending => late.poll_at(patience(), cx).map(|()| Err(UpstreamError::TimedOut)),
                })
                .await
            }
        }
    }

    /// Closes connections that were not used for a while.
    pub fn sweep(&self) {
        match self {
            Self::Http(pool) => pool.sweep(),
            // Because the one connection costs next to nothing, and ends with the app.
            Self::H2c(_) => {}
        }
    }
}

/// The unused connections to one app. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Pool(Arc<Mutex<Vec<Idle>>>);

#[derive(Debug)]
struct Idle {
    wire: Wire,
    endpoint: SocketAddr,
    since: Instant,
}

/// One connection. It moves only while somebody asks it to.
struct Wire {
    sender: SendRequest<Upload>,
    /// `None` when it has ended.
    connection: Option<Connection>,
    /// Rings when an answer is late.
    late: Alarm,
}

/// hyper's connection, whose type has no name once it may be upgraded.
type Connection = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// A connection in use. It goes back to the pool only when both bodies ended well.
#[derive(Debug)]
pub struct Lane {
    wire: Wire,
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
    /// The app does not answer in time.
    #[error("the app did not answer in time")]
    TimedOut,
    /// The connection broke, or what came is no HTTP.
    #[error("could not speak with the app")]
    Speak(#[source] hyper::Error),
}

impl Pool {
    /// Sends a request and waits for the head of the answer until `patience`, which is asked again and again.
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
        patience: impl Fn() -> Instant,
    ) -> Result<(Response<Incoming>, Lane), UpstreamError> {
        let upload = request.body().progress();
        while let Some((mut wire, unused)) = self.take(endpoint) {
            let again = (unused > SURELY_OPEN).then(|| copy(&request)).flatten();
            let mut error = match wire.ask(request, &patience).await.ok_or(UpstreamError::TimedOut)? {
                Ok(answer) => return Ok((answer, Lane { wire, endpoint, pool: self.clone(), upload })),
                Err(error) => error,
            };
            let unsent = error.take_message();
            let error = error.into_error();
            debug!(%error, "a kept connection to an app was gone");
            request = match unsent.or(again.filter(|_| error.is_incomplete_message())) {
                Some(request) => request,
                None => return Err(UpstreamError::Speak(error)),
            };
        }
        let mut wire = connect(endpoint, connect_within).await?;
        let answer = wire.ask(request, &patience).await.ok_or(UpstreamError::TimedOut)?;
        let answer = answer.map_err(|error| UpstreamError::Speak(error.into_error()))?;
        Ok((answer, Lane { wire, endpoint, pool: self.clone(), upload }))
    }

    /// Closes connections that were not used for a while.
    pub fn sweep(&self) {
        self.idle().retain(|idle| idle.since.elapsed() < KEPT);
    }

    /// The connection used last, so that the others can grow old, and for how long it was not used.
    fn take(&self, endpoint: SocketAddr) -> Option<(Wire, Duration)> {
        loop {
            let Idle { mut wire, endpoint: to, since } = self.idle().pop()?;
            let unused = since.elapsed();
            if to == endpoint && unused < KEPT && wire.is_ready() {
                return Some((wire, unused));
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.0.lock().expect("nobody panics while holding the pool")
    }
}

impl Lane {
    /// Moves the connection on and says whether it goes on. Whoever reads the answer's body asks for this first, and
    /// then finds what has come.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        drive(&mut self.wire.connection, cx)
    }

    /// Gives the connection back; while something is still being sent on it, that goes on and the connection ends then.
    pub fn give_back(self) {
        if self.upload.as_ref().is_some_and(|upload| !upload.is_finished()) {
            return self.detach();
        }
        let mut idle = self.pool.idle();
        if self.wire.connection.is_some() && idle.len() < MOST_IDLE {
            idle.push(Idle { wire: self.wire, endpoint: self.endpoint, since: Instant::now() });
        }
    }

    /// Lets the connection run by itself, for what outlives the answer: the rest of a request's body, and the socket that
    /// it becomes when the app switches to another protocol.
    pub(super) fn detach(self) {
        // Because the process may be ending, when nothing can be begun any more.
        if let (Some(connection), Ok(runtime)) = (self.wire.connection, Handle::try_current()) {
            runtime.spawn(async move {
                if let Err(error) = connection.await {
                    debug!(%error, "a connection to an app broke");
                }
            });
        }
    }
}

impl Wire {
    /// Sends a request and waits for the head of the answer; `None` when patience is at its end.
    async fn ask(
        &mut self,
        request: Request<Upload>,
        patience: impl Fn() -> Instant,
    ) -> Option<Result<Response<Incoming>, TrySendError<Request<Upload>>>> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let (connection, late) = (&mut self.connection, &mut self.late);
        poll_fn(|cx| {
            let runs = drive(connection, cx);
            match answer.as_mut().poll(&mut driven(runs, cx)) {
                Poll::Ready(answer) => Poll::Ready(Some(answer)),
                Poll::Pending => late.poll_at(patience(), cx).map(|()| None),
            }
        })
        .await
    }

    /// Whether another request can be sent. Looks at what has happened since the last one: the app may have closed it.
    fn is_ready(&mut self) -> bool {
        drive(&mut self.connection, &mut Context::from_waker(Waker::noop())) && self.sender.is_ready()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("sender", &self.sender).finish_non_exhaustive()
    }
}

/// Moves a connection on and says whether it goes on. One that has ended is let go, so that whoever waits for something
/// of it hears that.
fn drive(connection: &mut Option<Connection>, cx: &mut Context<'_>) -> bool {
    if let Some(running) = connection
        && let Poll::Ready(ended) = running.as_mut().poll(cx)
    {
        *connection = None;
        if let Err(error) = ended {
            debug!(%error, "a connection to an app broke");
        }
    }
    connection.is_some()
}

/// How to look for what only a connection brings: while it runs it is moved on first and wakes whoever waits for it, so
/// what it brings need not wake them once more.
pub(super) const fn driven<'c>(runs: bool, cx: &Context<'c>) -> Context<'c> {
    Context::from_waker(if runs { Waker::noop() } else { cx.waker() })
}

async fn open(endpoint: SocketAddr, within: Duration) -> Result<TcpStream, UpstreamError> {
    let stream = timeout(within, TcpStream::connect(endpoint)).await;
    let stream = stream.map_err(|_| UpstreamError::ConnectTimeout)?.map_err(UpstreamError::Connect)?;
    stream.set_nodelay(true).map_err(UpstreamError::Connect)?;
    Ok(stream)
}

async fn connect(endpoint: SocketAddr, within: Duration) -> Result<Wire, UpstreamError> {
    let io: AppIo = TokioIo::new(Listening::new(open(endpoint, within).await?));
    let handshake = http1::Builder::new().max_buf_size(MOST_BUFFERED).handshake(io).await;
    let (sender, connection) = handshake.map_err(UpstreamError::Speak)?;
    Ok(Wire { sender, connection: Some(Box::pin(connection.with_upgrades())), late: Alarm::default() })
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
