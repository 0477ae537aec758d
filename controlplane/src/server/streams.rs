//! The streams of an HTTP/2 connection, each of which ends alone.
//!
//! With HTTP/1.1 a side that does not read is noticed where the connection is written. With HTTP/2 the connection may be
//! read while one stream is not, and hyper, which waits for that stream's window, does not ask its body meanwhile. So
//! what ends is the task in which the stream is sent, when access ends or nothing was taken for too long: h2 resets a
//! stream that is let go, and throws away what it still held.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use hyper::rt::Executor;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::leave::Leave;
use crate::alarm::Alarm;

tokio::task_local! {
    /// Of the stream whose task this is. Because hyper makes the task, there is no other way into it.
    static STREAM: Stream;
}

/// What is known of a stream outside hyper.
#[derive(Debug, Clone, Default)]
struct Stream {
    leave: Leave,
    /// When the body gave its last piece, unless it is the body that is waited for.
    given_at: Arc<Mutex<Option<Instant>>>,
}

/// Sends each stream in a task of its own, until the end of access to what is sent there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streams {
    within: Option<Duration>,
}

impl Streams {
    /// Each piece of a body must be taken `within` this time.
    pub(crate) const fn within(within: Duration) -> Self {
        Self { within: Some(within) }
    }

    /// Whoever takes the pieces may take any time.
    pub(crate) const fn patient() -> Self {
        Self { within: None }
    }

    /// What this task sends may be sent until `ended`. Returns whether it is the task of a stream.
    pub(crate) fn begin(ended: Option<CancellationToken>) -> bool {
        STREAM.try_with(|stream| stream.leave.begin(ended)).is_ok()
    }

    /// What became of asking the body that this task sends for a piece. Without a meaning elsewhere.
    pub(crate) fn asked<T>(piece: &Poll<T>) {
        let given_at = || piece.is_ready().then(Instant::now);
        // Because most tasks are not those of a stream.
        let _ = STREAM.try_with(|stream| *stream.given_at.lock().expect(UNPOISONED) = given_at());
    }
}

const UNPOISONED: &str = "nobody panics while holding the time of a piece";

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, sending: F) {
        let (within, stream) = (self.within, Stream::default());
        let (mut leave, given_at) = (stream.leave.watch(), Arc::clone(&stream.given_at));
        tokio::spawn(STREAM.scope(stream, async move {
            let (mut sending, mut late) = (pin!(sending), Alarm::default());
            poll_fn(|cx| {
                if sending.as_mut().poll(cx).is_ready() || leave.poll_ended(cx).is_ready() {
                    return Poll::Ready(());
                }
                let given_at = *given_at.lock().expect(UNPOISONED);
                match (given_at, within) {
                    (Some(given_at), Some(within)) => late.poll_at(given_at + within, cx),
                    (None, _) | (_, None) => Poll::Pending,
                }
            })
            .await;
        }));
    }
}

#[cfg(test)]
mod tests {
    use tokio::{sync::oneshot, time::timeout};

    use super::*;

    const WITHIN: Duration = Duration::from_millis(50);

    /// A stream that asks its body, gets this, and then waits for ever; ends when the stream is let go.
    fn stalled_after(piece: Poll<()>, ended: Option<CancellationToken>) -> oneshot::Receiver<()> {
        let (held, gone) = oneshot::channel();
        Streams::within(WITHIN).execute(async move {
            let _held = held;
            assert!(Streams::begin(ended));
            Streams::asked(&piece);
            std::future::pending().await
        });
        gone
    }

    #[tokio::test]
    async fn a_stream_that_nobody_reads_is_let_go() {
        let begun = Instant::now();
        assert!(stalled_after(Poll::Ready(()), None).await.is_err());
        assert!(begun.elapsed() >= WITHIN);
    }

    #[tokio::test]
    async fn a_stream_that_waits_for_its_body_is_not() {
        assert!(timeout(WITHIN * 4, stalled_after(Poll::Pending, None)).await.is_err());
    }

    #[tokio::test]
    async fn a_stream_is_let_go_when_access_ends_whoever_is_waited_for() {
        for piece in [Poll::Ready(()), Poll::Pending] {
            let (ended, begun) = (CancellationToken::new(), Instant::now());
            let gone = stalled_after(piece, Some(ended.clone()));
            ended.cancel();
            assert!(gone.await.is_err() && begun.elapsed() < WITHIN);
        }
    }
}
