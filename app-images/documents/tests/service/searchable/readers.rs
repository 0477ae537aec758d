//! What programs of others find in a copy: poppler its words and their places, qpdf that the file is sound, and both that it
//! looks as before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use atoll_documents::extraction::Searchable;

use super::{LETTER, picture, shapes, with_ocr};
use crate::reading::recognised::ocr;

/// How far a word may stand from where the letter has it, in points: the boxes of the one are around the ink, those of
/// the other around the font's.
const NEAR: f64 = 6.0;

#[derive(Clone)]
pub(super) struct Place {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Place {
    /// Whether both words begin and end at the same place of their line, and lie at the same height: the ends count for a word
    /// that runs across the page, the middle for what is across its line.
    fn is_near(&self, other: &Self) -> bool {
        let near = |of: fn(&Self) -> f64| (of(self) - of(other)).abs() < NEAR;
        near(|place| place.left)
            && near(|place| place.right)
            && near(|place| f64::midpoint(place.top, place.bottom))
    }
}

/// What these tests need and the machine lacks, by name; `None` if it lacks nothing.
pub(super) fn missing() -> Option<String> {
    let is_missing = |program: &&str| Command::new(program).arg("--version").output().is_err();
    let mut missing: Vec<&str> = ["pdftotext", "pdftoppm", "qpdf"].into_iter().filter(is_missing).collect();
    if !ocr().is_installed() {
        missing.push("tesseract");
    }
    (!missing.is_empty()).then(|| missing.join(", "))
}

fn run(program: &str, arguments: &[&str], file: &Path) -> Output {
    Command::new(program).args(arguments).arg(file).arg("-").output().unwrap()
}

/// The words that occur once, by what they say, and where they are on the page as it is shown.
fn places(file: &Path) -> BTreeMap<String, Place> {
    let output = run("pdftotext", &["-bbox", "-cropbox"], file);
    let (mut places, mut twice) = (BTreeMap::new(), Vec::new());
    for line in String::from_utf8(output.stdout).unwrap().lines().filter(|line| line.contains("<word ")) {
        let number = |name: &str| {
            let (_, value) = line.split_once(&format!("{name}=\"")).unwrap();
            value.split_once('"').unwrap().0.parse::<f64>().unwrap()
        };
        let text = line.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned();
        let place = Place {
            left: number("xMin"),
            right: number("xMax"),
            top: number("yMin"),
            bottom: number("yMax"),
        };
        if places.insert(text.clone(), place).is_some() {
            twice.push(text);
        }
    }
    places.retain(|text, _| !twice.contains(text));
    places
}

/// Of the letter's words: how many there are, how many a copy has, and which of those are not where they should be. `turned`
/// says where on the letter a place in the copy is.
pub(super) fn compared(copy: &Path, turned: impl Fn(&Place) -> Place) -> (usize, usize, Vec<String>) {
    let (letter, copy) = (places(Path::new(LETTER)), places(copy));
    let both: Vec<_> = letter.iter().filter_map(|(text, at)| Some((text, at, copy.get(text)?))).collect();
    let astray = both.iter().filter(|(_, on_letter, in_copy)| !on_letter.is_near(&turned(in_copy)));
    (letter.len(), both.len(), astray.map(|(text, ..)| (*text).clone()).collect())
}

/// What poppler draws, and what it complains of.
fn drawn(file: &Path) -> (Vec<u8>, String) {
    let output = Command::new("pdftoppm").args(["-r", "60", "-cropbox"]).arg(file).output().unwrap();
    (output.stdout, String::from_utf8(output.stderr).unwrap())
}

/// Reads a scan as the service does and puts the copy into a file.
pub(super) async fn copied(folder: &Path, name: &str, bytes: &[u8]) -> (PathBuf, PathBuf) {
    let reading = with_ocr().reader.read(crate::reading::file(bytes), None).await.unwrap();
    assert_eq!(reading.searchable, Searchable::Copy, "{name}");
    let (scan, copy) = (folder.join(format!("{name}.pdf")), folder.join(format!("{name} copy.pdf")));
    std::fs::write(&scan, bytes).unwrap();
    std::fs::write(&copy, [bytes, &reading.tail.unwrap()].concat()).unwrap();
    (scan, copy)
}

/// Whether qpdf finds nothing wrong, and both look the same.
pub(super) fn assert_sound(name: &str, scan: &Path, copy: &Path) {
    let checked = Command::new("qpdf").arg("--check").arg(copy).output().unwrap();
    assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
    let ((before, old_complaints), (after, complaints)) = (drawn(scan), drawn(copy));
    assert!(before.len() > 100_000 && before == after, "{name}: it looks otherwise");
    assert_eq!(complaints, old_complaints, "{name}");
}

#[tokio::test]
async fn words_are_found_at_their_places_in_every_shape_of_file_and_nothing_looks_otherwise() {
    if let Some(missing) = missing() {
        println!("skipped: needs {missing}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut shapes = shapes::by_hand(&picture().await);
    let plain = folder.path().join("in.pdf");
    std::fs::write(&plain, &shapes[0].1).unwrap();
    for (name, arguments) in [
        ("with object streams", &["--object-streams=generate"][..]),
        ("linearised", &["--linearize", "--object-streams=disable"]),
        ("linearised with object streams", &["--linearize", "--object-streams=generate"]),
    ] {
        let out = folder.path().join("out.pdf");
        let made = Command::new("qpdf").args(arguments).arg(&plain).arg(&out).status().unwrap();
        assert!(made.success(), "{name}");
        shapes.push((name, std::fs::read(out).unwrap()));
    }
    let mut wrong = Vec::new();
    for (name, bytes) in &shapes {
        let (scan, copy) = copied(folder.path(), name, bytes).await;
        assert_sound(name, &scan, &copy);
        let (all, found, astray) = compared(&copy, Place::clone);
        println!("{name}: of {all} words {found} found, {} of them not in place", astray.len());
        assert!(all > 50);
        if found * 100 < all * 90 || astray.len() * 100 > found * 5 {
            wrong.push(format!("{name}: {found} of {all}, astray: {astray:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn our_own_reader_finds_in_a_copy_what_was_recognised_and_needs_no_ocr_for_it() {
    if let Some(missing) = missing() {
        println!("skipped: needs {missing}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let scan = crate::support::pdf::scan_of(&picture().await);
    let (_, copy) = copied(folder.path(), "scan", &scan).await;
    let reading = with_ocr().reader.read(std::fs::File::open(&copy).unwrap(), None).await.unwrap();
    assert_eq!(reading.searchable, Searchable::Original, "it is searchable as it is");
    assert!(reading.text.unwrap()[0].text.contains("Property manager"));
}

#[tokio::test]
async fn the_shared_scans_can_be_searched_in_poppler_umlauts_included() {
    let Some(shared) = crate::hostile::shared().filter(|_| missing().is_none()) else {
        println!(
            "skipped: needs the shared set of documents (ATOLL_SHARED), tesseract, poppler's tools and qpdf"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, words) in [
        ("dev-de-insurance-06-scan", ["Hanseatia", "für", "Beitragsrechnung"]),
        ("dev-en-receipt-10-scan", ["Fern", "Receipt", "17.85"]),
        ("dev-en-invoice-01-scan", ["Northgate", "Invoice", "NP-20417"]),
        ("dev-en-letter-12-scan", ["Kendal", "collection", "faithfully"]),
    ] {
        let bytes = std::fs::read(shared.join("files").join(format!("{name}.pdf"))).unwrap();
        let (scan, copy) = copied(folder.path(), name, &bytes).await;
        assert_sound(name, &scan, &copy);
        let text = String::from_utf8(run("pdftotext", &[], &copy).stdout).unwrap();
        for word in words {
            assert!(text.contains(word), "{name}: no {word} in {text}");
        }
        let added = std::fs::metadata(&copy).unwrap().len() - bytes.len() as u64;
        println!("{name}: {} bytes, and {added} for the copy", bytes.len());
    }
}

#[tokio::test]
async fn an_encrypted_scan_is_read_and_gets_no_copy() {
    if let Some(missing) = missing() {
        println!("skipped: needs {missing}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (plain, locked) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&plain, crate::support::pdf::scan_of(&picture().await)).unwrap();
    let encrypt = ["--encrypt", "", "owner", "256", "--"];
    assert!(Command::new("qpdf").args(encrypt).arg(&plain).arg(&locked).status().unwrap().success());
    let reading = with_ocr().reader.read(std::fs::File::open(&locked).unwrap(), None).await.unwrap();
    assert!(reading.text.is_ok_and(|pages| pages[0].text.contains("Property manager")));
    assert_eq!((reading.searchable, reading.tail), (Searchable::No, None));
}
