//! The electronic invoice inside a PDF: ZUGFeRD, Factur-X and XRechnung attach it as an XML file under a known name
//! (PDF/A-3, ISO 32000-2, 7.11.4). This code runs only inside the caged child process.

use hayro_interpret::hayro_syntax::object::{Array, Dict, Object, Stream, String as PdfString};
use hayro_interpret::hayro_syntax::xref::XRef;

/// The names that the standards give, in lower case.
const NAMES: [&str; 4] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"];
/// Larger than any invoice, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// Deeper than any tree of names that a program writes.
const MOST_DEPTH: usize = 8;
/// More attachments than anybody looks through.
const MOST_ENTRIES: usize = 1000;

/// Finds it and gives its XML.
pub(super) fn e_invoice(xref: &XRef) -> Option<String> {
    let root: Dict<'_> = xref.get(xref.root_id())?;
    let mut found = Vec::new();
    if let Some(associated) = root.get::<Array<'_>>("AF") {
        found.extend(associated.iter::<Dict<'_>>().take(MOST_ENTRIES));
    }
    let tree = root.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles"));
    if let Some(tree) = tree {
        collect(&tree, MOST_DEPTH, &mut found);
    }
    found.iter().filter(|file| is_invoice(file)).find_map(content)
}

/// Walks a tree of names (ISO 32000-1, 7.9.6): leaves hold pairs of a name and a file.
fn collect<'a>(node: &Dict<'a>, depth: usize, found: &mut Vec<Dict<'a>>) {
    if depth == 0 || found.len() >= MOST_ENTRIES {
        return;
    }
    if let Some(pairs) = node.get::<Array<'a>>("Names") {
        let files = pairs.iter::<Object<'a>>().filter_map(Object::into_dict);
        found.extend(files.take(MOST_ENTRIES));
    }
    if let Some(kids) = node.get::<Array<'a>>("Kids") {
        for kid in kids.iter::<Dict<'a>>().take(MOST_ENTRIES) {
            collect(&kid, depth - 1, found);
        }
    }
}

fn is_invoice(file: &Dict<'_>) -> bool {
    let named =
        |key: &str| file.get::<PdfString<'_>>(key).and_then(|name| super::pdf::spoken(name.as_bytes()));
    ["UF", "F"].into_iter().filter_map(named).any(|name| NAMES.contains(&name.to_lowercase().as_str()))
}

fn content(file: &Dict<'_>) -> Option<String> {
    let embedded: Dict<'_> = file.get("EF")?;
    let stream = embedded.get::<Stream<'_>>("F").or_else(|| embedded.get::<Stream<'_>>("UF"))?;
    let bytes = stream.decoded().ok()?;
    (bytes.len() <= MOST_BYTES).then(|| text_of(&bytes))
}

/// XML in UTF-8, or in UTF-16 with its mark; anything else comes out damaged, which the reader of the invoice notices.
fn text_of(bytes: &[u8]) -> String {
    let units = |from: fn([u8; 2]) -> u16, rest: &[u8]| {
        String::from_utf16_lossy(
            &rest.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect::<Vec<_>>(),
        )
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => units(u16::from_be_bytes, rest),
        [0xFF, 0xFE, rest @ ..] => units(u16::from_le_bytes, rest),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
