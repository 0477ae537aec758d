//! Logs, events and waits last as long as somebody listens, and not longer.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::{advance, pause, resume, timeout},
};

use crate::{
    engine::Engine,
    support::{ALLOWLIST, Answer, Bench, LOCK, container_body, network_body, parse, volume_body},
};

async fn ready() -> Bench {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    bench
}

/// Opens a stream and reads up to the end of the answer's head.
async fn open(bench: &Bench, method: &str, path: &str) -> UnixStream {
    let mut stream = bench.connect().await;
    stream.write_all(format!("{method} /v1.41{path} HTTP/1.1\r\nHost: d\r\n\r\n").as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 200 OK"), "{}", String::from_utf8_lossy(&head));
    stream
}

async fn read(stream: &mut UnixStream) -> String {
    let mut buffer = vec![0; 4096];
    let count =
        timeout(Duration::from_secs(3), stream.read(&mut buffer)).await.expect("nothing comes").unwrap();
    String::from_utf8_lossy(&buffer[..count]).into_owned()
}

async fn feed(bench: &Bench, bytes: &str) {
    let sender = bench.engine.state().streams.last().unwrap().clone();
    sender.send(Bytes::from(bytes.to_owned())).await.unwrap();
}

#[tokio::test]
async fn each_line_of_a_followed_log_arrives_at_once() {
    let bench = ready().await;
    let mut stream =
        open(&bench, "GET", "/containers/atoll-hello-main-web/logs?stdout=1&follow=1&tail=5").await;
    feed(&bench, "first").await;
    assert_eq!(read(&mut stream).await, "5\r\nfirst\r\n");
    feed(&bench, "second").await;
    assert_eq!(read(&mut stream).await, "6\r\nsecond\r\n");
    bench.engine.state().streams.clear();
    assert_eq!(read(&mut stream).await, "0\r\n\r\n");
    let target = bench.engine.state().received.last().unwrap().target.clone();
    assert!(target.ends_with("/logs?stdout=1&stderr=0&follow=1&timestamps=0&tail=5"), "{target}");
}

#[tokio::test]
async fn a_client_that_goes_away_releases_the_engine() {
    let bench = ready().await;
    // What is kept for the next question.
    let kept = bench.engine.connections();
    let streams = [
        open(&bench, "GET", "/containers/atoll-hello-main-web/logs?stdout=1&follow=1").await,
        open(&bench, "GET", "/events").await,
        open(&bench, "POST", "/containers/atoll-hello-main-web/wait?condition=next-exit").await,
    ];
    assert!(bench.engine.connections() >= kept + 3);
    drop(streams);
    bench.engine.connections_fall_to(kept).await;
}

#[tokio::test]
async fn a_client_that_has_finished_speaking_still_hears() {
    let bench = ready().await;
    let mut stream = open(&bench, "GET", "/containers/atoll-hello-main-web/logs?stdout=1&follow=1").await;
    stream.shutdown().await.unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    feed(&bench, "late").await;
    assert_eq!(read(&mut stream).await, "4\r\nlate\r\n");
}

#[tokio::test]
async fn events_can_be_filtered_by_type_action_and_label() {
    for (filters, heard) in [
        (r#"{"event":["die"]}"#, true),
        (r#"{"event":["start"]}"#, false),
        (r#"{"type":["network"]}"#, false),
        (r#"{"label":["atoll.app=hello"]}"#, true),
        (r#"{"label":["atoll.app=notes"]}"#, false),
        (r#"{"type":["container"],"event":["die"],"label":["atoll.app=notes"]}"#, false),
    ] {
        let bench = ready().await;
        let encoded: String = filters.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let mut stream = open(&bench, "GET", &format!("/events?filters={encoded}")).await;
        let container = bench.engine.state().find("containers", "atoll-hello-main-web").unwrap().clone();
        let mut attributes = container["Config"]["Labels"].clone();
        attributes["name"] = json!("atoll-hello-main-web");
        let event = json!({
            "Type": "container", "Action": "die", "time": 1, "timeNano": 1,
            "Actor": {"ID": container["Id"], "Attributes": attributes},
        });
        feed(&bench, &format!("{event}\n")).await;
        bench.engine.state().streams.clear();
        assert_eq!(read(&mut stream).await.contains("\"die\""), heard, "{filters}");
    }
}

#[tokio::test]
async fn logs_are_described_as_the_engines_version_describes_them() {
    for (version, content_type) in [
        ("1.41", "application/vnd.docker.raw-stream"),
        ("1.42", "application/vnd.docker.multiplexed-stream"),
        ("1.43", "application/vnd.docker.multiplexed-stream"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(&folder.path().join("engine.sock"));
        engine.state().version["ApiVersion"] = json!(version);
        let bench = Bench::before(engine, folder, ALLOWLIST, LOCK).await;
        for (path, body) in
            [("networks/create", network_body("hello", 0)), ("volumes/create", volume_body("hello"))]
        {
            assert_eq!(ask(&bench, "POST", version, path, &body.to_string()).await.status, 201);
        }
        let create = "containers/create?name=atoll-hello-main-web";
        let body = container_body("hello", 0).to_string();
        assert_eq!(ask(&bench, "POST", version, create, &body).await.status, 201);
        let logs = "containers/atoll-hello-main-web/logs?stdout=1&follow=0";
        let head = ask(&bench, "GET", version, logs, "").await.head;
        assert!(head.contains(&format!("Content-Type: {content_type}\r\n")), "{version}: {head}");
    }
}

async fn ask(bench: &Bench, method: &str, version: &str, path: &str, body: &str) -> Answer {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let request = format!(
        "{method} /v{version}/{path} HTTP/1.1\r\nHost: d\r\n{kind}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    parse(&bench.raw(request.as_bytes()).await)
}

#[tokio::test]
async fn logs_and_statistics_begin_at_once_or_not_at_all_and_events_and_waits_take_their_time() {
    let bench = ready().await;
    bench.engine.state().head_time = Duration::from_secs(3600);
    for (call, status) in [
        ("GET /v1.41/containers/atoll-hello-main-web/logs?stdout=1&follow=1", "504"),
        ("GET /v1.41/containers/atoll-hello-main-web/stats?stream=1", "504"),
        ("GET /v1.41/events", "200"),
        ("POST /v1.41/containers/atoll-hello-main-web/wait?condition=next-exit", "200"),
    ] {
        let mut stream = bench.connect().await;
        stream.write_all(format!("{call} HTTP/1.1\r\nHost: d\r\n\r\n").as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        pause();
        advance(Duration::from_secs(3601)).await;
        resume();
        let answer = read(&mut stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{call}: {answer}");
    }
}

#[tokio::test]
async fn a_sample_of_the_statistics_is_numbers_under_the_containers_own_name() {
    let bench = ready().await;
    let mut stream = open(&bench, "GET", "/containers/atoll-hello-main-web/stats?stream=1").await;
    let sample = json!({
        "read": "2026-01-02T03:04:05Z", "name": "/customer-db", "id": "foreign", "os_type": "linux",
        "memory_stats": {"usage": u64::MAX, "stats": {"anon": 7, "/srv/secret": 1, "path": "/srv/secret"}},
        "blkio_stats": {"io_service_bytes_recursive": [{"major": 8, "op": "read", "value": 9, "device": "sda"}, "word"]},
        "networks": {"eth0": {"rx_bytes": 3, "name": "customer-net"}}, "cpu_stats": {"online_cpus": 2, "load": 0.5},
        "storage_stats": null,
    });
    let container = bench.engine.state().find("containers", "atoll-hello-main-web").unwrap()["Id"].clone();
    feed(&bench, &format!("not json\n{sample}\n")).await;
    let text = read(&mut stream).await;
    let seen: Value = serde_json::from_str(text.split("\r\n").nth(1).unwrap()).unwrap();
    let expected = json!({
        "read": "2026-01-02T03:04:05Z", "name": "/atoll-hello-main-web", "id": container, "os_type": "linux",
        "memory_stats": {"usage": u64::MAX, "stats": {"anon": 7}},
        "blkio_stats": {"io_service_bytes_recursive": [{"major": 8, "op": "read", "value": 9}]},
        "networks": {"eth0": {"rx_bytes": 3}}, "cpu_stats": {"online_cpus": 2, "load": 0.5},
        "storage_stats": null,
    });
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn only_events_of_our_own_containers_are_heard_and_without_foreign_words() {
    let bench = ready().await;
    let mut stream = open(&bench, "GET", "/events").await;
    let container = bench.engine.state().find("containers", "atoll-hello-main-web").unwrap().clone();
    let mut attributes = container["Config"]["Labels"].clone();
    attributes["name"] = json!("atoll-hello-main-web");
    attributes["exitCode"] = json!("137");
    attributes["image"] = json!("foreign/registry");
    let event = |action: &str, attributes: &Value| {
        json!({
            "status": action, "id": container["Id"], "from": "foreign/registry", "Type": "container", "Action": action,
            "Actor": {"ID": container["Id"], "Attributes": attributes}, "scope": "local", "time": 1, "timeNano": 1,
        })
        .to_string()
    };
    let mut forged = attributes.clone();
    forged["name"] = json!("customer-db");
    let lines = [
        event("exec_start: cat /etc/shadow", &attributes),
        event("die", &forged),
        "not json".to_owned(),
        event("die", &attributes),
    ];
    feed(&bench, &(lines.join("\n") + "\n")).await;
    let text = read(&mut stream).await;
    let line = text.split("\r\n").nth(1).unwrap();
    let seen: Value = serde_json::from_str(line).unwrap();
    assert_eq!(seen["Action"], "die");
    assert_eq!(seen["Actor"]["Attributes"]["exitCode"], "137");
    assert!(!text.contains("foreign") && !text.contains("shadow") && !text.contains("atoll.seal"), "{text}");
    let asked = bench.engine.state().received.last().unwrap().target.clone();
    assert!(asked.contains("atoll.seal"), "the engine is asked for {asked}");
}

#[tokio::test]
async fn a_slow_reader_stops_the_engine_and_not_the_memory() {
    let bench = ready().await;
    let _stream = open(&bench, "GET", "/containers/atoll-hello-main-web/logs?stdout=1&follow=1").await;
    let sender = bench.engine.state().streams.last().unwrap().clone();
    let block = Bytes::from(vec![0; 64 << 10]);
    let mut sent = 0;
    while let Ok(Ok(())) = timeout(Duration::from_millis(500), sender.send(block.clone())).await {
        sent += 1;
        assert!(sent < 200, "12 MiB went into a stream that nobody reads");
    }
}

#[tokio::test]
async fn the_end_of_a_wait_is_told_with_or_without_a_line_feed_and_without_paths_of_the_host() {
    let bench = ready().await;
    for end in ["\n", ""] {
        let mut stream =
            open(&bench, "POST", "/containers/atoll-hello-main-web/wait?condition=next-exit").await;
        let error =
            json!({"StatusCode": 125, "Error": {"Message": "open /var/lib/docker/x: denied"}, "More": 1});
        feed(&bench, &format!("{error}{end}")).await;
        bench.engine.state().streams.clear();
        let mut text = String::new();
        timeout(Duration::from_secs(5), async {
            while !text.ends_with("0\r\n\r\n") {
                text.push_str(&read(&mut stream).await);
            }
        })
        .await
        .expect("the answer has no end");
        assert!(text.contains(r#"{"StatusCode":125,"Error":{"Message":"open … denied"}}"#), "{text}");
    }
}
