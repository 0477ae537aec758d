//! What an app sends to a client, over the connection that it comes on.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::{BodyError, Broken};
use crate::{
    alarm::Alarm,
    gateway::{
        admission::Admission,
        headers::clean_trailers,
        record::Record,
        upstream::{Lane, driven},
    },
};

/// What an app sends to a client.
#[derive(Debug)]
pub struct Download {
    body: Incoming,
    /// `None` for a body that comes by itself, on a connection that it shares with others (HTTP/2).
    lane: Option<Lane>,
    /// Whether its end has been seen.
    whole: bool,
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
    /// A body that comes over `lane`, which is given back when the body ends well.
    pub fn new(
        body: Incoming,
        lane: Option<Lane>,
        record: Record,
        admission: Arc<Admission>,
        idle: Duration,
    ) -> Self {
        Self { body, lane, whole: false, record, admission, idle, moved_at: Instant::now(), watch: None }
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
        loop {
            let runs = this.lane.as_mut().is_some_and(|lane| lane.drive(cx));
            match Pin::new(&mut this.body).poll_frame(&mut driven(runs, cx)) {
                Poll::Ready(Some(Ok(frame))) => {
                    if this.admission.ended.is_cancelled() {
                        return Poll::Ready(Some(Err(Broken::Ended.into())));
                    }
                    let bytes = match frame.into_data() {
                        Ok(bytes) => bytes,
                        Err(frame) if this.lane.is_none() => match frame.into_trailers() {
                            Ok(trailers) => {
                                return Poll::Ready(Some(Ok(Frame::trailers(clean_trailers(trailers)))));
                            }
                            Err(_) => continue,
                        },
                        // Trailers end here: what they say was not checked with the header.
                        Err(_) => continue,
                    };
                    if this.watch.is_some() {
                        this.moved_at = Instant::now();
                    }
                    this.record.received(bytes.len() as u64);
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Poll::Ready(Some(Err(error))) => {
                    this.record.broken();
                    return Poll::Ready(Some(Err(error.into())));
                }
                Poll::Ready(None) => {
                    this.whole = true;
                    return Poll::Ready(None);
                }
                Poll::Pending => {
                    return this.poll_watch(cx).map(|why| {
                        this.record.broken();
                        Some(Err(why.into()))
                    });
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // A body of known length is not asked for its end, and one of unknown length does not tell before.
        if let Some(lane) = self.lane.take()
            && (self.whole || self.body.is_end_stream())
        {
            lane.give_back();
        }
    }
}
