//! PDFs with more than text.

use crate::support::pdf::{assemble, stream, with_pages};

/// The objects of a document with one page, and more in its catalogue (object 1). The next free number is 6.
fn one_page(catalogue: &str) -> Vec<String> {
    vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".into(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> \
         /Contents 5 0 R >>"
            .into(),
        stream("", "BT /F 12 Tf 72 720 Td (See the attachment) Tj ET"),
    ]
}

/// A title in UTF-16, an author in PDFDocEncoding, a day with an offset.
pub(super) fn with_information() -> Vec<u8> {
    let mut objects = one_page("");
    let title: String = "Angebot für Möbel".encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    objects
        .push(format!("<< /Title <FEFF{title}> /Author (Rehm) /CreationDate (D:20260417093000+02'00') >>"));
    let pdf = String::from_utf8(assemble(&objects)).unwrap();
    pdf.replace("/Root 1 0 R", "/Root 1 0 R /Info 6 0 R").into_bytes()
}

/// A file in the tree of embedded files, one level down.
pub(super) fn with_attachment(name: &str, content: &str) -> Vec<u8> {
    let mut objects = one_page("/Names << /EmbeddedFiles << /Kids [6 0 R] >> >>");
    objects.push("<< /Names [(a key) 7 0 R] >>".into());
    objects.extend(file(name, content));
    assemble(&objects)
}

/// A file that only the catalogue's association leads to.
pub(super) fn with_associated_file(name: &str, content: &str) -> Vec<u8> {
    let mut objects = one_page("/AF [7 0 R]");
    objects.push("null".into());
    objects.extend(file(name, content));
    assemble(&objects)
}

/// A tree of embedded files in which a node is its own child, twice.
pub(super) fn with_endless_file_tree() -> Vec<u8> {
    let mut objects = one_page("/Names << /EmbeddedFiles 6 0 R >>");
    objects.push("<< /Kids [6 0 R 6 0 R] >>".into());
    assemble(&objects)
}

/// Objects 7 and 8.
fn file(name: &str, content: &str) -> [String; 2] {
    [
        format!("<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F 8 0 R >> >>"),
        stream("/Type /EmbeddedFile", content),
    ]
}

pub(super) fn text_then_blank() -> Vec<u8> {
    with_pages(&["A page with a text", ""])
}
