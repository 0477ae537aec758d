//! Downloads in parts, as a viewer loads a large document.

use reqwest::{Method, StatusCode};

use crate::support::client::send;
use crate::support::{Answer, Client, Server, pdf};

async fn asked(client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers
        .iter()
        .fold(client.request(method, path), |request, (name, value)| request.header(*name, *value));
    send(request).await
}

#[tokio::test]
async fn a_file_can_be_read_in_parts_which_together_are_the_file() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text(&"A long text. ".repeat(2_000));
    let path = format!("/api/documents/{}/file", anna.stored("long.pdf", &bytes).await);
    let whole = anna.get(&path).await;
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let mut read = Vec::new();
    while read.len() < bytes.len() {
        let range = format!("bytes={}-{}", read.len(), read.len() + 9_999);
        let part =
            asked(&anna, Method::GET, &path, &[("range", &range), ("if-range", whole.header("etag"))]).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
        let end = (read.len() + 10_000).min(bytes.len());
        assert_eq!(part.header("content-range"), format!("bytes {}-{}/{}", read.len(), end - 1, bytes.len()));
        assert_eq!(part.header("content-length"), part.body.len().to_string());
        assert!(part.header("content-security-policy").starts_with("sandbox;"));
        read.extend(part.body);
    }
    assert_eq!(read, bytes);
    let end = asked(&anna, Method::GET, &path, &[("range", "bytes=-6")]).await;
    assert_eq!(end.body, bytes[bytes.len() - 6..]);
}

#[tokio::test]
async fn a_range_that_there_is_not_is_refused_and_one_that_cannot_be_served_is_the_whole() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("Short");
    let path = format!("/api/documents/{}/file", anna.stored("a.pdf", &bytes).await);
    let behind = asked(&anna, Method::GET, &path, &[("range", &format!("bytes={}-", bytes.len()))]).await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(behind.problem(), "no-such-range");
    assert_eq!(behind.header("content-range"), format!("bytes */{}", bytes.len()));
    for headers in [
        vec![("range", "bytes=0-1,4-5")],
        vec![("range", "lines=0-1")],
        vec![("range", "bytes=0-1"), ("if-range", "\"another version\"")],
    ] {
        let whole = asked(&anna, Method::GET, &path, &headers).await;
        assert_eq!((whole.status, &whole.body), (StatusCode::OK, &bytes), "{headers:?}");
        assert!(whole.headers.get("content-range").is_none());
    }
}

#[tokio::test]
async fn a_head_request_tells_the_size_and_a_known_file_is_not_sent_again() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("Short");
    let path = format!("/api/documents/{}/file", anna.stored("a.pdf", &bytes).await);
    let head = asked(&anna, Method::HEAD, &path, &[("range", "bytes=0-1")]).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), bytes.len().to_string());
    assert_eq!(head.header("accept-ranges"), "bytes");
    let etag = head.header("etag");
    let known = asked(&anna, Method::GET, &path, &[("if-none-match", etag), ("range", "bytes=0-1")]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(known.header("etag"), etag);
    let other = asked(&server.client("ben"), Method::GET, &path, &[("if-none-match", etag)]).await;
    assert_eq!(other.problem(), "no-such-document", "not even that she has it");
}
