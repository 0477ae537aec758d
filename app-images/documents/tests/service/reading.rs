//! What is found in a document besides its letters: what opens it, what is attached to it, what its pictures say.

use std::fs::{self, File};
use std::path::Path;

use atoll_documents::extraction::reader::{Reader, Reading};
use atoll_documents::extraction::{Failure, Password, TextSource};

use crate::support::pdf::{assemble, scan_of, stream, with_pages};
use crate::support::{Options, Server, painter, recogniser};

fn reader() -> Reader {
    Reader { recogniser: Some(recogniser()), ..Options::default().reader }
}

fn sample(name: &str) -> File {
    File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).unwrap()
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
    file
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
    let wrong = reader().read(file(&locked), Password::new("sesame").as_ref()).await.unwrap();
    assert_eq!(wrong.text, Err(Failure::Password));
    let right = reader().read(file(&locked), Password::new("open sesame").as_ref()).await.unwrap();
    assert!(right.text.unwrap()[0].text.contains("Property manager"));
    let picture =
        painter().paint(&file(&locked), 1, 200, Password::new("open sesame").as_ref()).await.unwrap();
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
async fn letters_that_the_file_names_are_not_looked_for_again() {
    let pages = read(&with_pages(&["A page", "Another page"])).await.text.unwrap();
    assert!(pages.iter().all(|page| page.source == TextSource::Pdf), "{pages:?}");
}

#[tokio::test]
async fn an_attached_invoice_is_found_in_the_tree_of_names_and_among_the_associated_files() {
    for place in ["/AF [6 0 R]", "/Names << /EmbeddedFiles << /Kids [<< /Names [(x) 6 0 R] >>] >> >>"] {
        let reading = read(&with_attachment(place, "Factur-X.xml")).await;
        assert_eq!(reading.e_invoice.as_deref(), Some("<Invoice>ä</Invoice>"), "{place}");
    }
}

#[tokio::test]
async fn another_attachment_is_no_invoice() {
    let reading = read(&with_attachment("/AF [6 0 R]", "notes.xml")).await;
    assert_eq!(reading.e_invoice, None);
    assert!(reading.text.is_ok());
}

fn with_attachment(place: &str, name: &str) -> Vec<u8> {
    assemble(&[
        format!("<< /Type /Catalog /Pages 2 0 R {place} >>"),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".into(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> \
         /Contents 5 0 R >>"
            .into(),
        stream("", "BT /F 12 Tf 72 720 Td (Invoice 17) Tj ET"),
        format!("<< /Type /Filespec /UF ({name}) /EF << /F 7 0 R >> >>"),
        stream("/Type /EmbeddedFile", "<Invoice>ä</Invoice>"),
    ])
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
