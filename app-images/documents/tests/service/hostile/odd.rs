//! Documents that are odd in one way each: read as they are meant, or brought to a clear end.

use atoll_documents::extraction::{Failure, Password};
use atoll_documents::pictures::PaintError;

use super::caged::{painter, reader};
use super::files::one_page;
use crate::reading::file;
use crate::support::pdf::{assemble, stream};

const WORDS: &str = "Plain words here";
const TEXT: &str = "BT /F 12 Tf 72 720 Td (Plain words here) Tj ET";
const HELVETICA: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
const FONT: &str = "/Font << /F 5 0 R >>";

fn plain(content: &str) -> Vec<u8> {
    one_page(FONT, content, &[HELVETICA.into()])
}

/// The plain document, with a part of its text replaced. The table of objects is wrong then, too.
fn changed(from: &str, to: &str) -> Vec<u8> {
    let pdf = String::from_utf8(plain(TEXT)).unwrap();
    assert!(pdf.contains(from), "{from}");
    pdf.replace(from, to).into_bytes()
}

fn page_entry(entry: &str) -> Vec<u8> {
    changed("/Type /Page ", &format!("/Type /Page {entry} "))
}

fn media_box(of: &str) -> Vec<u8> {
    changed("[0 0 595 842]", of)
}

fn without_table() -> Vec<u8> {
    let pdf = String::from_utf8(plain(TEXT)).unwrap();
    pdf.split("xref\n0").next().unwrap().into()
}

/// Two-byte codes in the hexadecimal `codes`, by a font with this encoding, collection and further entries; objects from 7 on.
fn composite(codes: &str, encoding: &str, collection: &str, entries: &str, more: &[String]) -> Vec<u8> {
    let font = format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding {encoding} /DescendantFonts [6 0 R] {entries} >>"
    );
    let descendant = format!(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo \
         << /Registry (Adobe) /Ordering ({collection}) /Supplement 0 >> >>"
    );
    let objects = [&[font, descendant], more].concat();
    one_page(FONT, &format!("BT /F 12 Tf 72 720 Td <{codes}> Tj ET"), &objects)
}

/// The codes by a font whose map to Unicode has this body.
fn mapped(codes: &str, body: &str) -> Vec<u8> {
    let map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def \
         1 begincodespacerange <0000> <FFFF> endcodespacerange {body} endcmap end end"
    );
    composite(codes, "/Identity-H", "Identity", "/ToUnicode 7 0 R", &[stream("", &map)])
}

fn drawn_font(entries: &str) -> Vec<u8> {
    let font = format!(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] {entries} /Encoding << /Type /Encoding \
         /Differences [65 /A /B] >> /FirstChar 65 /LastChar 66 /Widths [1000 1000] >>"
    );
    let letter = stream("", "1000 0 d0 0 0 750 750 re f");
    one_page(FONT, "BT /F 12 Tf 72 720 Td (AB) Tj ET", &[font, letter])
}

/// A font whose file is no font.
fn broken_font_file(kind: &str, file: &str) -> Vec<u8> {
    let font = format!(
        "<< /Type /Font /Subtype /{kind} /BaseFont /X /FirstChar 0 /LastChar 255 /Widths [{}] \
         /Encoding /WinAnsiEncoding /FontDescriptor 6 0 R >>",
        "500 ".repeat(256)
    );
    let descriptor = format!("<< /Type /FontDescriptor /FontName /X /Flags 32 /{file} 7 0 R >>");
    let junk = "%!PS-AdobeFont-1.0\n/FontMatrix [0 0 0 0 0 0] def currentfile eexec ".repeat(20);
    one_page(FONT, TEXT, &[font, descriptor, stream("/Subtype /Type1C", &junk)])
}

