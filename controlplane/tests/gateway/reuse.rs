//! Connections to an app: which are used again, and what is asked twice.

use std::time::Duration;

use atoll_controlplane::reconciler::InstanceState;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::{sleep, timeout},
};

use crate::{
    scripted::{Play, Scripted, say},
    support::{NOTES, World, request},
};

const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";
/// Longer than a connection is taken to be surely open.
const A_WHILE: Duration = Duration::from_millis(300);

async fn world() -> (World, String) {
    let (world, _, cookie) = World::with_user().await;
    (world, format!("Cookie: {cookie}"))
}

#[tokio::test]
async fn one_connection_serves_every_kind_of_answer_that_ends_cleanly() {
    let (world, cookie) = world().await;
    let answers = [
        GOOD,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.1 200\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n",
    ];
    let app = Scripted::start(move |_, number| say(answers[number])).await;
    app.serve(&world);
    for (number, answer) in answers.iter().enumerate() {
        // The last one answers HEAD, so it has no body however long it says one is.
        let method = if number + 1 == answers.len() { "HEAD" } else { "GET" };
        let got = world.client().ask(method, NOTES, "/", &[&cookie], "").await;
        let status: u16 = answer.rsplit_once("HTTP/1.").unwrap().1[2..5].parse().unwrap();
        assert_eq!(got.status, status, "{answer}");
        assert_eq!(
            got.body,
            if answer.ends_with("good") || answer.contains("Chunked") { "good" } else { "" },
            "{answer}"
        );
    }
    assert_eq!(app.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_the_app_does_not_keep_is_not_used_again() {
    let (world, cookie) = world().await;
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ngood",
    ] {
        let app = Scripted::start(move |_, _| say(answer)).await;
        app.serve(&world);
        for asked in 1..=3 {
            assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.body, "good", "{answer}");
            assert_eq!(app.connections(), asked, "{answer}");
        }
    }
    let app = Scripted::start(|_, _| Play::SayAndClose("HTTP/1.1 200 OK\r\n\r\nuntil the end".into())).await;
    app.serve(&world);
    for asked in 1..=3 {
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.body, "until the end");
        assert_eq!(app.connections(), asked);
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_in_the_pool_is_noticed_whatever_is_asked() {
    let (world, cookie) = world().await;
    let app = Scripted::start(|_, _| Play::SayAndClose(GOOD.into())).await;
    app.serve(&world);
    for (asked, method) in ["GET", "POST", "DELETE", "GET"].into_iter().enumerate() {
        assert_eq!(world.client().ask(method, NOTES, "/", &[&cookie], "").await.body, "good");
        assert_eq!((app.connections(), app.asked().len()), (asked + 1, asked + 1));
        // The end has to arrive before it can be noticed.
        sleep(Duration::from_millis(30)).await;
    }
}

/// An app that answers once on each connection and hangs up at the second request.
async fn hangs_up() -> Scripted {
    Scripted::start(
        |connection, number| {
            if number == 1 && connection == 1 { Play::SayAndClose(Vec::new()) } else { say(GOOD) }
        },
    )
    .await
}

#[tokio::test]
async fn only_what_changes_nothing_is_asked_again_when_an_old_connection_breaks() {
    let (world, cookie) = world().await;
    for (method, body, waits, status) in [
        ("GET", "", A_WHILE, 200),
        ("HEAD", "", A_WHILE, 200),
        ("POST", "x=1", A_WHILE, 502),
        ("POST", "", A_WHILE, 502),
        ("DELETE", "", A_WHILE, 502),
        // It has read a body, so it may have done something.
        ("GET", "x=1", A_WHILE, 502),
        // A connection that was used just now did not lie there closed: the request itself made the app hang up.
        ("GET", "", Duration::ZERO, 502),
    ] {
        let app = hangs_up().await;
        app.serve(&world);
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.status, 200);
        sleep(waits).await;
        let answer = world.client().ask(method, NOTES, "/", &[&cookie], body).await;
        assert_eq!(answer.status, status, "{method} {body:?} after {waits:?}");
        assert_eq!(app.asked().len(), if status == 200 { 3 } else { 2 }, "{method} {body:?} after {waits:?}");
    }
}

#[tokio::test]
async fn a_request_is_not_asked_again_when_something_of_an_answer_has_come() {
    let (world, cookie) = world().await;
    for begun in ["H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n"] {
        let app = Scripted::start(move |_, number| match number {
            1 => Play::SayAndClose(begun.into()),
            _ => say(GOOD),
        })
        .await;
        app.serve(&world);
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.status, 200);
        sleep(A_WHILE).await;
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.status, 502, "{begun:?}");
        assert_eq!(app.asked().len(), 2, "{begun:?}");
    }
}

