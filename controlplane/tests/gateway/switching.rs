//! Apps that switch to another protocol too early, unasked or otherwise than asked: no byte of theirs, and none of what
//! their client still sends, is taken for part of another request or answer.

use tokio::io::AsyncWriteExt as _;

use crate::{
    scripted::{Play, Scripted, say},
    support::{NOTES, World},
};

const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";
/// A switch, with words behind it that look like an answer.
const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\
                      HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
/// What a client sends of a body after the app has switched: it looks like a request.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: notes.atoll.localhost:8080\r\n\r\n";
const ASKS: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A world with an app that answers its first request so and all others well, and the line that a person sends along.
async fn world(first: impl Into<String>) -> (World, Scripted, String) {
    let (world, _, cookie) = World::with_user().await;
    let first = first.into();
    let app = Scripted::start(move |_, request| if request == 0 { say(&first) } else { say(FINE) }).await;
    app.serve(&world);
    (world, app, format!("Cookie: {cookie}\r\nOrigin: http://{NOTES}\r\n"))
}

/// Nobody saw the hidden request, and whoever asks next is answered over a connection of its own.
async fn nothing_was_smuggled(world: &World, app: &Scripted, lines: &str) {
    let next = format!("GET /next HTTP/1.1\r\nHost: {NOTES}\r\n{lines}Connection: close\r\n\r\n");
    let answer = world.client().raw(next).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "fine"));
    let asked = app.asked();
    assert!(asked[1..].iter().all(|head| !head.starts_with("GET /hidden ")), "{asked:#?}");
    assert!(asked.last().unwrap().starts_with("GET /next "), "{asked:#?}");
    assert_ne!(app.connections(), 1);
}

#[tokio::test]
async fn an_app_that_switches_before_it_was_sent_everything_is_refused() {
    for (framing, begun, rest) in [
        ("Content-Length: 100", "12345".to_owned(), format!("{HIDDEN:-<95}")),
        ("Content-Length: 100\r\nExpect: 100-continue", String::new(), format!("{HIDDEN:-<100}")),
        ("Transfer-Encoding: chunked", "5\r\n12345\r\n".to_owned(), format!("{HIDDEN}0\r\n\r\n")),
        (
            "Transfer-Encoding: chunked",
            "5\r\n12345\r\n".to_owned(),
            format!("{:x}\r\n{HIDDEN}\r\n0\r\n\r\n", HIDDEN.len()),
        ),
    ] {
        let (world, app, lines) = world(SWITCH).await;
        let mut client = world.client().connect().await;
        let head = format!("GET /ws HTTP/1.1\r\nHost: {NOTES}\r\n{lines}{ASKS}{framing}\r\n\r\n{begun}");
        client.stream.write_all(head.as_bytes()).await.unwrap();
        client.until("HTTP/1.1 502 ").await;
        // The connection may have been closed already.
        let last = format!("{rest}GET /last HTTP/1.1\r\nHost: {NOTES}\r\n{lines}Connection: close\r\n\r\n");
        drop(client.stream.write_all(last.as_bytes()).await);
        client.closed().await;
        let more = String::from_utf8_lossy(&client.read).into_owned();
        assert!(!more.contains("evil") && !more.contains("HTTP/1.1 101"), "{framing}: {more}");
        nothing_was_smuggled(&world, &app, &lines).await;
    }
}

#[tokio::test]
async fn an_app_that_switches_unasked_is_refused() {
    for (method, more, body) in [
        ("GET", "", ""),
        ("HEAD", "", ""),
        ("POST", "Content-Length: 5\r\n", "hello"),
        // No WebSocket is opened so (RFC 6455, section 4.1), and the app is not asked for one.
        ("POST", &format!("{ASKS}Content-Length: 5\r\n"), "hello"),
        ("GET", "Connection: Upgrade\r\nUpgrade: h2c\r\n", ""),
        ("GET", "Upgrade: websocket\r\n", ""),
    ] {
        let (world, app, lines) = world(SWITCH).await;
        let mut client = world.client().connect().await;
        let asked = format!("{method} / HTTP/1.1\r\nHost: {NOTES}\r\n{lines}{more}\r\n{body}");
        client.stream.write_all(asked.as_bytes()).await.unwrap();
        client.until("HTTP/1.1 502 ").await;
        // The same connection serves on.
        let next = format!("GET /same HTTP/1.1\r\nHost: {NOTES}\r\n{lines}Connection: close\r\n\r\n");
        client.stream.write_all(next.as_bytes()).await.unwrap();
        let same = client.until("fine").await;
        assert!(same.contains("HTTP/1.1 200 ") && !same.contains("evil"), "{method} {more}: {same}");
        assert!(!app.asked()[0].to_lowercase().contains("\r\nupgrade:"), "{:?}", app.asked()[0]);
        nothing_was_smuggled(&world, &app, &lines).await;
    }
}

#[tokio::test]
async fn an_app_that_switches_to_something_else_is_refused() {
    for to in [
        "",
        "Upgrade: h2c\r\n",
        "Upgrade: websocket, h2c\r\n",
        "Upgrade: h2c, websocket\r\n",
        "Upgrade: websocket\r\nUpgrade: h2c\r\n",
        "Upgrade: h2c\r\nUpgrade: websocket\r\n",
        "Upgrade: websocket/13\r\n",
    ] {
        let switch = format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n{to}\r\nevil");
        let (world, app, lines) = world(switch).await;
        let mut client = world.client().connect().await;
        let asked = format!("GET /ws HTTP/1.1\r\nHost: {NOTES}\r\n{lines}{ASKS}\r\n");
        client.stream.write_all(asked.as_bytes()).await.unwrap();
        let answer = client.until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{to}: {answer}");
        nothing_was_smuggled(&world, &app, &lines).await;
    }
}

#[tokio::test]
async fn what_a_client_says_before_the_switch_arrives_behind_it_and_nowhere_else() {
    let (world, _, cookie) = World::with_user().await;
    let switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    let app = Scripted::start(move |_, _| Play::SayAndEcho(switch.into())).await;
    app.serve(&world);
    let lines = format!("Cookie: {cookie}\r\nOrigin: http://{NOTES}\r\n");
    for framing in ["", "Content-Length: 5\r\n"] {
        let body = if framing.is_empty() { "" } else { "hello" };
        let mut client = world.client().connect().await;
        let asked = format!("GET /ws HTTP/1.1\r\nHost: {NOTES}\r\n{lines}{ASKS}{framing}\r\n{body}{HIDDEN}");
        client.stream.write_all(asked.as_bytes()).await.unwrap();
        let answer = client.until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{framing}: {answer}");
        // The app sends back what did not come with the head.
        let back = client.until(HIDDEN).await;
        let asked = app.asked().pop().unwrap();
        let (head, with_it) = asked.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("GET /ws ") && with_it.len() <= body.len(), "{asked}");
        assert_eq!(format!("{with_it}{back}"), format!("{body}{HIDDEN}"), "{framing}");
        client.stream.write_all(b"later").await.unwrap();
        assert_eq!(client.until("later").await, "later", "{framing}");
    }
    assert_eq!(app.asked().len(), 2);
}