/// Each with the text that must come out.
fn readable() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        ("turned", page_entry("/Rotate 90"), WORDS),
        ("turned back", page_entry("/Rotate -90"), WORDS),
        ("turned twice round", page_entry("/Rotate 720"), WORDS),
        ("enlarged without measure", page_entry("/UserUnit 75000"), WORDS),
        ("cut to nothing", page_entry("/CropBox [9000 9000 9001 9001]"), WORDS),
        ("huge page", media_box("[0 0 99999999 99999999]"), WORDS),
        ("page upside down", media_box("[595 842 0 0]"), WORDS),
        ("page of negative size", media_box("[-595 -842 0 0]"), WORDS),
        ("page without size", media_box("[0 0 0 0]"), WORDS),
        ("page with half a size", media_box("[0 0]"), WORDS),
        ("no resources", one_page("", TEXT, &[]), WORDS),
        ("white", plain(&format!("1 1 1 rg {TEXT}")), WORDS),
        ("invisible", plain(&format!("3 Tr {TEXT}")), WORDS),
        ("only a clip", plain(&format!("7 Tr {TEXT}")), WORDS),
        ("type of no size", plain(&TEXT.replace("12 Tf", "0 Tf")), WORDS),
        (
            "upside down twice",
            plain("BT /F -12 Tf 1 0 0 -1 72 720 Tm -1 0 0 1 0 0 cm (Plain words here) Tj ET"),
            WORDS,
        ),
        ("hyphen", plain("BT /F 12 Tf 14 TL 72 720 Td (Dampf-) Tj T* (schiff) Tj ET"), "Dampf-\nschiff"),
        (
            "columns",
            plain(
                "BT /F 9 Tf 12 TL 72 720 Td (left one) Tj T* (left two) Tj ET \
                 BT /F 9 Tf 12 TL 320 720 Td (right one) Tj T* (right two) Tj ET",
            ),
            "left one\nleft two\nright one\nright two",
        ),
        (
            "table",
            plain("BT /F 9 Tf 72 720 Td (a) Tj 90 0 Td (b) Tj -90 -20 Td (c) Tj 90 0 Td (d) Tj ET"),
            "a\tb\n\nc\td",
        ),
        ("drawn font", drawn_font("/FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << /A 6 0 R >>"), "AB"),
        ("mapped font", mapped("00410042", "1 beginbfrange <0041> <0043> <0041> endbfrange"), "AB"),
        ("ligature", mapped("0041", "1 beginbfchar <0041> <FB03> endbfchar"), "ffi"),
        ("downwards", composite("65E5672C", "/UniJIS-UTF16-V", "Japan1", "", &[]), "日本"),
        ("Chinese without a map", composite("4E2D6587", "/UniGB-UCS2-H", "GB1", "", &[]), "中文"),
        ("count that lies", changed("/Count 1", "/Count 2147483647"), WORDS),
        ("table before itself", changed("/Size", "/Prev 9 /Size"), WORDS),
        ("table nowhere", changed("startxref\n", "startxref\n-9"), WORDS),
        ("no table", without_table(), WORDS),
        ("said twice", plain(TEXT).repeat(2), WORDS),
        ("junk before", [b"junk\n".repeat(200), plain(TEXT)].concat(), WORDS),
        ("junk after", [plain(TEXT), b"x".repeat(100_000)].concat(), WORDS),
        ("version of the future", changed("%PDF-1.7", "%PDF-9.9"), WORDS),
        (
            "picture within the text",
            plain(
                "BI /W 9999 /H 9999 /BPC 8 /CS /RGB ID x EI BT /F 12 Tf 72 720 Td (After a picture, more words) Tj ET",
            ),
            "After a picture, more words",
        ),
        ("broken TrueType", broken_font_file("TrueType", "FontFile2"), WORDS),
        ("broken Type 1", broken_font_file("Type1", "FontFile"), WORDS),
        ("broken CFF", broken_font_file("Type1", "FontFile3"), WORDS),
    ]
}

