//! WebSockets: once both sides have switched, bytes pass as they are.
//!
//! An idle socket holds no buffer, so ten thousand of them cost little. It ends when either side ends, when nothing has
//! passed for as long as the app's entry allows, and at once when access ends.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, header};
use hyper::upgrade::{OnUpgrade, Parts};
use hyper_util::rt::TokioIo;
use metrics::Gauge;
use tokio::{
    io::AsyncWriteExt,
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::record::{Record, Traffic};
use crate::server::guard::Guard;

/// What is read at once.
const PIECE: usize = 16 * 1024;

/// A WebSocket on its way to being open.
#[derive(Debug)]
pub struct Socket {
    /// The browser's side.
    pub client: OnUpgrade,
    /// The app's side.
    pub app: OnUpgrade,
    /// Access may end.
    pub ended: CancellationToken,
    /// So may the process.
    pub closing: CancellationToken,
    /// For how long nothing may pass.
    pub idle: Duration,
    /// How many are open.
    pub open: Gauge,
    /// Written when it closes.
    pub record: Record,
}

/// One side of a socket, with what hyper had already read of it.
struct Side {
    stream: TcpStream,
    read: Bytes,
}

/// Whether a WebSocket is asked for (RFC 6455, section 4.2.1). Any other upgrade is not passed on.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    names(headers, &header::UPGRADE, b"websocket") && names(headers, &header::CONNECTION, b"upgrade")
}

/// Whether the app has switched to what it was asked for.
pub fn is_granted(headers: &HeaderMap) -> bool {
    headers
        .get(header::UPGRADE)
        .is_some_and(|to| to.as_bytes().trim_ascii().eq_ignore_ascii_case(b"websocket"))
}

fn names(headers: &HeaderMap, name: &header::HeaderName, token: &[u8]) -> bool {
    let values = headers.get_all(name).iter();
    let mut tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    tokens.any(|found| found.trim_ascii().eq_ignore_ascii_case(token))
}

impl Socket {
    /// Passes bytes until either side or access ends.
    pub async fn run(self) {
        let Self { client, app, ended, closing, idle, open, mut record } = self;
        let switched = async { tokio::try_join!(client, app) };
        let (client, app) = match switched.await {
            Ok((client, app)) => {
                (client.downcast::<TokioIo<Guard<TcpStream>>>(), app.downcast::<TokioIo<TcpStream>>())
            }
            Err(error) => return debug!(%error, "a WebSocket did not come about"),
        };
        let (Ok(client), Ok(app)) = (client, app) else {
            return debug!("a WebSocket on a foreign connection");
        };
        let client = Side { stream: client.io.into_inner().into_inner(), read: client.read_buf };
        let Parts { io, read_buf, .. } = app;
        let app = Side { stream: io.into_inner(), read: read_buf };
        let traffic = Arc::new(Traffic::default());
        record.socket(Arc::clone(&traffic));
        open.increment(1);
        tokio::select! {
            biased;
            () = ended.cancelled() => record.broken(),
            () = closing.cancelled() => record.broken(),
            () = pass(client, app, &traffic, idle) => {}
        }
        open.decrement(1);
    }
}

/// Passes bytes both ways; each way ends on its own, as TCP allows.
async fn pass(client: Side, app: Side, traffic: &Traffic, idle: Duration) {
    let (from_client, to_client) = client.stream.into_split();
    let (from_app, to_app) = app.stream.into_split();
    let both = async {
        let there = pump(client.read, from_client, to_app, &traffic.sent);
        let back = pump(app.read, from_app, to_client, &traffic.received);
        tokio::try_join!(there, back)
    };
    let outcome = tokio::select! {
        outcome = both => outcome.map(|_| ()),
        () = silence(traffic, idle) => Err(io::ErrorKind::TimedOut.into()),
    };
    if let Err(error) = outcome {
        debug!(%error, "a WebSocket broke");
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
