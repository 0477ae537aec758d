//! Finds the resolution at which a page was scanned.
//!
//! A scan is recognised best as it is: drawn at another resolution its pixels become uneven steps, which cost more letters
//! than more pixels win.

use hayro_interpret::font::GlyphRun;
use hayro_interpret::kurbo::{Affine, BezPath, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

use super::pdf::OpenPdf;

/// A picture that covers less of its page than this is no scan of it.
const LEAST_SHARE: f64 = 0.5;
/// From this resolution on a letter has enough pixels, in pixels to the inch; below it, each is drawn as four.
const LEAST_DPI: f64 = 100.0;
/// PDF's unit of length, to the inch.
const POINTS_PER_INCH: f64 = 72.0;

/// The resolution at which to draw a page (the first is 1) so that its letters can be recognised, in pixels to the inch:
/// `most`, or less if the page is a scan of less.
pub(super) fn for_recognition(pdf: &OpenPdf, number: u32, most: u32) -> u32 {
    let of_scan = scanned_dpi(pdf, number).map(|dpi| if dpi < LEAST_DPI { dpi * 2.0 } else { dpi });
    of_scan.map_or(most, |dpi| {
        // What is in this range fits without its fraction.
        dpi.round().clamp(1.0, f64::from(most)) as u32
    })
}

/// The resolution of the picture that covers the page; `None` if none does.
fn scanned_dpi(pdf: &OpenPdf, number: u32) -> Option<f64> {
    let page = pdf.page(number)?;
    let anywhere = Rect::new(0.0, 0.0, 1.0, 1.0);
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(Affine::IDENTITY, anywhere, &cache, page.xref(), settings);
    let mut largest = Largest::default();
    interpret_page(page, &mut context, &mut largest);
    let (width, height) = page.render_dimensions();
    let covers = largest.area >= LEAST_SHARE * f64::from(width) * f64::from(height);
    (covers && largest.area.is_finite()).then(|| POINTS_PER_INCH * (largest.pixels / largest.area).sqrt())
}

/// The device that looks for the largest picture. In square points and in pixels.
#[derive(Default)]
struct Largest {
    area: f64,
    pixels: f64,
}

impl<'a> Device<'a> for Largest {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = f64::from(image.width()) * f64::from(image.height());
        // The transform is of one pixel.
        let area = props.transform.determinant().abs() * pixels;
        if area > self.area {
            *self = Self { area, pixels };
        }
    }

    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An A4 page with a picture of so many pixels and such a part of the page's width and height.
    fn page(pixels: (u32, u32), share: f64) -> OpenPdf {
        let (width, height) = pixels;
        let content = format!("q {} 0 0 {} 0 0 cm /I Do Q", 595.0 * share, 842.0 * share);
        let pdf = format!(
            "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
             2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
             3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 5 0 R >> >> \
             /Contents 4 0 R >>\nendobj\n\
             4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n\
             5 0 obj\n<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 \
             /ColorSpace /DeviceGray /Length 1 >>\nstream\nx\nendstream\nendobj\n\
             trailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n",
            content.len()
        );
        OpenPdf::open(pdf.into_bytes(), None).unwrap()
    }

    #[test]
    fn a_scan_is_drawn_as_it_is_and_a_coarse_one_twice_as_fine() {
        assert_eq!(for_recognition(&page((1240, 1754), 1.0), 1, 300), 150);
        assert_eq!(for_recognition(&page((595, 842), 1.0), 1, 300), 144);
        assert_eq!(for_recognition(&page((4958, 7017), 1.0), 1, 300), 300);
    }

    #[test]
    fn a_picture_on_a_page_is_no_scan_of_it() {
        assert_eq!(for_recognition(&page((100, 100), 0.3), 1, 300), 300);
    }
}
