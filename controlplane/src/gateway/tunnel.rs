//! Bytes between two connections, as they are.
//!
//! An idle tunnel holds no buffer, so ten thousand of them cost little.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::AsyncWriteExt,
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::{Instant, sleep_until},
};

/// What is read at once.
const PIECE: usize = 16 * 1024;

/// One side of a tunnel.
#[derive(Debug)]
pub struct Side {
    /// The connection.
    pub stream: TcpStream,
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
pub async fn pass(opener: Side, other: Side, traffic: &Traffic, idle: Duration) -> io::Result<()> {
    let (from_opener, to_opener) = opener.stream.into_split();
    let (from_other, to_other) = other.stream.into_split();
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
    from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    count: &AtomicU64,
) -> io::Result<()> {
    to.write_all(&first).await?;
    count.fetch_add(first.len() as u64, Ordering::Relaxed);
    loop {
        from.readable().await?;
        let mut piece = Vec::with_capacity(PIECE);
        match from.try_read_buf(&mut piece) {
            Ok(0) => return to.shutdown().await,
            Ok(read) => {
                to.write_all(&piece).await?;
                count.fetch_add(read as u64, Ordering::Relaxed);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
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
