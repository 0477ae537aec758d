//! A lost engine, a bad file, a hostile engine: a clear sentence, and never an open door.

use std::{fs, time::Duration};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixListener,
};

use crate::{
    engine::Engine,
    support::{ALLOWLIST, Answer, Bench, LOCK, parse},
};

/// Asks until the answer is as wanted, for at most five seconds.
async fn until(bench: &Bench, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    for _ in 0..50 {
        let answer = bench.get(path).await;
        if wanted(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} is never answered as wanted: {:?}", bench.get(path).await);
}

#[tokio::test]
async fn without_an_engine_every_call_says_so_and_the_first_one_after_it_comes_back_works() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(&folder.path().join("elsewhere.sock"));
    let bench = Bench::before(engine.clone(), folder, ALLOWLIST, LOCK).await;
    for path in ["/_ping", "/version", "/containers/json"] {
        let answer = bench.get(path).await;
        assert_eq!((answer.status, answer.reason()), (503, "engine-unavailable"), "{path}");
        assert!(answer.message().contains("engine.sock cannot be reached"), "{}", answer.message());
    }
    let nonsense = bench.raw(b"GET /nonsense HTTP/1.1\r\nHost: d\r\n\r\n").await;
    assert_eq!(parse(&nonsense).reason(), "not-offered", "what is wrong anyway is said first");
    engine.serve(&bench.path("engine.sock"));
    until(&bench, "/_ping", |answer| answer.status == 200).await;
}

#[tokio::test]
async fn an_engine_that_is_too_old_is_named_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(&folder.path().join("engine.sock"));
    engine.state().version = json!({"ApiVersion": "1.40", "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64", "Version": "19.03"});
    let bench = Bench::before(engine, folder, ALLOWLIST, LOCK).await;
    let answer = bench.get("/_ping").await;
    assert_eq!(answer.status, 503);
    assert!(
        answer.message().contains("speaks API 1.40 at most")
            && answer.message().contains("update the engine")
    );
}

#[tokio::test]
async fn a_bad_policy_never_replaces_a_good_one() {
    let bench = Bench::start().await;
    fs::write(bench.path("allowlist.yaml"), "apps: [").unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
}

#[tokio::test]
async fn without_any_policy_nothing_is_allowed_until_there_is_one() {
    let bench = Bench::with_policy(&ALLOWLIST.replace("memory: 100Mi", "memory: 100MB"), LOCK).await;
    let answer = bench.get("/_ping").await;
    assert_eq!((answer.status, answer.reason()), (503, "no-policy"));
    assert!(
        answer.message().contains("allowlist.yaml:20:48:") && answer.message().contains("100MB"),
        "{}",
        answer.message()
    );
    assert_eq!(bench.create("hello", 0).await.reason(), "no-policy");
    fs::write(bench.path("allowlist.yaml"), ALLOWLIST).unwrap();
    until(&bench, "/_ping", |answer| answer.status == 200).await;
}

#[tokio::test]
async fn an_app_that_is_taken_off_the_list_can_be_stopped_and_removed_but_not_started() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    fs::write(bench.path("allowlist.yaml"), ALLOWLIST.replacen("id: hello", "id: other", 1)).unwrap();
    let seen = until(&bench, "/containers/atoll-hello-main-web/json", |answer| {
        answer.body["Atoll"]["Verdict"] == "differs"
    })
    .await;
    assert_eq!(seen.body["Atoll"]["Differences"][0]["Field"], "Entry");
    assert_eq!(bench.call("POST", "/containers/atoll-hello-main-web/start", None).await.reason(), "outdated");
    assert_eq!(bench.call("POST", "/containers/atoll-hello-main-web/stop", None).await.status, 204);
    assert_eq!(bench.delete("/containers/atoll-hello-main-web").await.status, 204);
    assert_eq!(bench.delete("/networks/atoll-hello-main").await.status, 204);
    assert_eq!(bench.delete("/volumes/atoll-hello-main-data").await.status, 204);
}

#[tokio::test]
async fn an_engine_that_answers_garbage_is_an_error_and_nothing_more() {
    let garbage: [&[u8]; 5] = [
        b"\x00\x01\x02\x03",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    ];
    for bytes in garbage {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 1024]).await;
                let _ = stream.write_all(bytes).await;
            }
        });
        let idle = Engine::start(&folder.path().join("idle.sock"));
        let bench = Bench::before(idle, folder, ALLOWLIST, LOCK).await;
        assert_eq!(bench.get("/_ping").await.status, 503, "{bytes:?}");
    }
}

#[tokio::test]
async fn the_end_comes_when_it_is_asked_for() {
    let mut bench = Bench::start().await;
    let idle = bench.connect().await;
    drop(bench.end.take());
    tokio::time::timeout(Duration::from_secs(3), &mut bench.running).await.expect("it does not end").unwrap();
    drop(idle);
}
