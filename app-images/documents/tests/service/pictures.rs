//! Pages as pictures: painted for people, and looked at for letters.

use std::fs::{self, File};
use std::path::Path;

use atoll_documents::extraction::{Failure, Password, Reader, Reading, TextSource};

use crate::reading::file;
use crate::support::pdf::scan_of;
use crate::support::{Options, Server, painter, recogniser};

fn reader() -> Reader {
    Reader { recogniser: Some(recogniser()), ..Options::default().reader }
}

fn sample(name: &str) -> File {
    File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).unwrap()
}

async fn read(bytes: &[u8]) -> Reading {
    reader().read(file(bytes), None).await.unwrap()
}

/// The sample letter as a scanner would deliver it.
async fn scanned_letter() -> Vec<u8> {
    let picture = painter().paint(&sample("letter-windows.pdf"), 1, 1650, None).await.unwrap();
    scan_of(&picture)
}

#[tokio::test]
async fn a_locked_document_is_read_with_its_password_and_with_no_other() {
    let locked = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/locked.pdf")).unwrap();
    assert_eq!(read(&locked).await.text, Err(Failure::Password));
    let wrong = reader().read(file(&locked), Some(&Password::parse("sesame").unwrap())).await.unwrap();
    assert_eq!(wrong.text, Err(Failure::Password));
    let right = reader().read(file(&locked), Some(&Password::parse("open sesame").unwrap())).await.unwrap();
    assert!(right.text.unwrap()[0].text.contains("Property manager"));
    let picture = painter()
        .paint(&file(&locked), 1, 200, Some(&Password::parse("open sesame").unwrap()))
        .await
        .unwrap();
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
}

#[tokio::test]
async fn the_letters_of_a_scan_are_recognised() {
    let reading = read(&scanned_letter().await).await;
    let pages = reading.text.unwrap();
    assert_eq!(pages[0].source, TextSource::Ocr);
    for words in ["Property manager", "Thomas Ashdown", "£1,850.00"] {
        assert!(pages[0].text.contains(words), "{words} is missing:\n{}", pages[0].text);
    }
}

#[tokio::test]
async fn a_scan_becomes_searchable_through_the_front_door() {
    let server = Server::with(Options { reader: reader(), ..Options::default() }).await;
    let anna = server.client("anna");
    let id = anna.stored("scan.pdf", &scanned_letter().await).await;
    assert_eq!(anna.settled(&id).await["status"], "ready");
    assert!(anna.text(&id).await.contains("Property manager"));
}

#[tokio::test]
async fn a_picture_without_letters_is_a_document_without_text() {
    assert_eq!(read(&crate::support::pdf::scan()).await.text, Err(Failure::NoText));
}

#[tokio::test]
async fn a_page_is_painted_as_wide_as_asked_and_no_other_page_is() {
    let letter = sample("letter-windows.pdf");
    for width in [100, 640] {
        let picture = painter().paint(&letter, 1, width, None).await.unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(&picture)).read_info().unwrap();
        assert_eq!(reader.info().width, u32::from(width));
    }
    assert!(painter().paint(&letter, 2, 100, None).await.is_err());
    assert!(painter().paint(&letter, 0, 100, None).await.is_err());
}

#[tokio::test]
async fn the_owner_sees_pages_and_a_thumbnail_and_hears_why_there_is_none() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let letter = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/letter-windows.pdf")).unwrap();
    let id = anna.stored("letter.pdf", &letter).await;
    anna.settled(&id).await;
    for (path, width) in [
        ("thumbnail", 320),
        ("thumbnail", 320),
        ("pages/1/picture", 1000),
        ("pages/1/picture?width=640", 640),
    ] {
        let answer = anna.get(&format!("/api/documents/{id}/{path}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "image/png"), "{path}");
        let picture = png::Decoder::new(std::io::Cursor::new(&answer.body)).read_info().unwrap();
        assert_eq!(picture.info().width, width, "{path}");
    }
    for (path, status, code) in [
        ("pages/2/picture", 404, "no-such-page"),
        ("pages/0/picture", 404, "no-such-page"),
        ("pages/x/picture", 404, "no-such-page"),
        ("pages/1/picture?width=9", 400, "bad-query"),
        ("pages/1/picture?width=wide", 400, "bad-query"),
    ] {
        let answer = anna.get(&format!("/api/documents/{id}/{path}")).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.json()["type"].as_str().unwrap().ends_with(code), "{path}: {answer:?}");
    }
    let locked = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/locked.pdf")).unwrap();
    let id = anna.stored("locked.pdf", &locked).await;
    let answer = anna.get(&format!("/api/documents/{id}/thumbnail")).await;
    assert_eq!(answer.status.as_u16(), 409, "{answer:?}");
    assert_eq!(answer.json()["detail"], "There is no picture: the document needs a password.");
}
