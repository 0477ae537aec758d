//! One request to a provider: through the platform's way out where there is one, else to an address that was checked.
//!
//! No redirects, no cookies, no pool, no second attempt, and no more of an answer than a mebibyte.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use super::ProviderError;
use super::proxies::{Proxies, Proxy};
use super::refusal::refusal;
use crate::settings::address::{Place, place};
use crate::settings::{Authorities, BaseUrl};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The most of an answer that is read.
const MOST_BYTES: usize = 1 << 20;

/// How requests leave this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbound {
    proxies: Proxies,
    roots: Arc<RootCertStore>,
    tls: Arc<ClientConfig>,
    on_island: bool,
}

/// What comes back, read to its end.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// What to send, and to whom.
#[derive(Debug)]
pub(super) struct Letter<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether the host may be on this machine or in a private network.
    pub(super) may_be_private: bool,
    pub(super) within: Duration,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Outbound {
    /// As the environment says, with the certificate authorities that browsers trust, which are part of the program
    /// because the image holds nothing else.
    pub fn from_environment() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
        Self::new(Proxies::from_environment(), roots, std::env::var_os("ATOLL_APP").is_some())
    }

    /// With these proxies and certificate authorities. `on_island`: without a proxy nothing outside can be reached, because
    /// Atoll sets one for every app that may.
    pub fn new(proxies: Proxies, roots: RootCertStore, on_island: bool) -> Self {
        let roots = Arc::new(roots);
        Self { proxies, tls: tls(Arc::clone(&roots)), roots, on_island }
    }

    /// The same, trusting these authorities as well.
    #[must_use]
    pub fn trusting(self, authorities: &Authorities) -> Self {
        let mut roots = RootCertStore::clone(&self.roots);
        authorities.add_to(&mut roots).expect("they were added to a store when they were parsed");
        let roots = Arc::new(roots);
        Self { tls: tls(Arc::clone(&roots)), roots, ..self }
    }

    /// Posts and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When there is no answer, or none that may be read.
    pub(super) async fn post(&self, letter: Letter<'_>) -> Result<Reply, ProviderError> {
        let within = letter.within;
        timeout(within, self.exchange(letter)).await.map_err(|_| ProviderError::TimedOut(within))?
    }

    async fn exchange(&self, letter: Letter<'_>) -> Result<Reply, ProviderError> {
        let proxy = self.proxies.of(&letter.url);
        let forwarded = proxy.is_some() && letter.url.scheme() == "http";
        let stream: Box<dyn Stream> = match proxy {
            Some(proxy) if forwarded => Box::new(connect_proxy(proxy).await?),
            Some(proxy) => Box::new(self.secure(tunnel(proxy, letter.base).await?, letter.base).await?),
            None => {
                let stream = self.direct(&letter).await?;
                let secure = letter.url.scheme() == "https";
                if secure { Box::new(self.secure(stream, letter.base).await?) } else { Box::new(stream) }
            }
        };
        let base = letter.base;
        let reply = send(stream, request(letter, forwarded)?).await?;
        match refusal(&reply.headers, &reply.body, base) {
            Some(refused) if forwarded => Err(refused),
            Some(_) | None => Ok(reply),
        }
    }

    async fn secure<S: Stream>(
        &self,
        stream: S,
        base: &BaseUrl,
    ) -> Result<impl Stream + use<S>, ProviderError> {
        let name = base.host().to_owned().try_into();
        let name = name.map_err(|_| ProviderError::Address("its name cannot be in a certificate".into()))?;
        let shaken =
            timeout(CONNECT_WITHIN, TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream)).await;
        let shaken =
            shaken.map_err(|_| ProviderError::Unreachable("the TLS handshake took too long".into()))?;
        shaken.map_err(|error| ProviderError::Unreachable(insecure(&error)))
    }

    /// A connection to the host itself, to an address that was checked: the name is not asked again.
    async fn direct(&self, letter: &Letter<'_>) -> Result<TcpStream, ProviderError> {
        let base = letter.base;
        let cure = |error: ProviderError| {
            let shut = self.on_island && matches!(error, ProviderError::Unreachable(_));
            if shut { ProviderError::NotAllowed { line: base.egress_line() } } else { error }
        };
        connect(base.host(), base.port(), Some(letter.may_be_private)).await.map_err(cure)
    }
}

fn tls(roots: Arc<RootCertStore>) -> Arc<ClientConfig> {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs supports the protocol versions that rustls prefers")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(tls)
}

