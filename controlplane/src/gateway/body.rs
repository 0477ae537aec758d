//! Bodies on their way through, piece by piece: nothing is ever collected.

use std::{
    fmt,
    future::Future,
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
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::{
    headers::clean_trailers,
    record::Record,
    upstream::{Lane, driven},
};

mod pace;

use pace::Pace;

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
        /// Access may end meanwhile.
        ended: CancellationToken,
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

/// What an app sends to a client.
#[derive(Debug)]
pub struct Download {
    body: Incoming,
    /// `None` for a body that comes by itself, on a connection that it shares with others (HTTP/2).
    lane: Option<Lane>,
    /// Whether its end has been seen.
    whole: bool,
    record: Record,
    ended: CancellationToken,
    idle: Duration,
    moved_at: Instant,
    /// Only for a body that makes us wait: most come whole.
    watch: Option<Pin<Box<Watch>>>,
}

#[derive(Debug)]
struct Watch {
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    idle: Pin<Box<Sleep>>,
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
        match self.get_mut() {
            Self::Own(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::App(download) => Pin::new(download).poll_frame(cx),
            Self::Console(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(bytes) => bytes.is_none(),
            Self::App(download) => download.body.is_end_stream(),
            Self::Console(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::App(download) => download.body.size_hint(),
            Self::Console(body) => body.size_hint(),
        }
    }
}

impl Upload {
    /// A body of at most `limit` bytes, for which its client may keep us waiting for `patience`.
    pub fn new(body: Incoming, limit: u64, patience: Duration, ended: CancellationToken) -> Self {
        if body.is_end_stream() {
            return Self::Empty;
        }
        Self::Stream {
            body,
            left: limit,
            progress: Arc::new(Progress::new()),
            ended,
            pace: Pace::new(patience),
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
        let Self::Stream { body, left, progress, ended, pace } = self.get_mut() else {
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
                Some(Ok(_)) if ended.is_cancelled() => Poll::Ready(Some(Err(Broken::Ended.into()))),
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

impl Download {
    /// A body that comes over `lane`, which is given back when the body ends well.
    pub fn new(
        body: Incoming,
        lane: Option<Lane>,
        record: Record,
        ended: CancellationToken,
        idle: Duration,
    ) -> Self {
        Self { body, lane, whole: false, record, ended, idle, moved_at: Instant::now(), watch: None }
    }

    /// Waits for the app, for the end of access and for the end of patience at once.
    fn poll_watch(&mut self, cx: &mut Context<'_>) -> Poll<Broken> {
        let (moved_at, idle, ended) = (self.moved_at, self.idle, &self.ended);
        let watch = self.watch.get_or_insert_with(|| {
            Box::pin(Watch {
                ended: Box::pin(ended.clone().cancelled_owned()),
                idle: Box::pin(sleep_until(moved_at + idle)),
            })
        });
        if watch.ended.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Broken::Ended);
        }
        while watch.idle.as_mut().poll(cx).is_ready() {
            if moved_at + idle <= Instant::now() {
                return Poll::Ready(Broken::Idle);
            }
            watch.idle.as_mut().reset(moved_at + idle);
        }
        Poll::Pending
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
                    if this.ended.is_cancelled() {
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

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}
