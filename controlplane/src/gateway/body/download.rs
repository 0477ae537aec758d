//! What an app sends to a client, counted, and only while access and patience last.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::{BodyError, Broken};
use crate::{
    alarm::Alarm,
    gateway::{admission::Admission, record::Record, upstream::AppBody},
};

/// What an app sends to a client.
#[derive(Debug)]
pub struct Download {
    body: AppBody,
    record: Record,
    admission: Arc<Admission>,
    idle: Duration,
    moved_at: Instant,
    /// Only for a body that makes us wait: most come whole.
    watch: Option<Box<Watch>>,
}

#[derive(Debug)]
struct Watch {
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    idle: Alarm,
}

impl Download {
    /// A body within which nothing moves for at most `idle`.
    pub fn new(body: AppBody, record: Record, admission: Arc<Admission>, idle: Duration) -> Self {
        Self { body, record, admission, idle, moved_at: Instant::now(), watch: None }
    }

    /// What ends when access does.
    pub fn ended(&self) -> CancellationToken {
        self.admission.ended.clone()
    }

    /// Waits for the app, for the end of access and for the end of patience at once.
    fn poll_watch(&mut self, cx: &mut Context<'_>) -> Poll<Broken> {
        let (ended, end) = (&self.admission.ended, self.moved_at + self.idle);
        let watch = self.watch.get_or_insert_with(|| {
            Box::new(Watch { ended: Box::pin(ended.clone().cancelled_owned()), idle: Alarm::default() })
        });
        if watch.ended.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Broken::Ended);
        }
        watch.idle.poll_at(end, cx).map(|()| Broken::Idle)
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(_))) if this.admission.ended.is_cancelled() => {
                this.record.broken();
                Poll::Ready(Some(Err(Broken::Ended.into())))
            }
            Poll::Ready(Some(Ok(frame))) => {
                if this.watch.is_some() {
                    this.moved_at = Instant::now();
                }
                this.record.received(frame.data_ref().map_or(0, Bytes::len) as u64);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                this.record.broken();
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => this.poll_watch(cx).map(|why| {
                this.record.broken();
                Some(Err(why.into()))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that its client did not read is let go where the client was waited for.
impl Drop for Download {
    fn drop(&mut self) {
        if self.admission.ended.is_cancelled() && !self.body.is_end_stream() {
            self.record.broken();
        }
    }
}
