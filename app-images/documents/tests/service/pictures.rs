//! Pictures of pages, drawn by the real child.

use std::fs;
use std::path::Path;
use std::time::Duration;

use atoll_documents::extraction::cage::Limits;
use atoll_documents::extraction::{Failure, Password};
use atoll_documents::pictures::{PaintError, Painter};

use crate::reading::file;
use crate::support::{Server, pdf};

fn painter(memory_bytes: u64, cpu_secs: u64) -> Painter {
    let program = env!("CARGO_BIN_EXE_atoll-documents").into();
    Painter::new(program, Limits { memory_bytes, cpu_secs }, Duration::from_secs(60))
}

async fn paint(bytes: &[u8], page: u32, width: u32) -> Result<Vec<u8>, PaintError> {
    painter(400 << 20, 10).paint(file(bytes), page, width, None).await
}

/// Width and height as the PNG's header says (PNG, 11.2.2).
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn a_page_is_drawn_as_wide_as_asked_and_each_page_is_another() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/manual-mahlwerk-m2.pdf");
    let bytes = std::fs::read(manual).unwrap();
    let (first, second) = (paint(&bytes, 1, 600).await.unwrap(), paint(&bytes, 2, 600).await.unwrap());
    assert_eq!(size(&first).0, 600);
    assert!(size(&first).1 > 600, "the page is upright");
    assert_ne!(first, second);
    assert_eq!(size(&paint(&bytes, 1, 100).await.unwrap()).0, 100);
}

#[tokio::test]
async fn pages_and_widths_that_do_not_exist_are_refused() {
    let bytes = pdf::with_text("One page");
    assert!(matches!(paint(&bytes, 0, 600).await, Err(PaintError::NoSuchPage)));
    assert!(matches!(paint(&bytes, 2, 600).await, Err(PaintError::NoSuchPage)));
    assert!(matches!(paint(&bytes, 1, 99).await, Err(PaintError::Width)));
    assert!(matches!(paint(&bytes, 1, 2001).await, Err(PaintError::Width)));
}

#[tokio::test]
async fn what_cannot_be_drawn_says_why() {
    let broken = paint(b"%PDF-1.7", 1, 600).await;
    assert!(matches!(broken, Err(PaintError::Document(Failure::Damaged))), "{broken:?}");
    let endless = painter(400 << 20, 1).paint(file(&pdf::exponential(40)), 1, 600, None).await;
    assert!(matches!(endless, Err(PaintError::Document(Failure::TooSlow))), "{endless:?}");
    let bomb = painter(90_000_000, 10).paint(file(&pdf::bomb()), 1, 600, None).await;
    assert!(matches!(bomb, Err(PaintError::Document(Failure::TooBig))), "{bomb:?}");
}

#[tokio::test]
async fn pages_of_impossible_sizes_are_drawn_small_or_not_at_all() {
    let bytes = |size: &str| {
        let pdf = String::from_utf8(pdf::with_text("A page")).unwrap();
        pdf.replace("[0 0 595 842]", size).into_bytes()
    };
    for media_box in [
        "[0 0 1000000 1000000]",
        "[0 0 1 900000]",
        "[0 0 0 0]",
        "[0 0 99999999999999 99999999999999]",
        "[9 9 -9 -9]",
    ] {
        match paint(&bytes(media_box), 1, 2000).await {
            Ok(png) => {
                assert!(u64::from(size(&png).0) * u64::from(size(&png).1) <= 20_100_000, "{media_box}")
            }
            Err(error) => assert!(matches!(error, PaintError::NoSize), "{media_box}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_locked_document_is_drawn_with_its_password() {
    let Some(folder) = crate::hostile::shared() else {
        println!("skipped: there is no shared set of documents (set ATOLL_SHARED to its folder)");
        return;
    };
    let bytes = std::fs::read(folder.join("files/sample-files--libreoffice-writer-password.pdf")).unwrap();
    let password = Password::parse("openpassword").unwrap();
    let drawn = painter(400 << 20, 10).paint(file(&bytes), 1, 300, Some(&password)).await.unwrap();
    assert_eq!(size(&drawn).0, 300);
    assert!(matches!(paint(&bytes, 1, 300).await, Err(PaintError::Document(Failure::Password))));
}

#[tokio::test]
async fn every_document_of_the_shared_set_is_drawn_or_says_why_not() {
    let Some(folder) = crate::hostile::shared() else {
        println!("skipped: there is no shared set of documents (set ATOLL_SHARED to its folder)");
        return;
    };
    let mut undrawn = Vec::new();
    for entry in std::fs::read_dir(folder.join("files")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        match painter(400 << 20, 4).paint(file(&std::fs::read(entry.path()).unwrap()), 1, 600, None).await {
            Ok(png) => assert!(size(&png).0 > 0, "{name}"),
            Err(error) => undrawn.push(format!("{name}: {error}")),
        }
    }
    undrawn.sort();
    println!("{undrawn:#?}");
    // Not PDFs, one that needs a password, one that is a bomb, three that are damaged beyond repair at the most.
    assert!(undrawn.len() <= 7, "{undrawn:#?}");
    assert!(undrawn.iter().all(|line| !line.starts_with("dev-") && !line.starts_with("corpus--")));
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
        assert_eq!(size(&answer.body).0, width, "{path}");
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
    assert_eq!(answer.json()["detail"], "The page cannot be drawn: the document needs a password.");
}
