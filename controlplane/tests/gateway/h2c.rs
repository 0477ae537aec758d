//! An app that speaks HTTP/2 without TLS: gRPC with its trailers and streams, and the same checks as for every app.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use atoll_controlplane::reconciler::InstanceState;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version, request::Parts};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{io::AsyncWriteExt as _, net::TcpListener, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    stalled::{AT_ONCE, everything_is_full, flood},
    support::{NOTES, World, request},
    tls::{Sender, http2_to, secure},
};

/// An app that answers each piece with the same piece, and ends with a status as gRPC does.
#[derive(Clone, Default)]
struct Echo {
    seen: Arc<Mutex<Vec<Parts>>>,
    connections: Arc<AtomicUsize>,
}

impl Echo {
    async fn start(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, echo) = (listener.local_addr().unwrap(), self.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                echo.connections.fetch_add(1, Ordering::SeqCst);
                let seen = Arc::clone(&echo.seen);
                let service = service_fn(move |request| {
                    let answer = answer(&seen, request);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let serving = http2::Builder::new(TokioExecutor::new());
                tokio::spawn(serving.serve_connection(TokioIo::new(stream), service));
            }
        });
        address
    }

    fn only(&self) -> Parts {
        let seen = self.seen.lock().unwrap();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        seen[0].clone()
    }
}

fn answer(seen: &Mutex<Vec<Parts>>, request: Request<Incoming>) -> Response<BoxBody<Bytes, hyper::Error>> {
    let (parts, mut body) = request.into_parts();
    seen.lock().unwrap().push(parts);
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(Ok(frame)) = body.frame().await {
            assert!(frame.is_data(), "trailers of a client never arrive");
            sender.send(Ok(frame)).await.unwrap();
        }
        let said = [("grpc-status", "0"), ("grpc-message", "fine"), ("set-cookie", "a=b"), ("alt-svc", "h3")];
        let trailers: HeaderMap =
            said.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
        sender.send(Ok(Frame::trailers(trailers))).await.unwrap();
    });
    let body = StreamBody::new(ReceiverStream::new(receiver));
    let answer = Response::builder().header("content-type", "application/grpc");
    answer.body(BodyExt::boxed(body)).unwrap()
}

type Piece = Result<Frame<Bytes>, Infallible>;
type Upload = StreamBody<ReceiverStream<Piece>>;

fn upload() -> (mpsc::Sender<Piece>, Upload) {
    let (sender, receiver) = mpsc::channel(1);
    (sender, StreamBody::new(ReceiverStream::new(receiver)))
}

fn piece(text: &'static str) -> Piece {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

/// A world in which `notes` speaks HTTP/2, its app, and a client of it.
async fn world() -> (World, Echo, String, Sender<Upload>) {
    let (world, cookie, authority, address) = secure().await;
    let (echo, line) = (Echo::default(), format!("Cookie: {cookie}"));
    world.notes.send_replace(InstanceState::Ready { endpoint: echo.start().await });
    world.under_policy(&[("websocket: true", "appProtocol: kubernetes.io/h2c")], &line).await;
    echo.seen.lock().unwrap().clear();
    let sender = http2_to(&authority.client(&[b"h2"]), address).await;
    (world, echo, cookie, sender)
}

fn call(cookie: &str, lines: &[(&str, &str)]) -> http::request::Builder {
    let request = Request::post(format!("https://{NOTES}/notes.Notes/Chat")).header("cookie", cookie);
    let request = request.header("content-type", "application/grpc").header("te", "trailers");
    lines.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[tokio::test]
async fn a_call_goes_both_ways_at_once_and_ends_with_the_apps_trailers() {
    let (_world, echo, cookie, mut sender) = world().await;
    let (upload, body) = upload();
    let request = call(&cookie, &[("x-forwarded-user", "root")]).body(body).unwrap();
    upload.send(piece("one")).await.unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/grpc".parse().unwrap())
    );
    let mut body = answer.into_body();
    // The second piece is written only after the first came back.
    for (came, next) in [("one", "two"), ("two", "three")] {
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), came);
        upload.send(piece(next)).await.unwrap();
    }
    drop(upload);
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "three");
    let trailers = body.frame().await.unwrap().unwrap().into_trailers().unwrap();
    assert_eq!(
        (&trailers["grpc-status"], &trailers["grpc-message"]),
        (&"0".parse().unwrap(), &"fine".parse().unwrap())
    );
    assert_eq!(trailers.len(), 2, "{trailers:?}");
    let seen = echo.only();
    assert_eq!((seen.version, &seen.headers["te"]), (Version::HTTP_2, &"trailers".parse().unwrap()));
    assert_eq!(seen.uri.to_string(), format!("http://{NOTES}/notes.Notes/Chat"));
    assert!(seen.headers.contains_key("atoll-identity") && !seen.headers.contains_key("cookie"));
    assert_eq!(seen.headers.get_all("x-forwarded-user").iter().count(), 1);
    assert_ne!(seen.headers["x-forwarded-user"], "root");
}