/// Whatever becomes of them, they end within the limits.
fn hopeless() -> Vec<(&'static str, Vec<u8>)> {
    let catalogue = || "<< /Type /Catalog /Pages 2 0 R >>".to_owned();
    let fork = |next: usize| format!("<< /Type /Pages /Kids [{next} 0 R {next} 0 R] /Count 2 >>");
    let forks = std::iter::once(catalogue()).chain((3..40).map(fork)).collect::<Vec<_>>();
    let chain =
        std::iter::once(catalogue()).chain((3..50_000).map(|next| format!("{next} 0 R"))).collect::<Vec<_>>();
    let form =
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R /Y 5 0 R >> >>";
    vec![
        ("no map at all", composite("00410042", "/Identity-H", "Identity", "", &[])),
        ("map of surrogates", mapped("0041", "1 beginbfchar <0041> <D800> endbfchar")),
        (
            "map of everything, often",
            mapped("0041", &"1 beginbfrange <0000> <FFFF> <0000> endbfrange ".repeat(2000)),
        ),
        (
            "map to a book",
            mapped("0041", &format!("1 beginbfchar <0041> <{}> endbfchar", "0042".repeat(50_000))),
        ),
        (
            "map that uses itself",
            composite("0041", "7 0 R", "Identity", "", &[stream("/Type /CMap /UseCMap 7 0 R", "/X usecmap")]),
        ),
        (
            "font that descends from itself",
            changed("/Subtype /Type1", "/Subtype /Type0 /DescendantFonts [5 0 R]"),
        ),
        ("font that is a number", one_page(FONT, TEXT, &["42".into()])),
        ("font without letters", drawn_font("/FontMatrix [0 0 0 0 0 0]")),
        (
            "forms that draw each other",
            one_page(
                "/XObject << /X 5 0 R >>",
                "/X Do",
                &[stream(form, "/X Do /X Do"), stream(form, "/Y Do /Y Do")],
            ),
        ),
        ("page tree that forks", assemble(&forks)),
        ("references to references", assemble(&chain)),
        ("content that is its page", changed("/Contents 4 0 R", "/Contents 3 0 R")),
        (
            "content said often",
            changed("/Contents 4 0 R", &format!("/Contents [{}]", "4 0 R ".repeat(100_000))),
        ),
        (
            "filters without end",
            changed("<<  /Length", &format!("<< /Filter [{}] /Length", "/AHx ".repeat(100_000))),
        ),
        ("names without end", plain(&"/A BMC ".repeat(300_000))),
        ("text without end", plain(&format!("BT /F 12 Tf ({}) Tj ET", "word ".repeat(2_000_000)))),
        ("numbers that are none", plain("BT /F 12 Tf --5 1.2.3 .. - + 99999999999999999999 Td (x) Tj ET")),
    ]
}

#[tokio::test]
async fn odd_documents_are_read_as_they_are_meant() {
    let mut wrong = Vec::new();
    for (name, bytes, expected) in readable() {
        let text = reader().read(file(&bytes), None).await.unwrap().text.map(|pages| pages[0].text.clone());
        if text.as_deref() != Ok(expected) {
            wrong.push(format!("{name}: {text:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn odd_documents_are_drawn_or_say_why_not() {
    for (name, bytes, _) in readable() {
        match painter().paint(file(&bytes), 1, 200, None).await {
            Ok(_) | Err(PaintError::Document(_) | PaintError::NoSize) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[tokio::test]
async fn hopeless_documents_come_to_an_end() {
    for (name, bytes) in hopeless() {
        let outcome = reader().read(file(&bytes), None).await.unwrap().text;
        assert_ne!(outcome, Err(Failure::ReaderCrashed), "{name}");
    }
}

#[tokio::test]
async fn every_kind_of_encryption_opens_with_its_password_and_with_no_other() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/encrypted");
    let read = async |name: &str, password: Option<&str>| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let password = password.map(|typed| Password::parse(typed).unwrap());
        let text = reader().read(file(&bytes), password.as_ref()).await.unwrap().text;
        text.map(|pages| pages[0].text.clone())
    };
    for kind in ["rc4-40", "rc4-128", "aes-128", "aes-256-r5", "aes-256"] {
        let (open, locked) = (format!("{kind}.pdf"), format!("{kind}-locked.pdf"));
        assert_eq!(read(&open, None).await.as_deref(), Ok(WORDS), "{kind}");
        assert_eq!(read(&open, Some("needless")).await.as_deref(), Ok(WORDS), "{kind}");
        assert_eq!(read(&locked, None).await, Err(Failure::Password), "{kind}");
        assert_eq!(read(&locked, Some("wrong")).await, Err(Failure::Password), "{kind}");
        assert_eq!(read(&locked, Some("user")).await.as_deref(), Ok(WORDS), "{kind}");
    }
}
