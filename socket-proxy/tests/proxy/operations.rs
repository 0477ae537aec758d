//! For whoever runs it: numbers on a socket of their own, and no stranger at the door.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::support::Bench;

async fn ask_metrics(bench: &Bench, request: &str) -> String {
    let mut stream = UnixStream::connect(bench.path("metrics.sock")).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn calls_are_counted_by_endpoint_outcome_and_reason() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    assert_eq!(bench.create("nobody", 0).await.reason(), "not-allowed");
    assert_eq!(bench.call("POST", "/containers/x/exec", Some("{}")).await.reason(), "not-offered");
    let page = ask_metrics(&bench, "GET /metrics HTTP/1.1\r\nHost: m\r\n\r\n").await;
    for line in [
        r#"atoll_proxy_calls_total{endpoint="container-create",outcome="allowed",reason=""} 1"#,
        r#"atoll_proxy_calls_total{endpoint="container-create",outcome="refused",reason="not-allowed"} 1"#,
        r#"atoll_proxy_calls_total{endpoint="",outcome="refused",reason="not-offered"} 1"#,
        r#"atoll_proxy_call_duration_seconds_count{endpoint="container-create"} 2"#,
        "atoll_proxy_engine_up 1",
        "atoll_proxy_policy_revision 1",
        "atoll_proxy_policy_refused_loads 0",
        "atoll_proxy_streams 0",
        r#"atoll_proxy_build_info{version=""#,
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
    assert!(page.ends_with("# EOF\n"), "{page}");
}

#[tokio::test]
async fn open_connections_streams_and_refused_policies_are_counted() {
    let bench = Bench::start().await;
    let stream = bench.connect().await;
    let page = async || ask_metrics(&bench, "GET /metrics HTTP/1.1\r\nHost: m\r\n\r\n").await;
    until(async || page().await.contains("atoll_proxy_connections 1\n")).await;
    drop(stream);
    until(async || page().await.contains("atoll_proxy_connections 0\n")).await;
    let mut events = bench.connect().await;
    events.write_all(b"GET /v1.41/events HTTP/1.1\r\nHost: d\r\n\r\n").await.unwrap();
    until(async || page().await.contains("atoll_proxy_streams 1\n")).await;
    drop(events);
    until(async || page().await.contains("atoll_proxy_streams 0\n")).await;
    std::fs::write(bench.path("allowlist.yaml"), "apps: [").unwrap();
    until(async || page().await.contains("atoll_proxy_policy_refused_loads 1\n")).await;
}

/// Asks again and again, for at most five seconds.
async fn until(holds: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it never comes to hold");
}

#[tokio::test]
async fn the_watchers_socket_offers_nothing_else_and_the_clients_one_no_metrics() {
    let bench = Bench::start().await;
    let answer = ask_metrics(&bench, "GET /v1.41/containers/json HTTP/1.1\r\nHost: m\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert_eq!(bench.get("/metrics").await.reason(), "not-offered");
    // Whoever says nothing does not keep the next one waiting for ever.
    let _silent = UnixStream::connect(bench.path("metrics.sock")).await.unwrap();
    let page = ask_metrics(&bench, "GET /metrics HTTP/1.1\r\nHost: m\r\n\r\n").await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
}

#[tokio::test]
async fn info_says_what_the_proxy_has_given_up_and_which_policy_runs() {
    let bench = Bench::start().await;
    let info = bench.get("/info").await.body;
    assert_eq!(info["Atoll"]["Confinement"], json!({}));
    assert_eq!(info["Atoll"]["PolicyRevision"], 1);
}
