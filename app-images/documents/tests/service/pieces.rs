//! Uploads in pieces.

use atoll_documents::document::Sha256Hasher;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::client::send;
use crate::support::process::Process;
use crate::support::server::Options;
use crate::support::{Answer, Client, Platform, Server, eventually, pdf};

async fn begin(anna: &Client, bytes: &[u8]) -> String {
    let answer = anna.post("/api/uploads", &json!({"name": "large.pdf", "bytes": bytes.len()})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.json()["offset"], 0);
    answer.header("location").into()
}

async fn piece(anna: &Client, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    let request = anna.request(Method::PATCH, path).header("upload-offset", offset.to_string());
    send(request.header("content-type", "application/offset+octet-stream").body(bytes.to_vec())).await
}

#[tokio::test]
async fn a_file_in_pieces_becomes_one_document_byte_for_byte() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("In three pieces");
    let path = begin(&anna, &bytes).await;
    let (first, second) = (100, 250);
    let answer = piece(&anna, &path, 0, &bytes[..first]).await;
    assert_eq!((answer.status, answer.header("upload-offset")), (StatusCode::NO_CONTENT, "100"));
    let wrong = piece(&anna, &path, 50, &bytes[50..second]).await;
    assert_eq!((wrong.status, wrong.problem().as_str()), (StatusCode::CONFLICT, "wrong-offset"));
    piece(&anna, &path, first, &bytes[first..second]).await;
    let head = send(anna.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("upload-offset")), (StatusCode::OK, "250"));
    let done = piece(&anna, &path, second, &bytes[second..]).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text());
    let id = done.json()["documents"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(anna.settled(&id).await["status"], "ready");
    assert_eq!(anna.get(&format!("/api/documents/{id}/file")).await.body, bytes);
    assert_eq!(anna.get(&path).await.problem(), "no-such-upload");
    assert_eq!(server.file_count(), 1);
}

#[tokio::test]
async fn a_piece_that_breaks_off_counts_as_far_as_it_came() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("Broken off");
    let path = begin(&anna, &bytes).await;
    let head = format!("PATCH {path} HTTP/1.1\r\nupload-offset: 0\r\ncontent-length: {}", bytes.len());
    anna.broken_off(&head, &bytes[..120]).await;
    let offset = eventually("what came is written down", || async {
        anna.get(&path).await.json()["offset"].as_u64().filter(|&offset| offset > 0)
    })
    .await;
    assert_eq!(offset, 120);
    assert_eq!(piece(&anna, &path, 120, &bytes[120..]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn kill_9_between_pieces_loses_no_piece() {
    let platform = Platform::start().await;
    let data = tempfile::tempdir().unwrap();
    let bytes = pdf::with_text("Through a crash");
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let path = begin(&anna, &bytes).await;
    piece(&anna, &path, 0, &bytes[..200]).await;
    process.kill();
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    assert_eq!(anna.get(&path).await.json()["offset"], 200);
    let done = piece(&anna, &path, 200, &bytes[200..]).await;
    let id = done.json()["documents"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(anna.settled(&id).await["status"], "ready");
}

/// What the beginning of a file hashes to: blocks of 8 MiB, then their digests.
fn digest(beginning: &[u8]) -> String {
    let hash = |bytes: &[u8]| {
        let mut hasher = Sha256Hasher::start();
        hasher.update(bytes);
        hasher.finish()
    };
    let blocks: Vec<u8> = beginning.chunks(8 << 20).flat_map(|block| *hash(block).as_bytes()).collect();
    hash(&blocks).to_string()
}

async fn resume(anna: &Client, path: &str, beginning: &[u8]) -> Answer {
    let body = json!({"offset": beginning.len(), "digest": digest(beginning)});
    anna.post(&format!("{path}/resume"), &body).await
}

#[tokio::test]
async fn an_upload_goes_on_with_the_file_that_it_was_begun_with_and_begins_again_with_another() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let (mut before, bytes) = (pdf::with_text("As it was"), pdf::with_text("As it is"));
    before.resize(bytes.len(), b' ');
    let path = begin(&anna, &bytes).await;
    piece(&anna, &path, 0, &before[..400]).await;
    assert_eq!(resume(&anna, &path, &before[..400]).await.json()["offset"], 400);
    let other = resume(&anna, &path, &bytes[..400]).await;
    assert_eq!((other.status, &other.json()["offset"]), (StatusCode::OK, &json!(0)));
    assert_eq!(anna.get(&path).await.json()["offset"], 0);
    let done = piece(&anna, &path, 0, &bytes).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text());
    let id = done.json()["documents"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(anna.get(&format!("/api/documents/{id}/file")).await.body, bytes);
}

#[tokio::test]
async fn the_beginning_is_compared_over_more_than_one_block_and_only_as_far_as_it_has_arrived() {
    let limit = 20 << 20;
    let server = Server::with(Options { max_upload_bytes: limit, ..Options::default() }).await;
    let anna = server.client("anna");
    let mut bytes = pdf::with_text("Long");
    bytes.resize(18 << 20, b' ');
    let arrived = (17 << 20) + 5;
    let path = begin(&anna, &bytes).await;
    piece(&anna, &path, 0, &bytes[..arrived]).await;
    assert_eq!(resume(&anna, &path, &bytes[..arrived]).await.json()["offset"], arrived);
    assert_eq!(resume(&anna, &path, &bytes[..arrived - 1]).await.problem(), "wrong-offset");
    let nonsense = json!({"offset": arrived, "digest": "none"});
    assert_eq!(anna.post(&format!("{path}/resume"), &nonsense).await.problem(), "bad-request");
    let ben = server.client("ben");
    assert_eq!(resume(&ben, &path, &bytes[..arrived]).await.problem(), "no-such-upload");
    bytes[(8 << 20) + 1] = b'x';
    assert_eq!(resume(&anna, &path, &bytes[..arrived]).await.json()["offset"], 0);
    assert_eq!(resume(&anna, &path, b"").await.json()["offset"], 0, "nothing has arrived");
}

#[tokio::test]
async fn a_file_in_pieces_must_be_what_was_announced_a_pdf_and_new() {
    let server = Server::with(Options { max_upload_bytes: 10_000, ..Options::default() }).await;
    let anna = server.client("anna");
    let too_large = anna.post("/api/uploads", &json!({"name": "a.pdf", "bytes": 10_001})).await;
    assert_eq!(
        (too_large.status, too_large.problem().as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    );

    let path = begin(&anna, b"no pdf at all").await;
    assert_eq!(piece(&anna, &path, 0, b"no pdf at all").await.problem(), "not-a-pdf");
    assert_eq!(anna.get(&path).await.problem(), "no-such-upload");

    let bytes = pdf::with_text("Once");
    let path = begin(&anna, &bytes).await;
    let mut too_much = bytes.clone();
    too_much.push(b' ');
    assert_eq!(piece(&anna, &path, 0, &too_much).await.problem(), "not-as-announced");
    anna.delete(&path).await;

    let announced = json!({"name": "a.pdf", "bytes": bytes.len(), "sha256": "00".repeat(32)});
    let path = anna.post("/api/uploads", &announced).await.header("location").to_owned();
    assert_eq!(piece(&anna, &path, 0, &bytes).await.problem(), "not-as-announced");

    let id = anna.stored("a.pdf", &bytes).await;
    let path = begin(&anna, &bytes).await;
    let again = piece(&anna, &path, 0, &bytes).await;
    assert_eq!((again.problem(), &again.json()["document_id"]), ("already-here".into(), &json!(id)));
    assert_eq!(server.file_count(), 1);
}
