//! Finds the e-invoice that travels inside a PDF.
//!
//! ZUGFeRD, Factur-X and XRechnung put the invoice into the file a second time, as XML under a fixed name. The catalog
//! leads to it twice: by the associated files (`/AF`, PDF/A-3) and by the tree of embedded files. Older files have only
//! the second.

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Stream, String as PdfString};

use super::text_string;

/// The names that the standards give the XML, in lower case.
const NAMES: [&str; 3] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];
/// The largest XML that we take, in bytes.
pub(super) const MOST_XML_BYTES: usize = 4 << 20;
/// A packed XML larger than this unpacks to more than we take: markup packs ten times at least.
const MOST_PACKED_BYTES: usize = 2 << 20;
/// How many nodes and names are looked at before we stop looking.
const MOST_STEPS: usize = 10_000;

/// The XML of the e-invoice, unpacked but not understood; `None` if there is none or it is too large.
pub(super) fn e_invoice(pdf: &Pdf) -> Option<Vec<u8>> {
    let catalog: Dict<'_> = pdf.xref().get(pdf.xref().root_id())?;
    associated(&catalog).or_else(|| embedded(&catalog))
}

fn associated(catalog: &Dict<'_>) -> Option<Vec<u8>> {
    let files: Array<'_> = catalog.get("AF")?;
    files.iter::<Dict<'_>>().take(MOST_STEPS).find_map(|file| invoice_in(&file))
}

fn embedded(catalog: &Dict<'_>) -> Option<Vec<u8>> {
    let names: Dict<'_> = catalog.get("Names")?;
    let mut waiting: Vec<Dict<'_>> = vec![names.get("EmbeddedFiles")?];
    // A tree may lead back into itself, so what ends the walk is the count.
    for _ in 0..MOST_STEPS {
        let node = waiting.pop()?;
        if let Some(pairs) = node.get::<Array<'_>>("Names") {
            let mut pairs = pairs.flex_iter();
            // The key is skipped: it need not be the file's name.
            while pairs.next::<PdfString<'_>>().is_some() {
                if let Some(xml) = pairs.next::<Dict<'_>>().and_then(|file| invoice_in(&file)) {
                    return Some(xml);
                }
            }
        }
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            waiting.extend(kids.iter::<Dict<'_>>().take(MOST_STEPS - waiting.len().min(MOST_STEPS)));
        }
    }
    None
}

/// The XML, if this file specification names one.
fn invoice_in(file: &Dict<'_>) -> Option<Vec<u8>> {
    let named = ["UF", "F"].into_iter().filter_map(|key| file.get::<PdfString<'_>>(key)).any(|name| {
        let name = text_string::decode(name.as_bytes()).to_lowercase();
        // Some programs write a path.
        NAMES.contains(&name.rsplit(['/', '\\']).next().unwrap_or(&name))
    });
    if !named {
        return None;
    }
    let streams: Dict<'_> = file.get("EF")?;
    let stream = streams.get::<Stream<'_>>("UF").or_else(|| streams.get("F"))?;
    if stream.raw_data().len() > MOST_PACKED_BYTES {
        return None;
    }
    let xml = stream.decoded().ok()?.into_owned();
    (!xml.is_empty() && xml.len() <= MOST_XML_BYTES).then_some(xml)
}