#[tokio::test]
async fn many_calls_share_one_connection_and_a_lost_one_is_opened_anew() {
    let (world, echo, cookie, sender) = world().await;
    let asked = async |path: &str| {
        let request = Request::get(format!("https://{NOTES}{path}")).header("cookie", &cookie);
        let (_, body) = upload();
        let answer = sender.clone().send_request(request.body(body).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        answer.into_body().collect().await.unwrap();
        status
    };
    let before = echo.connections.load(Ordering::SeqCst);
    let answers = futures_util::future::join_all((0..50).map(|_| asked("/"))).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!(echo.connections.load(Ordering::SeqCst), before, "the first request's connection serves all");
    assert_eq!(asked("/admin/").await, 403);
    // The app was started anew, somewhere else.
    let again = Echo::default();
    world.notes.send_replace(InstanceState::Ready { endpoint: again.start().await });
    assert_eq!(asked("/").await, 200);
    assert_eq!((again.connections.load(Ordering::SeqCst), again.only().uri.path()), (1, "/"));
}

#[tokio::test]
async fn losing_the_grant_ends_an_open_call_within_a_second() {
    let (world, _, cookie, mut sender) = world().await;
    let ada = world.platform.store.users().await.unwrap()[0].person.id;
    let (upload, body) = upload();
    upload.send(piece("one")).await.unwrap();
    let answer = sender.send_request(call(&cookie, &[]).body(body).unwrap()).await.unwrap();
    let mut body = answer.into_body();
    body.frame().await.unwrap().unwrap();
    let begun = std::time::Instant::now();
    world.revoke(ada, "notes").await;
    while let Some(Ok(_)) = body.frame().await {}
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_app_that_does_not_speak_it_is_told_apart_from_one_that_is_away() {
    let (world, _, cookie, _) = world().await;
    world.notes.send_replace(InstanceState::Ready { endpoint: world.upstream.address });
    let answer = world.client().get(NOTES, "/", &[&format!("Cookie: {cookie}")]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (502, "app-unreachable"));
}

/// An app that reads no body; it answers early or never.
async fn deaf() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let held: Arc<Mutex<Vec<Incoming>>> = Arc::default();
        while let Ok((stream, _)) = listener.accept().await {
            let held = Arc::clone(&held);
            let service = service_fn(move |request: Request<Incoming>| {
                let early = request.uri().path() == "/early";
                held.lock().unwrap().push(request.into_body());
                async move {
                    if !early {
                        std::future::pending::<()>().await;
                    }
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"thanks"))))
                }
            });
            let serving = http2::Builder::new(TokioExecutor::new());
            tokio::spawn(serving.serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

#[tokio::test]
async fn an_upload_that_the_app_does_not_read_ends_with_the_grant() {
    let (world, _, cookie, _) = world().await;
    let ada = world.platform.store.users().await.unwrap()[0].person.id;
    world.notes.send_replace(InstanceState::Ready { endpoint: deaf().await });
    let mut uploads = Vec::new();
    for path in ["/early", "/never"] {
        let mut client = world.client().connect().await;
        let lines = [&format!("Cookie: {cookie}"), "Content-Length: 300000000"];
        client.stream.write_all(request("POST", NOTES, path, &lines, "").as_bytes()).await.unwrap();
        if path == "/early" {
            client.until("thanks").await;
        }
        uploads.push((path, tokio::spawn(async move { flood(&mut client.stream).await })));
    }
    everything_is_full().await;
    let begun = std::time::Instant::now();
    world.revoke(ada, "notes").await;
    for (path, upload) in uploads {
        let left = AT_ONCE.saturating_sub(begun.elapsed());
        tokio::time::timeout(left, upload).await.unwrap_or_else(|_| panic!("{path} goes on")).unwrap();
    }
}
