//! Bodies, events and sockets: piece by piece, within limits, and no longer than access lasts.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use tokio::io::AsyncWriteExt;

use crate::support::{NOTES, Person, World, request};

pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: not within two seconds");
}

#[tokio::test]
async fn an_upload_that_grows_beyond_the_limit_is_broken_off() {
    let world = World::new().await;
    let ada = world.person("ada", None).await;
    world.grant(ada.id, "other", "user").await;
    let cookie = world.enter(&ada, "other").await;
    let host = crate::support::OTHER;
    let chunk = format!("200\r\n{}\r\n", "x".repeat(512));
    let body = format!("{chunk}{chunk}{chunk}0\r\n\r\n");
    // No length is said beforehand.
    let lines = [&format!("Cookie: {cookie}"), "Transfer-Encoding: chunked"];
    let answer = world.client().raw(request("POST", host, "/app/../upload", &lines, "") + &body).await;
    assert_eq!(answer.status, 400);
    let answer = world.client().raw(request("POST", host, "/app/upload", &lines, "") + &body).await;
    assert_eq!((answer.status, answer.problem().as_str()), (413, "body-too-large"));
    let exact = format!("{chunk}{chunk}0\r\n\r\n");
    assert_eq!(
        world.client().raw(request("POST", host, "/app/upload", &lines, "") + &exact).await.status,
        200
    );
}

#[tokio::test]
async fn a_client_that_waits_for_leave_gets_it_only_when_it_may_send() {
    let (world, _, cookie) = World::with_user().await;
    let head = |cookie: &str| {
        format!(
            "POST /upload HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nExpect: 100-continue\r\n\
             Connection: close\r\nContent-Length: 5\r\n\r\n"
        )
    };
    let mut connection = world.client().connect().await;
    connection.stream.write_all(head(&cookie).as_bytes()).await.unwrap();
    connection.until("HTTP/1.1 100 Continue\r\n\r\n").await;
    connection.stream.write_all(b"hello").await.unwrap();
    assert_eq!(connection.rest().await.body, "5");
    assert!(world.upstream.only().all("expect").is_empty());
    let refused = world.client().raw(head("none=1")).await;
    assert_eq!(refused.status, 401);
    let unknown = world.client().get(NOTES, "/", &[&format!("Cookie: {cookie}"), "Expect: tea"]).await;
    assert_eq!(unknown.status, 417);
}

