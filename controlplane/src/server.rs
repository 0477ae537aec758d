//! The listening sockets: decides by host name between console and gateway.
//!
//! The console and the gateway are for people, so they listen on no app's network: on every address of this machine but
//! those of islands, and what nevertheless comes from an island is hung up on. See [`listen`].

use std::{io, net::SocketAddr, sync::Arc};

use axum::{Router, extract::ConnectInfo};
use http::{HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::{error, info};

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

mod accept;
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

pub use accept::run_through;
use door::{Door, ToTls};
use guard::Guard;
use host::{AmbiguousHost, Destination};
use listen::IslandAddresses;
use patience::Patient;
use stream::Stream;
use threads::Threads;

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
