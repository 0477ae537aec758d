//! An app's answer after its head.

use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http_body::SizeHint;
use tokio::time::Instant;

use super::{
    FIRST_PIECE, Line, Malformed, Outgoing, Resting,
    chunked::{Chunked, Step},
    cut,
    head::Framing,
};
use crate::{alarm::Alarm, gateway::upstream::UpstreamError};

/// How long the rest of a request's body may come to a halt when the answer has ended.
const LINGERS: Duration = Duration::from_secs(60);

/// An answer whose body may still be coming, and whose request's body may still be going.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Reply {
    line: Box<Line>,
    request: Outgoing,
    rest: Rest,
    kept: bool,
}

/// What is still to come of the body.
#[derive(Debug)]
pub(super) enum Rest {
    Length(u64),
    Chunks(Chunked),
    UntilClosed,
    Ended,
}

impl Reply {
    pub(super) fn new(line: Box<Line>, request: Outgoing, framing: Framing, kept: bool) -> Self {
        Self { line, request, rest: Rest::of(framing), kept }
    }

    /// The next piece of the body, `None` at its end. A body that is cut off ends with an error.
    pub(in crate::gateway::upstream) fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, UpstreamError>>> {
        if let Poll::Ready(Err(error)) = self.request.poll_send(cx, &mut self.line.stream) {
            return Poll::Ready(Some(Err(error)));
        }
        loop {
            match self.rest.take(&mut self.line.read)? {
                Step::Data(piece) => return Poll::Ready(Some(Ok(piece))),
                Step::End => return Poll::Ready(None),
                Step::More => {}
            }
            let read = ready!(self.line.poll_fill(cx)).map_err(UpstreamError::Broke)?;
            match &mut self.rest {
                rest @ Rest::UntilClosed if read == 0 => *rest = Rest::Ended,
                Rest::Length(_) | Rest::Chunks(_) if read == 0 => return Poll::Ready(Some(Err(cut()))),
                Rest::Length(_) | Rest::Chunks(_) | Rest::UntilClosed | Rest::Ended => {}
            }
        }
    }

    /// Whether the body has come to its end.
    pub(in crate::gateway::upstream) const fn is_ended(&self) -> bool {
        matches!(self.rest, Rest::Ended)
    }

    /// How much is still to come.
    pub(in crate::gateway::upstream) fn size_hint(&self) -> SizeHint {
        match self.rest {
            Rest::Length(left) => SizeHint::with_exact(left),
            Rest::Ended => SizeHint::with_exact(0),
            Rest::Chunks(_) | Rest::UntilClosed => SizeHint::default(),
        }
    }

    /// Whether the answer has ended while its request is still being sent.
    pub(in crate::gateway::upstream) fn still_sends(&self) -> bool {
        self.is_ended() && !self.request.is_sent()
    }

    /// The connection, if both bodies came to their ends, the app keeps it open, and has said nothing after its answer.
    pub(in crate::gateway::upstream) fn rest(self) -> Option<Resting> {
        let Self { mut line, request, rest, kept } = self;
        if !kept || !matches!(rest, Rest::Ended) || !request.is_sent() || !line.read.is_empty() {
            return None;
        }
        if line.piece > FIRST_PIECE {
            // A connection that may never be used again keeps no large buffer.
            (line.read, line.piece) = (BytesMut::new(), FIRST_PIECE);
        }
        line.buffer = request.into_buffer();
        Some(Resting(line))
    }

    /// Sends what is left of the request while access lasts, and then ends the connection.
    pub(in crate::gateway::upstream) async fn send_rest(mut self) {
        let (mut late, answered) = (Alarm::default(), Instant::now());
        let access = self.request.ended().cloned().unwrap_or_default();
        let sending = poll_fn(|cx| match self.request.poll_send(cx, &mut self.line.stream) {
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => {
                let moved = self.request.moved_at().map_or(answered, |moved| moved.max(answered));
                late.poll_at(moved + LINGERS, cx)
            }
        });
        // Because an app that does not read keeps the rest from being asked whether it may still be sent.
        access.run_until_cancelled(sending).await;
    }
}

impl Rest {
    /// All of a body that ends so.
    pub(super) const fn of(framing: Framing) -> Self {
        match framing {
            Framing::Nothing | Framing::Length(0) => Self::Ended,
            Framing::Length(length) => Self::Length(length),
            Framing::Chunked => Self::Chunks(Chunked::new()),
            Framing::UntilClosed => Self::UntilClosed,
        }
    }

    /// Takes the next piece off what was read.
    pub(super) fn take(&mut self, read: &mut BytesMut) -> Result<Step, Malformed> {
        match self {
            Self::Ended => return Ok(Step::End),
            Self::Chunks(chunks) => {
                let step = chunks.next(read)?;
                if step == Step::End {
                    *self = Self::Ended;
                }
                return Ok(step);
            }
            Self::Length(_) | Self::UntilClosed if read.is_empty() => return Ok(Step::More),
            Self::UntilClosed => {}
            Self::Length(left) => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX).min(read.len());
                *left -= most as u64;
                if *left == 0 {
                    *self = Self::Ended;
                }
                return Ok(Step::Data(read.split_to(most).freeze()));
            }
        }
        Ok(Step::Data(read.split().freeze()))
    }
}