#[tokio::test]
async fn one_connection_to_the_app_serves_answers_of_known_and_unknown_length_one_after_another() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for _ in 0..3 {
        let whole = world.client().get(NOTES, "/pieces", &[&cookie]).await;
        assert!(whole.status == 200 && whole.body.contains("three"), "{whole:?}");
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.body, "hello");
    }
    assert_eq!(world.upstream.known.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_a_client_still_sends_reaches_an_app_that_has_answered_already() {
    let (world, _, cookie) = World::with_user().await;
    let mut connection = world.client().connect().await;
    let begun = format!(
        "POST /eager HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nContent-Length: 10\r\n\r\nhello"
    );
    connection.stream.write_all(begun.as_bytes()).await.unwrap();
    connection.until("thanks").await;
    connection.stream.write_all(b"world").await.unwrap();
    eventually("the rest arrives", || world.upstream.known.uploaded.load(Ordering::SeqCst) == 10).await;
}

#[tokio::test]
async fn events_arrive_when_they_are_sent() {
    let (world, _, cookie) = World::with_user().await;
    let mut connection = world.client().connect().await;
    let asked = request("GET", NOTES, "/events", &[&format!("Cookie: {cookie}")], "");
    let begun = Instant::now();
    connection.stream.write_all(asked.as_bytes()).await.unwrap();
    let head = connection.until("\r\n\r\n").await;
    assert!(head.contains("content-type: text/event-stream"), "{head}");
    for number in 0..4 {
        connection.until(&format!("data: {number}\n\n")).await;
    }
    // The app sends the fourth after 150 ms; a buffer would hold them back until there are kilobytes.
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    drop(connection);
    eventually("the app is told that the client has gone", || {
        world.upstream.known.streaming.load(Ordering::SeqCst) == 0
    })
    .await;
}

async fn open_socket(world: &World, cookie: &str) -> crate::support::Connection {
    let mut connection = world.client().connect().await;
    let asked = format!(
        "GET /ws HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nOrigin: http://{NOTES}\r\nConnection: keep-alive, Upgrade\r\n\
         Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    connection.stream.write_all(asked.as_bytes()).await.unwrap();
    let head = connection.until("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 101 ") && head.contains("sec-websocket-accept"), "{head}");
    connection
}

#[tokio::test]
async fn a_websocket_passes_bytes_as_they_are() {
    let (world, ada, cookie) = World::with_user().await;
    let mut socket = open_socket(&world, &cookie).await;
    let seen = world.upstream.only();
    assert_eq!(seen.one("x-forwarded-user"), ada.id.to_string());
    assert_eq!((seen.one("upgrade"), seen.one("sec-websocket-version")), ("websocket", "13"));
    assert!(seen.all("cookie").is_empty());
    for message in ["\u{1}one", "GET / HTTP/1.1\n\nsmuggled?", "three"] {
        socket.stream.write_all(message.as_bytes()).await.unwrap();
        assert_eq!(socket.until(message).await, message);
    }
    // Half-closed: the app still answers what it got.
    socket.stream.write_all(b"last").await.unwrap();
    socket.stream.shutdown().await.unwrap();
    assert_eq!(socket.until("last").await, "last");
    socket.closed().await;
    eventually("the app's side ends too", || world.upstream.known.streaming.load(Ordering::SeqCst) == 0)
        .await;
}

#[tokio::test]
async fn a_websocket_of_another_origin_is_refused() {
    let (world, _, cookie) = World::with_user().await;
    for origin in ["http://other.atoll.localhost:8080", "null", "http://evil.example"] {
        let lines = [
            &format!("Cookie: {cookie}"),
            &format!("Origin: {origin}"),
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
        ];
        let answer = world.client().get(NOTES, "/ws", &lines).await;
        assert_eq!((answer.status, answer.problem().as_str()), (403, "cross-origin"), "{origin}");
    }
}

#[tokio::test]
async fn an_app_cannot_switch_to_something_that_nobody_asked_for() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    assert_eq!(world.client().get(NOTES, "/switch", &[&cookie]).await.status, 502);
    let lines = [cookie.as_str(), "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    assert_eq!(world.client().get(NOTES, "/switch", &lines).await.status, 502);
}

#[tokio::test]
async fn a_silent_socket_is_closed_after_the_idle_time() {
    let (world, _, cookie) = World::with_user().await;
    let mut socket = open_socket(&world, &cookie).await;
    let time_passes = async {
        loop {
            // More than once, because the socket may not have begun to count yet.
            tokio::time::sleep(Duration::from_millis(20)).await;
            world.clock.advance(jiff::SignedDuration::from_secs(2));
        }
    };
    tokio::select! {
        _ = socket.closed() => {}
        () = time_passes => {}
    }
    assert!(world.clock.now() < "2026-11-23T13:00:00Z".parse().unwrap());
}

/// Everything that can end access while a stream is open.
pub(crate) const ENDINGS: [&str; 6] = [
    "the grant is taken away",
    "the role changes",
    "the person is disabled",
    "the console logs out",
    "the app's rules change",
    "the session ends by itself",
];

pub(crate) async fn end(how: &str, world: &World, ada: &Person) {
    use atoll_controlplane::{
        identity::{accounts::AccountChanges, session::Audience},
        permissions::Actor,
    };
    match how {
        "the grant is taken away" => world.revoke(ada.id, "notes").await,
        "the role changes" => world.grant(ada.id, "notes", "admin").await,
        "the person is disabled" => {
            let changes = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
            world.platform.accounts.update(&Actor::System, ada.id, changes).await.unwrap();
        }
        "the console logs out" => {
            let session = world.platform.sessions.verify(&ada.console, &Audience::Console).unwrap();
            world.platform.accounts.sign_out(&Actor::System, &session).await.unwrap();
        }
        "the app's rules change" => {
            world.change_policy("- {path: /closed/, role: owner}", "- {path: /closed/, role: admin}");
        }
        "the session ends by itself" => world.clock.advance(jiff::SignedDuration::from_hours(9)),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn when_access_ends_sockets_streams_and_waiting_requests_end_within_a_second() {
    for how in ENDINGS {
        let (world, ada, cookie) = World::with_user().await;
        let mut socket = open_socket(&world, &cookie).await;
        let line = format!("Cookie: {cookie}");
        let mut streams = Vec::new();
        for path in ["/events", "/silent"] {
            let mut stream = world.client().connect().await;
            stream.stream.write_all(request("GET", NOTES, path, &[&line], "").as_bytes()).await.unwrap();
            stream.until("\r\n\r\n").await;
            streams.push(stream);
        }
        let mut upload = world.client().connect().await;
        let head = request("POST", NOTES, "/upload", &[&line, "Content-Length: 1000000"], "");
        upload.stream.write_all(head.as_bytes()).await.unwrap();
        upload.stream.write_all(b"begun").await.unwrap();
        eventually("the upload is on its way", || world.upstream.known.uploaded.load(Ordering::SeqCst) == 5)
            .await;
        let begun = Instant::now();
        end(how, &world, &ada).await;
        assert!(socket.closed().await < Duration::from_millis(1100), "{how}");
        for stream in &mut streams {
            stream.closed().await;
        }
        assert_eq!(upload.rest().await.status, 401, "{how}");
        assert!(begun.elapsed() < Duration::from_millis(1500), "{how}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn other_peoples_streams_go_on() {
    let (world, ada, _) = World::with_user().await;
    let bob = world.person("bob", Some("user")).await;
    let cookie = world.enter(&bob, "notes").await;
    let mut socket = open_socket(&world, &cookie).await;
    world.revoke(ada.id, "notes").await;
    socket.stream.write_all(b"still here").await.unwrap();
    assert_eq!(socket.until("still here").await, "still here");
}

#[tokio::test]
async fn an_app_that_takes_too_long_is_given_up() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let answer = world.client().get(NOTES, "/slow", &[&cookie]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (504, "app-timeout"));
    let mut silent = world.client().connect().await;
    silent.stream.write_all(request("GET", NOTES, "/silent", &[&cookie], "").as_bytes()).await.unwrap();
    silent.until("begun").await;
    let closed = silent.closed().await;
    assert!(closed > Duration::from_millis(1500) && closed < Duration::from_secs(5), "{closed:?}");
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_was_sent_is_passed_on() {
    let (world, _, cookie) = World::with_user().await;
    let mut connection = world.client().connect().await;
    let head =
        request("POST", NOTES, "/early", &[&format!("Cookie: {cookie}"), "Content-Length: 1000000"], "");
    connection.stream.write_all(head.as_bytes()).await.unwrap();
    connection.stream.write_all(b"begun").await.unwrap();
    connection.until("no need to read that").await;
}

#[tokio::test]
async fn when_the_process_is_to_end_requests_under_way_come_to_theirs() {
    let (mut world, _, cookie) = World::with_user().await;
    let line = format!("Cookie: {cookie}");
    let mut socket = open_socket(&world, &cookie).await;
    let mut idle = world.client().connect().await;
    idle.stream
        .write_all(format!("GET / HTTP/1.1\r\nHost: {NOTES}\r\n{line}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    idle.until("hello").await;
    let client = world.client();
    let waiting = tokio::spawn(async move { client.get(NOTES, "/wait", &[&line]).await });
    eventually("the request has arrived", || world.upstream.seen().len() == 3).await;
    world.stop.cancel();
    idle.closed().await;
    socket.closed().await;
    world.upstream.known.go.notify_one();
    assert_eq!(waiting.await.unwrap().body, "gone");
    tokio::time::timeout(Duration::from_secs(5), world.serving.take().unwrap()).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(world.address).await.is_err());
}

#[tokio::test]
async fn an_app_is_told_when_the_client_does_not_wait() {
    let (world, _, cookie) = World::with_user().await;
    let mut connection = world.client().connect().await;
    let head =
        request("POST", NOTES, "/upload", &[&format!("Cookie: {cookie}"), "Content-Length: 1000000"], "");
    connection.stream.write_all(head.as_bytes()).await.unwrap();
    connection.stream.write_all(b"begun").await.unwrap();
    eventually("the upload is on its way", || world.upstream.known.uploaded.load(Ordering::SeqCst) == 5)
        .await;
    assert_eq!(world.upstream.known.reading.load(Ordering::SeqCst), 1);
    drop(connection);
    eventually("the app's connection ends", || world.upstream.known.reading.load(Ordering::SeqCst) == 0)
        .await;
}
