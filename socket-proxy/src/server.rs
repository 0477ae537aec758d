//! Accepts connections until it is told to stop.

use std::{path::PathBuf, sync::Arc, time::Instant};

use tokio::{
    net::{UnixListener, UnixStream},
    sync::{Mutex, Semaphore, watch},
    task::JoinSet,
    time::{Duration, sleep, timeout},
};
use tracing::{info, warn};

use crate::{
    ceiling::Ledger,
    engine::watch_engine,
    http::{Answer, Head, connection::Connection},
    policy_files::{PolicyFiles, RunningPolicy},
    proxy::Proxy,
    refusal::{Reason, Refusal},
    seal::Seal,
};

/// The most connections at once. Each follow-stream takes one, and two files.
const MOST_CONNECTIONS: usize = 1280;
/// How long calls may run on after the end was asked for.
const FAREWELL: Duration = Duration::from_secs(5);

/// What the proxy is told at its start.
#[derive(Debug)]
pub struct Settings {
    /// The engine's socket.
    pub upstream: PathBuf,
    /// The policy.
    pub policy: PolicyFiles,
    /// The key of the seals.
    pub seal: Seal,
    /// The one container that may join islands, by name.
    pub gateway: String,
    /// Start apps even where the engine does not enforce a limit.
    pub accept_unenforced_limits: bool,
}

/// Serves clients on `listener` until `shutdown` completes; running calls get a moment to finish.
pub async fn run(listener: UnixListener, settings: Settings, shutdown: impl Future<Output = ()>) {
    let proxy = Arc::new(Proxy {
        policy: RunningPolicy::watch(settings.policy),
        engine: watch_engine(settings.upstream).await,
        seal: settings.seal,
        gateway: settings.gateway,
        accept_unenforced_limits: settings.accept_unenforced_limits,
        ledger: Mutex::new(Ledger::default()),
    });
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (ending, end) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let stream = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match (stream, places.clone().try_acquire_owned()) {
            (Ok((stream, _)), Ok(place)) => {
                let (proxy, end) = (proxy.clone(), end.clone());
                connections.spawn(async move {
                    serve(stream, proxy, end).await;
                    drop(place);
                });
            }
            (Ok((stream, _)), Err(_)) => turn_away(stream).await,
            (Err(error), _) => {
                warn!(%error, "could not accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(ending);
    let finished = timeout(FAREWELL, async { while connections.join_next().await.is_some() {} }).await;
    info!(cut = finished.is_err(), "stopped");
}

async fn turn_away(stream: UnixStream) {
    let refusal = Refusal::new(Reason::TooMany, "too many connections at once");
    warn!(outcome = "refused", reason = refusal.reason.word(), "turned a connection away");
    let mut connection = Connection::new(stream);
    let _ =
        timeout(Duration::from_secs(1), connection.send(refusal.into(), &::http::Method::GET, None, true))
            .await;
}

/// Serves one connection until either side is done.
async fn serve(stream: UnixStream, proxy: Arc<Proxy>, mut end: watch::Receiver<()>) {
    let mut connection = Connection::new(stream);
    loop {
        let request = tokio::select! {
            request = connection.request() => request,
            _ = end.changed() => return,
        };
        let started = Instant::now();
        let (head, body) = match request {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(refusal) => {
                let answer = Answer::from(refusal.clone());
                record(None, &answer, Some(&refusal.message), started);
                connection.send(answer, &::http::Method::GET, None, true).await;
                return;
            }
        };
        let answer = tokio::select! {
            answer = proxy.clone().answer(&head, &body) => answer,
            () = connection.gone() => {
                info!(method = %head.method, path = head.target.path(), outcome = "abandoned", "call");
                return;
            }
        };
        record(Some(&head), &answer, None, started);
        let version = proxy.engine.about().ok().map(|about| about.dialect.version().to_string());
        let sent = tokio::select! {
            sent = connection.send(answer, &head.method, version.as_deref(), head.close) => sent,
            _ = end.changed() => return,
        };
        if !sent {
            return;
        }
    }
}

/// The one line of a call. It names objects, never a value that a client sent.
fn record(head: Option<&Head>, answer: &Answer, message: Option<&str>, started: Instant) {
    let path = head.map(|head| head.target.path()).unwrap_or_default();
    let method = head.map_or("", |head| head.method.as_str());
    let name = head.and_then(|head| head.target.query.get("name")).map_or("", String::as_str);
    let elapsed_ms = started.elapsed().as_micros() as f64 / 1000.0;
    let status = answer.status.as_u16();
    match answer.reason {
        None => info!(method, path, name, status, elapsed_ms, outcome = "allowed", "call"),
        Some(reason) => {
            let message = message.map(str::to_owned).or_else(|| answer.message()).unwrap_or_default();
            warn!(
                method,
                path,
                name,
                status,
                elapsed_ms,
                outcome = "refused",
                reason = reason.word(),
                message,
                "call"
            );
        }
    }
}
