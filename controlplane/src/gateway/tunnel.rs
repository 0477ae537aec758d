//! Bytes between two connections, as they are.
//!
//! An idle tunnel holds no buffer, so ten thousand of them cost little.

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, split},
    time::{Instant, sleep_until},
};

/// What is read at once.
const PIECE: usize = 16 * 1024;

/// One side of a tunnel.
#[derive(Debug)]
pub struct Side<S> {
    /// The connection.
    pub stream: S,
    /// What was already read of it.
    pub read: Bytes,
}

/// What passed through a tunnel, in bytes.
#[derive(Debug, Default)]
pub struct Traffic {
    /// From the side that opened it.
    pub sent: AtomicU64,
    /// From the other.
    pub received: AtomicU64,
}

/// Passes bytes both ways; each way ends on its own, as TCP allows.
///
/// # Errors
/// What broke either connection; [`io::ErrorKind::TimedOut`] when nothing has passed for `idle`.
pub async fn pass<A, B>(opener: Side<A>, other: Side<B>, traffic: &Traffic, idle: Duration) -> io::Result<()>
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    let (from_opener, to_opener) = split(opener.stream);
    let (from_other, to_other) = split(other.stream);
    let both = async {
        let there = pump(opener.read, from_opener, to_other, &traffic.sent);
        let back = pump(other.read, from_other, to_opener, &traffic.received);
        tokio::try_join!(there, back)
    };
    tokio::select! {
        outcome = both => outcome.map(|_| ()),
        () = silence(traffic, idle) => Err(io::ErrorKind::TimedOut.into()),
    }
}

async fn pump(
    first: Bytes,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: &AtomicU64,
) -> io::Result<()> {
    to.write_all(&first).await?;
    // A connection under TLS holds back what it was given until it is told to send.
    to.flush().await?;
    count.fetch_add(first.len() as u64, Ordering::Relaxed);
    loop {
        let piece = read(&mut from).await?;
        if piece.is_empty() {
            return to.shutdown().await;
        }
        to.write_all(&piece).await?;
        to.flush().await?;
        count.fetch_add(piece.len() as u64, Ordering::Relaxed);
    }
}

/// The next piece; empty at the end. The buffer is on the stack while we only look, so that waiting takes no memory.
async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    poll_fn(|cx| {
        let mut buffer = [0; PIECE];
        let mut piece = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut *from).poll_read(cx, &mut piece))?;
        Poll::Ready(Ok(piece.filled().to_vec()))
    })
    .await
}

/// Returns when nothing has passed for `idle`.
async fn silence(traffic: &Traffic, idle: Duration) {
    let passed = || traffic.sent.load(Ordering::Relaxed) + traffic.received.load(Ordering::Relaxed);
    let mut before = passed();
    loop {
        sleep_until(Instant::now() + idle).await;
        let now = passed();
        if now == before {
            return;
        }
        before = now;
    }
}
