//! Searchable copies of scans, through the front door.

mod readers;
mod shapes;
mod turned;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::reading::recognised::ocr;
use crate::support::client::send;
use crate::support::server::{Options, Server};
use crate::support::{Answer, Client, pdf};
use atoll_documents::extraction::Reader;

/// The letter of which scans are made here: it has a text of its own, so it is known where each word stands.
const LETTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/letter-windows.pdf");

/// The letter as a picture, in PNG.
async fn picture() -> Vec<u8> {
    Options::default().painter.paint(std::fs::File::open(LETTER).unwrap(), 1, 1650, None).await.unwrap()
}

fn with_ocr() -> Options {
    let options = Options { max_upload_bytes: 64 << 20, ..Options::default() };
    Options { reader: Reader { ocr: Some(ocr()), ..options.reader }, ..options }
}

async fn asked(client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = client.request(method, path);
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

fn tails(server: &Server) -> usize {
    std::fs::read_dir(server.data().join("searchable")).unwrap().count()
}

#[tokio::test]
async fn a_scan_has_a_copy_that_begins_with_the_scan_and_lives_as_long() {
    if !ocr().is_installed() {
        println!("skipped: needs tesseract");
        return;
    }
    let server = Server::with(with_ocr()).await;
    let anna = server.client("anna");
    let scan = pdf::scan_of(&picture().await);
    let id = anna.stored("Brief.pdf", &scan).await;
    assert_eq!(anna.settled(&id).await["searchable"], "copy");
    let (file, path) = (format!("/api/documents/{id}/file"), format!("/api/documents/{id}/searchable"));
    assert_eq!(anna.get(&file).await.body, scan, "the original is as it was");

    let whole = anna.get(&path).await;
    assert_eq!((whole.status, whole.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(whole.header("content-disposition").contains("Brief (searchable).pdf"), "{whole:?}");
    assert!(whole.header("content-security-policy").starts_with("sandbox;"));
    assert!(whole.body.starts_with(&scan) && whole.body.len() > scan.len() + 1000);

    parts_are_those_of_the_whole(&anna, &path, scan.len(), &whole).await;

    let zip = anna.post("/api/bulk/download", &json!({"ids": [id], "searchable": true})).await.body;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut zipped = Vec::new();
    std::io::copy(&mut zip.by_name("Brief.pdf").unwrap(), &mut zipped).unwrap();
    assert_eq!(zipped, whole.body);

    anna.post(&format!("/api/documents/{id}/process"), &json!({})).await;
    assert_eq!(anna.settled(&id).await["searchable"], "copy");
    let again = anna.get(&path).await;
    assert_eq!(
        (again.header("etag"), &again.body),
        (whole.header("etag"), &whole.body),
        "made anew, the same"
    );

    assert_eq!(tails(&server), 1);
    anna.delete(&format!("/api/documents/{id}")).await;
    anna.delete(&format!("/api/documents/{id}?permanently=true")).await;
    assert_eq!(tails(&server), 0);
}

/// Ranges on either side of the end of the original and across it, and what the caller has already.
async fn parts_are_those_of_the_whole(anna: &Client, path: &str, original: usize, whole: &Answer) {
    let end = whole.body.len();
    for (first, last) in [
        (0, 9),
        (original - 5, original - 1),
        (original - 5, original + 4),
        (original, original + 9),
        (original + 7, end - 1),
        (0, end - 1),
    ] {
        let range = format!("bytes={first}-{last}");
        let headers = [("range", range.as_str()), ("if-range", whole.header("etag"))];
        let part = asked(anna, Method::GET, path, &headers).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {first}-{last}/{end}"));
        assert!(part.body == whole.body[first..=last], "{range}");
    }
    let behind = asked(anna, Method::GET, path, &[("range", &format!("bytes={end}-"))]).await;
    assert_eq!(behind.problem(), "no-such-range");
    let head = asked(anna, Method::HEAD, path, &[]).await;
    assert_eq!((head.header("content-length"), head.body.len()), (end.to_string().as_str(), 0));
    let known = asked(anna, Method::GET, path, &[("if-none-match", whole.header("etag"))]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let file = anna.get(&path.replace("/searchable", "/file")).await;
    assert_ne!(file.header("etag"), whole.header("etag"));
    let other = asked(anna, Method::GET, path, &[("if-none-match", file.header("etag"))]).await;
    assert_eq!(other.status, StatusCode::OK, "the original is another file");
}

#[tokio::test]
async fn a_document_with_a_text_of_its_own_is_its_own_searchable_copy() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("A text of its own");
    let id = anna.stored("a.pdf", &bytes).await;
    assert_eq!(anna.settled(&id).await["searchable"], "original");
    let answer = anna.get(&format!("/api/documents/{id}/searchable")).await;
    assert_eq!((answer.status, &answer.body), (StatusCode::OK, &bytes));
    assert_eq!(answer.header("etag"), anna.get(&format!("/api/documents/{id}/file")).await.header("etag"));
    assert_eq!(tails(&server), 0);
}

#[tokio::test]
async fn what_has_no_text_has_no_copy_and_says_so() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = anna.stored("scan.pdf", &pdf::scan()).await;
    assert!(anna.settled(&id).await.get("searchable").is_none());
    assert_eq!(anna.get(&format!("/api/documents/{id}/searchable")).await.problem(), "no-text");
}

#[tokio::test]
async fn a_scan_to_which_nothing_can_be_added_is_read_all_the_same() {
    if !ocr().is_installed() {
        println!("skipped: needs tesseract");
        return;
    }
    let server = Server::with(with_ocr()).await;
    let anna = server.client("anna");
    let id = anna.stored("moved.pdf", &shapes::with_wrong_table(&pdf::scan_of(&picture().await))).await;
    let document = anna.settled(&id).await;
    assert_eq!((&document["status"], &document["searchable"]), (&json!("ready"), &json!("no")));
    assert!(anna.text(&id).await.contains("Property manager"));
    let answer = anna.get(&format!("/api/documents/{id}/searchable")).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::CONFLICT, "no-searchable-copy"));
}
