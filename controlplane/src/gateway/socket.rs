//! WebSockets: once both sides have switched, bytes pass as they are.
//!
//! A socket ends when either side ends, when nothing has passed for as long as the app's entry allows, and at once when
//! access ends.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, Method, Request, Version, header};
use hyper::upgrade::OnUpgrade;
use metrics::Gauge;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{
    record::Record,
    tunnel::{Side, Traffic, pass},
};
use crate::{clock::Clock, server::ClientIo};

/// A WebSocket on its way to being open.
#[derive(Debug)]
pub struct Socket {
    /// The browser's side.
    pub client: OnUpgrade,
    /// The app's side.
    pub app: Side<TcpStream>,
    /// Access may end.
    pub ended: CancellationToken,
    /// So may the process.
    pub closing: CancellationToken,
    /// For how long nothing may pass.
    pub idle: Duration,
    /// By which that is told.
    pub clock: Clock,
    /// How many are open.
    pub open: Gauge,
    /// Written when it closes.
    pub record: Record,
}

/// Whether a WebSocket is asked for (RFC 6455, section 4.2.1). Any other upgrade is not passed on.
pub fn is_asked_for<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    names(headers, &header::UPGRADE, b"websocket")
        && names(headers, &header::CONNECTION, b"upgrade")
        && request.method() == Method::GET
        && request.version() == Version::HTTP_11
}

/// Whether the app has switched to what it was asked for, and to nothing besides.
pub fn is_granted(headers: &HeaderMap) -> bool {
    let mut to = headers.get_all(header::UPGRADE).iter();
    let granted = to.next().is_some_and(|to| to.as_bytes().trim_ascii().eq_ignore_ascii_case(b"websocket"));
    granted && to.next().is_none()
}

fn names(headers: &HeaderMap, name: &header::HeaderName, token: &[u8]) -> bool {
    let values = headers.get_all(name).iter();
    let mut tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    tokens.any(|found| found.trim_ascii().eq_ignore_ascii_case(token))
}

impl Socket {
    /// Passes bytes until either side or access ends.
    pub async fn run(self) {
        let Self { client, app, ended, closing, idle, clock, open, mut record } = self;
        let client = match client.await {
            Ok(client) => client.downcast::<ClientIo>(),
            Err(error) => return debug!(%error, "a WebSocket did not come about"),
        };
        let Ok(client) = client else { return debug!("a WebSocket on a foreign connection") };
        let mut stream = client.io.into_inner().into_inner().into_inner();
        let client = Side { stream: &mut stream, read: client.read_buf };
        let traffic = Arc::new(Traffic::default());
        record.socket(Arc::clone(&traffic));
        open.increment(1);
        tokio::select! {
            biased;
            () = ended.cancelled() => record.broken(),
            () = closing.cancelled() => record.broken(),
            passed = pass(client, app, &traffic, idle, &clock) => {
                if let Err(error) = passed {
                    debug!(%error, "a WebSocket broke");
                }
            }
        }
        if ended.is_cancelled() {
            stream.break_off();
        }
        open.decrement(1);
    }
}
