//! Many files at once: downloads of a selection, and the export of everything.

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use zip::ZipArchive;

use crate::support::{Answer, Server, pdf};

fn opened(answer: &Answer) -> ZipArchive<Cursor<Vec<u8>>> {
    assert_eq!(answer.header("content-type"), "application/zip", "{answer:?}");
    ZipArchive::new(Cursor::new(answer.body.clone())).unwrap()
}

fn bytes(zip: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn a_selection_comes_as_one_zip_with_each_file_as_it_was() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let (red, green) = (pdf::with_text("red apple"), pdf::with_text("green apple"));
    for (name, file) in [("apple.pdf", &red), ("apple.pdf", &green), ("pear.pdf", &pdf::with_text("pear"))] {
        let id = anna.stored(name, file).await;
        anna.settled(&id).await;
    }
    let answer = anna.post("/api/bulk/download", &json!({"filter": {"q": "apple"}})).await;
    let mut zip = opened(&answer);
    assert_eq!(zip.len(), 2);
    assert_eq!(bytes(&mut zip, "apple.pdf"), green, "the newest first");
    assert_eq!(bytes(&mut zip, "apple (2).pdf"), red);
    assert_eq!(anna.post("/api/bulk/download", &json!({"ids": []})).await.problem(), "no-such-document");
}

#[tokio::test]
async fn the_export_has_every_file_and_what_is_known_of_it() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let file = pdf::with_text("Kept");
    let kept = anna.stored("kept.pdf", &file).await;
    let binned = anna.stored("binned.pdf", &pdf::with_text("Binned")).await;
    for id in [&kept, &binned] {
        anna.settled(id).await;
    }
    anna.patch(&format!("/api/documents/{kept}"), &json!({"title": "A title"})).await;
    anna.delete(&format!("/api/documents/{binned}")).await;
    let mut zip = opened(&anna.get("/api/export").await);
    let list: Value = serde_json::from_slice(&bytes(&mut zip, "documents.json")).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list[0]["classification"]["title"]["value"], "A title");
    assert_eq!(bytes(&mut zip, list[0]["file"].as_str().unwrap()), file);
    assert!(list[1]["trashed_at"].is_string());

    let mut empty = opened(&server.client("ben").get("/api/export").await);
    assert_eq!(serde_json::from_slice::<Value>(&bytes(&mut empty, "documents.json")).unwrap(), json!([]));
}
