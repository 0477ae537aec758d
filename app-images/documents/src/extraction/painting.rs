//! Paints a page as a picture. This code runs only inside the caged child process.

use std::io;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::pdf::OpenPdf;

/// What a page is painted for, which decides its size and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canvas {
    /// To be looked at: in colour, so many pixels wide.
    Wide(u16),
    /// For the recognition of letters: in grey, 300 dots to the inch.
    Scan,
}

/// More pixels than these are not painted: about an A2 sheet at 300 dots to the inch.
const MOST_PIXELS: f32 = 40e6;
/// The longest edge that the rasteriser takes, in pixels.
const LONGEST_EDGE: f32 = 60_000.0;
/// Dots to the inch at which letters are recognised best.
const SCAN_DPI: f32 = 300.0;
const POINTS_PER_INCH: f32 = 72.0;

/// Why a page was not painted.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// There is no such page.
    #[error("the document has no such page")]
    NoSuchPage,
    /// Its sheet is a line or a point.
    #[error("the page has no area")]
    NoArea,
    /// The picture cannot be written.
    #[error("the picture cannot be encoded")]
    Encode(#[from] png::EncodingError),
}

/// Paints a page (the first is 1) and gives a PNG.
///
/// # Errors
/// See [`PaintError`]. What cannot be understood on the page is left white.
pub fn paint(pdf: &OpenPdf, number: u32, canvas: Canvas) -> Result<Vec<u8>, PaintError> {
    let page = pdf.page(number).ok_or(PaintError::NoSuchPage)?;
    let (width, height) = page.render_dimensions();
    if !(width >= 1.0 && height >= 1.0 && width.is_finite() && height.is_finite()) {
        return Err(PaintError::NoArea);
    }
    let wanted = match canvas {
        Canvas::Wide(pixels) => f32::from(pixels) / width,
        Canvas::Scan => SCAN_DPI / POINTS_PER_INCH,
    };
    let scale = wanted.min((MOST_PIXELS / (width * height)).sqrt()).min(LONGEST_EDGE / width.max(height));
    let settings = PixmapSettings {
        // At least a pixel, however long and thin the sheet is.
        x_scale: scale.max(1.0 / width),
        y_scale: scale.max(1.0 / height),
        bg_color: WHITE,
    };
    let painted = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(painted.width()), u32::from(painted.height()));
    // Opaque, since the ground is white: so the premultiplied colours are the colours.
    let pixels = painted.data_as_u8_slice().chunks_exact(4);
    match canvas {
        Canvas::Wide(_) => encode(
            width,
            height,
            png::ColorType::Rgb,
            &pixels.flat_map(|p| [p[0], p[1], p[2]]).collect::<Vec<_>>(),
        ),
        Canvas::Scan => {
            encode(width, height, png::ColorType::Grayscale, &pixels.map(grey).collect::<Vec<_>>())
        }
    }
}

/// Brightness after ITU-R BT.601, in 256ths.
fn grey(pixel: &[u8]) -> u8 {
    let weighted = 77 * u32::from(pixel[0]) + 150 * u32::from(pixel[1]) + 29 * u32::from(pixel[2]);
    u8::try_from(weighted >> 8).unwrap_or(u8::MAX)
}

fn encode(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Result<Vec<u8>, PaintError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(io::Cursor::new(&mut out), width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let dots_per_metre = (SCAN_DPI / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: dots_per_metre,
        yppu: dots_per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(out)
}
