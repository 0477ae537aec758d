//! Refuses what two servers could frame differently, before hyper sees it.
//!
//! hyper is lenient where the standard lets it be: it takes a bare line feed for a line's end, prefers
//! `Transfer-Encoding` where `Content-Length` stands too, and skips chunk extensions. Each is a way to smuggle a request
//! past a server that reads it otherwise (RFC 9112, section 11.2). The framing is followed here on its own ([`framing`]),
//! and hyper is handed nothing that has another reading.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

mod framing;

use framing::Scanner;
pub use framing::Smuggling;

/// What hyper gets in place of a head that is refused: it is no HTTP in any position, so hyper answers 400, after the
/// answers that it still owes, and closes.
const REFUSAL: &[u8] = b"\0\r\n\r\n";

/// A connection whose bytes have one reading only.
#[derive(Debug)]
pub struct Guard<S> {
    stream: S,
    scanner: Scanner,
    refused: Option<Refused>,
}

/// What is read after the last good byte.
#[derive(Debug)]
enum Refused {
    /// What is left of [`REFUSAL`], then the end.
    Head(&'static [u8]),
    /// An error, which breaks the body off.
    Body(Smuggling),
}

impl<S> Guard<S> {
    /// Guards a connection from its first byte on.
    pub fn new(stream: S) -> Self {
        Self { stream, scanner: Scanner::default(), refused: None }
    }

    /// The connection itself, for a protocol that has taken over from HTTP.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        if this.refused.is_none() {
            ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
            let Err((good, reason)) = this.scanner.scan(&buf.filled()[before..]) else {
                return Poll::Ready(Ok(()));
            };
            metrics::counter!("atoll_requests_refused_total", "reason" => "smuggling").increment(1);
            tracing::debug!(%reason, "refused a malformed request");
            buf.set_filled(before + good);
            let in_head = this.scanner.is_in_head();
            this.refused = Some(if in_head { Refused::Head(REFUSAL) } else { Refused::Body(reason) });
        }
        match &mut this.refused {
            Some(Refused::Head(left)) => deliver(left, buf),
            // Because nothing read means the end of the stream, good bytes go first and the error follows.
            Some(Refused::Body(reason)) if buf.filled().len() == before => {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, *reason)));
            }
            Some(Refused::Body(_)) | None => {}
        }
        Poll::Ready(Ok(()))
    }
}

fn deliver(left: &mut &'static [u8], buf: &mut ReadBuf<'_>) {
    let (now, later) = left.split_at(left.len().min(buf.remaining()));
    buf.put_slice(now);
    *left = later;
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\n";

    #[tokio::test]
    async fn a_refused_head_reads_as_something_that_is_no_http_and_then_as_the_end() {
        let mut read = Vec::new();
        let stream = format!("{GET}GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n{GET}");
        Guard::new(stream.as_bytes()).read_to_end(&mut read).await.unwrap();
        assert_eq!(read, format!("{GET}GET / HTTP/1.1\r\n\0\r\n\r\n").as_bytes());
    }

    #[tokio::test]
    async fn a_refused_chunk_breaks_the_body_off() {
        let stream = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\n");
        let refusal = Guard::new(stream.as_bytes()).read_to_end(&mut Vec::new()).await.unwrap_err();
        assert_eq!(refusal.kind(), io::ErrorKind::InvalidData);
    }
}
