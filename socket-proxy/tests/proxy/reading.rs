//! Requests that two parsers might read in two ways: each is refused, and the engine hears nothing of it.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Bench, network_body, parse};

const NETWORK: &str = r#"{"Labels":{"atoll.app":"hello","atoll.instance":"main","atoll.index":"0"}}"#;

/// A whole request with one header line more, and the given body.
fn request(line: &str, more: &str, body: &str) -> String {
    format!(
        "{line}\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_head_that_can_be_read_in_two_ways_never_reaches_the_engine() {
    let bench = Bench::start().await;
    let line = "POST /v1.41/networks/create HTTP/1.1";
    let smuggled = "POST /v1.41/networks/create HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n";
    let good = request(line, "", NETWORK);
    let hostile = [
        good.replace("\r\n", "\n"),
        good.replacen("Host: d\r\n", "Host: d\n", 1),
        good.replacen("Host: d", "Host : d", 1),
        good.replacen("Host: d\r\n", "", 1),
        good.replacen("HTTP/1.1", "HTTP/1.0", 1),
        good.replacen("POST /", "POST http://d/", 1),
        good.replacen("HTTP/1.1", "HTTP/1.1\r\nX: a\r\n b", 1),
        request(line, "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        request(line, "Transfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{smuggled}")),
        request(line, "Transfer-Encoding : chunked\r\n", NETWORK),
        request(line, "Transfer_Encoding: chunked\r\nTransfer-Encoding: identity\r\n", NETWORK),
        request(line, "Content-Length: 0\r\n", NETWORK),
        request(line, "Content-Length: 5\r\n", NETWORK),
        request(line, "Host: e\r\n", NETWORK),
        request(line, "Upgrade: tcp\r\nConnection: Upgrade\r\n", NETWORK),
        request(line, "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n", NETWORK),
        request(line, "Expect: 100-continue\r\n", NETWORK),
        request(line, "Content-Encoding: gzip\r\n", NETWORK),
        request(line, &"X: y\r\n".repeat(80), NETWORK),
        request(line, &format!("X: {}\r\n", "y".repeat(20_000)), NETWORK),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "CONNECT /v1.41/networks HTTP/1.1\r\nHost: d\r\n\r\n".to_owned(),
        "OPTIONS /v1.41/networks HTTP/1.1\r\nHost: d\r\n\r\n".to_owned(),
        "\r\n\r\n".to_owned(),
    ];
    for bytes in hostile {
        let answer = parse(&bench.raw(bytes.as_bytes()).await);
        assert!((400..=417).contains(&answer.status), "{bytes:?} was answered {answer:?}");
        assert!(answer.head.contains("Connection: close"), "{bytes:?} left the connection open");
    }
    assert_eq!(bench.engine.writes().len(), 0);
    assert_eq!(parse(&bench.raw(good.as_bytes()).await).status, 201, "the good request is not good");
}

#[tokio::test]
async fn a_path_that_must_be_cleaned_or_decoded_never_reaches_the_engine() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    let before = bench.engine.writes().len();
    let paths = [
        "//v1.41/networks/create",
        "/v1.41//networks/create",
        "/v1.41/networks/./create",
        "/v1.41/x/../networks/create",
        "/v1.41/networks%2Fcreate",
        "/v1.41/networks%2fcreate",
        "/v1.41/network%73/create",
        "/v1.41/networks/create/",
        "/v1.41/networks/create#x",
        "/v1.41/networks/create?",
        "/v1.41/networks/create?x=1",
        "/v1.41\\networks\\create",
        "/1.41/networks/create",
        "/v1.40/networks/create",
        "/v1.42/networks/create",
        "/v1.041/networks/create",
        "/v1.41.0/networks/create",
        "/v./networks/create",
        "/v1..41/networks/create",
        "/V1.41/networks/create",
        "/v1.41/Networks/create",
        "/v1.41/networks/create\u{e4}",
        "/v1.41/networks/prune",
        "/v1.41/containers/prune",
        "/grpc",
        "/session",
        "/v1.41/build",
        "/v1.41/images/load",
        "/v1.41/images/create?fromImage=x",
        "/v1.41/commit",
        "/v1.41/swarm/init",
        "/v1.41/plugins/x/enable",
        "/v1.41/auth",
        "/v1.41/volumes/prune",
        "/v1.41/libpod/containers/create",
        "/libpod/containers/create",
        "/v1.41/exec/x/start",
        "/v1.41/containers/atoll-hello-main-web/exec",
        "/v1.41/containers/atoll-hello-main-web/attach",
        "/v1.41/containers/atoll-hello-main-web/update",
        "/v1.41/containers/atoll-hello-main-web/rename",
        "/v1.41/containers/atoll-hello-main-web/checkpoints",
        "/v1.41/containers/atoll-hello-main-web/archive",
        "/v1.41/containers/a/b/start",
        "/v1.41/images/atoll/hello:1.0.0/tag",
        "/v1.41/containers/x/start?checkpoint=y",
    ];
    for path in paths {
        let answer =
            parse(&bench.raw(request(&format!("POST {path} HTTP/1.1"), "", NETWORK).as_bytes()).await);
        let expected = path == "/v1.41/networks/create?";
        assert_eq!(answer.status == 201, expected, "{path} was answered {answer:?}");
    }
    let writes = bench.engine.writes();
    assert_eq!(writes.len(), before + 1, "{writes:?}");
}

#[tokio::test]
async fn reading_endpoints_that_read_everything_do_not_exist() {
    let bench = Bench::start().await;
    let asked = || bench.engine.state().received.iter().filter(|call| call.target != "/version").count();
    let before = asked();
    for path in [
        "/containers/x/archive?path=/",
        "/containers/x/export",
        "/containers/x/changes",
        "/containers/x/top",
        "/containers/x/attach/ws",
        "/system/df",
        "/secrets",
        "/configs",
        "/tasks",
        "/nodes",
        "/services",
        "/plugins",
        "/debug/pprof/",
        "/debug/vars",
        "/images/x/get",
        "/images/x/history",
        "/distribution/x/json",
        "/images/search",
    ] {
        let answer = bench.get(path).await;
        assert!(matches!(answer.status, 400 | 403 | 404), "{path}: {answer:?}");
    }
    assert_eq!(asked(), before);
}

#[tokio::test]
async fn a_body_that_can_be_read_in_two_ways_never_reaches_the_engine() {
    let bench = Bench::start().await;
    let labels = r#""Labels":{"atoll.app":"hello","atoll.instance":"main","atoll.index":"0"}"#;
    let deep =
        format!("{{{labels},\"Options\":{}{}}}", "{\"a\":".repeat(30), "1".to_owned() + &"}".repeat(30));
    let hostile = [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        format!("{{{labels}}}}}"),
        format!("{{{labels}}}]"),
        format!("{{{labels}}} {{}}"),
        format!("{{{labels},{labels}}}"),
        format!(r#"{{{labels},"Internal":false,"Internal":false}}"#),
        format!(r#"{{{labels},"\u0049nternal":true,"Internal":true}}"#),
        format!(r#"{{{labels},"labels":{{"x":"y"}}}}"#),
        format!(r#"{{{labels},"INTERNAL":false}}"#),
        format!(r#"{{{labels},"Option\u017f":{{"x":"y"}}}}"#),
        format!(r#"{{{labels},"Internal":0.0}}"#),
        format!(r#"{{{labels},"Driver":"\ud800"}}"#),
        deep,
        format!(r#"{{{}}}"#, labels.replace(r#""0""#, "0")),
        format!(r#"{{{}}}"#, labels.replace(r#""0""#, r#""00""#)),
        format!(r#"{{{}}}"#, labels.replace(r#""0""#, r#""+0""#)),
        format!(r#"{{{}}}"#, labels.replace("atoll.app", "Atoll.App")),
    ];
    for body in &hostile {
        let answer = bench.call("POST", "/networks/create", Some(body)).await;
        assert!(matches!(answer.status, 400 | 403), "{body} was answered {answer:?}");
    }
    for kind in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json; charset=utf-16",
    ] {
        let text =
            request("POST /v1.41/networks/create HTTP/1.1", "", NETWORK).replace("application/json", kind);
        assert_eq!(parse(&bench.raw(text.as_bytes()).await).reason(), "bad-body", "{kind}");
    }
    assert_eq!(bench.engine.writes().len(), 0);
}

#[tokio::test]
async fn a_body_where_none_belongs_is_refused() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    let before = bench.engine.writes().len();
    for (method, path) in [
        ("POST", "/containers/atoll-hello-main-web/start"),
        ("POST", "/containers/atoll-hello-main-web/stop"),
        ("POST", "/containers/atoll-hello-main-web/kill"),
        ("DELETE", "/containers/atoll-hello-main-web"),
        ("GET", "/containers/json"),
    ] {
        assert_eq!(bench.call(method, path, Some("{}")).await.reason(), "unexpected-body", "{method} {path}");
    }
    assert_eq!(bench.engine.writes().len(), before);
}

#[tokio::test]
async fn unknown_repeated_and_dangerous_query_keys_are_refused() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    let before = bench.engine.writes().len();
    for (method, path) in [
        ("POST", "/containers/atoll-hello-main-web/start?checkpoint=x"),
        ("POST", "/containers/atoll-hello-main-web/stop?t=-1"),
        ("POST", "/containers/atoll-hello-main-web/stop?t=301"),
        ("POST", "/containers/atoll-hello-main-web/stop?t=1&t=2"),
        ("POST", "/containers/atoll-hello-main-web/kill?signal=SIGSTOP%00"),
        ("POST", "/containers/atoll-hello-main-web/kill?signal=64"),
        ("DELETE", "/containers/atoll-hello-main-web?link=true"),
        ("DELETE", "/containers/atoll-hello-main-web?force=yes"),
        ("DELETE", "/volumes/atoll-hello-main-data?force=true"),
        ("GET", "/containers/json?size=true"),
        ("GET", "/containers/json?filters=%7B%22volume%22%3A%5B%22x%22%5D%7D"),
        ("GET", "/containers/json?filters=%7B%22label%22%3A%5B1%5D%7D"),
        ("GET", "/containers/json?limit=%2B1"),
        ("GET", "/containers/json?limit=-2"),
        ("GET", "/containers/atoll-hello-main-web/stats?stream=maybe"),
        ("GET", "/containers/atoll-hello-main-web/logs?tail=%2B5"),
        ("GET", "/containers/atoll-hello-main-web/logs?tail=100000"),
        ("GET", "/containers/atoll-hello-main-web/logs?stdout=1&since=now"),
        ("GET", "/events?filters=%7B%22container%22%3A%5B%22x%22%5D%7D"),
    ] {
        let answer = bench.call(method, path, None).await;
        assert_eq!(answer.status, 400, "{method} {path} was answered {answer:?}");
    }
    assert_eq!(bench.engine.writes().len(), before);
}

#[tokio::test]
async fn every_byte_after_a_body_is_read_as_strictly_as_the_first() {
    let bench = Bench::start().await;
    let first = request("POST /v1.41/networks/create HTTP/1.1", "", NETWORK);
    let second = "POST /v1.41/networks/prune HTTP/1.1\r\nHost: d\r\n\r\n";
    let text = bench.raw(format!("{first}{second}{first}GARBAGE\r\n\r\n").as_bytes()).await;
    let statuses: Vec<&str> = text.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["201", "403", "201", "400"]);
    assert!(bench.engine.writes().iter().all(|call| call.target == "/v1.41/networks/create"));
}

#[tokio::test]
async fn a_request_in_single_bytes_is_read_and_a_half_one_is_not() {
    let bench = Bench::start().await;
    let mut stream = bench.connect().await;
    for byte in request("POST /v1.41/networks/create HTTP/1.1", "Connection: close\r\n", NETWORK).bytes() {
        stream.write_all(&[byte]).await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(parse(&answer).status, 201);
    let half = request("POST /v1.41/networks/create HTTP/1.1", "", NETWORK);
    assert_eq!(parse(&bench.raw(&half.as_bytes()[..half.len() - 1]).await).reason(), "bad-head");
    assert_eq!(bench.engine.writes().len(), 1);
}

#[tokio::test]
async fn a_body_larger_than_any_real_one_is_refused_before_it_is_sent() {
    let bench = Bench::start().await;
    let head = "POST /v1.41/networks/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: 300000\r\n\r\n";
    assert_eq!(parse(&bench.raw(head.as_bytes()).await).status, 413);
    let mut large = network_body("hello", 0);
    large["Options"] = json!({});
    large["Driver"] = Value::from("x".repeat(1000));
    assert_eq!(bench.post("/networks/create", large).await.reason(), "field-differs");
}
