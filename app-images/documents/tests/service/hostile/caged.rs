//! Hostile documents before the reader and the painter themselves: they answer, within their limits.

use std::time::Duration;

use atoll_documents::extraction::cage::Limits;
use atoll_documents::extraction::{Failure, Reader, Reading};
use atoll_documents::pictures::{PaintError, Painter};

use super::files;
use crate::reading::file;
use crate::support::pdf;
use crate::support::server::Options;

const LIMITS: Limits = Limits { memory_bytes: 400 << 20, cpu_secs: 3 };

pub(super) fn reader() -> Reader {
    Reader { limits: LIMITS, ..Options::default().reader }
}

pub(super) fn painter() -> Painter {
    Painter::new(env!("CARGO_BIN_EXE_atoll-documents").into(), LIMITS, Duration::from_secs(60))
}

async fn read(bytes: &[u8]) -> Reading {
    reader().read(file(bytes), None).await.unwrap()
}

/// What the documents below come to: one that is stopped, or read with nothing in it, is well treated.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("huge picture", files::claimed_picture(60_000, "")),
        ("huge JPEG", files::claimed_picture(60_000, "/Filter /DCTDecode")),
        ("huge fax", files::claimed_picture(60_000, "/Filter /CCITTFaxDecode /DecodeParms << /K -1 >>")),
        ("impossible picture", files::claimed_picture(u64::MAX / 2, "/Filter /FlateDecode")),
        ("font within itself", files::font_within_itself()),
        ("pattern within itself", files::pattern_within_itself()),
        ("saved without end", files::saved_without_end(3_000_000)),
        ("deep page tree", files::deep_page_tree(20_000)),
        ("length within itself", files::length_within_itself()),
        ("exponential", pdf::exponential(40)),
        ("form within itself", pdf::form_within_itself()),
        ("page tree within itself", pdf::page_tree_within_itself()),
        ("deep array", pdf::deep_array(200_000)),
        ("bomb", pdf::bomb()),
    ]
}

#[tokio::test]
async fn hostile_documents_are_read_or_stopped_by_a_limit() {
    for (name, bytes) in hostile() {
        // `ReadError` would mean that the reader gave no answer; `read` fails then.
        let outcome = read(&bytes).await.text.map(|pages| pages.len());
        println!("{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn hostile_documents_are_drawn_or_stopped_by_a_limit() {
    for (name, bytes) in hostile() {
        match painter().paint(file(&bytes), 1, 600, None).await {
            Ok(png) => println!("{name}: {} bytes of picture", png.len()),
            Err(PaintError::Document(failure)) => println!("{name}: {}", failure.code()),
            Err(PaintError::NoSize | PaintError::NoSuchPage) => println!("{name}: nothing to draw"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[tokio::test]
async fn ten_thousand_pages_are_read() {
    let reading = read(&files::many_pages(10_000)).await;
    assert_eq!(reading.pages, Some(10_000));
    let pages = reading.text.unwrap();
    assert_eq!(pages.len(), 10_000);
    assert_eq!(pages[9_999].text, "Page of many");
}

#[tokio::test]
async fn a_wrong_table_of_objects_is_repaired() {
    assert_eq!(read(&files::wrong_table("Found again")).await.text.unwrap()[0].text, "Found again");
}

#[tokio::test]
async fn scripts_are_never_run() {
    let bytes = files::with_script("Only text");
    assert_eq!(read(&bytes).await.text.unwrap()[0].text, "Only text");
    assert!(painter().paint(file(&bytes), 1, 200, None).await.is_ok());
}

#[tokio::test]
async fn a_document_cut_off_anywhere_is_read_or_called_damaged() {
    let whole = pdf::with_pages(&["The first page", "The second page"]);
    for length in (0..whole.len()).step_by(whole.len() / 40) {
        match read(&whole[..length]).await.text {
            Ok(pages) => assert!(pages.len() <= 2),
            Err(failure) => {
                assert!(matches!(failure, Failure::Damaged | Failure::NoText), "{length}: {failure:?}");
            }
        }
    }
}
