//! The probe's HTTP face: one path for each thing that it tries.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, Request};
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reach::Protocol;
use crate::{dns, load, reach};

/// Serves the probe on `address` until the process ends; datagrams to the same port come back as they are.
pub(crate) async fn serve(address: &str) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    tokio::spawn(echo_datagrams(tokio::net::UdpSocket::bind(address).await?));
    axum::serve(listener, routes()).await
}

async fn echo_datagrams(socket: tokio::net::UdpSocket) {
    let mut packet = [0; 512];
    loop {
        if let Ok((read, from)) = socket.recv_from(&mut packet).await
            && let Err(error) = socket.send_to(&packet[..read], from).await
        {
            eprintln!("a datagram could not be sent back: {error}");
        }
    }
}

fn routes() -> Router {
    Router::new()
        .route("/", get(async || Html("<!doctype html><title>Probe</title><h1>Probe</h1>")))
        .route("/healthz", get(async || "ok"))
        .route("/echo", any(echo))
        .route("/set-cookie", get(set_cookie))
        .route("/proc/status", get(async || file("/proc/self/status")))
        .route("/proc/mounts", get(async || file("/proc/self/mounts")))
        .route("/connect", get(connect))
        .route("/resolve", get(resolve))
        .route("/write", get(write))
        .route("/fork", get(fork))
        .route("/hog", get(hog))
        .route("/burn", get(burn))
        .route("/log", get(log))
        .route("/ws", any(async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(echo_socket)))
        .route("/stream", get(event_stream))
        .route("/upload", any(upload))
        .route("/download", get(download))
}

/// Everything that arrived: method, path with query, and every value of every header in order.
async fn echo(request: Request) -> Json<Value> {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(name.to_string()).or_default().push(value);
    }
    Json(json!({"method": request.method().as_str(), "uri": request.uri().to_string(), "headers": headers}))
}

#[derive(Deserialize)]
struct SetCookie {
    value: String,
}

/// Answers with the `Set-Cookie` that was asked for, to see what the gateway makes of it.
async fn set_cookie(Query(wish): Query<SetCookie>) -> impl IntoResponse {
    ([("set-cookie", wish.value)], "set")
}

fn file(path: &str) -> Response {
    match std::fs::read_to_string(path) {
        Ok(text) => text.into_response(),
        Err(error) => problem(&error),
    }
}

fn problem(error: &impl ToString) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

/// Runs what blocks beside the server, so that the probe goes on answering.
async fn beside<T: serde::Serialize + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => problem(&error),
    }
}

#[derive(Deserialize)]
struct Target {
    host: String,
    port: u16,
    proto: Protocol,
    #[serde(default)]
    say: String,
}

async fn connect(Query(target): Query<Target>) -> Response {
    beside(move || reach::reach(target.proto, &target.host, target.port, &target.say)).await
}

#[derive(Deserialize)]
struct Name {
    name: String,
    /// Ask this resolver directly instead of the C library.
    server: Option<String>,
}

async fn resolve(Query(wish): Query<Name>) -> Response {
    beside(move || match wish.server {
        Some(server) => dns::query(&server, &wish.name),
        None => dns::resolve(&wish.name),
    })
    .await
}

#[derive(Deserialize)]
struct Path {
    path: String,
}

async fn write(Query(wish): Query<Path>) -> Json<Value> {
    match std::fs::write(&wish.path, b"probe") {
        Ok(()) => Json(json!({"written": true})),
        Err(error) => Json(json!({"written": false, "error": error.to_string()})),
    }
}

#[derive(Deserialize)]
struct Count {
    n: usize,
}

async fn fork(Query(wish): Query<Count>) -> Response {
    beside(move || load::spawn_many(wish.n)).await
}

#[derive(Deserialize)]
struct Memory {
    mib: usize,
}

async fn hog(Query(wish): Query<Memory>) -> Response {
    beside(move || json!({"held_mib": load::hog(wish.mib)})).await
}

#[derive(Deserialize)]
struct Work {
    secs: u64,
    threads: usize,
}

async fn burn(Query(wish): Query<Work>) -> Response {
    let burned = tokio::task::spawn_blocking(move || load::burn(wish.secs, wish.threads)).await;
    match burned {
        Ok(Ok(burned)) => Json(burned).into_response(),
        Ok(Err(error)) => problem(&error),
        Err(error) => problem(&error),
    }
}

#[derive(Deserialize)]
struct Lines {
    lines: usize,
    #[serde(default = "one_column")]
    width: usize,
}

fn one_column() -> usize {
    1
}

async fn log(Query(wish): Query<Lines>) -> Response {
    match tokio::task::spawn_blocking(move || load::log(wish.lines, wish.width)).await {
        Ok(Ok(lines)) => Json(json!({"lines": lines})).into_response(),
        Ok(Err(error)) => problem(&error),
        Err(error) => problem(&error),
    }
}

async fn echo_socket(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let again = matches!(message, Message::Text(_) | Message::Binary(_));
        if again && socket.send(message).await.is_err() {
            return;
        }
    }
}

/// One numbered event every 200 ms, without end.
async fn event_stream() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream::unfold(0_u64, async |number| {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Some((Ok(Event::default().data(number.to_string())), number + 1))
    }))
}

/// Counts the bytes of the request's body without keeping them.
async fn upload(request: Request) -> Response {
    let mut body = request.into_body().into_data_stream();
    let mut bytes = 0_usize;
    while let Some(chunk) = body.next().await {
        match chunk {
            Ok(chunk) => bytes += chunk.len(),
            Err(error) => return problem(&error),
        }
    }
    Json(json!({"bytes": bytes})).into_response()
}

#[derive(Deserialize)]
struct Size {
    bytes: usize,
}

/// Sends as many bytes as asked for, in pieces of 64 KiB.
async fn download(Query(wish): Query<Size>) -> Body {
    const PIECE: usize = 64 << 10;
    let piece = Bytes::from(vec![b'a'; PIECE]);
    Body::from_stream(stream::unfold(wish.bytes, move |left| {
        let piece = piece.slice(..left.min(PIECE));
        let next = (!piece.is_empty()).then(|| (Ok::<_, Infallible>(piece.clone()), left - piece.len()));
        async move { next }
    }))
}
