//! PDFs made by hand, good and hostile ones.

use std::fmt::Write;

/// A PDF of these objects (numbered from 1, the first is the catalogue) with a correct cross-reference table.
pub(crate) fn assemble(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        offsets.push(out.len());
        write!(out, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let table = out.len();
    let size = objects.len() + 1;
    write!(out, "xref\n0 {size}\n0000000000 65535 f \n").unwrap();
    for offset in offsets {
        writeln!(out, "{offset:010} 00000 n ").unwrap();
    }
    write!(out, "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").unwrap();
    out.into_bytes()
}

pub(crate) fn stream(dictionary: &str, content: &str) -> String {
    format!("<< {dictionary} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// A PDF with one page for each text.
pub(crate) fn with_pages(texts: &[&str]) -> Vec<u8> {
    let kids: String = (0..texts.len()).map(|index| format!("{} 0 R ", 4 + 2 * index)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", texts.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into(),
    ];
    for (index, text) in texts.iter().enumerate() {
        objects.push(page(5 + 2 * index));
        objects.push(stream("", &format!("BT /F 12 Tf 72 720 Td ({text}) Tj ET")));
    }
    assemble(&objects)
}

/// A PDF with one page.
pub(crate) fn with_text(text: &str) -> Vec<u8> {
    with_pages(&[text])
}

fn page(contents: usize) -> String {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> \
         /Contents {contents} 0 R >>"
    )
}

/// A page with a text, and an electronic invoice attached to the document.
pub(crate) fn with_e_invoice(text: &str, xml: &str) -> Vec<u8> {
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R /AF [6 0 R] >>".into(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".into(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into(),
        page(5),
        stream("", &format!("BT /F 12 Tf 72 720 Td ({text}) Tj ET")),
        "<< /Type /Filespec /F (xrechnung.xml) /UF (xrechnung.xml) /EF << /F 7 0 R >> >>".into(),
        stream("/Type /EmbeddedFile", xml),
    ])
}

/// A page that is a picture.
pub(crate) fn scan() -> Vec<u8> {
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 5 0 R >> >> \
         /Contents 4 0 R >>"
            .into(),
        stream("", "q 595 0 0 842 0 0 cm /I Do Q"),
        stream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
            "x",
        ),
    ])
}

/// A page that is this picture (a PNG in RGB), as scanners make them.
pub(crate) fn scan_of(picture: &[u8]) -> Vec<u8> {
    turned_scan_of(picture, Turn::None)
}

/// How a sheet lies on the scanner's glass.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    /// As it is read.
    None,
    /// Its head to the left.
    Left,
    /// Its head to the right.
    Right,
    /// Upside down.
    Over,
}

/// The same, of a sheet that lay so; what is turned is the picture, so that nothing in the file says it.
pub(crate) fn turned_scan_of(picture: &[u8], turn: Turn) -> Vec<u8> {
    let (page, matrix) = match turn {
        Turn::None => ("595 842", "595 0 0 842 0 0"),
        Turn::Left => ("842 595", "0 595 -842 0 842 0"),
        Turn::Right => ("842 595", "0 -595 842 0 0 595"),
        Turn::Over => ("595 842", "-595 0 0 -842 595 842"),
    };
    let reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
    let (width, height) = (reader.info().width, reader.info().height);
    // What a PNG holds is what PDF calls Flate with PNG's predictors.
    let mut data = Vec::new();
    let mut rest = &picture[8..];
    while let [a, b, c, d, k0, k1, k2, k3, more @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        if [*k0, *k1, *k2, *k3] == *b"IDAT" {
            data.extend_from_slice(&more[..length]);
        }
        rest = &more[length + 4..];
    }
    let hexadecimal: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page}] /Resources << /XObject << /I 5 0 R >> >> \
             /Contents 4 0 R >>"
        ),
        stream("", &format!("q {matrix} cm /I Do Q")),
        stream(
            &format!(
                "/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 \
                 /ColorSpace /DeviceRGB /Filter [/ASCIIHexDecode /FlateDecode] \
                 /DecodeParms [null << /Predictor 15 /Colors 3 /Columns {width} >>]"
            ),
            &hexadecimal,
        ),
    ])
}

/// Forms that draw two forms that draw two forms …: 2^depth pieces of work in a small file.
pub(crate) fn exponential(depth: usize) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >> \
         /Contents 4 0 R >>"
            .to_owned(),
        stream("", "/X Do"),
    ];
    for level in 0..depth {
        let next = level + 6;
        let form = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        objects.push(stream(&form, "/X Do /X Do /X Do"));
    }
    objects.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", "0 0 1 1 re f"));
    assemble(&objects)
}

/// A form that draws itself.
pub(crate) fn form_within_itself() -> Vec<u8> {
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >> \
         /Contents 4 0 R >>"
            .into(),
        stream("", "/X Do"),
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
            "/X Do /X Do",
        ),
    ])
}

/// A page tree whose node is its own child.
pub(crate) fn page_tree_within_itself() -> Vec<u8> {
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>".into(),
    ])
}

/// Arrays in arrays in arrays.
pub(crate) fn deep_array(depth: usize) -> Vec<u8> {
    let content = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assemble(&[
        format!("<< /Type /Catalog /Pages 2 0 R /Deep {content} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".into(),
        stream("", &content),
    ])
}

/// A content stream of a few bytes that unpacks to a gigabyte: in run-length code the byte 0x81 twice stands for the
/// byte 0x81 128 times, so that each further pass makes it 64 times as long. What follows ends each pass in turn: the
/// literal bytes that end the next one, then 0x80.
pub(crate) fn bomb() -> Vec<u8> {
    let passes = "/RunLengthDecode ".repeat(4);
    let content = format!("{}04020080808080>", "81".repeat(64));
    assemble(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".into(),
        stream(&format!("/Filter [/ASCIIHexDecode {passes}]"), &content),
    ])
}
