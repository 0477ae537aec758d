//! Apps that answer what no app should: nothing of it becomes another request's answer, and nothing cut off looks whole.

use std::time::Duration;

use tokio::{io::AsyncWriteExt, time::sleep};

use crate::{
    scripted::{Play, Scripted, say},
    support::{NOTES, World, request},
};

const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

/// An answer that is refused, by the family that it belongs to.
const MALFORMED: [(&str, &str); 42] = [
    ("nothing of HTTP", "220 mail.example ESMTP\r\n\r\n"),
    ("another version", "HTTP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("an old version", "HTTP/0.9 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("an empty line before", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("no status", "HTTP/1.1 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("two spaces", "HTTP/1.1  200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    ("lengths that differ", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nevil"),
    ("a length twice", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nevil"),
    ("a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\n\r\nevil"),
    ("a signed length", "HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\nevil"),
    ("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nevil"),
    ("a length in hexadecimal", "HTTP/1.1 200 OK\r\nContent-Length: 0x4\r\n\r\nevil"),
    ("an empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nevil"),
    ("a length within", "HTTP/1.1 200 OK\r\nContent-Length: 4 4\r\n\r\nevil"),
    ("an endless length", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551620\r\n\r\nevil"),
    ("TE and CL", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    ("CL and TE", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (
        "TE twice",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("TE of two kinds", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    ("TE of another kind", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nevil"),
    ("TE disguised", "HTTP/1.1 200 OK\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n"),
    ("TE with a parameter", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked;x=1\r\n\r\n0\r\n\r\n"),
    ("TE of old", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("TE spaced", "HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    ("CL spaced", "HTTP/1.1 200 OK\r\nContent-Length : 4\r\n\r\nevil"),
    ("a folded line", "HTTP/1.1 200 OK\r\nX: y\r\n Content-Length: 4\r\n\r\nevil"),
    ("a folded line by tab", "HTTP/1.1 200 OK\r\nX: y\r\n\tz\r\nContent-Length: 4\r\n\r\nevil"),
    ("a fold at first", "HTTP/1.1 200 OK\r\n X: y\r\nContent-Length: 4\r\n\r\nevil"),
    ("a bare LF", "HTTP/1.1 200 OK\r\nX: y\nContent-Length: 4\r\n\r\nevil"),
    ("a bare LF after the status", "HTTP/1.1 200 OK\nContent-Length: 4\r\n\r\nevil"),
    ("bare LFs", "HTTP/1.1 200 OK\nContent-Length: 4\n\nevil"),
    ("a bare LF at the end", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\nevil"),
    ("a bare CR", "HTTP/1.1 200 OK\r\nX: y\rContent-Length: 4\r\n\r\nevil"),
    ("a NUL", "HTTP/1.1 200 OK\r\nX: y\0z\r\nContent-Length: 4\r\n\r\nevil"),
    ("a NUL in the reason", "HTTP/1.1 200 O\0K\r\nContent-Length: 4\r\n\r\nevil"),
    ("no colon", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 4\r\n\r\nevil"),
    ("no name", "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 4\r\n\r\nevil"),
    ("a name that is none", "HTTP/1.1 200 OK\r\nX(y): x\r\nContent-Length: 4\r\n\r\nevil"),
    ("another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nevil"),
    ("a head cut off", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"),
];

fn cookie_line(cookie: &str) -> String {
    format!("Cookie: {cookie}")
}

#[tokio::test]
async fn each_malformed_answer_is_refused_and_its_connection_never_used_again() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = cookie_line(&cookie);
    for (family, answer) in MALFORMED {
        let cut = family == "a head cut off";
        let app = Scripted::start(move |connection, _| match connection {
            1 if cut => Play::SayAndClose(answer.into()),
            1 => say(answer),
            _ => say(GOOD),
        })
        .await;
        app.serve(&world);
        let refused = world.client().get(NOTES, "/", &[&cookie]).await;
        assert_eq!((refused.status, refused.problem().as_str()), (502, "app-unreachable"), "{family}");
        assert!(!refused.body.contains("evil"), "{family}: {refused:?}");
        let next = world.client().get(NOTES, "/", &[&cookie]).await;
        assert_eq!((next.status, next.body.as_str()), (200, "good"), "{family}");
        assert_eq!(app.connections(), 2, "{family}");
    }
}

#[tokio::test]
async fn a_head_without_end_and_interim_answers_without_end_are_refused() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = cookie_line(&cookie);
    let ok = "HTTP/1.1 200 OK\r\n";
    for (family, answer) in [
        ("a long line", format!("{ok}X: {}", "y".repeat(200_000))),
        ("long lines", format!("{ok}{}\r\n", format!("X: {}\r\n", "y".repeat(1000)).repeat(140))),
        ("many lines", format!("{ok}{}\r\n", "X: y\r\n".repeat(200))),
        ("a long reason", format!("HTTP/1.1 200 {}\r\n\r\n", "y".repeat(200_000))),
        ("interim answers", "HTTP/1.1 102 Processing\r\n\r\n".repeat(50)),
    ] {
        let app =
            Scripted::start(move |connection, _| say(if connection == 1 { &answer } else { GOOD })).await;
        app.serve(&world);
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.status, 502, "{family}");
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.body, "good", "{family}");
    }
}

#[tokio::test]
async fn a_body_that_is_cut_off_or_framed_wrongly_never_looks_whole() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = cookie_line(&cookie);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in [
        "4\r\ngood",
        "4\r\ngood\r\n",
        "4\r\ngood\r\n0\r\n",
        "4\r\ngood\r\n0\r\n\n",
        "4\r\ngood!\r\n0\r\n\r\n",
        "4\r\ngood\n0\r\n\r\n",
        "4\r\ngood\r\n0\n\r\n",
        "4\r\ngood\r\n-1\r\n\r\n",
        "4\r\ngood\r\n0x1\r\nx\r\n0\r\n\r\n",
        "4\r\ngood\r\n 1\r\nx\r\n0\r\n\r\n",
        "4\r\ngood\r\n\r\n0\r\n\r\n",
        "4\r\ngood\r\n\r\n\r\n",
        "4\r\ngood\r\n1 0\r\n0123456789abcdef\r\n0\r\n\r\n",
        "4\r\ngood\r\n10000000000000000\r\nx",
        "4\r\ngood\r\n0;a\nb\r\n\r\n",
        "4\r\ngood\r\n0;a\rb\r\n\r\n",
        "4\r\ngood\r\n0\r\nno colon\r\n\r\n",
        "4\r\ngood\r\n0\r\n folded: x\r\n\r\n",
        "4\r\ngood\r\n0\r\nT: x\nU: y\r\n\r\n",
        "4\r\ngood\r\n0\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let answer = format!("{chunked}{body}");
        let app = Scripted::start(move |connection, _| match connection {
            1 => Play::SayAndClose(answer.clone().into()),
            _ => say(GOOD),
        })
        .await;
        app.serve(&world);
        let mut client = world.client().connect().await;
        client.stream.write_all(request("GET", NOTES, "/", &[&cookie], "").as_bytes()).await.unwrap();
        client.closed().await;
        let all = String::from_utf8_lossy(&client.read).into_owned();
        assert!(!all.ends_with("\r\n0\r\n\r\n"), "{body:?} looks whole: {all:?}");
        assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.body, "good", "{body:?}");
        assert_eq!(app.connections(), 2, "{body:?}");
    }
    let app =
        Scripted::start(|_, _| Play::SayAndClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ngood".into()))
            .await;
    app.serve(&world);
    let mut client = world.client().connect().await;
    client.stream.write_all(request("GET", NOTES, "/", &[&cookie], "").as_bytes()).await.unwrap();
    client.closed().await;
    let all = String::from_utf8_lossy(&client.read).into_owned();
    // Ten bytes were promised, and the connection ended after at most four.
    let (head, body) = all.split_once("\r\n\r\n").unwrap_or((&all, ""));
    assert!(!head.contains("200 OK") || (head.contains("content-length: 10") && body.len() <= 4), "{all:?}");
}

#[tokio::test]
async fn what_follows_an_answer_is_no_answer_to_anybody() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = cookie_line(&cookie);
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    for (family, answer) in [
        ("after a length", format!("{GOOD}{evil}")),
        ("after nothing", format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n{evil}")),
        ("after 204", format!("HTTP/1.1 204 No Content\r\n\r\n{evil}")),
        ("after 304", format!("HTTP/1.1 304 Not Modified\r\nContent-Length: 44\r\n\r\n{evil}")),
        (
            "after chunks",
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n{evil}"),
        ),
        (
            "a body where none may be",
            format!("HTTP/1.1 204 No Content\r\nContent-Length: {}\r\n\r\n{evil}", evil.len()),
        ),
        ("a line end", format!("{GOOD}\r\n")),
    ] {
        // At once, and when the connection has long lain in the pool.
        for pieces in [
            vec![answer.clone().into_bytes()],
            vec![
                answer[..answer.len() - evil.len().min(2)].into(),
                answer[answer.len() - evil.len().min(2)..].into(),
            ],
        ] {
            let app = Scripted::start(move |connection, _| match connection {
                1 => Play::Pieces(pieces.clone()),
                _ => say(GOOD),
            })
            .await;
            app.serve(&world);
            let first = world.client().get(NOTES, "/", &[&cookie]).await;
            assert!([200, 204, 304].contains(&first.status), "{family}: {first:?}");
            assert!(!first.body.contains("evil"), "{family}: {first:?}");
            // What is said late has to arrive before it can be noticed.
            sleep(Duration::from_millis(30)).await;
            let next = world.client().get(NOTES, "/", &[&cookie]).await;
            assert_eq!((next.status, next.body.as_str()), (200, "good"), "{family}");
            assert_eq!(app.connections(), 2, "{family}");
        }
    }
}

#[tokio::test]
async fn an_answer_is_the_same_wherever_it_is_torn_apart() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = cookie_line(&cookie);
    for answer in [
        "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nX-Own: a\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.1 200 OK\r\nX-Own: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\ngoo\r\n1\r\nd\r\n0\r\nT: x\r\n\r\n",
    ] {
        let app = Scripted::start(move |_, number| {
            let (one, two) = answer.split_at(number % answer.len());
            Play::Pieces(vec![one.into(), two.into()])
        })
        .await;
        app.serve(&world);
        for _ in 0..answer.len() {
            let got = world.client().get(NOTES, "/", &[&cookie]).await;
            assert_eq!((got.status, got.header("x-own"), got.body.as_str()), (200, "a", "good"));
            assert!(got.headers("link").is_empty() && got.headers("t").is_empty(), "{got:?}");
        }
        assert_eq!(app.connections(), 1, "{answer}");
    }
}
