//! One connection of an app to the platform port.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use atoll_sandbox::names::AppId;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn, upgrade::OnUpgrade};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tracing::{debug, info, warn};

use super::{
    Blocked, Egress,
    address::{Reach, reach},
    body::Body,
    listed::Listed,
    rules::{Host, Target, Verdict},
};
use crate::{
    clock::Clock,
    gateway::tunnel::{Side, Traffic, pass},
    identity::keys,
    server::guard::Guard,
};

const HEAD_WITHIN: Duration = Duration::from_secs(10);
const MOST_HEAD: usize = 16 * 1024;
const RESOLVE_WITHIN: Duration = Duration::from_secs(5);
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a tunnel may be silent.
pub(super) const IDLE: Duration = Duration::from_secs(600);

type Answer = Response<Body>;

/// A connection to the outside.
pub(super) struct Way {
    pub(super) stream: TcpStream,
    /// Until when it may last.
    pub(super) listed: Listed,
    /// The place that it takes.
    pub(super) place: OwnedSemaphorePermit,
}

pub(super) async fn serve(egress: Egress, stream: TcpStream, app: AppId, tunnels: Arc<Semaphore>) {
    let service = service_fn(move |request| {
        let (egress, app, tunnels) = (egress.clone(), app.clone(), Arc::clone(&tunnels));
        async move { Ok::<_, Infallible>(egress.answer(&app, tunnels, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_header_size(MOST_HEAD)
        .max_buf_size(MOST_HEAD * 2)
        .serve_connection(TokioIo::new(Guard::new(stream)), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        debug!(%error, "a connection of an app broke");
    }
}

impl Egress {
    async fn answer(&self, app: &AppId, tunnels: Arc<Semaphore>, mut request: Request<Incoming>) -> Answer {
        let uri = request.uri().clone();
        if request.method() == Method::GET
            && uri.authority().is_none()
            && uri.path() == "/.well-known/jwks.json"
        {
            return self.keys();
        }
        let answered = if request.method() == Method::CONNECT {
            self.connect(app, &mut request, tunnels).await
        } else if uri.scheme().is_some() {
            self.forward(app, request, tunnels).await
        } else {
            Err(Blocked::Other)
        };
        answered.unwrap_or_else(|blocked| {
            self.0.ledger.blocked(app, &blocked);
            warn!(target: "atoll::egress", %app, outcome = blocked.code(), "app `{app}` was not let out: {blocked}");
            blocked.answer()
        })
    }

    async fn connect(
        &self,
        app: &AppId,
        request: &mut Request<Incoming>,
        tunnels: Arc<Semaphore>,
    ) -> Result<Answer, Blocked> {
        let target = Target::parse(request.uri())
            .ok_or_else(|| Blocked::Unreadable(request.uri().to_string().chars().take(80).collect()))?;
        let way = self.open(app, &target, tunnels).await?;
        let inside = hyper::upgrade::on(request);
        tokio::spawn(self.clone().tunnel(app.clone(), target, inside, way));
        Ok(Response::new(Body::own("")))
    }

    fn keys(&self) -> Answer {
        let mut answer = Response::new(Body::own(self.0.keys.jwks().to_string()));
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let kept = format!("max-age={}", keys::PUBLIC_KEYS_KEPT.as_secs());
        headers
            .insert(header::CACHE_CONTROL, HeaderValue::try_from(kept).expect("a number is visible ASCII"));
        answer
    }

    /// A connection to a target.
    pub(super) async fn open(
        &self,
        app: &AppId,
        target: &Target,
        tunnels: Arc<Semaphore>,
    ) -> Result<Way, Blocked> {
        let place = tunnels.try_acquire_owned().map_err(|_| Blocked::TooMany)?;
        let listed =
            Listed::find(&self.0.policy, app, target).ok_or_else(|| Blocked::Unlisted(target.clone()))?;
        let addresses = self.addresses(target, listed.verdict()).await?;
        for address in addresses {
            // To the address that was checked: the name is not asked again, so its answer cannot change meanwhile.
            if let Ok(Ok(stream)) = timeout(CONNECT_WITHIN, self.0.outside.connect(address)).await {
                return Ok(Way { stream, listed, place });
            }
        }
        Err(Blocked::Unreachable(target.clone()))
    }

    /// Where a target may be reached of which the list says this.
    async fn addresses(&self, target: &Target, verdict: Verdict) -> Result<Vec<SocketAddr>, Blocked> {
        let found = match &target.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => match timeout(RESOLVE_WITHIN, self.0.outside.resolve(name)).await {
                Ok(Ok(found)) if !found.is_empty() => found,
                Ok(Ok(_) | Err(_)) | Err(_) => return Err(Blocked::Unresolved(target.clone())),
            },
        };
        let pool = self.0.policy.borrow().allowlist().host.subnets;
        let on_island = |address: &std::net::IpAddr| matches!(address.to_canonical(), std::net::IpAddr::V4(address) if pool.contains(address));
        let allowed = |address: &std::net::IpAddr| match (reach(*address), verdict) {
            (Reach::Public, _) => true,
            (Reach::Inside, Verdict::NamedLiterally) => !on_island(address),
            (Reach::Inside, Verdict::Named | Verdict::Internet | Verdict::Unlisted) | (Reach::Never, _) => {
                false
            }
        };
        // One inside address among public ones is an attempt at rebinding, not a reason to pick the others.
        if !found.iter().all(allowed) {
            return Err(Blocked::NotPublic(target.clone()));
        }
        Ok(found.into_iter().map(|address| SocketAddr::new(address, target.port)).collect())
    }

    async fn tunnel(self, app: AppId, target: Target, inside: OnUpgrade, Way { stream, listed, place }: Way) {
        let Ok(inside) = inside.await else { return };
        let Ok(inside) = inside.downcast::<TokioIo<Guard<TcpStream>>>() else { return };
        self.0.ledger.reached(&app, &target);
        let traffic = Traffic::default();
        let inside = Side { stream: inside.io.into_inner().into_inner(), read: inside.read_buf };
        let outside = Side { stream, read: Bytes::new() };
        let clock = Clock::system();
        let passed = tokio::select! {
            passed = pass(inside, outside, &traffic, IDLE, &clock) => passed.is_ok(),
            () = listed.ended() => false,
            () = self.0.closing.cancelled() => false,
        };
        drop(place);
        let (sent, received) =
            (traffic.sent.load(Ordering::Relaxed), traffic.received.load(Ordering::Relaxed));
        self.0.ledger.passed(&app, &target, sent, received);
        let outcome = if passed { "closed" } else { "broken" };
        info!(target: "atoll::egress", %app, %target, outcome, sent, received, "app `{app}` reached {target}");
    }
}
