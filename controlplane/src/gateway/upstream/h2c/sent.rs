//! What is sent to an app as a stream, until access ends.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::{
    gateway::body::{BodyError, Upload},
    server::streams::Streams,
};

/// An upload that says, in the task in which it is sent, until when that may be: an app that does not read keeps it
/// from being asked later.
#[derive(Debug)]
pub(super) struct Sent {
    upload: Upload,
    asked: Asked,
}

/// Where the upload was asked for its first piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nowhere,
    /// In the connection's task: hyper tries there once, and gives what is not ready a task of its own.
    InPassing,
    InItsTask,
}

impl From<Upload> for Sent {
    fn from(upload: Upload) -> Self {
        Self { upload, asked: Asked::Nowhere }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        if this.asked != Asked::InItsTask {
            let own = Streams::begin(this.upload.ended());
            if !own && this.asked == Asked::Nowhere {
                this.asked = Asked::InPassing;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            this.asked = Asked::InItsTask;
        }
        Pin::new(&mut this.upload).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.upload.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.upload.size_hint()
    }
}
