//! What the reader tells of a document besides its text, asked of the reader itself: a real child, with its limits.

mod files;
pub(crate) mod recognised;

use std::fs::File;
use std::io::{Seek, Write};

use atoll_documents::extraction::{Failure, Password, Reading, TextSource};

use crate::support::pdf;
use crate::support::server::Options;

/// Hands bytes to the reader as the service does: as an open file.
pub(crate) fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

async fn read(bytes: &[u8]) -> Reading {
    Options::default().reader.read(file(bytes), None).await.unwrap()
}

#[tokio::test]
async fn title_author_and_day_come_from_the_information_dictionary() {
    let metadata = read(&files::with_information()).await.metadata;
    assert_eq!(metadata.title.as_deref(), Some("Angebot für Möbel"));
    assert_eq!(metadata.author.as_deref(), Some("Rehm"));
    assert_eq!(metadata.created.unwrap().to_string(), "2026-04-17T07:30:00Z");
}

#[tokio::test]
async fn an_e_invoice_is_found_in_the_tree_of_files_and_by_association() {
    for (name, bytes) in [
        ("tree", files::with_attachment("factur-x.xml", "<Invoice/>")),
        ("path", files::with_attachment("C:/out/ZUGFeRD-invoice.xml", "<Invoice/>")),
        ("associated", files::with_associated_file("xrechnung.xml", "<Invoice/>")),
    ] {
        let reading = read(&bytes).await;
        assert_eq!(reading.e_invoice.as_deref(), Some(b"<Invoice/>".as_slice()), "{name}");
        assert_eq!(reading.text.unwrap()[0].text, "See the attachment", "{name}");
    }
}

#[tokio::test]
async fn other_attachments_are_left_where_they_are() {
    assert_eq!(read(&files::with_attachment("notes.xml", "<Invoice/>")).await.e_invoice, None);
    assert_eq!(read(&pdf::with_text("No attachment")).await.e_invoice, None);
}

#[tokio::test]
async fn a_tree_of_files_that_leads_back_into_itself_comes_to_an_end() {
    let reading = read(&files::with_endless_file_tree()).await;
    assert_eq!(reading.e_invoice, None);
    assert_eq!(reading.text.unwrap()[0].text, "See the attachment");
}

#[tokio::test]
async fn every_shared_e_invoice_gives_its_xml() {
    let Some(folder) = crate::hostile::shared() else {
        println!("skipped: there is no shared set of documents (set ATOLL_SHARED to its folder)");
        return;
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.join("files")).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("corpus--") {
            let reading = read(&std::fs::read(entry.path()).unwrap()).await;
            let xml = String::from_utf8(reading.e_invoice.unwrap_or_default()).unwrap();
            assert!(xml.contains("CrossIndustryInvoice"), "{:?}: {xml}", entry.file_name());
            seen += 1;
        }
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn a_locked_document_opens_with_its_password_and_with_no_other() {
    let Some(folder) = crate::hostile::shared() else {
        println!("skipped: there is no shared set of documents (set ATOLL_SHARED to its folder)");
        return;
    };
    let bytes = std::fs::read(folder.join("files/sample-files--libreoffice-writer-password.pdf")).unwrap();
    let reader = Options::default().reader;
    let mut texts = Vec::new();
    for typed in [None, Some("opensesame"), Some("openpassword")] {
        let password = typed.map(|typed| Password::parse(typed).unwrap());
        texts.push(reader.read(file(&bytes), password.as_ref()).await.unwrap().text);
    }
    assert_eq!(texts[0], Err(Failure::Password));
    assert_eq!(texts[1], Err(Failure::Password));
    assert_eq!(texts[2].as_ref().unwrap()[0].source, TextSource::Pdf);
}

#[tokio::test]
async fn each_page_says_where_its_text_is_from() {
    let pages = read(&files::text_then_blank()).await.text.unwrap();
    assert_eq!([pages[0].source, pages[1].source], [TextSource::Pdf, TextSource::None]);
}
