//! The child process that draws one page: PDF on standard input, picture on standard output.

use std::io::{self, Write};

use super::Password;
use super::cage::Limits;
use super::canvas::{Canvas, Scale};
use super::child;
use super::protocol::Refusal;
use super::resolution;

/// What the picture is for, and so what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Picture {
    /// A PNG of this width in pixels, for people.
    Png(u32),
    /// A graymap for OCR, of at most this resolution in pixels to the inch.
    Grey(u32),
}

/// Runs the child's whole life. A page that cannot be drawn is no error: it is told ([`Refusal`]).
///
/// # Errors
/// When the limits cannot be applied, or the parent no longer listens.
pub fn run(limits: Limits, page: u32, picture: Picture, password: Option<&Password>) -> io::Result<()> {
    let opened = child::lock_and_open(limits, password)?;
    let drawn = opened.map_err(Refusal::Unreadable).and_then(|pdf| {
        let scale = match picture {
            Picture::Png(width) => Scale::Width(width),
            Picture::Grey(most_dpi) => Scale::Dpi(resolution::for_recognition(&pdf, page, most_dpi)),
        };
        Canvas::draw(&pdf, page, scale)
    });
    let mut out = io::stdout().lock();
    match (drawn, picture) {
        (Ok(canvas), Picture::Png(_)) => out.write_all(&canvas.into_png()?),
        (Ok(canvas), Picture::Grey(_)) => canvas.write_grey(&mut out),
        (Err(refusal), _) => Ok(serde_json::to_writer(io::stderr().lock(), &refusal)?),
    }
}
