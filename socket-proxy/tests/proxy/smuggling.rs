//! Requests hidden in requests: whatever a head, a body or a connection hides, the engine never hears of it.
//!
//! Each case is sent with a good request right behind it. A reader that loses its place would take that one, or a part
//! of the case, for a request; ours answers the case with a refusal and closes.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Bench, network_body, parse};

const LINE: &str = "POST /v1.41/networks/create HTTP/1.1\r\n";

/// The good request: it makes an island.
fn good() -> String {
    with("Host: d\r\nContent-Type: application/json\r\nContent-Length: {}\r\n")
}

/// A request with these headers and a good body; `{}` becomes its length.
fn with(headers: &str) -> String {
    let body = network_body("hello", 0).to_string();
    let headers = headers.replace("{}", &body.len().to_string());
    format!("{LINE}{headers}\r\n{body}")
}

/// A request whose line is another one.
fn line(line: &str) -> String {
    good().replacen(LINE, line, 1)
}

/// The good request with one header more.
fn header(more: &str) -> String {
    with(&format!("Host: d\r\n{more}Content-Type: application/json\r\nContent-Length: {{}}\r\n"))
}

fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let texts = vec![
        ("a length and chunks", header("Transfer-Encoding: chunked\r\n")),
        ("a length and chunks, in another case", header("tRANSFER-eNCODING: CHUNKED\r\n")),
        ("chunks after another coding", header("Transfer-Encoding: gzip, chunked\r\n")),
        ("an unknown coding", header("Transfer-Encoding: xchunked\r\n")),
        ("an empty coding", header("Transfer-Encoding:\r\n")),
        ("a coding behind a tab", header("Transfer-Encoding:\tchunked\r\n")),
        ("a coding behind a vertical tab", header("Transfer-Encoding: \x0bchunked\r\n")),
        ("a coding on a folded line", header("Transfer-Encoding:\r\n chunked\r\n")),
        ("a coding folded into another header", header("X: y\r\n\tTransfer-Encoding: chunked\r\n")),
        ("a coding with a space before the colon", header("Transfer-Encoding : chunked\r\n")),
        ("a coding with a tab before the colon", header("Transfer-Encoding\t: chunked\r\n")),
        ("a coding whose name starts with a space", header(" Transfer-Encoding: chunked\r\n")),
        ("two codings", header("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n")),
        ("a trailer", header("Trailer: Content-Length\r\n")),
        ("trailers wanted", header("TE: trailers\r\n")),
        ("two lengths", header("Content-Length: 0\r\n")),
        (
            "the same length twice",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: {}\r\nContent-Length: {}\r\n"),
        ),
        (
            "a list of lengths",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: {}, {}\r\n"),
        ),
        (
            "a length with a sign",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: +{}\r\n"),
        ),
        ("a negative length", with("Host: d\r\nContent-Type: application/json\r\nContent-Length: -1\r\n")),
        ("a length in hex", with("Host: d\r\nContent-Type: application/json\r\nContent-Length: 0x10\r\n")),
        (
            "a length with a fraction",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: {}.0\r\n"),
        ),
        (
            "a length with a space inside",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: 1 0\r\n"),
        ),
        ("an empty length", with("Host: d\r\nContent-Type: application/json\r\nContent-Length:\r\n")),
        (
            "a length beyond 64 bits",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: 18446744073709551617\r\n"),
        ),
        (
            "a length one too small",
            with("Host: d\r\nContent-Type: application/json\r\nContent-Length: 1\r\n"),
        ),
        ("no length", with("Host: d\r\nContent-Type: application/json\r\n")),
        (
            "a length under a name with an underscore",
            with("Host: d\r\nContent-Type: application/json\r\nContent_Length: {}\r\n"),
        ),
        ("bare line feeds", good().replace("\r\n", "\n")),
        ("one bare line feed", good().replacen("Host: d\r\n", "Host: d\n", 1)),
        ("a bare line feed that hides a header", header("X: y\nTransfer-Encoding: chunked\r\n")),
        ("a bare carriage return that hides a header", header("X: y\rTransfer-Encoding: chunked\r\n")),
        ("a bare carriage return as a line", header("\r\r\n")),
        ("a header without a colon", header("Transfer-Encoding\r\n")),
        ("a header without a name", header(": chunked\r\n")),
        ("a NUL in a header", header("X: a\0b\r\n")),
        ("a NUL in a header's name", header("X\0: a\r\n")),
        ("a letter outside ASCII in a name", header("Transfer-Encod\u{ef}ng: chunked\r\n")),
        ("a letter outside ASCII in a value", header("X: \u{e4}\r\n")),
        ("DEL in a header", header("X: \x7f\r\n")),
        ("two hosts", header("Host: e\r\n")),
        ("no host", with("Content-Type: application/json\r\nContent-Length: {}\r\n")),
        (
            "an upgrade to HTTP/2",
            header("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"),
        ),
        ("an upgrade to a web socket", header("Connection: Upgrade\r\nUpgrade: websocket\r\n")),
        ("an upgrade to the engine's raw stream", header("Connection: Upgrade\r\nUpgrade: tcp\r\n")),
        ("an upgrade to gRPC", header("Connection: Upgrade\r\nUpgrade: h2c\r\n")),
        ("an upgrade without a connection header", header("Upgrade: tcp\r\n")),
        ("settings of HTTP/2 alone", header("HTTP2-Settings: AAMAAABk\r\n")),
        ("a connection header that removes the length", header("Connection: close, Content-Length\r\n")),
        ("a connection header that removes the host", header("Connection: Host\r\n")),
        ("two connection headers", header("Connection: close\r\nConnection: keep-alive\r\n")),
        ("an expectation", header("Expect: 100-continue\r\n")),
        ("an unknown expectation", header("Expect: x\r\n")),
        ("a compressed body", header("Content-Encoding: gzip\r\n")),
        ("65 headers", header(&"X: y\r\n".repeat(65))),
        ("a head of 17 KiB", header(&format!("X: {}\r\n", "y".repeat(17 << 10)))),
        ("HTTP/1.0", line("POST /v1.41/networks/create HTTP/1.0\r\n")),
        ("HTTP/1.2", line("POST /v1.41/networks/create HTTP/1.2\r\n")),
        ("HTTP/2.0", line("POST /v1.41/networks/create HTTP/2.0\r\n")),
        ("HTTP/0.9", line("POST /v1.41/networks/create\r\n")),
        ("the version in small letters", line("POST /v1.41/networks/create http/1.1\r\n")),
        ("the method in small letters", line("post /v1.41/networks/create HTTP/1.1\r\n")),
        ("a method with a NUL", line("POST\0 /v1.41/networks/create HTTP/1.1\r\n")),
        ("two spaces", line("POST  /v1.41/networks/create HTTP/1.1\r\n")),
        ("tabs for spaces", line("POST\t/v1.41/networks/create\tHTTP/1.1\r\n")),
        ("a space at the end of the line", line("POST /v1.41/networks/create HTTP/1.1 \r\n")),
        ("a space in the target", line("POST /v1.41/networks/create x HTTP/1.1\r\n")),
        ("an absolute target", line("POST http://d/v1.41/networks/create HTTP/1.1\r\n")),
        ("an absolute target of another scheme", line("POST unix:/v1.41/networks/create HTTP/1.1\r\n")),
        ("a target of authority and path", line("POST //d/v1.41/networks/create HTTP/1.1\r\n")),
        ("an authority", line("CONNECT d:80 HTTP/1.1\r\n")),
        ("an asterisk", line("OPTIONS * HTTP/1.1\r\n")),
        ("a fragment", line("POST /v1.41/networks/create#/../x HTTP/1.1\r\n")),
        ("a method that overrides", line("PATCH /v1.41/networks/create HTTP/1.1\r\n")),
        ("TRACE", line("TRACE /v1.41/networks/create HTTP/1.1\r\n")),
        ("an empty line first", format!("\r\n{}", good())),
        ("a space first", format!(" {}", good())),
        ("a byte order mark first", format!("\u{feff}{}", good())),
        ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_owned()),
    ];
    let mut cases: Vec<_> = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    cases.push(("a greeting of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec()));
    cases.push(("bytes that are no text", [LINE.as_bytes(), b"Host: d\r\nX: \xff\xfe\r\n\r\n"].concat()));
    cases
}

#[tokio::test]
async fn whatever_a_head_hides_it_is_refused_and_the_connection_ends() {
    let bench = Bench::start().await;
    for (name, bytes) in cases() {
        let text = bench.raw(&[&bytes[..], good().as_bytes()].concat()).await;
        let parts = text.split("HTTP/1.1 ").skip(1);
        let answers: Vec<&str> =
            parts.filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).collect();
        // A wrong length makes two: of the request that is cut short, and of its rest.
        assert!((1..=2).contains(&answers.len()), "{name}: {text}");
        assert!(answers.iter().all(|answer| answer.starts_with('4')), "{name}: {text}");
        assert!(answers.iter().any(|answer| answer.contains("Connection: close")), "{name}: {text}");
        assert_eq!(bench.engine.writes().len(), 0, "{name}");
    }
    assert_eq!(parse(&bench.raw(good().as_bytes()).await).status, 201, "the good request is not good");
}

