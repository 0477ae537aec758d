//! Gives up on clients that ask and then do not read: after a while, and at once when they may no longer have what they
//! do not read.
//!
//! hyper waits for ever to write; a client that stops reading would keep its connection, and the app's, for as long.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::leave::{Leave, LeaveWatch};

/// A connection on which a write must get on within a time, and while there is leave.
#[derive(Debug)]
pub struct Patient<S> {
    /// `None` once it was let go.
    stream: Option<S>,
    within: Duration,
    leave: Leave,
    give_up: fn(&S),
    stalled: Option<Stalled>,
}

#[derive(Debug)]
struct Stalled {
    too_long: Pin<Box<Sleep>>,
    leave: LeaveWatch,
}

impl<S> Patient<S> {
    /// Each write must get on `within` this time, and while there is `leave`. A connection on which it did not is handed
    /// to `give_up`, which sees to it that the system sends nothing more either.
    pub const fn new(stream: S, within: Duration, leave: Leave, give_up: fn(&S)) -> Self {
        Self { stream: Some(stream), within, leave, give_up, stalled: None }
    }

    /// The connection itself.
    pub fn into_inner(mut self) -> S {
        self.stream.take().expect(ONLY_NOW)
    }

    fn stream(&mut self) -> &mut S {
        self.stream.as_mut().expect(ONLY_NOW)
    }

    fn watch<T>(&mut self, written: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let (within, leave) = (self.within, &self.leave);
        let stalled = self
            .stalled
            .get_or_insert_with(|| Stalled { too_long: Box::pin(sleep(within)), leave: leave.watch() });
        if stalled.leave.poll_ended(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        stalled.too_long.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

const ONLY_NOW: &str = "the stream is taken when the connection is let go";

/// Because hyper may hear of the end of access from the body that it sends before it hears of it here.
impl<S> Drop for Patient<S> {
    fn drop(&mut self) {
        if let (Some(stream), Some(stalled)) = (&self.stream, &self.stalled)
            && (stalled.too_long.is_elapsed() || self.leave.has_ended())
        {
            (self.give_up)(stream);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(self.stream()).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(self.stream()).poll_write(cx, bytes);
        self.watch(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(self.stream()).poll_write_vectored(cx, bufs);
        self.watch(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(self.stream()).poll_flush(cx);
        self.watch(flushed, cx)
    }

    /// Under TLS there is a last word to be written.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(self.stream()).poll_shutdown(cx);
        self.watch(shut, cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::timeout,
    };
    use tokio_util::sync::CancellationToken;

    use super::*;

    const WITHIN: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(60);

    fn patient<S>(stream: S, within: Duration, leave: Leave) -> Patient<S> {
        Patient::new(stream, within, leave, |_| ())
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_given_up() {
        let (near, _far) = duplex(16);
        let stuck = patient(near, WITHIN, Leave::default()).write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(stuck.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_reads_slowly_is_not() {
        let (near, mut far) = duplex(16);
        let mut near = patient(near, WITHIN, Leave::default());
        let reading = async {
            for _ in 0..8 {
                tokio::time::sleep(WITHIN / 4).await;
                far.read_exact(&mut [0; 16]).await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(near.write_all(&[0; 128]), reading);
        written.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_given_up_at_once_when_there_is_no_more_leave() {
        let ((near, _far), leave, ended) = (duplex(16), Leave::default(), CancellationToken::new());
        leave.begin(Some(ended.clone()));
        let mut near = patient(near, LONG, leave);
        let writing = tokio::spawn(async move { near.write_all(&[0; 64]).await });
        tokio::task::yield_now().await;
        assert!(!writing.is_finished());
        ended.cancel();
        assert_eq!(writing.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn an_answer_that_follows_is_written_although_there_is_no_more_leave_for_the_one_before() {
        let ((near, mut far), leave, ended) = (duplex(16), Leave::default(), CancellationToken::new());
        leave.begin(Some(ended.clone()));
        ended.cancel();
        leave.begin(None);
        let mut near = patient(near, LONG, leave);
        let reading = async {
            tokio::task::yield_now().await;
            far.read_exact(&mut [0; 64]).await.unwrap();
        };
        let (written, ()) = tokio::join!(near.write_all(&[0; 64]), reading);
        written.unwrap();
    }

    /// A connection that takes nothing, and knows whether it was given up.
    #[derive(Default)]
    struct Full(Arc<AtomicBool>);

    impl AsyncWrite for Full {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_the_last_word_is_given_up() {
        let stuck = patient(Full::default(), WITHIN, Leave::default()).shutdown().await.unwrap_err();
        assert_eq!(stuck.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn what_the_system_still_holds_is_thrown_away_for_want_of_leave_or_patience_and_for_nothing_else() {
        for (within, leave_ends, thrown) in [(WITHIN, false, true), (LONG, true, true), (LONG, false, false)]
        {
            let (given_up, leave, ended) = (Arc::default(), Leave::default(), CancellationToken::new());
            leave.begin(Some(ended.clone()));
            let full = Full(Arc::clone(&given_up));
            let mut near = Patient::new(full, within, leave, |full| full.0.store(true, Ordering::Relaxed));
            // However it ends: nothing was written.
            drop(timeout(WITHIN * 2, near.write_all(b"x")).await);
            if leave_ends {
                ended.cancel();
            }
            drop(near);
            assert_eq!(given_up.load(Ordering::Relaxed), thrown, "{within:?} {leave_ends}");
        }
    }
}