/// Why a handshake failed; with the cure where the authority is not known.
fn insecure(error: &std::io::Error) -> String {
    use rustls::{CertificateError, Error};
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Error>());
    match cause {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "no secure connection: its certificate is from an authority that is not known here; if that is your company's \
             own, enter its certificate in the settings (`ca_certificates`)"
                .into()
        }
        Some(_) | None => format!("no secure connection: {error}"),
    }
}

async fn connect_proxy(proxy: &Proxy) -> Result<TcpStream, ProviderError> {
    match connect(&proxy.host, proxy.port, None).await {
        Err(ProviderError::Unreachable(why)) => {
            Err(ProviderError::Unreachable(format!("the platform's way out does not answer: {why}")))
        }
        answered @ (Ok(_) | Err(_)) => answered,
    }
}

/// Connects to the first address that answers. `may_be_private`: `None` for the platform's own address, which is not checked.
async fn connect(host: &str, port: u16, may_be_private: Option<bool>) -> Result<TcpStream, ProviderError> {
    let unreachable = |why: String| ProviderError::Unreachable(why);
    let found = timeout(CONNECT_WITHIN, tokio::net::lookup_host((host, port))).await;
    let found = found.map_err(|_| unreachable(format!("`{host}` was not resolved in time")))?;
    let found: Vec<_> = found.map_err(|_| unreachable(format!("`{host}` has no address")))?.collect();
    for address in &found {
        let allowed = may_be_private.is_none_or(|private| match place(address.ip()) {
            Place::Public => true,
            Place::Private => private,
            Place::Forbidden => false,
        });
        // One inside address among public ones is an attempt at rebinding, not a reason to pick the others.
        if !allowed {
            return Err(ProviderError::Address(format!(
                "`{host}` leads to {}, a private or reserved address",
                address.ip()
            )));
        }
    }
    for address in found {
        if let Ok(Ok(stream)) = timeout(CONNECT_WITHIN, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(unreachable(format!("nobody answers at {host}:{port}")))
}

/// A tunnel through the platform's way out (RFC 9110, section 9.3.6).
async fn tunnel(proxy: &Proxy, base: &BaseUrl) -> Result<TokioIo<hyper::upgrade::Upgraded>, ProviderError> {
    let stream = connect_proxy(proxy).await?;
    let host = if base.host().contains(':') { format!("[{}]", base.host()) } else { base.host().to_owned() };
    let target = format!("{host}:{}", base.port());
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri(&target)
        .header(header::HOST, &target)
        .body(Full::default())
        .map_err(|_| ProviderError::Address("it is no host and port".into()))?;
    let answer = ask(Box::new(stream), request).await?;
    if answer.status().is_success() {
        let upgraded = hyper::upgrade::on(answer).await;
        return upgraded.map(TokioIo::new).map_err(broken);
    }
    let reply = read(answer).await?;
    let words = || format!("the proxy answered {} to CONNECT", reply.status);
    Err(refusal(&reply.headers, &reply.body, base).unwrap_or_else(|| ProviderError::Unreachable(words())))
}

fn request(letter: Letter<'_>, forwarded: bool) -> Result<Request<Full<Bytes>>, ProviderError> {
    let url = &letter.url;
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
    let uri = if forwarded { url.as_str() } else { url.path() };
    let unusable = || ProviderError::Address("it cannot be written into a request".into());
    let mut request = Request::post(uri.parse::<Uri>().map_err(|_| unusable())?)
        .body(Full::from(letter.body))
        .map_err(|_| unusable())?;
    let headers = request.headers_mut();
    *headers = letter.headers;
    headers.insert(header::HOST, HeaderValue::try_from(host).map_err(|_| unusable())?);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static("atoll-documents"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

async fn send(stream: Box<dyn Stream>, request: Request<Full<Bytes>>) -> Result<Reply, ProviderError> {
    read(ask(stream, request).await?).await
}

async fn ask(
    stream: Box<dyn Stream>,
    request: Request<Full<Bytes>>,
) -> Result<hyper::Response<Incoming>, ProviderError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends with the connection, at the latest when the caller gives up and drops the other half.
    tokio::spawn(connection.with_upgrades());
    sender.send_request(request).await.map_err(broken)
}

async fn read(answer: hyper::Response<Incoming>) -> Result<Reply, ProviderError> {
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            ProviderError::TooLarge
        } else {
            ProviderError::Unreachable("the answer broke off".into())
        }
    })?;
    Ok(Reply { status: head.status, headers: head.headers, body: body.to_bytes() })
}

fn broken(error: hyper::Error) -> ProviderError {
    ProviderError::Unreachable(format!("the connection broke ({error})"))
}
