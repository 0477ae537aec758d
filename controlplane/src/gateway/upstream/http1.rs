//! One connection to an app that speaks HTTP/1.1.
//!
//! A connection is in one of three states, and each is a type that the next consumes: [`Resting`] lies in the pool and is
//! all that can be asked; asking gives a [`Reply`], whose body is still to come; and only a reply that has ended, with
//! nothing more sent by the app and nothing left to send to it, can [rest](Reply::rest) again. So no answer can be taken
//! for that of another request: whatever is left half-way has no way back, and closes when it is let go.
//!
//! Nothing runs by itself. Whoever waits for the answer sends the request, and whoever reads the body sends what is left of
//! the request's. See `docs/adr/0022-own-codec-towards-apps.md`.

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::BytesMut;
use http::{Response, StatusCode};
use tokio::{net::TcpStream, time::Instant};
use tokio_util::io::poll_read_buf;

use super::UpstreamError;
use crate::{alarm::Alarm, gateway::tunnel::Side};

mod chunked;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod head;
mod outgoing;
mod reply;

pub use head::Malformed;
use head::{Head, HeadEnd};
pub(super) use outgoing::Outgoing;
pub(super) use reply::Reply;

/// What is read at first: a head and a small body. A multiple of this for bodies that come faster.
const FIRST_PIECE: usize = 8 * 1024;
/// What is read at most at once.
const LARGEST_PIECE: usize = 128 * 1024;
/// Interim answers (1xx) before the answer.
const MOST_INTERIM: usize = 16;

/// A connection on which nothing is under way.
#[derive(Debug)]
pub(super) struct Resting(Box<Line>);

/// What an app has answered.
#[derive(Debug)]
pub(super) enum Answered {
    /// An answer, whose body is still to come.
    Reply(Response<()>, Box<Reply>),
    /// It speaks another protocol from here on, as it was asked to (101).
    Switched(Response<()>, Side<TcpStream>),
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failure {
    error: UpstreamError,
    /// The request, if nothing of an answer had come when the connection broke.
    unanswered: Option<Box<Outgoing>>,
}

/// The connection, what was read ahead of it, and a timer for its waits.
#[derive(Debug)]
struct Line {
    stream: TcpStream,
    read: BytesMut,
    /// How much is to be read at once.
    piece: usize,
    late: Alarm,
    /// For the head of the next request.
    buffer: Vec<u8>,
    endpoint: SocketAddr,
}

impl Resting {
    /// A new connection.
    pub(super) async fn open(endpoint: SocketAddr, within: Duration) -> Result<Self, UpstreamError> {
        let stream = super::open(endpoint, within).await?;
        let (read, late, buffer) = (BytesMut::new(), Alarm::default(), Vec::new());
        Ok(Self(Box::new(Line { stream, read, piece: FIRST_PIECE, late, buffer, endpoint })))
    }

    /// Whether it can be asked: an app that has closed it, or has said something unasked, is heard here.
    pub(super) fn is_usable(&self) -> bool {
        let heard = self.0.stream.try_read(&mut [0]);
        heard.is_err_and(|nothing| nothing.kind() == io::ErrorKind::WouldBlock)
    }

    /// Where it leads.
    pub(super) const fn endpoint(&self) -> SocketAddr {
        self.0.endpoint
    }

    /// A buffer for the next request.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0.buffer)
    }

    /// Sends a request and waits for the head of the answer until `patience`, which is asked again and again.
    pub(super) async fn ask(
        self,
        mut request: Outgoing,
        patience: impl Fn() -> Instant,
    ) -> Result<Answered, Failure> {
        let Self(mut line) = self;
        let (mut end, mut interim) = (HeadEnd::default(), 0);
        let outcome = poll_fn(|cx| {
            if let Poll::Ready(Err(error)) = request.poll_send(cx, &mut line.stream) {
                return Poll::Ready(Err(error));
            }
            loop {
                if let Some(at) = end.find(&line.read)? {
                    let head = head::parse(line.read.split_to(at).freeze(), request.asked())?;
                    if !head.is_interim() {
                        return Poll::Ready(Ok(head));
                    }
                    interim += 1;
                    if interim > MOST_INTERIM {
                        return Poll::Ready(Err(Malformed::Interim.into()));
                    }
                    end = HeadEnd::default();
                    continue;
                }
                match line.poll_fill(cx) {
                    Poll::Ready(Ok(0)) => return Poll::Ready(Err(cut())),
                    Poll::Ready(Ok(_)) => {}
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(UpstreamError::Broke(error))),
                    Poll::Pending => {
                        return line.late.poll_at(patience(), cx).map(|()| Err(UpstreamError::TimedOut));
                    }
                }
            }
        });
        match outcome.await {
            Ok(head) => answered(head, line, request),
            Err(error) => {
                let silent = interim == 0 && line.read.is_empty();
                let broke = matches!(error, UpstreamError::Broke(_));
                Err(Failure { error, unanswered: (silent && broke).then(|| Box::new(request)) })
            }
        }
    }
}

fn answered(head: Head, line: Box<Line>, mut request: Outgoing) -> Result<Answered, Failure> {
    if head.answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let Head { answer, framing, kept } = head;
        request.settle();
        return Ok(Answered::Reply(answer, Box::new(Reply::new(line, request, framing, kept))));
    }
    // An app that switches without having been asked to wants something that was not checked, and one that switches
    // before it was told everything would take the rest of a body for words of the other protocol.
    if !request.asked().upgrade || !request.is_sent() {
        return Err(Failure { error: Malformed::Switch.into(), unanswered: None });
    }
    Ok(Answered::Switched(head.answer, Side { stream: line.stream, read: line.read.freeze() }))
}

impl Failure {
    /// The request, if it may be sent over another connection: what the app has certainly not seen, and, when this one
    /// `may_have_been_closed` before, what changes nothing (RFC 9110, section 9.2.2).
    pub(super) fn again(self, may_have_been_closed: bool) -> Result<Outgoing, UpstreamError> {
        let again = self.unanswered.and_then(|request| request.again(may_have_been_closed));
        again.ok_or(self.error)
    }
}

impl From<Failure> for UpstreamError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

impl Line {
    /// Reads on and says how much has come; 0 at the end of the connection.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.read.capacity() - self.read.len() < self.piece / 4 {
            self.read.reserve(self.piece);
        }
        let room = self.read.capacity() - self.read.len();
        let read = ready!(poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.read))?;
        if read == room {
            self.piece = (self.piece * 2).min(LARGEST_PIECE);
        } else if read < self.piece / 4 {
            self.piece = (self.piece / 2).max(FIRST_PIECE);
        }
        Poll::Ready(Ok(read))
    }
}

/// The app has closed the connection where more had to come.
fn cut() -> UpstreamError {
    UpstreamError::Broke(io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests;
