//! The listening sockets: decides by host name between console and gateway.
//!
//! The console and the gateway are for people, so they listen on no app's network: on every address of this machine but
//! those of islands, and what nevertheless comes from an island is hung up on. See [`listen`].

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use http::{HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use tracing::{debug, error, info, warn};

use crate::{
    gateway::{
        Gateway,
        body::AnswerBody,
        client::Client,
        notice::Reader,
        refusal::{Refused, Setting},
    },
    platform::Platform,
    random::Random,
    tls::TlsConfig,
};

pub mod door;
pub mod guard;
pub mod host;
pub mod http2;
pub mod leave;
pub mod listen;
pub mod patience;
mod speak;
pub mod stream;
pub(crate) mod streams;
pub mod threads;
mod timer;

use door::{Door, Entered, ToTls};
use guard::Guard;
use host::{AmbiguousHost, Destination};
use listen::IslandAddresses;
use patience::Patient;
use stream::Stream;
use threads::Threads;

/// Connections at once. Those beyond wait in the kernel's queue.
const MOST_CONNECTIONS: usize = 16 * 1024;
/// How long requests that are under way may take when the process is to end: less than the ten seconds after which
/// engines kill.
const DRAIN_WITHIN: Duration = Duration::from_secs(8);

/// A browser's connection as hyper holds it, and hands it back when a WebSocket takes over.
pub type ClientIo = TokioIo<Guard<Patient<Stream>>>;

/// Everything behind the listening sockets.
#[derive(Debug)]
pub struct Front {
    /// The console's host name in lower case.
    pub host: String,
    /// The console's origin.
    pub origin: String,
    /// Console and API.
    pub console: Router,
    /// The apps.
    pub gateway: Gateway,
    /// Who serves the connections.
    pub threads: Threads,
    /// Which addresses belong to islands.
    pub islands: IslandAddresses,
    /// For the ids of what is refused here.
    pub random: Random,
    /// What time it is.
    pub clock: crate::clock::Clock,
}

/// Serves the console and the apps on the configured address until `shutdown`, then lets what is under way end.
///
/// # Errors
/// When the address cannot be used.
pub async fn serve(
    platform: &Platform,
    console: Router,
    gateway: Gateway,
    threads: Threads,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let front = Arc::new(Front {
        host: platform.config.base_url.host().to_owned(),
        origin: platform.config.base_url.origin(),
        console,
        gateway: gateway.clone(),
        threads,
        islands: IslandAddresses::new(platform.policy.subscribe()),
        random: platform.random.clone(),
        clock: platform.clock.clone(),
    });
    let following = tokio::spawn(async move { gateway.follow().await });
    let listen_tls = platform.config.tls.as_ref().and_then(TlsConfig::listen);
    let outcome = match (&platform.tls, listen_tls) {
        (Some(tls), Some(listen_tls)) => {
            let to_tls = ToTls { tls: tls.clone(), base_url: platform.config.base_url.clone() };
            let plain = Door::ToTls(Box::new(to_tls));
            let (secure, listen) = (Door::Tls(tls.clone()), platform.config.listen);
            tokio::try_join!(
                listen::everywhere(listen, plain, Arc::clone(&front), shutdown.clone()),
                listen::everywhere(listen_tls, secure, front, shutdown),
            )
            .map(|_| ())
        }
        (Some(_) | None, _) => listen::everywhere(platform.config.listen, Door::Plain, front, shutdown).await,
    };
    following.abort();
    outcome
}

/// Serves one listening socket in plain text until `shutdown`, then lets what is under way end.
pub async fn run(listener: TcpListener, front: Arc<Front>, shutdown: CancellationToken) {
    run_through(listener, Door::Plain, front, shutdown).await;
}

/// Serves one listening socket until `shutdown`, then lets what is under way end.
pub async fn run_through(listener: TcpListener, door: Door, front: Arc<Front>, shutdown: CancellationToken) {
    let door = Arc::new(door);
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    while let Some((stream, peer, place)) = accept(&listener, &places, &shutdown).await {
        let local = stream.local_addr();
        let inside =
            local.is_ok_and(|local| front.islands.contain(local.ip())) || front.islands.contain(peer.ip());
        if inside {
            metrics::counter!("atoll_connections_from_islands_refused_total").increment(1);
            debug!("hung up on a connection from an app's network");
            continue;
        }
        let Ok(stream) = leave(stream) else { continue };
        let seat = front.threads.seat();
        let (client, runtime) = (Client::at(peer, seat.thread), seat.runtime());
        let (front, door, shutdown) = (Arc::clone(&front), Arc::clone(&door), shutdown.clone());
        let serving = async move {
            connection(stream, client, &door, front, shutdown).await;
            drop((seat, place));
        };
        connections.spawn_on(serving, &runtime);
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(DRAIN_WITHIN, connections.wait()).await.is_err() {
        warn!(left = connections.len(), "closed requests that took too long to end");
    }
}

type Place = tokio::sync::OwnedSemaphorePermit;

/// The next connection; `None` when there shall be no more.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, Place)> {
    let next = async {
        let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, place),
                Err(error) => {
                    // Because `accept` reports what happened to one connection, or that we have too many files open:
                    // neither is a reason to stop, and the second needs a moment.
                    warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    };
    shutdown.run_until_cancelled(next).await
}

/// A connection as it leaves the runtime that accepted it; an error when it ended before it began.
fn leave(stream: TcpStream) -> io::Result<std::net::TcpStream> {
    stream.set_nodelay(true)?;
    stream.into_std()
}

async fn connection(
    stream: std::net::TcpStream,
    client: Client,
    door: &Arc<Door>,
    front: Arc<Front>,
    shutdown: CancellationToken,
) {
    let stream = match TcpStream::from_std(stream) {
        Ok(stream) => stream,
        Err(error) => return warn!(%error, "could not serve a connection"),
    };
    match shutdown.run_until_cancelled(door.enter(stream)).await.flatten() {
        Some(Entered::Http1(stream)) => speak::http1(stream, client, Arc::clone(door), front, shutdown).await,
        Some(Entered::Http2(stream)) => speak::http2(stream, client, front, shutdown).await,
        None => {}
    }
}

impl Front {
    async fn answer_at(
        &self,
        door: &Door,
        client: &Client,
        request: Request<Incoming>,
    ) -> Response<AnswerBody> {
        match door {
            Door::Plain | Door::Tls(_) => self.answer(client, request).await,
            Door::ToTls(_) if is_probe(client.address, &request) => {
                self.console(client.address, request).await
            }
            Door::ToTls(way) => match way.answer(&request) {
                Some(answer) => answer,
                None => self.refuse(&request, &Refused::UnknownHost),
            },
        }
    }

    async fn answer_http2(&self, client: &Client, request: Request<Incoming>) -> Response<AnswerBody> {
        let (method, reader) = (request.method().clone(), Reader::of(request.headers()));
        match http2::as_http1(request) {
            Ok(request) => self.answer(client, request).await,
            Err(ambiguous) => self.refuse_as(&method, reader, &Refused::Host(ambiguous)),
        }
    }

    async fn answer(&self, client: &Client, request: Request<Incoming>) -> Response<AnswerBody> {
        let peer = client.address;
        if speak::head_size(&request) > speak::MOST_HEAD {
            return self.refuse(&request, &Refused::HeadTooLarge);
        }
        match host::destination(request.uri(), request.headers(), &self.host) {
            Ok(Destination::App(app)) => self.gateway.answer(app, client, request).await,
            Ok(Destination::Console) => self.console(peer, request).await,
            Ok(Destination::Unknown) if is_probe(peer, &request) => self.console(peer, request).await,
            Ok(Destination::Unknown) => self.refuse(&request, &Refused::UnknownHost),
            Err(AmbiguousHost) => self.refuse(&request, &Refused::Host(AmbiguousHost)),
        }
    }

    async fn console(&self, peer: SocketAddr, request: Request<Incoming>) -> Response<AnswerBody> {
        let (method, reader) = (request.method().clone(), Reader::of(request.headers()));
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        match self.threads.rest().spawn(self.console.clone().oneshot(request)).await {
            Ok(Ok(answer)) => answer.map(AnswerBody::Console),
            Err(error) => {
                error!(%error, "the console gave no answer");
                self.refuse_as(&method, reader, &Refused::Internal)
            }
        }
    }

    fn refuse(&self, request: &Request<Incoming>, refused: &Refused) -> Response<AnswerBody> {
        self.refuse_as(request.method(), Reader::of(request.headers()), refused)
    }

    fn refuse_as(&self, method: &Method, reader: Reader, refused: &Refused) -> Response<AnswerBody> {
        let id = self.random.uuid(self.clock.now()).to_string();
        let notice = refused.notice(Setting { console: &self.origin, title: None });
        metrics::counter!("atoll_requests_refused_total", "reason" => notice.code).increment(1);
        info!(target: "atoll::gateway", id, status = notice.status.as_u16(), outcome = notice.code, "{refused}");
        let mut answer = notice.answer(reader, method, &id);
        // Because whoever does not know whom it asks may not know where its request ends.
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        answer
    }
}

/// A health check from this machine itself, which asks by address.
fn is_probe(peer: SocketAddr, request: &Request<Incoming>) -> bool {
    let health = ["/healthz", "/readyz"].contains(&request.uri().path());
    peer.ip().to_canonical().is_loopback() && health && request.method() == Method::GET
}
