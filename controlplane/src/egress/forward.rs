//! Plain HTTP through the way out: a request that names a whole `http://` address (RFC 9112, section 3.2.2).

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use atoll_sandbox::names::AppId;
use http::{HeaderValue, Request, Response, Uri, Version, header, uri::PathAndQuery};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::Semaphore,
    time::{Duration, timeout},
};
use tracing::{debug, info};

use super::{
    Blocked, Egress,
    body::{Body, Counted},
    connection::{IDLE, Way},
    listed::Listed,
    rules::Target,
};
use crate::gateway::headers::remove_hop_by_hop;

/// How long the other side may think.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// One request to the outside. What passed is written down when it is dropped, whatever became of it.
struct Passage {
    egress: Egress,
    app: AppId,
    target: Target,
    sent: Arc<AtomicU64>,
    received: Arc<AtomicU64>,
}

impl Drop for Passage {
    fn drop(&mut self) {
        let (app, target) = (&self.app, &self.target);
        let (sent, received) = (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed));
        self.egress.0.ledger.passed(app, target, sent, received);
        info!(target: "atoll::egress", %app, %target, sent, received, "app `{app}` asked {target}");
    }
}

impl Egress {
    /// Passes a request on, to the address that was checked, and its answer back.
    pub(super) async fn forward(
        &self,
        app: &AppId,
        request: Request<Incoming>,
        places: Arc<Semaphore>,
    ) -> Result<Response<Body>, Blocked> {
        let target = target(request.uri())?;
        let Way { stream, listed, place } = self.open(app, &target, places).await?;
        self.0.ledger.reached(app, &target);
        let (sent, received) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let passage = Passage {
            egress: self.clone(),
            app: app.clone(),
            target: target.clone(),
            sent: Arc::clone(&sent),
            received: Arc::clone(&received),
        };
        let request = as_origin(request, &target)?.map(|body| Counted::new(body, sent, IDLE));
        let answer = ask(stream, listed, request).await.ok_or(Blocked::Unreachable(target))?;
        let (mut parts, body) = answer.into_parts();
        remove_hop_by_hop(&mut parts.headers);
        parts.version = Version::HTTP_11;
        let body = Counted::new(body, received, IDLE).keeping((place, passage));
        Ok(Response::from_parts(parts, Body::Outside(body)))
    }
}

/// Where an `http://` address leads; without a port, to 80.
fn target(uri: &Uri) -> Result<Target, Blocked> {
    let unreadable = || Blocked::Unreadable(uri.to_string().chars().take(80).collect());
    let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(unreadable)?;
    let named = match authority.port() {
        Some(_) => Uri::try_from(authority.as_str()),
        None => Uri::try_from(format!("{authority}:80")),
    };
    named.ok().and_then(|named| Target::parse(&named)).ok_or_else(unreadable)
}

/// The request as the other side expects it: a path, and the host that was checked, whatever the app wrote into `Host`.
fn as_origin(mut request: Request<Incoming>, target: &Target) -> Result<Request<Incoming>, Blocked> {
    let unreadable = || Blocked::Unreadable(target.to_string());
    let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let host = request.uri().authority().ok_or_else(unreadable)?;
    let host = HeaderValue::try_from(host.as_str()).map_err(|_| unreadable())?;
    remove_hop_by_hop(request.headers_mut());
    request.headers_mut().insert(header::HOST, host);
    *request.uri_mut() = Uri::from(path);
    *request.version_mut() = Version::HTTP_11;
    Ok(request)
}

async fn ask(stream: TcpStream, listed: Listed, request: Request<Counted>) -> Option<Response<Incoming>> {
    let asked = async {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            let ended = tokio::select! {
                ended = connection => ended,
                () = listed.ended() => Ok(()),
            };
            if let Err(error) = ended {
                debug!(%error, "a connection to the outside broke");
            }
        });
        sender.send_request(request).await
    };
    match timeout(ANSWER_WITHIN, asked).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            debug!(%error, "the outside gave no answer");
            None
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_the_host_and_port_that_it_names() {
        for (address, leads) in [
            ("http://Example.com/a?b", Some("example.com:80")),
            ("http://example.com:8080/", Some("example.com:8080")),
            ("http://[2001:db8::1]/", Some("[2001:db8::1]:80")),
            ("http://user@example.com/", None),
            ("https://example.com/", None),
            ("ftp://example.com/", None),
            ("/a", None),
        ] {
            let found = target(&address.parse().unwrap()).ok().map(|target| target.to_string());
            assert_eq!(found.as_deref(), leads, "{address}");
        }
    }
}
