//! Bytes pass the gateway as they come: large, slow and two-way.

use std::time::{Duration, Instant};

use atoll_tests::person::app_url;
use atoll_tests::{Probe, Stack};
use futures_util::StreamExt;
use futures_util::stream;
use reqwest::header::ORIGIN;
use reqwest::{Body, Method};

const PIECE: usize = 1 << 20;

fn pieces(mib: usize) -> Body {
    Body::wrap_stream(stream::iter((0..mib).map(|_| Ok::<_, std::io::Error>(vec![0_u8; PIECE]))))
}

#[tokio::test]
async fn a_large_upload_arrives_whole() {
    let (_stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let counted = user.post_at("probe-a", "/upload", pieces(150)).await.expect_status(200).json();
    assert_eq!(counted["bytes"], 150 * PIECE);
}

#[tokio::test]
async fn an_upload_over_the_apps_limit_is_refused() {
    let (_stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let announced = user
        .request(Method::POST, &app_url("probe-a", "/upload"))
        .header(ORIGIN, app_url("probe-a", ""))
        .header("content-length", (201 * PIECE).to_string())
        .body(pieces(201));
    let answer = user.try_send(announced).await;
    // Because a server may close while we still send, no answer at all is a refusal too.
    assert!(answer.as_ref().map_or(true, |answer| answer.status == 413), "{answer:?}");
}

#[tokio::test]
async fn a_large_download_arrives_whole() {
    let (_stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let bytes = 300 * PIECE;
    let request = user.request(Method::GET, &app_url("probe-a", &format!("/download?bytes={bytes}")));
    let mut body = request.send().await.expect("an answer").bytes_stream();
    let mut received = 0;
    while let Some(piece) = body.next().await {
        received += piece.expect("no error").len();
    }
    assert_eq!(received, bytes);
}

#[tokio::test]
async fn events_arrive_one_by_one_and_not_in_a_heap() {
    let (_stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let began = Instant::now();
    let answer = user.request(Method::GET, &app_url("probe-a", "/stream")).send().await.expect("an answer");
    let mut body = answer.bytes_stream();
    let first = body.next().await.expect("an event").expect("no error");
    assert!(String::from_utf8_lossy(&first).starts_with("data"), "{first:?}");
    assert!(began.elapsed() < Duration::from_secs(2), "the first event took {:?}", began.elapsed());
    body.next().await.expect("another event").expect("no error");
}
