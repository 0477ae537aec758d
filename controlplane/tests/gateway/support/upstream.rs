//! An app: tells what it was asked, and misbehaves when it is asked to.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
};
use tokio_stream::wrappers::IntervalStream;

type Body = BoxBody<Bytes, Infallible>;

/// What arrived at the app.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names as they came, in lower case, in order.
    pub(crate) headers: Vec<(String, String)>,
}

impl Seen {
    /// The values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a header that came once.
    pub(crate) fn one(&self, name: &str) -> &str {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name} in {self:?}");
        all[0]
    }
}

#[derive(Debug, Default)]
pub(crate) struct Known {
    seen: Mutex<Vec<Seen>>,
    /// Connections that were ever opened.
    pub(crate) connections: AtomicUsize,
    /// Bytes of bodies that arrived.
    pub(crate) uploaded: AtomicU64,
    /// Uploads that are being read now.
    pub(crate) reading: AtomicUsize,
    /// Streams that are open now.
    pub(crate) streaming: AtomicUsize,
    /// Lets go what waits at `/wait`.
    pub(crate) go: Notify,
}

/// The running app.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    pub(crate) known: Arc<Known>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let known = Arc::new(Known::default());
        let shared = Arc::clone(&known);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let known = Arc::clone(&shared);
                let service = service_fn(move |request| answer(Arc::clone(&known), request));
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move {
                    let _ = connection.with_upgrades().await;
                });
            }
        });
        Self { address, known }
    }

    /// Everything that arrived so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.known.seen.lock().unwrap().clone()
    }

    /// Forgets what arrived so far.
    pub(crate) fn forget(&self) {
        self.known.seen.lock().unwrap().clear();
    }

    /// The only request that arrived.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        seen[0].clone()
    }
}

struct Streaming(Arc<Known>);

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.streaming.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn answer(known: Arc<Known>, mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    known.seen.lock().unwrap().push(seen(&request));
    let path = request.uri().path().to_owned();
    Ok(match path.as_str() {
        "/upload" => {
            let mut body = request.into_body();
            let mut total = 0;
            known.reading.fetch_add(1, Ordering::SeqCst);
            while let Some(Ok(frame)) = body.frame().await {
                let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
                total += bytes;
                known.uploaded.fetch_add(bytes, Ordering::SeqCst);
            }
            known.reading.fetch_sub(1, Ordering::SeqCst);
            text(&total.to_string())
        }
        "/early" => text("no need to read that"),
        "/eager" => {
            let mut body = request.into_body();
            tokio::spawn(async move {
                while let Some(Ok(frame)) = body.frame().await {
                    let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
                    known.uploaded.fetch_add(bytes, Ordering::SeqCst);
                }
            });
            text("thanks")
        }
        "/pieces" => pieces(),
        "/events" => events(known),
        "/wait" => {
            known.go.notified().await;
            text("gone")
        }
        "/slow" => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            text("late")
        }
        "/silent" => silent(known),
        "/cookies" => set_cookies(),
        "/ws" => socket(known, &mut request),
        "/switch" => {
            let mut answer = text("");
            *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            answer.headers_mut().insert(header::UPGRADE, "other".parse().unwrap());
            answer.headers_mut().insert(header::CONNECTION, "upgrade".parse().unwrap());
            answer
        }
        _ => text("hello"),
    })
}

fn seen(request: &Request<Incoming>) -> Seen {
    let headers = request.headers().iter();
    Seen {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
            .collect(),
    }
}

fn text(text: &str) -> Response<Body> {
    Response::new(Full::new(Bytes::from(text.to_owned())).boxed())
}

/// One event at once, another each 50 ms.
fn events(known: Arc<Known>) -> Response<Body> {
    known.streaming.fetch_add(1, Ordering::SeqCst);
    let guard = Streaming(known);
    let ticks = IntervalStream::new(tokio::time::interval(Duration::from_millis(50))).enumerate();
    let stream = ticks.map(move |(count, _)| {
        let _ = &guard;
        Ok(Frame::data(Bytes::from(format!("data: {count}\n\n"))))
    });
    let mut answer = Response::new(BodyExt::boxed(StreamBody::new(stream)));
    answer.headers_mut().insert(header::CONTENT_TYPE, "text/event-stream".parse().unwrap());
    answer
}

/// A body that does not say beforehand how long it is.
fn pieces() -> Response<Body> {
    let pieces =
        ["one, ", "two, ", "three"].map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))));
    Response::new(BodyExt::boxed(StreamBody::new(futures_util::stream::iter(pieces))))
}

/// A body that begins and never goes on.
fn silent(known: Arc<Known>) -> Response<Body> {
    known.streaming.fetch_add(1, Ordering::SeqCst);
    let guard = Streaming(known);
    let first = futures_util::stream::iter([Ok(Frame::data(Bytes::from_static(b"begun")))]);
    let never = futures_util::stream::pending().map(move |frame| {
        let _ = &guard;
        frame
    });
    Response::new(BodyExt::boxed(StreamBody::new(first.chain(never))))
}

fn set_cookies() -> Response<Body> {
    let mut answer = text("set");
    for set in [
        "own=1; Path=/; HttpOnly",
        "wide=1; Domain=atoll.localhost; Path=/",
        "__Host-atoll-app=stolen; Path=/; Secure",
        "__HOST-ATOLL-session=stolen; Path=/; Secure",
    ] {
        answer.headers_mut().append(header::SET_COOKIE, set.parse().unwrap());
    }
    answer.headers_mut().insert("clear-site-data", "\"*\"".parse().unwrap());
    answer
}

/// Sends back what comes, byte for byte.
fn socket(known: Arc<Known>, request: &mut Request<Incoming>) -> Response<Body> {
    let upgrade = hyper::upgrade::on(request);
    known.streaming.fetch_add(1, Ordering::SeqCst);
    let guard = Streaming(known);
    tokio::spawn(async move {
        let _guard = guard;
        let mut stream = TokioIo::new(upgrade.await.unwrap());
        let mut piece = [0; 1024];
        while let Ok(read @ 1..) = stream.read(&mut piece).await {
            stream.write_all(&piece[..read]).await.unwrap();
        }
        let _ = stream.shutdown().await;
    });
    let mut answer = text("");
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    answer.headers_mut().insert(header::UPGRADE, "websocket".parse().unwrap());
    answer.headers_mut().insert(header::CONNECTION, "upgrade".parse().unwrap());
    answer.headers_mut().insert("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".parse().unwrap());
    answer
}
