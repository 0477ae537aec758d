//! Taking over from paperless-ngx.

use std::io::{Cursor, Write};

use reqwest::Method;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::client::send;
use crate::support::{Server, pdf};

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(number: u32, file: &str, title: &str) -> Value {
    json!({"model": "documents.document", "pk": number, "__exported_file_name__": file, "fields": {
        "title": title, "content": "old text", "created": "2024-12-24", "correspondent": 1, "tags": [2],
        "original_filename": file}})
}

#[tokio::test]
async fn an_export_of_paperless_comes_in_with_what_people_typed_there() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let here = pdf::with_text("Here before");
    let before = anna.stored("before.pdf", &here).await;
    let manifest = json!([
        {"model": "documents.correspondent", "pk": 1, "fields": {"name": "Stadtwerke"}},
        {"model": "documents.tag", "pk": 2, "fields": {"name": "Strom"}},
        document(1, "bill.pdf", "The bill"),
        document(2, "notes.txt", "Notes"),
        document(3, "before.pdf", "Here before"),
        document(4, "lost.pdf", "Its file is missing"),
    ]);
    let archive = zipped(&[
        ("manifest.json", manifest.to_string().into_bytes()),
        ("bill.pdf", pdf::with_text("From paperless")),
        ("notes.txt", b"no pdf".to_vec()),
        ("before.pdf", here),
    ]);
    let import = async |archive: Vec<u8>| send(anna.request(Method::POST, "/api/import").body(archive)).await;
    let told = import(archive.clone()).await.json();
    let outcomes: Vec<_> =
        told["files"].as_array().unwrap().iter().map(|file| file["outcome"].clone()).collect();
    assert_eq!(outcomes, ["imported", "refused", "already_here", "refused"], "{told}");
    assert_eq!(
        (&told["imported"], &told["already_here"], &told["refused"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(told["files"][2]["document_id"], before);
    let id = told["files"][0]["document_id"].as_str().unwrap();
    let document = anna.settled(id).await;
    assert_eq!(document["classification"]["title"]["value"], "The bill");
    assert_eq!(document["classification"]["sender"]["value"], "Stadtwerke");
    assert_eq!(document["classification"]["date"]["value"], "2024-12-24");
    assert_eq!(document["classification"]["tags"][0]["value"], "strom");
    assert_eq!(anna.text(id).await, "From paperless");
    let again = import(archive).await.json();
    assert_eq!(again["imported"], 0, "a second time brings nothing new: {again}");
    assert_eq!(import(b"no zip".to_vec()).await.problem(), "not-an-export");
    assert_eq!(server.file_count(), 2);
}
