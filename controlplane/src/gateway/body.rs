//! Bodies on their way through, piece by piece: nothing is ever collected.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio_util::sync::CancellationToken;

use crate::server::streams::Streams;

mod download;
mod pace;
mod upload;

pub use download::Download;
pub use upload::{Progress, Upload};

/// What breaks a body off.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer.
#[derive(Debug)]
pub enum AnswerBody {
    /// Words of our own.
    Own(Option<Bytes>),
    /// What the app sends.
    App(Download),
    /// What the console sends.
    Console(axum::body::Body),
}

/// Why we broke a body off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Longer than the app's entry allows.
    #[error("the body is larger than the app takes")]
    TooLarge,
    /// The client sent too slowly.
    #[error("the body came too slowly")]
    Slow,
    /// Access ended.
    #[error("access ended")]
    Ended,
    /// Nothing moved for as long as the app's entry allows.
    #[error("nothing was sent for too long")]
    Idle,
}

impl AnswerBody {
    /// What ends when it may no longer be sent; `None` for what anybody may have to its end.
    pub fn ended(&self) -> Option<CancellationToken> {
        match self {
            Self::App(download) => Some(download.ended()),
            // The console's streams of events end by themselves, and are small.
            Self::Own(_) | Self::Console(_) => None,
        }
    }
}

impl From<Bytes> for AnswerBody {
    fn from(bytes: Bytes) -> Self {
        Self::Own((!bytes.is_empty()).then_some(bytes))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = match self.get_mut() {
            Self::Own(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::App(download) => Pin::new(download).poll_frame(cx),
            Self::Console(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        };
        Streams::asked(&frame);
        frame
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(bytes) => bytes.is_none(),
            Self::App(download) => download.is_end_stream(),
            Self::Console(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::App(download) => download.size_hint(),
            Self::Console(body) => body.size_hint(),
        }
    }
}
