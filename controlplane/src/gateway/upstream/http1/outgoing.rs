//! A request on its way to an app.
//!
//! It is written down once and then sent over whichever connection takes it. How its body ends is said by the body alone:
//! whatever the client's header said of that is left out, so the two cannot differ.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, Method, header, request::Parts};
use http_body::Body as _;
use tokio::{io::AsyncWrite, net::TcpStream, time::Instant};
use tokio_util::sync::CancellationToken;

use super::head::Asked;
use crate::gateway::{
    body::{BodyError, Upload},
    introduction::{Introduction, is_introduced},
    upstream::{Question, UpstreamError},
};

/// What a head takes with the identity that is sent along.
const USUAL_HEAD: usize = 2 * 1024;
/// A buffer that was larger for once is not kept.
const LARGEST_KEPT: usize = 4 * USUAL_HEAD;

/// A request, as far as it has not been sent yet.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Outgoing {
    /// The head, and later the size of each chunk.
    front: Vec<u8>,
    /// How much of `front` was written.
    written: usize,
    /// What follows `front`.
    piece: Bytes,
    /// What follows `piece`.
    tail: &'static [u8],
    body: Upload,
    /// Access to the app, if there is a body for it.
    ended: Option<CancellationToken>,
    left: Left,
    asked: Asked,
    /// Whether an app could have seen anything of it.
    begun: bool,
    /// Whether the app reads it. One that knows its answer early writes it and closes, and reading brings that answer.
    heard: bool,
    /// Whether it may be asked twice, because it changes nothing and is here as a whole.
    repeatable: bool,
}

/// What is still to come of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// So many bytes.
    Length(u64),
    /// Nobody knows.
    Chunks,
}

/// The client sent another length than it had said.
#[derive(Debug, thiserror::Error)]
#[error("the request's body is not as long as it was said to be")]
struct WrongLength;

