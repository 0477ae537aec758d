//! Asks a service whether it is ready, as an HTTP client on its island.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use atoll_sandbox::allowlist::AppProtocol;
use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{Request, Uri, header};
use http_body_util::Empty;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{net::TcpStream, time::timeout};

/// How long a connection may take. Because both ends are on one bridge, a connection that is not there at once was
/// lost while the service's interface came up, and trying again is faster than the kernel's second try.
const CONNECT: Duration = Duration::from_millis(250);

/// Where services really are. In production that is where the allowlist says; tests put them elsewhere.
pub type Route = Arc<dyn Fn(SocketAddr) -> SocketAddr + Send + Sync>;

/// Asks services.
#[derive(Clone)]
pub struct Prober(Option<Route>);

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who is asked.
    pub address: SocketAddr,
    /// For which path; `None` where an open port is answer enough.
    pub path: Option<String>,
    /// What it speaks there.
    pub protocol: AppProtocol,
    /// How long the answer may take.
    pub patience: Duration,
}

/// Why a service is not ready, in words that follow "it".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// Nothing listens.
    #[error("refuses connections on port {0}")]
    Closed(u16),
    /// No answer.
    #[error("does not answer within {} ms", .0.as_millis())]
    Silent(Duration),
    /// The wrong answer.
    #[error("answers `{path}` with status {status}")]
    Status {
        /// What was asked for.
        path: String,
        /// What came.
        status: u16,
    },
    /// Not HTTP.
    #[error("does not speak HTTP on port {0}")]
    NotHttp(u16),
    /// Not HTTP/2, where the entry promises it.
    #[error("does not speak HTTP/2 without TLS on port {0}, as its `http.appProtocol` says")]
    NotH2c(u16),
}

impl Prober {
    /// Asks services at their own addresses.
    pub const fn direct() -> Self {
        Self(None)
    }

    /// Asks services at other addresses, for tests that have no islands.
    pub fn by(route: Route) -> Self {
        Self(Some(route))
    }

    /// Asks once.
    ///
    /// # Errors
    /// Why the service is not ready.
    pub async fn ask(&self, question: &Question) -> Result<(), NotReady> {
        let address = self.0.as_ref().map_or(question.address, |route| route(question.address));
        let port = question.address.port();
        let stream = timeout(CONNECT.min(question.patience), TcpStream::connect(address)).await;
        let stream = stream.map_err(|_| NotReady::Silent(CONNECT))?.map_err(|_| NotReady::Closed(port))?;
        let Some(path) = &question.path else { return Ok(()) };
        let status = async {
            match question.protocol {
                AppProtocol::Http => status(stream, question.address, path).await,
                AppProtocol::H2c => status_by_http2(stream, question.address, path).await,
            }
        };
        match timeout(question.patience, status).await {
            Ok(Ok(status)) if (200..400).contains(&status) => Ok(()),
            Ok(Ok(status)) => Err(NotReady::Status { path: path.clone(), status }),
            Ok(Err(_)) => Err(match question.protocol {
                AppProtocol::Http => NotReady::NotHttp(port),
                AppProtocol::H2c => NotReady::NotH2c(port),
            }),
            Err(_) => Err(NotReady::Silent(question.patience)),
        }
    }
}

type Broken = Box<dyn std::error::Error + Send + Sync>;

async fn status(stream: TcpStream, address: SocketAddr, path: &str) -> Result<u16, Broken> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get(path)
        .header(header::HOST, address.to_string())
        .header(header::USER_AGENT, "atoll-probe")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())?;
    let answer = std::pin::pin!(sender.send_request(request));
    match select(answer, std::pin::pin!(connection)).await {
        Either::Left((answer, _)) => Ok(answer?.status().as_u16()),
        // Because the connection may end with the very bytes that answer.
        Either::Right((_, answer)) => Ok(answer.await?.status().as_u16()),
    }
}

/// The same over HTTP/2, which the other end is known to speak (RFC 9113, section 3.3).
async fn status_by_http2(stream: TcpStream, address: SocketAddr, path: &str) -> Result<u16, Broken> {
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    let uri = Uri::builder().scheme("http").authority(address.to_string()).path_and_query(path).build()?;
    let request = Request::get(uri).header(header::USER_AGENT, "atoll-probe").body(Empty::<Bytes>::new())?;
    let answer = std::pin::pin!(sender.send_request(request));
    match select(answer, std::pin::pin!(connection)).await {
        Either::Left((answer, _)) => Ok(answer?.status().as_u16()),
        Either::Right((_, answer)) => Ok(answer.await?.status().as_u16()),
    }
}

impl fmt::Debug for Prober {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prober").field(&self.0.as_ref().map_or("direct", |_| "by a route")).finish()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    async fn asked(answer: &'static str, path: Option<&str>) -> Result<(), NotReady> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let read = stream.read(&mut head).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&head[..read]).into_owned()
        });
        let patience = Duration::from_secs(5);
        let (path, protocol) = (path.map(str::to_owned), AppProtocol::Http);
        let ready = Prober::direct().ask(&Question { address, path: path.clone(), protocol, patience }).await;
        let head = app.await.unwrap();
        assert!(path.is_none_or(|path| head.starts_with(&format!("GET {path} HTTP/1.1\r\n"))), "{head}");
        ready
    }

    #[tokio::test]
    async fn a_service_is_ready_when_it_answers_well() {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(asked(ok, Some("/healthz")).await, Ok(()));
        assert_eq!(
            asked("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n", Some("/")).await,
            Ok(())
        );
        let busy =
            asked("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", Some("/healthz")).await.unwrap_err();
        assert_eq!(busy.to_string(), "answers `/healthz` with status 503");
        assert!(matches!(asked("220 mail ready\r\n", Some("/")).await, Err(NotReady::NotHttp(_))));
    }

    #[tokio::test]
    async fn an_open_port_is_enough_where_no_path_is_asked_for() {
        assert_eq!(asked("", None).await, Ok(()));
    }

    #[tokio::test]
    async fn a_closed_port_is_told_apart_from_silence() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let path = Some("/".to_owned());
        let (protocol, patience) = (AppProtocol::Http, Duration::from_millis(50));
        let question = Question { address, path, protocol, patience };
        let silence = Prober::direct().ask(&question).await.unwrap_err();
        assert_eq!(silence, NotReady::Silent(Duration::from_millis(50)));
        drop(listener);
        assert_eq!(Prober::direct().ask(&question).await, Err(NotReady::Closed(address.port())));
    }
}
