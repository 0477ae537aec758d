//! What a client sends to an app: within the app's limit, not too slowly, and only while access lasts.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{BodyError, Broken, pace::Pace};
use crate::gateway::admission::Admission;

/// What a client sends to an app.
#[derive(Debug)]
pub enum Upload {
    /// Nothing.
    Empty,
    /// Something.
    Stream {
        /// It.
        body: Incoming,
        /// How much more may come, in bytes.
        left: u64,
        /// How far it is, for those who wait for the answer.
        progress: Arc<Progress>,
        /// By which it is allowed, and which may end meanwhile.
        admission: Arc<Admission>,
        /// How slowly it may come.
        pace: Pace,
    },
}

/// How far an upload is.
pub struct Progress {
    begun: Instant,
    bytes: AtomicU64,
    moved_millis: AtomicU64,
    finished: AtomicBool,
    too_large: AtomicBool,
    broken: AtomicBool,
    slow: AtomicBool,
}

impl Upload {
    /// A body of at most `limit` bytes, for which its client may keep us waiting for `patience`.
    pub fn new(body: Incoming, limit: u64, patience: Duration, admission: &Arc<Admission>) -> Self {
        if body.is_end_stream() {
            return Self::Empty;
        }
        Self::Stream {
            body,
            left: limit,
            progress: Arc::new(Progress::new()),
            admission: Arc::clone(admission),
            pace: Pace::new(patience),
        }
    }

    /// What ends when access does; `None` when there is nothing to send.
    pub fn ended(&self) -> Option<CancellationToken> {
        match self {
            Self::Empty => None,
            Self::Stream { admission, .. } => Some(admission.ended.clone()),
        }
    }

    /// How far it is; `None` when there is nothing to send.
    pub fn progress(&self) -> Option<Arc<Progress>> {
        match self {
            Self::Empty => None,
            Self::Stream { progress, .. } => Some(Arc::clone(progress)),
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Self::Stream { body, left, progress, admission, pace } = self.get_mut() else {
            return Poll::Ready(None);
        };
        loop {
            let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) else {
                return pace.poll_out(cx).map(|()| {
                    progress.slow.store(true, Ordering::Relaxed);
                    Some(Err(Broken::Slow.into()))
                });
            };
            return match frame {
                Some(Ok(_)) if admission.ended.is_cancelled() => Poll::Ready(Some(Err(Broken::Ended.into()))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => {
                        pace.came(bytes.len());
                        Poll::Ready(Some(progress.take(left, bytes).map(Frame::data).map_err(Into::into)))
                    }
                    // Trailers end here: they could say what the header may not.
                    Err(_trailers) => continue,
                },
                Some(Err(error)) => {
                    progress.broken.store(true, Ordering::Relaxed);
                    Poll::Ready(Some(Err(error.into())))
                }
                None => {
                    progress.finish();
                    Poll::Ready(None)
                }
            };
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Stream { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Stream { body, .. } => body.size_hint(),
        }
    }
}

/// A body of known length is not asked for its end, so its end is seen when it is let go.
impl Drop for Upload {
    fn drop(&mut self) {
        if let Self::Stream { body, progress, .. } = self
            && body.is_end_stream()
        {
            progress.finish();
        }
    }
}

impl Progress {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            bytes: AtomicU64::new(0),
            moved_millis: AtomicU64::new(0),
            finished: AtomicBool::new(false),
            too_large: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            slow: AtomicBool::new(false),
        }
    }

    fn take(&self, left: &mut u64, bytes: Bytes) -> Result<Bytes, Broken> {
        self.moved();
        match left.checked_sub(bytes.len() as u64) {
            Some(rest) => *left = rest,
            None => {
                self.too_large.store(true, Ordering::Relaxed);
                return Err(Broken::TooLarge);
            }
        }
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }

    fn moved(&self) {
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_millis.store(millis, Ordering::Relaxed);
    }

    fn finish(&self) {
        self.moved();
        self.finished.store(true, Ordering::Release);
    }

    /// Whether everything was sent.
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }

    /// Whether more came than the app takes.
    pub fn is_too_large(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }

    /// Whether the client broke off.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Whether the client kept us waiting for too long.
    pub fn is_slow(&self) -> bool {
        self.slow.load(Ordering::Relaxed)
    }

    /// How much was sent so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// When something last moved.
    pub fn moved_at(&self) -> Instant {
        self.begun + Duration::from_millis(self.moved_millis.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}
