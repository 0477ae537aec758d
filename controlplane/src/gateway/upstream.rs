//! The way to an app, by what its entry says it speaks.

use std::{
    future::{Future, poll_fn},
    net::SocketAddr,
    num::NonZeroUsize,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use atoll_sandbox::allowlist::{AppProtocol, Http};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use super::{
    body::{BodyError, Upload},
    headers::clean_trailers,
    introduction::Introduction,
    tunnel::Side,
};
use crate::{alarm::Alarm, server::threads::ThreadIndex};

mod h2c;
mod http1;
mod pool;

use h2c::H2c;
pub use http1::Malformed;
#[cfg(any(test, feature = "fuzzing"))]
pub use http1::fuzzing;
use pool::{Lane, Pool};

/// The largest head of an answer over HTTP/2, in bytes.
const MOST_HEADERS: u32 = 128 * 1024;

/// The way to one app: one for each thread that serves, so that an answer is read where it is written.
#[derive(Debug)]
pub struct Upstream(Box<[Way]>);

#[derive(Debug)]
enum Way {
    /// HTTP/1.1: many connections, one request at a time on each.
    Http(Pool),
    /// HTTP/2 without TLS: one connection for all requests.
    H2c(H2c),
}

/// What an app is asked.
#[derive(Debug)]
pub struct Question {
    /// The client's request, cleaned.
    pub request: Request<Upload>,
    /// Who asks, which is said to the app beside the request's own header.
    pub introduction: Arc<Introduction>,
}

/// What an app answers.
#[derive(Debug)]
pub enum Answer {
    /// An answer, whose body comes piece by piece.
    Http(Response<AppBody>),
    /// It has switched to another protocol, as it was asked to (101), and this is the connection.
    Switched(Response<()>, Side<TcpStream>),
}

/// The body of an app's answer.
#[derive(Debug)]
pub enum AppBody {
    /// On a connection of its own.
    Alone(Lane),
    /// On a connection that it shares with others.
    Shared(Incoming),
}

/// Why there is no answer, or no more of one.
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
    /// The connection broke, or ended before the answer.
    #[error("the connection to the app broke")]
    Broke(#[source] std::io::Error),
    /// What came is no HTTP, or has more than one reading.
    #[error("could not read the app's answer")]
    Malformed(#[from] Malformed),
    /// The request's body broke off.
    #[error("could not send the app the whole request")]
    Upload(#[source] BodyError),
    /// HTTP/2 could not be spoken.
    #[error("could not speak with the app")]
    Speak(#[source] hyper::Error),
}

impl Upstream {
    /// The way to an app whose entry says this, for so many threads.
    pub fn of(http: &Http, threads: NonZeroUsize) -> Self {
        Self((0..threads.get()).map(|_| Way::of(http)).collect())
    }

    /// Sends a request and waits for the head of the answer until `patience`, which is asked again and again.
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub async fn send(
        &self,
        thread: ThreadIndex,
        endpoint: SocketAddr,
        connect_within: Duration,
        question: Question,
        patience: impl Fn() -> Instant,
    ) -> Result<Answer, UpstreamError> {
        // With fewer ways than threads some share one, which is slower and no worse.
        self.0[thread.0 % self.0.len()].send(endpoint, connect_within, question, patience).await
    }

    /// Closes connections that were not used for a while.
    pub fn sweep(&self) {
        self.0.iter().for_each(Way::sweep);
    }
}

impl Way {
    fn of(http: &Http) -> Self {
        match http.app_protocol {
            AppProtocol::Http => Self::Http(Pool::default()),
            AppProtocol::H2c => Self::H2c(H2c::new(http.max_concurrent_requests)),
        }
    }

    async fn send(
        &self,
        endpoint: SocketAddr,
        connect_within: Duration,
        question: Question,
        patience: impl Fn() -> Instant,
    ) -> Result<Answer, UpstreamError> {
        match self {
            Self::Http(pool) => pool.send(endpoint, connect_within, question, patience).await,
            Self::H2c(h2c) => {
                let mut answer = pin!(h2c.send(endpoint, connect_within, question));
                let mut late = Alarm::default();
                let answer = poll_fn(|cx| match answer.as_mut().poll(cx) {
                    Poll::Ready(answer) => Poll::Ready(answer),
                    Poll::Pending => late.poll_at(patience(), cx).map(|()| Err(UpstreamError::TimedOut)),
                });
                let answer = answer.await?;
                // HTTP/2 has no such status (RFC 9113, section 8.6).
                if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                    return Err(Malformed::Switch.into());
                }
                Ok(Answer::Http(answer.map(AppBody::Shared)))
            }
        }
    }

    fn sweep(&self) {
        match self {
            Self::Http(pool) => pool.sweep(),
            // Because the one connection costs next to nothing, and ends with the app.
            Self::H2c(_) => {}
        }
    }
}

impl Body for AppBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Alone(lane) => lane.poll_data(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece?)))),
            Self::Shared(body) => Pin::new(body).poll_frame(cx).map(|frame| {
                let frame = frame?.map(|frame| match frame.into_trailers() {
                    Ok(trailers) => Frame::trailers(clean_trailers(trailers)),
                    Err(frame) => frame,
                });
                Some(frame.map_err(Into::into))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Alone(lane) => lane.is_end_stream(),
            Self::Shared(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Alone(lane) => lane.size_hint(),
            Self::Shared(body) => body.size_hint(),
        }
    }
}

async fn open(endpoint: SocketAddr, within: Duration) -> Result<TcpStream, UpstreamError> {
    let stream = timeout(within, TcpStream::connect(endpoint)).await;
    let stream = stream.map_err(|_| UpstreamError::ConnectTimeout)?.map_err(UpstreamError::Connect)?;
    stream.set_nodelay(true).map_err(UpstreamError::Connect)?;
    Ok(stream)
}
