//! What nobody reads: a download, a socket or an upload that has come to a halt ends with access to it all the same.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use atoll_controlplane::{identity::session::Audience, reconciler::InstanceState};
use http_body_util::BodyExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    streams::{ENDINGS, end, eventually},
    support::{Connection, NOTES, World, id, request},
    tls::{ask, http2_to, secure},
};

/// What is seen within this time was not left to any time limit of the test's policy or of the gateway.
pub(crate) const AT_ONCE: Duration = Duration::from_millis(1500);
const WEBSOCKET: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// An app that sends without an end and reads nothing but heads.
struct Stubborn {
    /// How many of its connections it still sends on.
    sending: Arc<AtomicUsize>,
}

impl Stubborn {
    /// The app behind `notes`, where nothing is cut for being idle.
    async fn serve(world: &World, cookie: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = format!("Cookie: {cookie}");
        world.under_policy(&[("idle: 2s}", "idle: 1h}")], &line).await;
        world.notes.send_replace(InstanceState::Ready { endpoint: listener.local_addr().unwrap() });
        let app = Self { sending: Arc::default() };
        let sending = Arc::clone(&app.sending);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(play(stream, Arc::clone(&sending)));
            }
        });
        app
    }

    fn sending(&self) -> usize {
        self.sending.load(Ordering::SeqCst)
    }
}

async fn play(mut stream: TcpStream, sending: Arc<AtomicUsize>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let answer = match head.split(' ').nth(1).unwrap() {
        "/film" => "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n",
        "/ws" => "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "/early" => "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks",
        _ => "",
    };
    stream.write_all(answer.as_bytes()).await.unwrap();
    if head.starts_with("POST ") {
        // Held open and not read, until the test ends.
        return std::future::pending().await;
    }
    sending.fetch_add(1, Ordering::SeqCst);
    flood(&mut stream).await;
    sending.fetch_sub(1, Ordering::SeqCst);
}

/// Sends for as long as somebody takes it.
pub(crate) async fn flood(stream: &mut (impl AsyncWrite + Unpin)) {
    while stream.write_all(&[b'x'; 64 * 1024]).await.is_ok() {}
}

/// Asks for something and reads no further than the head of the answer.
async fn ask_and_stall(world: &World, path: &str, cookie: &str) -> Connection {
    let mut client = world.client().connect().await;
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nOrigin: http://{NOTES}\r\n{}\r\n",
        if path == "/ws" { WEBSOCKET } else { "" }
    );
    client.stream.write_all(asked.as_bytes()).await.unwrap();
    client.until("\r\n\r\n").await;
    client
}

/// Sends a body without an end; finished once that is no longer taken.
async fn upload(world: &World, path: &str, cookie: &str) -> JoinHandle<()> {
    let mut client = world.client().connect().await;
    let lines = [&format!("Cookie: {cookie}"), "Content-Length: 300000000"];
    client.stream.write_all(request("POST", NOTES, path, &lines, "").as_bytes()).await.unwrap();
    if path == "/early" {
        client.until("thanks").await;
    }
    tokio::spawn(async move { flood(&mut client.stream).await })
}

/// Long enough for everything between app and client to be full.
pub(crate) async fn everything_is_full() {
    tokio::time::sleep(Duration::from_millis(500)).await;
}

#[tokio::test]
async fn when_access_ends_what_nobody_reads_is_cut_within_a_second() {
    for how in ENDINGS {
        let (world, ada, cookie) = World::with_user().await;
        let app = Stubborn::serve(&world, &cookie).await;
        let mut clients = Vec::new();
        for path in ["/film", "/ws"] {
            clients.push((path, ask_and_stall(&world, path, &cookie).await));
        }
        let uploads = [upload(&world, "/upload", &cookie).await, upload(&world, "/early", &cookie).await];
        everything_is_full().await;
        assert_eq!((app.sending(), world.uses.open()), (2, 3), "{how}");
        assert!(uploads.iter().all(|upload| !upload.is_finished()), "{how}");
        let begun = Instant::now();
        end(how, &world, &ada).await;
        eventually(&format!("{how}: the app is let go"), || app.sending() == 0 && world.uses.open() == 0)
            .await;
        for upload in uploads {
            upload.await.unwrap();
        }
        assert!(begun.elapsed() < AT_ONCE, "{how}: {:?}", begun.elapsed());
        for (path, mut client) in clients {
            // What has arrived may be read, and what was still to be sent is not.
            let read = client.stream.read_to_end(&mut client.read).await;
            let error = read.expect_err("the connection should have broken");
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{how}: {path}");
        }
    }
}

#[tokio::test]
async fn over_http2_the_stream_that_nobody_reads_is_reset_and_the_others_go_on() {
    let (world, cookie, authority, address) = secure().await;
    let app = Stubborn::serve(&world, &cookie).await;
    let bob = world.person("bob", Some("user")).await;
    let bobs = world.enter(&bob, "notes").await;
    let mut sender = http2_to(&authority.client(&[b"h2"]), address).await;
    let film = format!("https://{NOTES}/film");
    let adas = ask(&mut sender, &[("cookie", &cookie)], &film, "").await;
    let still = ask(&mut sender, &[("cookie", &bobs)], &film, "").await;
    everything_is_full().await;
    assert_eq!((app.sending(), world.uses.open()), (2, 2));
    let token = cookie.split_once('=').unwrap().1;
    let ada = world.platform.sessions.verify(token, &Audience::App(id("notes"))).unwrap().user;
    let begun = Instant::now();
    world.revoke(ada, "notes").await;
    eventually("the stream is let go", || app.sending() == 1 && world.uses.open() == 1).await;
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    let error = adas.into_body().collect().await.expect_err("the download should have been cut");
    let reset = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    assert!(reset.contains("stream no longer needed"), "{error}: {reset}");
    let mut body = still.into_body();
    for _ in 0..200 {
        assert!(body.frame().await.unwrap().is_ok());
    }
}
