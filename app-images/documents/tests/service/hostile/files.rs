//! More files that have brought down one PDF reader or another.

use crate::support::pdf::{assemble, stream, with_pages, with_text};

const TREE: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

/// A document whose only page (object 3) has these resources and content; more objects follow from 5 on.
pub(super) fn one_page(resources: &str, content: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        TREE.into(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {resources} >> /Contents 4 0 R >>"
        ),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    assemble(&objects)
}

/// Many pages, each with a text.
pub(super) fn many_pages(count: usize) -> Vec<u8> {
    with_pages(&vec!["Page of many"; count])
}

/// Every offset in the table of objects is wrong.
pub(super) fn wrong_table(text: &str) -> Vec<u8> {
    let pdf = String::from_utf8(with_text(text)).unwrap();
    pdf.replace(" 00000 n", "7 00000 n").into_bytes()
}

/// A script that runs when the document is opened, where somebody runs scripts.
pub(super) fn with_script(text: &str) -> Vec<u8> {
    let pdf = String::from_utf8(with_text(text)).unwrap();
    let action = "/OpenAction << /S /JavaScript /JS (while (true) app.launchURL(\"http://example.org\")) >>";
    pdf.replace("/Type /Catalog", &format!("/Type /Catalog {action}")).into_bytes()
}

/// A picture that claims to be this many pixels wide and high.
pub(super) fn claimed_picture(pixels: u64, filter: &str) -> Vec<u8> {
    let picture = stream(
        &format!(
            "/Type /XObject /Subtype /Image /Width {pixels} /Height {pixels} /BitsPerComponent 8 \
             /ColorSpace /DeviceRGB {filter}"
        ),
        "x",
    );
    one_page("/XObject << /I 5 0 R >>", "q 595 0 0 842 0 0 cm /I Do Q", &[picture])
}

/// A font whose one letter is drawn by writing that letter.
pub(super) fn font_within_itself() -> Vec<u8> {
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] \
                /CharProcs << /a 6 0 R >> /Encoding << /Type /Encoding /Differences [97 /a] >> /FirstChar 97 \
                /LastChar 97 /Widths [1000] /Resources << /Font << /F 5 0 R >> >> >>";
    let letter = stream("", "1000 0 d0 BT /F 1 Tf (aa) Tj ET");
    one_page("/Font << /F 5 0 R >>", "BT /F 12 Tf (aaaa) Tj ET", &[font.into(), letter])
}

/// A pattern that is filled with itself.
pub(super) fn pattern_within_itself() -> Vec<u8> {
    let pattern = stream(
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 2 2] /XStep 0.01 /YStep 0.01 \
         /Resources << /Pattern << /P 5 0 R >> >>",
        "/Pattern cs /P scn 0 0 2 2 re f",
    );
    one_page("/Pattern << /P 5 0 R >>", "/Pattern cs /P scn 0 0 595 842 re f", &[pattern])
}

/// The state of the page is saved again and again, and never restored.
pub(super) fn saved_without_end(times: usize) -> Vec<u8> {
    one_page("", &"q ".repeat(times), &[])
}

/// A page tree in which each node has one child, this many levels deep.
pub(super) fn deep_page_tree(levels: usize) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    objects.extend((0..levels).map(|level| format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", level + 3)));
    objects.push("<< /Type /Page /MediaBox [0 0 595 842] >>".into());
    assemble(&objects)
}

/// A stream that is its own length.
pub(super) fn length_within_itself() -> Vec<u8> {
    let pdf = String::from_utf8(with_text("A text")).unwrap();
    pdf.replace("/Length 37", "/Length 5 0 R").into_bytes()
}
