//! Reads XML into a flat list of texts, each with the path that leads to it.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::EInvoiceError;

/// No invoice has more bytes than this; the reader of PDFs hands over no more either.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The deepest path of EN 16931 has nine elements.
pub(super) const MOST_DEPTH: usize = 64;

/// The texts of a document in their order.
pub(super) struct Elements {
    /// The name of the outermost element, without its prefix.
    pub(super) root: String,
    texts: Vec<(String, String)>,
}

impl Elements {
    /// The first text at one of these paths, which start below the root: `ExchangedDocument/ID`. Never empty.
    pub(super) fn first(&self, paths: &[&str]) -> Option<String> {
        paths
            .iter()
            .find_map(|path| self.texts.iter().find(|(found, _)| found == path).map(|(_, text)| text.clone()))
    }
}

/// Reads the whole file. Prefixes of names are dropped: the vocabularies do not reuse a name at one path.
pub(super) fn read(xml: &[u8]) -> Result<Elements, EInvoiceError> {
    if xml.len() > MOST_BYTES {
        return Err(EInvoiceError::TooBig);
    }
    let xml = decode(xml);
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let mut walk = Walk::default();
    loop {
        match reader.read_event().map_err(malformed)? {
            Event::Start(start) => walk.enter(start.local_name().as_ref())?,
            Event::Empty(start) => {
                walk.enter(start.local_name().as_ref())?;
                walk.leave();
            }
            Event::End(_) => walk.leave(),
            Event::Text(text) => walk.text.push_str(&text.decode().map_err(malformed)?),
            Event::CData(text) => walk.text.push_str(&text.decode().map_err(malformed)?),
            Event::GeneralRef(entity) => walk.text.push(resolve(&entity)?),
            Event::DocType(_) => return Err(EInvoiceError::DocumentTypeDeclared),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return walk.end(),
        }
    }
}

fn malformed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EInvoiceError {
    EInvoiceError::Malformed(error.into())
}

/// UTF-8, or else Latin-1, the other encoding that old invoice programs write: every byte is a character there.
fn decode(xml: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(xml) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(xml.iter().copied().map(char::from).collect()),
    }
}

fn resolve(entity: &BytesRef<'_>) -> Result<char, EInvoiceError> {
    if let Some(letter) = entity.resolve_char_ref().map_err(malformed)? {
        return Ok(letter);
    }
    match entity.decode().map_err(malformed)?.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(EInvoiceError::UnknownEntity(other.to_owned())),
    }
}

/// Where the reader is, and what it has found.
#[derive(Default)]
struct Walk {
    root: Option<String>,
    /// The path below the root, and for each element of it the path's length without that element.
    path: String,
    lengths: Vec<usize>,
    depth: usize,
    text: String,
    texts: Vec<(String, String)>,
}

impl Walk {
    fn enter(&mut self, name: &[u8]) -> Result<(), EInvoiceError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(EInvoiceError::TooDeep);
        }
        self.text.clear();
        let name = String::from_utf8_lossy(name);
        if self.depth == 1 {
            self.root.get_or_insert_with(|| name.into_owned());
        } else {
            self.lengths.push(self.path.len());
            if !self.path.is_empty() {
                self.path.push('/');
            }
            self.path.push_str(&name);
        }
        Ok(())
    }

    fn leave(&mut self) {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.clear();
        // Because only the head of an invoice is asked for: the lines, of which there may be thousands, are not kept.
        if !text.is_empty() && !self.path.contains("Line") {
            self.texts.push((self.path.clone(), text));
        }
        self.depth = self.depth.saturating_sub(1);
        if let Some(length) = self.lengths.pop() {
            self.path.truncate(length);
        }
    }

    fn end(self) -> Result<Elements, EInvoiceError> {
        match self.root {
            Some(root) if self.depth == 0 => Ok(Elements { root, texts: self.texts }),
            Some(_) => Err(malformed("it ends before its last element does")),
            None => Err(malformed("it has no element")),
        }
    }
}
