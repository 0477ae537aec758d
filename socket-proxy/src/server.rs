//! Accepts connections until it is told to stop.

use std::{path::PathBuf, sync::Arc, time::Instant};

use bytes::Bytes;
use tokio::{
    net::{UnixListener, UnixStream},
    sync::{Mutex, Semaphore, watch},
    task::JoinSet,
    time::{Duration, sleep, timeout},
};
use tracing::{info, warn};

use crate::{
    audit::{Record, Subject},
    ceiling::Ledger,
    confine::Confinement,
    credentials::RegistryCredentials,
    engine::watch_engine,
    http::{
        Answer,
        connection::{Connection, Rooms},
    },
    metrics::{self, Counted, Metrics},
    policy_files::{PolicyFiles, RunningPolicy},
    proxy::Proxy,
    refusal::{Reason, Refusal},
    seal::Seal,
};

/// The most connections at once. Each follow-stream takes one, and two files.
const MOST_CONNECTIONS: usize = 1280;
/// How long a stranger may take to send a request that is refused whatever it says.
const STRANGERS_TIME: Duration = Duration::from_secs(1);
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
    /// What is sent to registries, if anything.
    pub credentials: RegistryCredentials,
    /// The user ids that clients may run under.
    pub client_uids: Vec<u32>,
    /// Where `GET /metrics` is answered, if anywhere.
    pub metrics: Option<UnixListener>,
    /// What this process has given up.
    pub confinement: Confinement,
}

/// Serves clients on `listener` until `shutdown` completes; running calls get a moment to finish.
pub async fn run(listener: UnixListener, settings: Settings, shutdown: impl Future<Output = ()>) {
    let proxy = Arc::new(Proxy {
        policy: RunningPolicy::watch(settings.policy),
        engine: watch_engine(settings.upstream).await,
        seal: settings.seal,
        gateway: settings.gateway,
        accept_unenforced_limits: settings.accept_unenforced_limits,
        credentials: settings.credentials,
        client_uids: settings.client_uids,
        confinement: settings.confinement,
        metrics: Metrics::new(),
        rooms: Rooms::default(),
        ledger: Mutex::new(Ledger::default()),
    });
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (ending, end) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    let watchers = metrics::serve(settings.metrics, proxy.clone());
    tokio::pin!(watchers);
    loop {
        let stream = tokio::select! {
            () = &mut shutdown => break,
            () = &mut watchers => continue,
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
            (Ok((stream, _)), Err(_)) => {
                let refusal = Refusal::new(Reason::TooMany, "too many connections at once");
                proxy.metrics.count("", "refused", refusal.reason.word(), Duration::ZERO);
                warn!(outcome = "refused", reason = refusal.reason.word(), "turned a connection away");
                turn_away(Connection::new(stream, Rooms::default()), refusal).await;
            }
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

async fn turn_away(mut connection: Connection, refusal: Refusal) {
    let _ = timeout(STRANGERS_TIME, connection.send(refusal.into(), &::http::Method::GET, None, true)).await;
}

/// Serves one connection until either side is done.
async fn serve(stream: UnixStream, proxy: Arc<Proxy>, mut end: watch::Receiver<()>) {
    let _connected = Counted::in_(&proxy.metrics.connections);
    let peer = match client(&stream, &proxy.client_uids) {
        Ok(peer) => peer,
        Err(refusal) => {
            proxy.metrics.count("", "refused", refusal.reason.word(), Duration::ZERO);
            warn!(
                outcome = "refused",
                reason = refusal.reason.word(),
                message = refusal.message,
                "turned a client away"
            );
            let mut connection = Connection::new(stream, Rooms::default());
            // Because closing on unread bytes takes the answer away from whoever sent them.
            let _ = timeout(STRANGERS_TIME, connection.request()).await;
            return turn_away(connection, refusal).await;
        }
    };
    let mut connection = Connection::new(stream, proxy.rooms.clone());
    loop {
        let request = tokio::select! {
            request = connection.request() => request,
            _ = end.changed() => return,
        };
        let record =
            Record { peer, head: None, endpoint: "", subject: Subject::default(), started: Instant::now() };
        let (head, body) = match request {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(refusal) => {
                let answer = Answer::from(refusal);
                record.finish(Some(&answer), &proxy.metrics);
                connection.send(answer, &::http::Method::GET, None, true).await;
                return;
            }
        };
        let record = Record { head: Some(&head), ..record };
        let Some(answer) = answer(&proxy, &mut connection, record, body).await else { return };
        let _streaming = answer.is_stream().then(|| Counted::in_(&proxy.metrics.streams));
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

/// The answer to a request, written down; none when the client has gone in the meantime.
async fn answer(
    proxy: &Arc<Proxy>,
    connection: &mut Connection,
    mut record: Record<'_>,
    body: Bytes,
) -> Option<Answer> {
    let call = match record.head.map(|head| proxy.decode(head, &body))? {
        Ok(call) => call,
        Err(refusal) => {
            let answer = Answer::from(refusal);
            record.finish(Some(&answer), &proxy.metrics);
            return Some(answer);
        }
    };
    drop(body);
    record.endpoint = call.endpoint();
    let answer = tokio::select! {
        (answer, subject) = proxy.clone().answer(call) => {
            record.subject = subject;
            Some(answer)
        }
        () = connection.gone() => None,
    };
    record.finish(answer.as_ref(), &proxy.metrics);
    answer
}

/// Who is at the other end, if it may be: asked of the kernel, which a client cannot lie to.
fn client(stream: &UnixStream, allowed: &[u32]) -> Result<u32, Refusal> {
    let unknown = |_| Refusal::new(Reason::NotClient, "the kernel does not say who is at the other end");
    let uid = stream.peer_cred().map_err(unknown)?.uid();
    if allowed.contains(&uid) {
        return Ok(uid);
    }
    let message =
        format!("user id {uid} is no client of this proxy: run as one that is, or add it with --client-uid");
    Err(Refusal::new(Reason::NotClient, message))
}