#[tokio::test]
async fn how_a_requests_body_ends_is_said_once() {
    let (world, cookie) = world().await;
    let app = Scripted::start(|_, _| say(GOOD)).await;
    app.serve(&world);
    let chunked = request("POST", NOTES, "/", &[&cookie, "Transfer-Encoding: chunked"], "")
        + "c\r\nx=1234567890\r\n0\r\n\r\n";
    for (asked, wanted, body) in [
        (request("GET", NOTES, "/", &[&cookie], ""), "", ""),
        (request("DELETE", NOTES, "/", &[&cookie], ""), "", ""),
        (request("POST", NOTES, "/", &[&cookie], ""), "content-length: 0", ""),
        (request("POST", NOTES, "/", &[&cookie, "Content-Length: 0"], ""), "content-length: 0", ""),
        (request("POST", NOTES, "/", &[&cookie], "x=1"), "content-length: 3", "x=1"),
        (request("GET", NOTES, "/", &[&cookie], "x=1"), "content-length: 3", "x=1"),
        (chunked, "transfer-encoding: chunked", "c\r\nx=1234567890\r\n"),
    ] {
        assert_eq!(world.client().raw(&asked).await.status, 200, "{asked}");
        let all = app.asked().pop().unwrap();
        let (head, sent) = all.split_once("\r\n\r\n").unwrap();
        let is_framing =
            |line: &&str| line.starts_with("content-length:") || line.starts_with("transfer-encoding:");
        let framing: Vec<_> = head.lines().filter(is_framing).collect();
        assert_eq!(framing.join(" "), wanted, "{asked}");
        // Head and small body are one write, so they come together.
        assert!(sent.starts_with(body), "{asked}: {all}");
    }
}

#[tokio::test]
async fn an_app_that_answers_and_hangs_up_before_it_has_read_everything_is_heard() {
    let (world, cookie) = world().await;
    let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo much";
    let app = Scripted::start(move |_, _| Play::SayAndClose(refusal.into())).await;
    app.serve(&world);
    for _ in 0..5 {
        let mut client = world.client().connect().await;
        let head = request("POST", NOTES, "/", &[&cookie, "Content-Length: 50000000"], "");
        client.stream.write_all(head.as_bytes()).await.unwrap();
        let (mut from, mut to) = client.stream.into_split();
        let sending = tokio::spawn(async move {
            // Fails once the gateway has heard enough.
            for _ in 0..50 {
                if to.write_all(&[b'x'; 100_000]).await.is_err() {
                    break;
                }
            }
            to
        });
        let mut read = vec![0; 16 * 1024];
        let length = from.read(&mut read).await.unwrap();
        let answer = String::from_utf8_lossy(&read[..length]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        drop(from);
        sending.abort();
    }
}

#[tokio::test]
async fn a_socket_gets_what_the_app_says_right_behind_the_switch() {
    let (world, cookie) = world().await;
    let switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst";
    let app = Scripted::start(move |_, _| Play::SayAndEcho(switch.into())).await;
    app.serve(&world);
    let origin = format!("Origin: http://{NOTES}");
    let asked = format!(
        "GET /ws HTTP/1.1\r\nHost: {NOTES}\r\n{cookie}\r\n{origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    let mut client = world.client().connect().await;
    client.stream.write_all(asked.as_bytes()).await.unwrap();
    client.until("101 Switching Protocols").await;
    client.until("\r\n\r\nfirst").await;
    client.stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    client.until("HTTP/1.1 200 OK\r\n\r\n").await;
}

#[tokio::test]
async fn an_app_that_answers_first_and_reads_afterwards_gets_the_whole_body() {
    // More than lies in the buffers between the two.
    const LENGTH: usize = 30_000_000;
    let (world, cookie) = world().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = listener.local_addr().unwrap();
    world.notes.send_replace(InstanceState::Ready { endpoint });
    let app = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = vec![0; 64 * 1024];
        let first = stream.read(&mut read).await.unwrap();
        let head = read[..first].windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let mut came = first - head;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n").await.unwrap();
        while came < LENGTH {
            came += stream.read(&mut read).await.unwrap();
        }
        stream.write_all(b"good").await.unwrap();
    });
    let body = "x".repeat(LENGTH);
    let (client, cookie) = (world.client(), [cookie.as_str()]);
    let asked = client.ask("POST", NOTES, "/", &cookie, &body);
    let answer = timeout(Duration::from_secs(20), asked).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "good"));
    app.await.unwrap();
}
