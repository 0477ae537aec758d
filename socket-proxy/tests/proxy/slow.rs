//! Slow, greedy and silent clients, and time itself, which the tests move by hand.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::{advance, pause, resume},
};

use crate::support::{Bench, parse};

/// Lets time pass for the proxy. While it is paused, the clock jumps to the next timer as soon as everybody waits.
async fn pass(time: Duration) {
    tokio::time::sleep(Duration::from_millis(50)).await;
    pause();
    advance(time).await;
    resume();
}

async fn read_to_end(mut stream: UnixStream) -> String {
    let mut text = String::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut text)).await;
    read.expect("the connection stays open").unwrap();
    text
}

#[tokio::test]
async fn a_request_that_drips_is_given_up_after_ten_seconds_wherever_it_stops() {
    let bench = Bench::start().await;
    let whole = "POST /v1.41/networks/create HTTP/1.1\r\nHost: d\r\nContent-Length: 100\r\n\r\n{\"Labels\"";
    for length in [1, 20, 45, 60, whole.len()] {
        let mut stream = bench.connect().await;
        stream.write_all(&whole.as_bytes()[..length]).await.unwrap();
        pass(Duration::from_secs(11)).await;
        let answer = parse(&read_to_end(stream).await);
        assert_eq!((answer.status, answer.reason()), (408, "too-slow"), "after {length} bytes");
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_is_left_after_five_minutes_without_a_word() {
    let bench = Bench::start().await;
    let stream = bench.connect().await;
    pass(Duration::from_secs(301)).await;
    assert_eq!(read_to_end(stream).await, "");
}

#[tokio::test]
async fn a_stream_that_is_silent_for_a_day_is_not_cut() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    for call in [
        "GET /v1.41/events",
        "GET /v1.41/containers/atoll-hello-main-web/logs?stdout=1&follow=1",
        "POST /v1.41/containers/atoll-hello-main-web/wait?condition=next-exit",
        "GET /v1.41/containers/atoll-hello-main-web/stats?stream=1",
    ] {
        let mut stream = bench.connect().await;
        stream.write_all(format!("{call} HTTP/1.1\r\nHost: d\r\n\r\n").as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        pass(Duration::from_secs(24 * 3600)).await;
        bench.engine.state().streams.clear();
        let mut rest = [0; 5];
        stream.read_exact(&mut rest).await.unwrap();
        assert_eq!(&rest, b"0\r\n\r\n", "{call}");
    }
}

#[tokio::test]
async fn a_connection_ends_with_the_stream_that_its_client_asked_for_as_the_last() {
    let bench = Bench::start().await;
    let mut stream = bench.connect().await;
    let request = b"GET /v1.41/events HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    bench.engine.state().streams.clear();
    assert_eq!(read_to_end(stream).await, "0\r\n\r\n");
}

#[tokio::test]
async fn a_body_that_is_promised_but_too_large_is_refused_unread() {
    let bench = Bench::start().await;
    for length in ["262145", "1000000000", "999999999999"] {
        let mut stream = bench.connect().await;
        let head = format!(
            "POST /v1.41/containers/create?name=x HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The answer comes although not one byte of the body was sent.
        assert_eq!(parse(&read_to_end(stream).await).status, 413, "{length}");
    }
}

#[tokio::test]
async fn a_client_that_sends_on_and_on_during_a_call_fills_no_memory() {
    let bench = Bench::start().await;
    let mut stream = bench.connect().await;
    stream.write_all(b"GET /v1.41/events HTTP/1.1\r\nHost: d\r\n\r\n").await.unwrap();
    let block = vec![b'x'; 64 << 10];
    let mut sent = 0;
    while let Ok(Ok(())) = tokio::time::timeout(Duration::from_millis(300), stream.write_all(&block)).await {
        sent += block.len();
        assert!(sent < 4 << 20, "4 MiB were taken from a client that was to wait");
    }
}

#[tokio::test]
async fn a_client_that_never_reads_its_answers_is_left() {
    let bench = Bench::start().await;
    let mut stream = bench.connect().await;
    let request = "GET /v1.41/version HTTP/1.1\r\nHost: d\r\n\r\n".repeat(200);
    // Until the answers fill the way back and nothing is taken any more.
    let written = async { while stream.write_all(request.as_bytes()).await.is_ok() {} };
    let _ = tokio::time::timeout(Duration::from_millis(500), written).await;
    pass(Duration::from_secs(31)).await;
    let mut answers = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answers)).await;
    assert!(read.is_ok(), "the connection is still open after {} bytes", answers.len());
}

#[tokio::test]
async fn a_head_that_can_never_be_good_is_refused_while_the_client_still_waits() {
    let bench = Bench::start().await;
    for bytes in [
        &b"GET /_ping HTTP/1.1\nHost: d\n\n"[..],
        b"GET /_ping HTTP/1.1\r\nHost: d\r\n\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /_ping\0 HTTP/1.1",
        b"\r\nGET /_ping HTTP/1.1\r\n",
    ] {
        let mut stream = bench.connect().await;
        stream.write_all(bytes).await.unwrap();
        let text = tokio::time::timeout(Duration::from_secs(5), read_to_end(stream)).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 400 "), "{bytes:?} was answered {text:?}");
    }
}

#[tokio::test]
async fn large_bodies_take_turns_and_small_ones_pass_them() {
    let bench = Bench::start().await;
    let large = format!(
        "POST /v1.41/networks/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n\
         Content-Length: 8000\r\n\r\n{{{}",
        " ".repeat(7_998)
    );
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let mut stream = bench.connect().await;
        stream.write_all(large.as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    let mut next = bench.connect().await;
    next.write_all(format!("{large}}}").as_bytes()).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(300), next.read_u8()).await;
    assert!(early.is_err(), "a body was read for which there was no room");
    bench.island("hello", 0).await;

    waiting[0].write_all(b"}").await.unwrap();
    for mut stream in [waiting.swap_remove(0), next] {
        let mut status = [0; 13];
        tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut status)).await.unwrap().unwrap();
        assert_eq!(&status, b"HTTP/1.1 403 ");
    }
}

#[tokio::test]
async fn a_head_that_ends_just_behind_the_limit_is_too_long_all_the_same() {
    let bench = Bench::start().await;
    for (length, status) in [(16 << 10, 200), ((16 << 10) + 10, 413)] {
        let start = "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\nX: ";
        let head = format!("{start}{}\r\n\r\n", "x".repeat(length - start.len() - 4));
        let (first, rest) = head.split_at(head.len() - 20);
        let mut stream = bench.connect().await;
        stream.write_all(first.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(rest.as_bytes()).await.unwrap();
        assert_eq!(parse(&read_to_end(stream).await).status, status, "{length} bytes");
    }
}
