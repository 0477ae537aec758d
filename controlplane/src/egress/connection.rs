//! One connection of an app to the platform port.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use atoll_sandbox::names::AppId;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn, upgrade::OnUpgrade};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tracing::{debug, info, warn};

use super::{
    Egress,
    address::{Reach, reach},
    rules::{Host, Target, Verdict, judge},
};
use crate::{
    gateway::tunnel::{Side, Traffic, pass},
    server::guard::Guard,
};

const HEAD_WITHIN: Duration = Duration::from_secs(10);
const MOST_HEAD: usize = 16 * 1024;
const RESOLVE_WITHIN: Duration = Duration::from_secs(5);
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a tunnel may be silent.
const IDLE: Duration = Duration::from_secs(600);

/// Why an app does not get out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Blocked {
    #[error("`{0}` is not a host and a port")]
    Unreadable(String),
    #[error("`{0}` is not on the app's egress list")]
    Unlisted(Target),
    #[error("`{0}` leads to an address that is not on the open internet")]
    NotPublic(Target),
    #[error("the app has too many connections to the outside open")]
    TooMany,
    #[error("`{0}` has no address")]
    Unresolved(Target),
    #[error("`{0}` does not answer")]
    Unreachable(Target),
    #[error("only CONNECT and /.well-known/jwks.json are answered here")]
    Other,
}

type Answer = Response<Full<Bytes>>;

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
        if request.method() != Method::CONNECT {
            return refuse(app, &Blocked::Other);
        }
        match self.open(app, &uri, tunnels).await {
            Ok((target, outside, place)) => {
                let inside = hyper::upgrade::on(&mut request);
                tokio::spawn(self.clone().tunnel(app.clone(), target, inside, outside, place));
                Response::new(Full::default())
            }
            Err(blocked) => refuse(app, &blocked),
        }
    }

    fn keys(&self) -> Answer {
        let mut answer = Response::new(Full::from(self.0.keys.jwks().to_string()));
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Shorter than an identity lives, so that a new key is known before an old one is gone.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        answer
    }

    async fn open(
        &self,
        app: &AppId,
        uri: &http::Uri,
        tunnels: Arc<Semaphore>,
    ) -> Result<(Target, TcpStream, OwnedSemaphorePermit), Blocked> {
        let target = Target::parse(uri)
            .ok_or_else(|| Blocked::Unreadable(uri.to_string().chars().take(80).collect()))?;
        let place = tunnels.try_acquire_owned().map_err(|_| Blocked::TooMany)?;
        let addresses = self.addresses(app, &target).await?;
        for address in addresses {
            // To the address that was checked: the name is not asked again, so its answer cannot change meanwhile.
            if let Ok(Ok(stream)) = timeout(CONNECT_WITHIN, self.0.outside.connect(address)).await {
                return Ok((target, stream, place));
            }
        }
        Err(Blocked::Unreachable(target))
    }

    /// Where a target may be reached.
    pub(super) async fn addresses(&self, app: &AppId, target: &Target) -> Result<Vec<SocketAddr>, Blocked> {
        let policy = Arc::clone(&self.0.policy.borrow());
        let verdict = policy.app(app).map_or(Verdict::Unlisted, |entry| judge(entry, target));
        if verdict == Verdict::Unlisted {
            return Err(Blocked::Unlisted(target.clone()));
        }
        let found = match &target.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => match timeout(RESOLVE_WITHIN, self.0.outside.resolve(name)).await {
                Ok(Ok(found)) if !found.is_empty() => found,
                Ok(Ok(_) | Err(_)) | Err(_) => return Err(Blocked::Unresolved(target.clone())),
            },
        };
        let pool = policy.allowlist().host.subnets;
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

    async fn tunnel(
        self,
        app: AppId,
        target: Target,
        inside: OnUpgrade,
        outside: TcpStream,
        place: OwnedSemaphorePermit,
    ) {
        let Ok(inside) = inside.await else { return };
        let Ok(inside) = inside.downcast::<TokioIo<Guard<TcpStream>>>() else { return };
        count(&app, "opened");
        let traffic = Traffic::default();
        let inside = Side { stream: inside.io.into_inner().into_inner(), read: inside.read_buf };
        let outside = Side { stream: outside, read: Bytes::new() };
        let passed = self.0.closing.run_until_cancelled(pass(inside, outside, &traffic, IDLE)).await;
        drop(place);
        let (sent, received) =
            (traffic.sent.load(Ordering::Relaxed), traffic.received.load(Ordering::Relaxed));
        for (direction, bytes) in [("out", sent), ("in", received)] {
            metrics::counter!("atoll_egress_bytes_total", "app" => app.to_string(), "direction" => direction)
                .increment(bytes);
        }
        let outcome = if matches!(passed, Some(Ok(()))) { "closed" } else { "broken" };
        info!(target: "atoll::egress", %app, %target, outcome, sent, received, "app `{app}` reached {target}");
    }
}

fn count(app: &AppId, outcome: &'static str) {
    metrics::counter!("atoll_egress_connections_total", "app" => app.to_string(), "outcome" => outcome)
        .increment(1);
}

fn refuse(app: &AppId, blocked: &Blocked) -> Answer {
    let (status, code, cure) = match blocked {
        Blocked::Unreadable(_) => {
            (StatusCode::BAD_REQUEST, "unreadable", "Ask with `CONNECT host:port`.".to_owned())
        }
        Blocked::Unlisted(target) => (StatusCode::FORBIDDEN, "unlisted", line_to_add(target)),
        Blocked::NotPublic(_) => {
            let cure = "To reach an address inside, its entry in the allowlist must name the address itself.";
            (StatusCode::FORBIDDEN, "not-public", cure.to_owned())
        }
        Blocked::TooMany => {
            (StatusCode::TOO_MANY_REQUESTS, "too-many", "Close some and try again.".to_owned())
        }
        Blocked::Unresolved(_) => (StatusCode::BAD_GATEWAY, "unresolved", "Check the name.".to_owned()),
        Blocked::Unreachable(_) => (StatusCode::BAD_GATEWAY, "unreachable", "Try again later.".to_owned()),
        Blocked::Other => (
            StatusCode::METHOD_NOT_ALLOWED,
            "other",
            "Use https through this proxy; plain http is not passed on.".to_owned(),
        ),
    };
    count(app, code);
    warn!(target: "atoll::egress", %app, outcome = code, "app `{app}` was not let out: {blocked}");
    let problem = serde_json::json!({
        "type": format!("urn:atoll:problem:egress-{code}"),
        "title": "Not let out",
        "status": status.as_u16(),
        "detail": format!("{blocked}."),
        "cure": cure,
    });
    let mut answer = Response::new(Full::from(problem.to_string()));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

fn line_to_add(target: &Target) -> String {
    let host = match &target.host {
        Host::Name(name) => name.clone(),
        Host::Address(address) => address.to_string(),
    };
    format!(
        "Add `- {{host: {host}, port: {}}}` under `egress:` of the app's entry in the allowlist.",
        target.port
    )
}