impl Outgoing {
    /// Writes the head of a request into `buffer`.
    pub(in crate::gateway::upstream) fn write(question: Question, mut buffer: Vec<u8>) -> Self {
        let (parts, body) = question.request.into_parts();
        let left = match body.size_hint().exact() {
            _ if body.is_end_stream() => Left::Nothing,
            Some(length) => Left::Length(length),
            None => Left::Chunks,
        };
        buffer.clear();
        buffer.reserve(USUAL_HEAD);
        write_head(&parts, &question.introduction, left, &mut buffer);
        let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method);
        Self {
            front: buffer,
            written: 0,
            piece: Bytes::new(),
            tail: b"",
            ended: body.ended(),
            body,
            left,
            asked: Asked {
                head: parts.method == Method::HEAD,
                upgrade: parts.headers.contains_key(header::UPGRADE),
            },
            begun: false,
            heard: true,
            repeatable: safe && left == Left::Nothing,
        }
    }

    /// How its answer is to be read.
    pub(super) const fn asked(&self) -> Asked {
        self.asked
    }

    /// Whether the app was sent everything.
    pub(super) fn is_sent(&self) -> bool {
        self.heard && self.left == Left::Nothing && self.is_written()
    }

    /// What ends when nothing more of it may be sent, if it has a body.
    pub(super) const fn ended(&self) -> Option<&CancellationToken> {
        self.ended.as_ref()
    }

    /// When the client last sent something of the body, if it has one.
    pub(super) fn moved_at(&self) -> Option<Instant> {
        self.body.progress().map(|progress| progress.moved_at())
    }

    /// The buffer, for the next request.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        if self.front.capacity() <= LARGEST_KEPT { self.front } else { Vec::new() }
    }

    /// The same once more, if nothing was sent of it or if it changes nothing.
    pub(super) fn again(mut self, may_repeat: bool) -> Option<Self> {
        if self.begun && !(may_repeat && self.repeatable) {
            return None;
        }
        (self.written, self.begun, self.heard) = (0, false, true);
        Some(self)
    }

    /// There is an answer, so no other connection will be asked.
    pub(super) const fn settle(&mut self) {
        self.begun = true;
    }

    /// Sends what can be sent; ready when that is everything. The head goes in one write with what is there of the body.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut TcpStream,
    ) -> Poll<Result<(), UpstreamError>> {
        loop {
            if !self.heard && !self.begun {
                // It waits whole for another connection.
                return Poll::Pending;
            }
            let more = self.poll_more(cx).map_err(UpstreamError::Upload)?;
            if !self.heard {
                // The client goes on sending, as it would if the app read it.
                self.discard();
                ready!(more);
                if self.left == Left::Nothing {
                    return Poll::Ready(Ok(()));
                }
            } else if !self.is_written() {
                match ready!(self.poll_write(cx, stream)) {
                    Ok(0) => return Poll::Ready(Err(UpstreamError::Broke(ErrorKind::WriteZero.into()))),
                    Ok(written) => self.advance(written),
                    Err(error) if is_hung_up(&error) => self.heard = false,
                    Err(error) => return Poll::Ready(Err(UpstreamError::Broke(error))),
                }
            } else if self.left == Left::Nothing {
                return Poll::Ready(Ok(()));
            } else {
                ready!(more);
            }
        }
    }

    /// Takes the next piece of the body, if the one before was written. Ready when it is no use to wait for more.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BodyError>> {
        if self.left == Left::Nothing || !self.piece.is_empty() || !self.tail.is_empty() {
            return Poll::Ready(Ok(()));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx)).transpose()?;
        if self.written == self.front.len() {
            self.front.clear();
            self.written = 0;
        }
        match (frame.map(http_body::Frame::into_data), &mut self.left) {
            (Some(Ok(piece)), Left::Length(left)) => {
                *left = left.checked_sub(piece.len() as u64).ok_or(WrongLength)?;
                self.piece = piece;
                if *left == 0 && self.body.is_end_stream() {
                    self.end();
                }
            }
            // An empty chunk would end the body.
            (Some(Ok(piece)), Left::Chunks) if !piece.is_empty() => {
                self.front.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
                (self.piece, self.tail) = (piece, b"\r\n");
            }
            (None, Left::Length(1..)) => return Poll::Ready(Err(WrongLength.into())),
            (None, Left::Chunks) => {
                self.front.extend_from_slice(b"0\r\n\r\n");
                self.end();
            }
            (None, Left::Length(0)) => self.end(),
            (Some(_), Left::Chunks | Left::Nothing)
            | (Some(Err(_)), Left::Length(_))
            | (None, Left::Nothing) => {}
        }
        Poll::Ready(Ok(()))
    }

    /// Letting the body go tells those who wait for the answer that it was sent.
    fn end(&mut self) {
        self.left = Left::Nothing;
        self.body = Upload::Empty;
    }

    fn poll_write(&self, cx: &mut Context<'_>, stream: &mut TcpStream) -> Poll<io::Result<usize>> {
        let (stream, front) = (Pin::new(stream), &self.front[self.written..]);
        // One piece, for which the system has a shorter way.
        if self.piece.is_empty() && self.tail.is_empty() {
            return stream.poll_write(cx, front);
        }
        let pieces = [front, &*self.piece, self.tail].map(IoSlice::new);
        stream.poll_write_vectored(cx, &pieces)
    }

    fn advance(&mut self, mut written: usize) {
        self.begun = true;
        let front = written.min(self.front.len() - self.written);
        self.written += front;
        written -= front;
        let piece = written.min(self.piece.len());
        self.piece.advance(piece);
        self.tail = &self.tail[written - piece..];
    }

    fn discard(&mut self) {
        self.written = self.front.len();
        self.piece.clear();
        self.tail = b"";
    }

    fn is_written(&self) -> bool {
        self.written == self.front.len() && self.piece.is_empty() && self.tail.is_empty()
    }
}

fn is_hung_up(error: &io::Error) -> bool {
    [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset].contains(&error.kind())
}

fn write_head(parts: &Parts, introduction: &Introduction, left: Left, head: &mut Vec<u8>) {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    for word in [parts.method.as_str(), " ", target, " HTTP/1.1\r\n"] {
        head.extend_from_slice(word.as_bytes());
    }
    head.extend_from_slice(introduction.lines());
    for (name, value) in &parts.headers {
        if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(name) || is_introduced(name) {
            continue;
        }
        for word in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(word);
        }
    }
    match left {
        Left::Length(length) => head.extend_from_slice(format!("content-length: {length}\r\n").as_bytes()),
        Left::Chunks => head.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Left::Nothing if says_nothing(&parts.method, &parts.headers) => {
            head.extend_from_slice(b"content-length: 0\r\n");
        }
        Left::Nothing => {}
    }
    head.extend_from_slice(b"\r\n");
}

/// Whether it has to be said that there is no body (RFC 9110, section 8.6).
fn says_nothing(method: &Method, fields: &HeaderMap) -> bool {
    [Method::POST, Method::PUT, Method::PATCH].contains(method) || fields.contains_key(header::CONTENT_LENGTH)
}
