//! An engine that lies, drips, breaks off or never stops: an error with a reason, bounded time and memory, and the
//! proxy goes on.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::Notify,
    time::{pause, resume},
};

use crate::{
    engine::Engine,
    support::{ALLOWLIST, Answer, Bench, LOCK, network_body},
};

/// How the engine answers whatever is asked besides its version.
#[derive(Clone)]
enum Trick {
    /// Sends these bytes and closes.
    Closes(Vec<u8>),
    /// Sends these bytes and keeps the connection.
    Keeps(Vec<u8>),
    /// Sends the bytes and then the others again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends one byte of these each second.
    Drips(Vec<u8>),
}

/// A proxy in front of an engine that says its version and plays a trick on everything else.
async fn before(trick: Trick) -> (Bench, Arc<Notify>) {
    let folder = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
    let asked = Arc::new(Notify::new());
    let notify = asked.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(stream, trick.clone(), notify.clone()));
        }
    });
    let idle = Engine::start(&folder.path().join("idle.sock"));
    (Bench::before(idle, folder, ALLOWLIST, LOCK).await, asked)
}

async fn answer(mut stream: UnixStream, trick: Trick, asked: Arc<Notify>) {
    let mut request = [0; 4096];
    while let Ok(1..) = stream.read(&mut request).await {
        if request.starts_with(b"GET /version") {
            let version = r#"{"ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64","Version":"20.10.24"}"#;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{version}", version.len());
            let _ = stream.write_all(head.as_bytes()).await;
            continue;
        }
        asked.notify_one();
        match &trick {
            Trick::Closes(bytes) => return drop(stream.write_all(bytes).await),
            Trick::Keeps(bytes) => drop(stream.write_all(bytes).await),
            Trick::Endless(first, more) => {
                let _ = stream.write_all(first).await;
                while stream.write_all(more).await.is_ok() {}
            }
            Trick::Drips(bytes) => {
                for byte in bytes.iter().cycle() {
                    if stream.write_all(&[*byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// A whole answer with a JSON body.
fn says(body: &Value) -> Vec<u8> {
    let body = body.to_string();
    bytes(&format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

const CALLS: [(&str, &str); 7] = [
    ("GET", "/containers/json?all=1"),
    ("GET", "/containers/atoll-hello-main-web/json"),
    ("GET", "/networks"),
    ("GET", "/info"),
    ("GET", "/containers/atoll-hello-main-web/logs?stdout=1&follow=1"),
    ("POST", "/containers/atoll-hello-main-web/start"),
    ("DELETE", "/volumes/atoll-hello-main-data"),
];

async fn still_there(bench: &Bench, why: &str) {
    assert_eq!(bench.get("/_ping").await.status, 200, "after {why}");
}

#[tokio::test]
async fn nonsense_from_the_engine_is_an_error_and_the_proxy_goes_on() {
    let tricks = [
        ("garbage", Trick::Closes(bytes("\0\x01garbage\r\n\r\n"))),
        ("nothing", Trick::Closes(Vec::new())),
        ("a status without meaning", Trick::Closes(bytes("HTTP/1.1 999 X\r\nContent-Length: 2\r\n\r\n{}"))),
        (
            "another protocol",
            Trick::Closes(bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\n\r\nraw")),
        ),
        (
            "a redirect",
            Trick::Closes(bytes("HTTP/1.1 301 Moved\r\nLocation: /v1.41/x\r\nContent-Length: 0\r\n\r\n")),
        ),
        ("too few bytes", Trick::Closes(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"))),
        (
            "two lengths",
            Trick::Closes(bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")),
        ),
        (
            "a broken chunk",
            Trick::Closes(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")),
        ),
        (
            "a chunk beyond 64 bits",
            Trick::Closes(bytes(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            )),
        ),
        ("a head that ends nowhere", Trick::Closes(bytes("HTTP/1.1 200 OK\r\nX: y"))),
        (
            "70 headers",
            Trick::Closes(bytes(&format!("HTTP/1.1 200 OK\r\n{}\r\n{{}}", "X: y\r\n".repeat(70)))),
        ),
        ("a number", Trick::Keeps(says(&json!(1)))),
        ("a text", Trick::Keeps(says(&json!("x")))),
        ("lists in lists", Trick::Keeps(says(&json!([[[], [[]]], {"Id": []}])))),
        (
            "an id that is a path",
            Trick::Keeps(says(
                &json!({"Id": "../../x", "Name": "atoll-hello-main-web", "Labels": {}, "Config": {"Labels": {}}}),
            )),
        ),
        (
            "a name of another kind",
            Trick::Keeps(says(&json!({"Id": "a".repeat(64), "Name": 5, "Labels": 7}))),
        ),
    ];
    for (why, trick) in tricks {
        let (bench, _) = before(trick).await;
        for (method, path) in CALLS {
            let answer = bench.call(method, path, None).await;
            // An empty list is an answer too: what is no object of ours is not shown.
            let empty = answer.status == 200 && !answer.body.to_string().contains("atoll-");
            assert!(answer.status >= 400 || empty, "{why}: {method} {path} was answered {answer:?}");
        }
        still_there(&bench, why).await;
    }
}

/// Asks, and once the engine has been asked, lets time run until there is an answer.
async fn asked_with_time_running(bench: &Bench, asked: &Notify, method: &str, path: &str) -> Answer {
    let run = async {
        asked.notified().await;
        // So that what the engine sends first has arrived.
        tokio::time::sleep(Duration::from_millis(50)).await;
        pause();
        std::future::pending::<()>().await;
    };
    let answer = tokio::select! {
        answer = bench.call(method, path, None) => answer,
        () = run => unreachable!("it never ends"),
    };
    resume();
    answer
}

#[tokio::test]
async fn an_engine_that_takes_for_ever_is_given_up_in_time() {
    let drip =
        bytes("HTTP/1.1 200 OK\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
    let tricks = [
        ("silence", Trick::Keeps(Vec::new())),
        ("half a head", Trick::Keeps(bytes("HTTP/1.1 200 OK\r\nX: "))),
        ("half a body", Trick::Keeps(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))),
        ("a head that drips", Trick::Drips(drip)),
    ];
    for (why, trick) in tricks {
        let (bench, asked) = before(trick).await;
        let answer = asked_with_time_running(&bench, &asked, "GET", "/containers/json?all=1").await;
        assert_eq!((answer.status, answer.reason()), (504, "engine-slow"), "{why}: {answer:?}");
        still_there(&bench, why).await;
    }
}

#[tokio::test]
async fn an_engine_that_never_stops_talking_is_cut_off() {
    let megabyte = vec![b' '; 1 << 20];
    let chunk = [format!("{:x}\r\n", megabyte.len()).as_bytes(), &megabyte, b"\r\n"].concat();
    let tricks = [
        ("endless headers", Trick::Endless(bytes("HTTP/1.1 200 OK\r\n"), bytes("X: yyyyyyyy\r\n"))),
        ("one endless header", Trick::Endless(bytes("HTTP/1.1 200 OK\r\nX: "), vec![b'y'; 4096])),
        ("an endless body", Trick::Endless(bytes("HTTP/1.1 200 OK\r\n\r\n"), megabyte.clone())),
        (
            "endless chunks",
            Trick::Endless(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), chunk),
        ),
    ];
    for (why, trick) in tricks {
        let (bench, _) = before(trick).await;
        let limit = Duration::from_secs(30);
        let answer = tokio::time::timeout(limit, bench.get("/containers/json?all=1")).await.expect(why);
        assert!((500..600).contains(&answer.status), "{why}: {answer:?}");
        still_there(&bench, why).await;
    }
}

#[tokio::test]
async fn an_engine_that_says_created_and_has_made_nothing_is_not_believed() {
    let (bench, _) = before(Trick::Keeps(says(&json!({"Id": "a".repeat(64), "Warning": ""})))).await;
    let answer = bench.post("/networks/create", network_body("hello", 0)).await;
    assert!(answer.status >= 400, "{answer:?}");
}

#[tokio::test]
async fn words_of_the_engine_are_passed_on_as_text_and_in_part() {
    let long = "x".repeat(5000);
    let message = format!("first\r\nSet-Cookie: a=b\u{0}{long}");
    let body = json!({"message": message}).to_string();
    let raw = format!("HTTP/1.1 418 X\r\nX-Engine: secret\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let (bench, _) = before(Trick::Keeps(bytes(&raw))).await;
    let answer = bench.get("/containers/json?all=1").await;
    assert_eq!((answer.status, answer.reason()), (418, "engine"));
    assert!(answer.message().len() <= 1024 && !answer.message().contains(['\r', '\n', '\0']));
    assert!(!answer.head.contains("X-Engine") && !answer.head.contains("Set-Cookie"), "{}", answer.head);
}

#[tokio::test]
async fn what_the_engine_says_beyond_an_answer_is_never_taken_for_the_next_one() {
    let more = says(&json!([])).into_iter().chain(bytes("HTTP/1.1 418 X\r\nContent-Length: 2\r\n\r\n{}"));
    let (bench, _) = before(Trick::Keeps(more.collect())).await;
    for round in 0..30 {
        let answer = bench.get("/networks").await;
        assert_eq!((answer.status, answer.body), (200, json!([])), "round {round}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_engine_closed_is_not_noticed() {
    let (bench, _) = before(Trick::Closes(says(&json!([])))).await;
    for round in 0..30 {
        assert_eq!(bench.get("/networks").await.status, 200, "round {round}");
    }
}
