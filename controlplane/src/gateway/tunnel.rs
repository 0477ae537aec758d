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
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, split};

use crate::clock::Clock;

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
/// What broke either connection; [`io::ErrorKind::TimedOut`] when nothing has passed for `idle` by `clock`.
pub async fn pass<A, B>(
    opener: Side<A>,
    other: Side<B>,
    traffic: &Traffic,
    idle: Duration,
    clock: &Clock,
) -> io::Result<()>
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
        () = silence(traffic, idle, clock) => Err(io::ErrorKind::TimedOut.into()),
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
    // Even empty it may hold the whole buffer that the connection was read with.
    drop(first);
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

/// Returns when nothing has passed for `idle`, and before twice as much: two looks cost a busy tunnel less than a note
/// of each piece's time.
async fn silence(traffic: &Traffic, idle: Duration, clock: &Clock) {
    let passed = || traffic.sent.load(Ordering::Relaxed) + traffic.received.load(Ordering::Relaxed);
    let mut before = passed();
    loop {
        clock.sleep(idle).await;
        let now = passed();
        if now == before {
            return;
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use tokio::{
        io::{AsyncReadExt, DuplexStream, duplex},
        task::yield_now,
    };

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn side() -> (Side<DuplexStream>, DuplexStream) {
        let (stream, far) = duplex(64);
        (Side { stream, read: Bytes::new() }, far)
    }

    async fn wait(clock: &Clock, minutes: i64) {
        clock.advance(SignedDuration::from_mins(minutes));
        // Everything runs on one thread, so after a few turns everybody has seen what time it is.
        for _ in 0..8 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_word_within_the_hour_keeps_a_tunnel_open_and_an_hour_of_silence_ends_it() {
        let ((opener, mut browser), (other, mut app)) = (side(), side());
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let its = clock.clone();
        let tunnel = tokio::spawn(async move { pass(opener, other, &Traffic::default(), HOUR, &its).await });
        yield_now().await;
        for word in 0..5 {
            wait(&clock, 59).await;
            // Either side's word counts.
            let (from, to) = if word % 2 == 0 { (&mut browser, &mut app) } else { (&mut app, &mut browser) };
            from.write_all(&[word]).await.unwrap();
            assert_eq!(to.read_u8().await.unwrap(), word);
        }
        wait(&clock, 59).await;
        assert!(!tunnel.is_finished());
        wait(&clock, 60).await;
        wait(&clock, 60).await;
        assert_eq!(tunnel.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop((browser, app));
    }

    struct Buffer(#[expect(dead_code, reason = "only counted")] std::sync::Arc<()>);

    impl AsRef<[u8]> for Buffer {
        fn as_ref(&self) -> &[u8] {
            b"first"
        }
    }

    #[tokio::test]
    async fn what_was_read_before_is_passed_on_and_its_buffer_let_go() {
        let ((mut opener, _browser), (other, mut app)) = (side(), side());
        let held = std::sync::Arc::new(());
        opener.read = Bytes::from_owner(Buffer(held.clone()));
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let tunnel =
            tokio::spawn(async move { pass(opener, other, &Traffic::default(), HOUR, &clock).await });
        let mut passed = [0; 5];
        app.read_exact(&mut passed).await.unwrap();
        assert_eq!(&passed, b"first");
        yield_now().await;
        assert_eq!(std::sync::Arc::strong_count(&held), 1);
        tunnel.abort();
    }
}
