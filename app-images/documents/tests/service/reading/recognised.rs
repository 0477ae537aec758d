//! Pages that are pictures, read by the real Tesseract where it is installed.

use std::time::Duration;

use atoll_documents::extraction::cage::Limits;
use atoll_documents::extraction::ocr::{Language, Ocr};
use atoll_documents::extraction::{Failure, Reader, Reading, TextSource};

use super::quality::words;
use crate::support::pdf::{Turn, turned_scan_of};
use crate::support::server::{Options, Server};

/// The real one, for German and English, with the limits of the service.
pub(crate) fn ocr() -> Ocr {
    Ocr {
        tesseract: "/usr/bin/tesseract".into(),
        languages: ["eng", "deu"].map(|name| Language::parse(name).unwrap()).into(),
        most_pages: 50,
        limits: Limits { memory_bytes: 400 << 20, cpu_secs: 60 },
        wall: Duration::from_secs(150),
    }
}

fn reader(ocr: Ocr) -> Reader {
    Reader { ocr: Some(ocr), ..Options::default().reader }
}

/// A scan of the shared set.
struct Scan {
    name: String,
    bytes: Vec<u8>,
    truth: String,
    dpi: u32,
}

/// The scans of the shared set; `None` when they or Tesseract are missing.
fn scans() -> Option<Vec<Scan>> {
    let folder = crate::hostile::shared().filter(|_| ocr().is_installed())?;
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let rows = manifest.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let scans = rows.filter(|fields| fields[7] == "needs_ocr").map(|fields| {
        let bytes = std::fs::read(folder.join("files").join(fields[0])).unwrap();
        let truth = std::fs::read_to_string(folder.join(fields[9])).unwrap();
        let dpi = fields[11].split("dpi").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        Scan { name: fields[0].to_owned(), bytes, truth, dpi }
    });
    Some(scans.collect())
}

async fn read(reader: &Reader, bytes: &[u8]) -> Reading {
    reader.read(super::file(bytes), None).await.unwrap()
}

#[tokio::test]
async fn scans_are_recognised_nearly_without_mistakes() {
    let Some(scans) = scans() else {
        println!("skipped: needs the shared set of documents (ATOLL_SHARED) and tesseract");
        return;
    };
    let mut weak = Vec::new();
    for Scan { name, bytes, truth, dpi } in &scans {
        let pages = read(&reader(ocr()), bytes).await.text.unwrap();
        let score = f1(&pages[0].text, truth);
        println!("{name}: {dpi} dpi, word F1 {score:.3}");
        assert_eq!(pages[0].source, TextSource::Ocr, "{name}");
        if score < 0.93 {
            weak.push(format!("{name}: {score:.3}"));
        }
    }
    assert_eq!(scans.len(), 4);
    assert_eq!(weak, Vec::<String>::new());
}

#[tokio::test]
async fn without_tesseract_a_scan_says_that_ocr_is_missing() {
    let missing = Ocr { tesseract: "/nowhere/tesseract".into(), ..ocr() };
    let failure = read(&reader(missing), &crate::support::pdf::scan()).await.text.unwrap_err();
    assert_eq!(failure, Failure::Scan);
    assert!(failure.reason().contains("OCR is not installed"));
}

#[tokio::test]
async fn the_limit_on_pages_leaves_the_others_as_they_are() {
    let Some(scans) = scans() else {
        println!("skipped: needs the shared set of documents (ATOLL_SHARED) and tesseract");
        return;
    };
    let none = Ocr { most_pages: 0, ..ocr() };
    assert_eq!(read(&reader(none), &scans[0].bytes).await.text, Err(Failure::Scan));
}

#[tokio::test]
async fn a_tesseract_that_may_not_use_enough_memory_fails_its_page_only() {
    let Some(scans) = scans() else {
        println!("skipped: needs the shared set of documents (ATOLL_SHARED) and tesseract");
        return;
    };
    let cramped = Ocr { limits: Limits { memory_bytes: 20 << 20, cpu_secs: 60 }, ..ocr() };
    assert_eq!(read(&reader(cramped), &scans[0].bytes).await.text, Err(Failure::Scan));
}

/// Of the words as a multiset: twice the common ones by all.
fn f1(read: &str, truth: &str) -> f64 {
    let (read, truth) = (words(read), words(truth));
    let common: usize = truth.iter().map(|(word, count)| count.min(read.get(word).unwrap_or(&0))).sum();
    2.0 * common as f64 / (read.values().sum::<usize>() + truth.values().sum::<usize>()) as f64
}

#[tokio::test]
async fn a_scan_becomes_searchable_through_the_front_door() {
    if !ocr().is_installed() {
        println!("skipped: needs tesseract");
        return;
    }
    let options = Options::default();
    let letter = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/letter-windows.pdf");
    let letter = std::fs::File::open(letter).unwrap();
    let picture = options.painter.paint(letter, 1, 1650, None).await.unwrap();
    let server = Server::with(Options { reader: reader(ocr()), ..options }).await;
    let anna = server.client("anna");
    let id = anna.stored("scan.pdf", &crate::support::pdf::scan_of(&picture)).await;
    assert_eq!(anna.settled(&id).await["status"], "ready");
    assert!(anna.text(&id).await.contains("Property manager"));
}

#[tokio::test]
async fn a_scan_that_lies_on_its_side_or_on_its_head_is_read_like_one_that_does_not() {
    if !ocr().is_installed() {
        println!("skipped: needs tesseract");
        return;
    }
    let letter = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/letter-windows.pdf");
    let letter = std::fs::File::open(letter).unwrap();
    let picture = Options::default().painter.paint(letter, 1, 1650, None).await.unwrap();
    let upright = read(&reader(ocr()), &turned_scan_of(&picture, Turn::None)).await.text.unwrap();
    for turn in [Turn::Left, Turn::Right, Turn::Over] {
        let pages = read(&reader(ocr()), &turned_scan_of(&picture, turn)).await.text.unwrap();
        let score = f1(&pages[0].text, &upright[0].text);
        assert!(score > 0.97, "{turn:?}: word F1 {score:.3} against the upright page\n{}", pages[0].text);
    }
}
