//! Reads the letters of a PDF with hayro.
//!
//! hayro runs a page's drawing operators against a "device". Ours draws nothing: it notes where each glyph would go
//! and whether the page holds pictures. This code runs only inside the caged child process.

use hayro_interpret::font::{Glyph, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf, PdfData};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

use super::layout::{Characters, PageLayout, PlacedGlyph, Vector};
use super::{Metadata, PageText, Password, TextSource, Unreadable, attachments, verdict};

/// Glyph space, in which hayro gives advances: units to the em.
const UNITS_PER_EM: f64 = 1000.0;

/// An opened document.
pub struct OpenPdf(Pdf);

impl OpenPdf {
    /// Opens a document from its bytes; a password is only tried where one is needed.
    ///
    /// # Errors
    /// When it needs a password or another one, is encrypted in an unknown way, or cannot be understood as a PDF with pages.
    pub fn open(bytes: Vec<u8>, password: Option<&Password>) -> Result<Self, Unreadable> {
        let bytes = PdfData::from(bytes);
        let opened = match (Pdf::new(bytes.clone()), password) {
            (Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)), Some(password)) => {
                Pdf::new_with_password(bytes, password.reveal())
            }
            (opened, _) => opened,
        };
        let pdf = opened.map_err(|error| match error {
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

    /// What the file says of itself.
    pub fn metadata(&self) -> Metadata {
        Metadata::of(self.0.metadata())
    }

    /// The XML of the invoice inside the file: at most 4 MiB, unpacked but not understood.
    pub fn e_invoice(&self) -> Option<Vec<u8>> {
        attachments::e_invoice(&self.0)
    }

    /// The file.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.data().as_ref()
    }

    /// Where its objects are.
    pub(super) fn xref(&self) -> &XRef {
        self.0.xref()
    }

    /// The page with this number; the first is 1.
    pub(super) fn page(&self, number: u32) -> Option<&Page<'_>> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.0.pages().get(index)
    }

    /// Who reads its pages. A reader remembers the fonts that it has seen, so one reader should read many pages.
    pub fn reader(&self) -> PageReader<'_> {
        PageReader { pdf: &self.0, cache: InterpreterCache::new() }
    }
}

/// Reads pages of one document, in any order.
pub struct PageReader<'a> {
    pdf: &'a Pdf,
    cache: InterpreterCache<'a>,
}

impl PageReader<'_> {
    /// The text of a page (the first is 0). A page that cannot be understood, or is not there, is an empty page.
    pub fn read(&self, index: usize) -> PageText {
        // The box only matters to what is drawn, and nothing is.
        let anywhere = Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, anywhere, &self.cache, self.pdf.xref(), settings);
        let mut letters = Letters::default();
        if let Some(page) = self.pdf.pages().get(index) {
            interpret_page(page, &mut context, &mut letters);
        }
        let text = letters.layout.finish();
        let source = if verdict::readable_characters(&text) > 0 { TextSource::Pdf } else { TextSource::None };
        PageText { text, pictures: letters.pictures, source }
    }
}

/// The device that collects letters instead of drawing them.
#[derive(Default)]
struct Letters {
    layout: PageLayout,
    pictures: bool,
    names: Names,
}

impl<'a> Device<'a> for Letters {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let vertical = matches!(run.writing_mode(), WritingMode::Vertical);
        self.names.forget();
        let names = &mut self.names;
        let placed =
            run.glyphs().iter().map(|glyph| place(glyph, names.of(glyph), props.transform, vertical));
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

fn place(glyph: &PositionedGlyph<'_>, name: &Name, page: Affine, vertical: bool) -> PlacedGlyph {
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
        (displacement(name.advance, 0.0), displacement(UNITS_PER_EM, 0.0))
    };
    PlacedGlyph {
        text: name.text.clone(),
        origin: Vector { x: origin.x, y: origin.y },
        advance,
        direction,
        em: (up.x * up.x + up.y * up.y).sqrt(),
    }
}

/// What the font says of a code.
struct Name {
    code: u32,
    text: Characters,
    /// In units to the em.
    advance: f64,
}

impl Name {
    fn of(glyph: &Glyph<'_>) -> Self {
        let text = match glyph.as_unicode() {
            Some(BfString::Char(character)) => character.into(),
            Some(BfString::String(string)) => Characters::Several(string.into()),
            None => char::REPLACEMENT_CHARACTER.into(),
        };
        Self { code: glyph.char_code(), text, advance: advance_width(glyph) }
    }
}

/// What the font has said of the codes of one run. A run is of one font, most letters of a line come more than once, and
/// asking the font means looking up names.
#[derive(Default)]
struct Names {
    known: Vec<Name>,
    /// By the last byte of the code: where in `known` it is.
    places: Places,
}

/// Places in a list; `u8::MAX` is no place.
struct Places([u8; 256]);

impl Default for Places {
    fn default() -> Self {
        Self([u8::MAX; 256])
    }
}

impl Places {
    fn of(&mut self, code: u32) -> &mut u8 {
        let [.., last] = code.to_be_bytes();
        &mut self.0[usize::from(last)]
    }
}

impl Names {
    /// Forgets the font.
    fn forget(&mut self) {
        for name in self.known.drain(..) {
            *self.places.of(name.code) = u8::MAX;
        }
    }

    fn of(&mut self, glyph: &Glyph<'_>) -> &Name {
        let code = glyph.char_code();
        let place = usize::from(*self.places.of(code));
        if self.known.get(place).is_some_and(|name| name.code == code) {
            return &self.known[place];
        }
        if self.known.len() >= usize::from(u8::MAX) {
            self.forget();
        }
        let place = self.known.len();
        // It fits, because the list is shorter than that.
        *self.places.of(code) = u8::try_from(place).unwrap_or(u8::MAX);
        self.known.push(Name::of(glyph));
        &self.known[place]
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
