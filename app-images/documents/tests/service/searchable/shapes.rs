//! The same scan in the shapes that files have.

use crate::support::pdf::{assemble, stream};

/// A shape: what it is called, and the file.
pub(super) type Shape = (&'static str, Vec<u8>);

const IMAGE: &str = "/XObject << /I 5 0 R >>";
const UPRIGHT: &str = "q 595 0 0 842 0 0 cm /I Do Q";

/// Shapes that we write ourselves, with tables.
pub(super) fn by_hand(picture: &[u8]) -> Vec<Shape> {
    let image = image(picture);
    let file = |pages: &str, page: &str, content: &str, more: &[String]| {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".into(),
            format!("<< /Type /Pages /Kids [3 0 R] /Count 1 {pages} >>"),
            format!("<< /Type /Page /Parent 2 0 R {page} >>"),
            stream("", content),
            image.clone(),
        ];
        objects.extend_from_slice(more);
        assemble(&objects)
    };
    let own = format!("/Resources << {IMAGE} >>");
    let a4 = "/MediaBox [0 0 595 842] /Contents 4 0 R";
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned();
    vec![
        ("plain", file("", &format!("{a4} {own}"), UPRIGHT, &[])),
        (
            "rotated by 90",
            file(
                "/Rotate 90",
                &format!("/MediaBox [0 0 842 595] /Contents 4 0 R {own}"),
                "q 0 595 -842 0 842 0 cm /I Do Q",
                &[],
            ),
        ),
        (
            "rotated by 180",
            file("", &format!("{a4} /Rotate -180 {own}"), "q -595 0 0 -842 595 842 cm /I Do Q", &[]),
        ),
        (
            "rotated by 270",
            file(
                "",
                &format!("/MediaBox [0 0 842 595] /Rotate 270 /Contents 4 0 R {own}"),
                "q 0 -595 842 0 0 595 cm /I Do Q",
                &[],
            ),
        ),
        (
            "cropped",
            file(
                "/CropBox [20 30 615 872]",
                &format!("/MediaBox [-100 -50 800 1000] /Contents 4 0 R {own}"),
                "q 595 0 0 842 20 30 cm /I Do Q",
                &[],
            ),
        ),
        (
            "inheriting its resources",
            file(
                &format!("/Resources << {IMAGE} /Font 6 0 R >> /MediaBox [0 0 595 842]"),
                "/Contents 8 0 R /PieceInfo << /A (a \\) b) >>",
                UPRIGHT,
                &[
                    "<< /Ocr0 7 0 R /#46 7 0 R >>".into(),
                    font,
                    "[9 0 R 4 0 R]".into(),
                    stream("", "q BT /Ocr0 8 Tf 20 20 Td (4711) Tj ET Q"),
                ],
            ),
        ),
        (
            "leaving states behind",
            file(
                "",
                &format!("{a4} {own}"),
                "q 0.5 0 0 0.5 100 100 cm q 2 0 0 2 -200 -200 cm 595 0 0 842 0 0 cm /I Do",
                &[],
            ),
        ),
        (
            "restoring states that it has not saved",
            file("", &format!("{a4} {own}"), "Q Q q 595 0 0 842 0 0 cm /I Do Q Q Q", &[]),
        ),
    ]
}

/// A file whose table is a few bytes off, as many are: readers repair it silently.
pub(super) fn with_wrong_table(file: &[u8]) -> Vec<u8> {
    let header = b"%PDF-1.7\n";
    [header.as_slice(), b"% moved\n", &file[header.len()..]].concat()
}

/// The picture as an object.
fn image(picture: &[u8]) -> String {
    let scan = crate::support::pdf::scan_of(picture);
    let scan = String::from_utf8(scan).unwrap();
    let (_, object) = scan.split_once("5 0 obj\n").unwrap();
    object.split_once("\nendobj").unwrap().0.to_owned()
}
