//! What a listening socket leads to: everything in plain text, TLS, or only the way to TLS.

use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use tokio::{net::TcpStream, time::timeout};
use tracing::debug;

use super::{
    host::{self, Destination},
    stream::Stream,
};
use crate::{
    config::BaseUrl,
    gateway::{body::AnswerBody, notice},
    tls::{ACME_TLS, HTTP_2, Tls},
};

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// What a listening socket leads to.
#[derive(Debug, Clone)]
pub enum Door {
    /// Console and apps as they are: on `*.localhost`, or behind somebody else's TLS.
    Plain,
    /// Console and apps under TLS.
    Tls(Tls),
    /// Nothing but the way to TLS, and answers for an ACME server.
    ToTls(Box<ToTls>),
}

/// The way to TLS.
#[derive(Debug, Clone)]
pub struct ToTls {
    /// Whose challenges are answered.
    pub tls: Tls,
    /// Where everybody is sent.
    pub base_url: BaseUrl,
}

/// A connection that is ready for HTTP.
#[derive(Debug)]
pub(super) enum Entered {
    /// For HTTP/1.1.
    Http1(Stream),
    /// For HTTP/2.
    Http2(Stream),
}

impl Door {
    /// Lets a connection in; `None` when it wanted nothing more than a look at a certificate, or broke.
    pub(super) async fn enter(&self, stream: TcpStream) -> Option<Entered> {
        let tls = match self {
            Self::Plain | Self::ToTls(_) => return Some(Entered::Http1(Stream::Plain(stream))),
            Self::Tls(tls) => tls,
        };
        let stream = match timeout(HANDSHAKE_WITHIN, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                debug!(%error, "a TLS handshake failed");
                return None;
            }
            Err(_) => return None,
        };
        let protocol = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        let stream = Stream::Tls(Box::new(stream));
        match protocol.as_deref() {
            Some(HTTP_2) => Some(Entered::Http2(stream)),
            Some(ACME_TLS) => None,
            Some(_) | None => Some(Entered::Http1(stream)),
        }
    }
}

impl ToTls {
    /// What everybody is told who comes without TLS; `None` for a host that is none of ours.
    pub(super) fn answer(&self, request: &Request<Incoming>) -> Option<Response<AnswerBody>> {
        if let Some(answer) = self.tls.challenges().answer(request.uri().path()) {
            let mut answer = Response::new(AnswerBody::from(bytes::Bytes::from(answer)));
            answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            return Some(answer);
        }
        let origin = match host::destination(request.uri(), request.headers(), self.base_url.host()) {
            Ok(Destination::Console) => self.base_url.origin(),
            Ok(Destination::App(app)) => self.base_url.app_origin(&app),
            Ok(Destination::Unknown) | Err(_) => return None,
        };
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let mut answer = Response::new(AnswerBody::Own(None));
        // 308, so that a form is sent again as it was.
        *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
        notice::secure(answer.headers_mut());
        let place = HeaderValue::try_from(format!("{origin}{target}")).ok()?;
        answer.headers_mut().insert(header::LOCATION, place);
        Some(answer)
    }
}
