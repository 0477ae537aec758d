//! A connection to an app that may hang up before it has read everything.
//!
//! An app that knows its answer early, a refusal for one, writes it and closes. What we still write then fails, and hyper
//! gives the connection up at that, with the answer unread in the socket. Here such a write counts as done: reading
//! brings the answer, or the end that is an error all the same.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection on which the other side's end is heard by reading alone.
#[derive(Debug)]
pub(crate) struct Listening<S> {
    stream: S,
    /// Whether the other side takes no more.
    unheard: bool,
}

impl<S> Listening<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, unheard: false }
    }

    /// The connection itself.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    fn forgive(&mut self, written: Poll<io::Result<usize>>, all: usize) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Err(error)) = &written
            && [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset].contains(&error.kind())
        {
            self.unheard = true;
            return Poll::Ready(Ok(all));
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Listening<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Listening<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.unheard {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.forgive(written, bytes.len())
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A request without a body is one piece, for which the system has a shorter way.
        if let [only] = bufs {
            return self.poll_write(cx, only);
        }
        let all = bufs.iter().map(|buf| buf.len()).sum();
        if self.unheard {
            return Poll::Ready(Ok(all));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.forgive(written, all)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unheard {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn an_answer_can_be_read_after_the_other_side_has_stopped_reading() {
        let (near, mut far) = duplex(64);
        let mut near = Listening::new(near);
        far.write_all(b"no").await.unwrap();
        drop(far);
        for _ in 0..2 {
            near.write_all(b"what nobody reads").await.unwrap();
        }
        let mut answer = String::new();
        near.read_to_string(&mut answer).await.unwrap();
        near.shutdown().await.unwrap();
        assert_eq!(answer, "no");
    }
}
