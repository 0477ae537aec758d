//! The child process: reads one PDF from standard input, tells its text or paints a page on standard output, ends.

use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use super::cage::{self, Limits};
use super::painting::{self, Canvas};
use super::pdf::OpenPdf;
use super::process::PASSWORD_VARIABLE;
use super::protocol::Message;
use super::{Password, Unreadable};

/// Runs the whole life of a child that reads. What it could not do for reasons of its own (not of the document) is an
/// error.
///
/// # Errors
/// When the limits cannot be applied, or the parent no longer listens.
pub fn read(limits: Limits) -> io::Result<()> {
    let document = document(limits)?;
    let mut out = io::stdout().lock();
    match document {
        Ok(document) => tell(document, password().as_ref(), &mut out),
        Err(unreadable) => say(&mut out, &Message::Unreadable(unreadable)),
    }
}

/// Runs the whole life of a child that paints. Its answer is a PNG, or nothing and a complaint.
///
/// # Errors
/// When the limits cannot be applied, the page cannot be painted, or the parent no longer listens.
pub fn paint(limits: Limits, page: u32, canvas: Canvas) -> io::Result<()> {
    let document = document(limits)?.map_err(io::Error::other)?;
    let pdf = OpenPdf::open(document, password().as_ref()).map_err(io::Error::other)?;
    let picture = painting::paint(&pdf, page, canvas).map_err(io::Error::other)?;
    io::stdout().lock().write_all(&picture)
}

/// Locks the cage and reads standard input; the inner error says that the document alone fills the memory.
fn document(limits: Limits) -> io::Result<Result<Vec<u8>, Unreadable>> {
    // As a `File`, standard input knows its size and is read into memory of just that size; growing by doubling
    // would need twice as much. Before the lock, because the copy of the descriptor is one more.
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    cage::lock(limits)?;
    let mut document = Vec::new();
    match file.read_to_end(&mut document) {
        Ok(_) => Ok(Ok(document)),
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Ok(Err(Unreadable::TooBig)),
        Err(error) => Err(error),
    }
}

fn password() -> Option<Password> {
    Password::new(&env::var(PASSWORD_VARIABLE).ok()?)
}

fn tell(document: Vec<u8>, password: Option<&Password>, out: &mut impl Write) -> io::Result<()> {
    let pdf = match OpenPdf::open(document, password) {
        Ok(pdf) => pdf,
        Err(unreadable) => return say(out, &Message::Unreadable(unreadable)),
    };
    let Ok(pages) = u32::try_from(pdf.page_count()) else {
        return say(out, &Message::Unreadable(Unreadable::Damaged));
    };
    say(out, &Message::Opened { pages, metadata: pdf.metadata() })?;
    if let Some(xml) = pdf.e_invoice() {
        say(out, &Message::EInvoice(xml))?;
    }
    pdf.read_pages(|page| say(out, &Message::Page(page)))?;
    say(out, &Message::Finished)
}

fn say(out: &mut impl Write, message: &Message) -> io::Result<()> {
    serde_json::to_writer(&mut *out, message)?;
    out.write_all(b"\n")?;
    out.flush()
}

impl std::error::Error for Unreadable {}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(super::Failure::from(*self).reason())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pdf_is_told_as_damaged() {
        let mut out = Vec::new();
        tell(b"%PDF-1.4 and then nothing".to_vec(), None, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "{\"unreadable\":\"damaged\"}\n");
    }
}