#[tokio::test]
async fn a_request_hidden_in_a_body_stays_a_body() {
    let bench = Bench::start().await;
    let hidden = good().replace("\r\n", "\\r\\n").replace('"', "\\\"");
    let body = format!("{{\"Labels\":{{\"atoll.app\":\"{hidden}\"}}}}");
    let request = format!(
        "{LINE}Host: d\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(parse(&bench.raw(request.as_bytes()).await).reason(), "no-reference");
    // As it is, with its own line ends: a body that is no JSON, and no request.
    let request = format!(
        "{LINE}Host: d\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        good().len(),
        good()
    );
    assert_eq!(parse(&bench.raw(request.as_bytes()).await).reason(), "bad-body");
    assert_eq!(bench.engine.writes().len(), 0);
}

#[tokio::test]
async fn a_body_on_a_call_that_takes_none_is_not_taken_for_the_next_request() {
    let bench = Bench::start().await;
    for line in
        ["GET /_ping HTTP/1.1", "GET /v1.41/containers/json HTTP/1.1", "DELETE /v1.41/networks/x HTTP/1.1"]
    {
        let request = format!("{line}\r\nHost: d\r\nContent-Length: {}\r\n\r\n{}", good().len(), good());
        assert_eq!(parse(&bench.raw(request.as_bytes()).await).reason(), "unexpected-body", "{line}");
    }
    assert_eq!(bench.engine.writes().len(), 0);
}

#[tokio::test]
async fn bytes_sent_while_a_stream_runs_are_read_as_requests_only_after_it() {
    let bench = Bench::start().await;
    let mut stream = bench.connect().await;
    let request = format!("GET /v1.41/events HTTP/1.1\r\nHost: d\r\n\r\n\0\0\0\x04\0\0\0\0\0{}", good());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = vec![0; 64];
    stream.read_exact(&mut head).await.unwrap();
    assert!(head.starts_with(b"HTTP/1.1 200 OK"));
    while bench.engine.state().streams.is_empty() {
        tokio::task::yield_now().await;
    }
    bench.engine.state().streams.clear();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains("0\r\n\r\nHTTP/1.1 400 "), "{rest}");
    assert_eq!(bench.engine.writes().len(), 0);
}

#[tokio::test]
async fn several_requests_at_once_are_answered_in_turn_and_the_last_close_holds() {
    let bench = Bench::start().await;
    let ping = "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n";
    let close = "GET /v1.41/networks HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";
    let text = bench
        .raw(format!("{ping}{ping}{}{close}{}", good(), good().replace("hello", "notes")).as_bytes())
        .await;
    let statuses: Vec<&str> = text.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "200", "201", "200"]);
    let list: Value = serde_json::from_str(text.rsplit("\r\n\r\n").next().unwrap()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1);
}
