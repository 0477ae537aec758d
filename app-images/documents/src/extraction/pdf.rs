//! Reads the letters of a PDF with hayro.
//!
//! hayro runs a page's drawing operators against a "device". Ours draws nothing: it notes where each glyph would go
//! and whether the page holds pictures. This code runs only inside the caged child process.

use hayro_interpret::font::{Glyph, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

use jiff::civil::Date;

use super::layout::{PageLayout, PlacedGlyph, Vector};
use super::{Metadata, PageText, Password, TextSource, Unreadable, attachment};

/// Glyph space, in which hayro gives advances: units to the em.
const UNITS_PER_EM: f64 = 1000.0;

/// An opened document.
pub struct OpenPdf(Pdf);

impl OpenPdf {
    /// Opens a document from its bytes.
    ///
    /// # Errors
    /// When it needs a password, is encrypted in an unknown way, or cannot be understood as a PDF with pages.
    pub fn open(bytes: Vec<u8>, password: Option<&Password>) -> Result<Self, Unreadable> {
        let password = password.map_or("", Password::reveal);
        let pdf = Pdf::new_with_password(bytes, password).map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unreadable::Password,
            LoadPdfError::Decryption(
                DecryptionError::MissingIDEntry
                | DecryptionError::InvalidEncryption
                | DecryptionError::UnsupportedAlgorithm,
            ) => Unreadable::Encryption,
            LoadPdfError::Invalid => Unreadable::Damaged,
        })?;
        if pdf.pages().is_empty() { Err(Unreadable::Damaged) } else { Ok(Self(pdf)) }
    }

    /// How many pages the document has; at least one.
    pub fn page_count(&self) -> usize {
        self.0.pages().len()
    }

    /// A page by its number; the first is 1.
    pub fn page(&self, number: u32) -> Option<&Page<'_>> {
        self.0.pages().get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// What the document says of itself.
    pub fn metadata(&self) -> Metadata {
        let said = self.0.metadata();
        let text = |bytes: &Option<Box<[u8]>>| bytes.as_deref().and_then(spoken);
        let created = said.creation_date.and_then(|made| {
            Date::new(i16::try_from(made.year).ok()?, made.month.try_into().ok()?, made.day.try_into().ok()?)
                .ok()
        });
        Metadata { title: text(&said.title), author: text(&said.author), created }
    }

    /// The electronic invoice inside it, as XML.
    pub fn e_invoice(&self) -> Option<String> {
        attachment::e_invoice(self.0.xref())
    }

    /// Reads page after page, in order, and hands each to `sink`; stops at the first error of `sink`.
    ///
    /// # Errors
    /// Only those of `sink`: a page that cannot be understood is an empty page.
    pub fn read_pages<E>(&self, mut sink: impl FnMut(PageText) -> Result<(), E>) -> Result<(), E> {
        let cache = InterpreterCache::new();
        for page in self.0.pages().iter() {
            sink(self.read_page(page, &cache))?;
        }
        Ok(())
    }

    fn read_page<'a>(&'a self, page: &Page<'a>, cache: &InterpreterCache<'a>) -> PageText {
        // The box only matters to what is drawn, and nothing is.
        let anywhere = Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, anywhere, cache, self.0.xref(), settings);
        let mut letters = Letters::default();
        interpret_page(page, &mut context, &mut letters);
        let text = letters.layout.finish();
        let source = if text.is_empty() { TextSource::None } else { TextSource::Pdf };
        PageText { text, pictures: letters.pictures, source }
    }
}

/// A text string of PDF (ISO 32000-1, 7.9.2.2) as a line for people: UTF-16 or UTF-8 if it says so, else about Latin-1.
/// `None` if nothing can be read in it.
pub(super) fn spoken(bytes: &[u8]) -> Option<String> {
    /// More than a title needs.
    const MOST_CHARACTERS: usize = 300;
    let text: String = match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CHARACTERS).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The device that collects letters instead of drawing them.
#[derive(Default)]
struct Letters {
    layout: PageLayout,
    pictures: bool,
}

impl<'a> Device<'a> for Letters {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let vertical = matches!(run.writing_mode(), WritingMode::Vertical);
        let placed = run.glyphs().iter().map(|glyph| place(glyph, props.transform, vertical));
        self.layout.push_run(placed.collect());
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.pictures = true;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn place(glyph: &PositionedGlyph<'_>, page: Affine, vertical: bool) -> PlacedGlyph {
    let to_page = page * glyph.transform();
    let origin = to_page * Point::ORIGIN;
    let displacement = |x: f64, y: f64| {
        let end = to_page * Point::new(x, y);
        Vector { x: end.x - origin.x, y: end.y - origin.y }
    };
    let up = displacement(0.0, UNITS_PER_EM);
    let (advance, direction) = if vertical {
        (displacement(0.0, -UNITS_PER_EM), displacement(0.0, -UNITS_PER_EM))
    } else {
        (displacement(advance_width(glyph), 0.0), displacement(UNITS_PER_EM, 0.0))
    };
    let text = match glyph.as_unicode() {
        Some(BfString::Char(character)) => character.into(),
        Some(BfString::String(string)) => string,
        None => char::REPLACEMENT_CHARACTER.into(),
    };
    PlacedGlyph {
        text,
        origin: Vector { x: origin.x, y: origin.y },
        advance,
        direction,
        em: up.x.hypot(up.y),
    }
}

/// In units to the em; zero when the font does not say, which at worst adds a space after the glyph.
fn advance_width(glyph: &Glyph<'_>) -> f64 {
    let width = match glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(drawn) => drawn.advance_width(),
    };
    f64::from(width.unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn a_text_string_is_read_in_each_of_its_encodings() {
        assert_eq!(spoken(b"Rechnung").as_deref(), Some("Rechnung"));
        assert_eq!(spoken(b"Caf\xe9\r\n").as_deref(), Some("Café"));
        assert_eq!(spoken(b"\xfe\xff\x00\xc4\x00b").as_deref(), Some("Äb"));
        assert_eq!(spoken(b"\xef\xbb\xbf\xc3\x84b").as_deref(), Some("Äb"));
        assert_eq!(spoken(b" \0 "), None);
    }
}
