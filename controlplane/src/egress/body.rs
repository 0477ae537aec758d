//! Bodies on the platform port: our own, and those from outside, which are counted, held to a pace and keep their place
//! until they end.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

/// What is sent to an app.
#[derive(Debug)]
pub(super) enum Body {
    Own(Full<Bytes>),
    Outside(Counted),
}

/// A body on its way. It breaks off when nothing has come for `idle`.
#[derive(Debug)]
pub(super) struct Counted {
    from: Incoming,
    passed: Arc<AtomicU64>,
    idle: Duration,
    patience: Pin<Box<Sleep>>,
    /// Held while the body lasts, such as the place of a connection or the record of it.
    _kept: Option<Box<dyn std::any::Any + Send>>,
}

impl Body {
    pub(super) fn own(text: impl Into<Bytes>) -> Self {
        Self::Own(Full::new(text.into()))
    }
}

impl Counted {
    pub(super) fn new(from: Incoming, passed: Arc<AtomicU64>, idle: Duration) -> Self {
        Self { from, passed, idle, patience: Box::pin(sleep(idle)), _kept: None }
    }

    /// Holds something until the body has ended.
    pub(super) fn keeping(self, kept: impl Send + 'static) -> Self {
        Self { _kept: Some(Box::new(kept)), ..self }
    }
}

type Piece = Option<Result<Frame<Bytes>, io::Error>>;

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Piece> {
        match Pin::new(&mut self.from).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.passed.fetch_add(bytes as u64, Ordering::Relaxed);
                let until = Instant::now() + self.idle;
                self.patience.as_mut().reset(until);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(io::Error::other(error)))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                self.patience.as_mut().poll(context).map(|()| Some(Err(io::ErrorKind::TimedOut.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.from.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.from.size_hint()
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Piece> {
        match self.get_mut() {
            Self::Own(body) => Pin::new(body)
                .poll_frame(context)
                .map(|piece| piece.map(|piece| Ok(piece.unwrap_or_else(|never| match never {})))),
            Self::Outside(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(body) => body.is_end_stream(),
            Self::Outside(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(body) => body.size_hint(),
            Self::Outside(body) => body.size_hint(),
        }
    }
}
