//! Draws a page: for people as PNG, for OCR in shades of grey.

use std::io::{self, Write};

use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_interpret::InterpreterSettings;

use super::pdf::OpenPdf;
use super::protocol::Refusal;

/// How large a page is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// This wide, in pixels; the height follows.
    Width(u32),
    /// So many pixels to the inch.
    Dpi(u32),
}

/// A drawn page.
pub struct Canvas(Pixmap);

/// PDF's unit of length, to the inch.
const POINTS_PER_INCH: f32 = 72.0;
/// The most pixels that a page is drawn with: an A3 page at 300 dpi has 17.4 million. Each takes four bytes here. A
/// larger page is drawn smaller.
const MOST_PIXELS: f32 = 20e6;
/// The longest side that the renderer can draw with some distance to the end of its 16-bit coordinates.
const LONGEST_SIDE: f32 = 16_000.0;

impl Canvas {
    /// Draws the page with this number (the first is 1).
    ///
    /// # Errors
    /// When there is no such page, or it has no size.
    pub fn draw(pdf: &OpenPdf, number: u32, scale: Scale) -> Result<Self, Refusal> {
        let page = pdf.page(number).ok_or(Refusal::NoSuchPage)?;
        let (width, height) = page.render_dimensions();
        let scale = fitting_scale(width, height, scale).ok_or(Refusal::NoSize)?;
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let cache = RenderCache::new();
        let pixmap = hayro::render(
            page,
            &cache,
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &settings,
        );
        Ok(Self(pixmap))
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn into_png(self) -> io::Result<Vec<u8>> {
        self.0.into_png().map_err(io::Error::other)
    }

    /// Writes the picture as a portable graymap (PGM, binary): a short header, then one byte for each pixel.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_grey(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "P5\n{} {}\n255\n", self.0.width(), self.0.height())?;
        let grey: Vec<u8> = self.0.data().iter().map(|pixel| luma(pixel.r, pixel.g, pixel.b)).collect();
        out.write_all(&grey)?;
        out.flush()
    }
}

/// Pixels to the point so that the picture is as large as asked, unless that were too large; `None` for a page without
/// an area.
fn fitting_scale(width: f32, height: f32, scale: Scale) -> Option<f32> {
    let has_area = |side: f32| side.is_finite() && side > 0.0;
    if !has_area(width) || !has_area(height) {
        return None;
    }
    let asked = match scale {
        // No width that is asked for is large enough to be inexact.
        Scale::Width(pixels) => (pixels as f32 + 0.5) / width,
        Scale::Dpi(dpi) => dpi as f32 / POINTS_PER_INCH,
    };
    let by_area = (MOST_PIXELS / (width * height)).sqrt();
    let by_side = LONGEST_SIDE / width.max(height);
    let fitting = asked.min(by_area).min(by_side);
    // The renderer cuts the fraction off, and draws nothing on no pixels.
    (fitting.is_finite() && fitting * width.min(height) >= 1.0).then_some(fitting)
}

/// Brightness as seen (ITU-R BT.601, in 256ths).
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29;
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_wide_as_asked() {
        let scale = fitting_scale(595.0, 842.0, Scale::Width(600)).unwrap();
        assert_eq!((scale * 595.0) as u32, 600);
    }

    #[test]
    fn a_huge_page_is_drawn_smaller_and_a_page_without_area_not_at_all() {
        let scale = fitting_scale(100_000.0, 100_000.0, Scale::Dpi(300)).unwrap();
        assert!((scale * 100_000.0).powi(2) <= MOST_PIXELS * 1.01);
        let scale = fitting_scale(100.0, 1e6, Scale::Width(2000));
        assert!(scale.is_some_and(|scale| scale * 1e6 <= LONGEST_SIDE * 1.01), "{scale:?}");
        for (width, height) in [(0.0, 10.0), (f32::NAN, 10.0), (10.0, f32::INFINITY), (1.0, 1e9)] {
            assert_eq!(fitting_scale(width, height, Scale::Width(600)), None);
        }
    }

    #[test]
    fn white_stays_white_and_black_black() {
        assert_eq!([luma(255, 255, 255), luma(0, 0, 0)], [255, 0]);
    }
}
