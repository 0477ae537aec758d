//! The streams of an HTTP/2 connection, each of which ends alone.
//!
//! With HTTP/1.1 a side that does not read is noticed where the connection is written. With HTTP/2 the connection may be
//! read while one stream is not, and hyper, which waits for that stream's window, does not ask its body meanwhile. So
//! what ends is the task in which the stream is sent: h2 resets a stream that is let go, and throws away what it still
//! held.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use hyper::rt::Executor;
use tokio_util::sync::CancellationToken;

use super::leave::Leave;

tokio::task_local! {
    /// Of the stream whose task this is. Because hyper makes the task, there is no other way into it.
    static LEAVE: Leave;
}

/// Sends each stream in a task of its own, until the end of access to what is sent there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streams;

impl Streams {
    /// What this task sends may be sent until `ended`. Returns whether it is the task of a stream.
    pub(crate) fn begin(ended: Option<CancellationToken>) -> bool {
        LEAVE.try_with(|leave| leave.begin(ended)).is_ok()
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let leave = Leave::default();
        let mut watch = leave.watch();
        tokio::spawn(LEAVE.scope(leave, async move {
            let mut stream = pin!(stream);
            poll_fn(|cx| match stream.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => watch.poll_ended(cx),
            })
            .await;
        }));
    }
}
