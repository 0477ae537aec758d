//! The child process: reads one PDF from standard input, tells its text on standard output, ends.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use super::Unreadable;
use super::cage::{self, Limits};
use super::pdf::OpenPdf;
use super::protocol::Message;

/// Runs the child's whole life. What it could not do for reasons of its own (not of the document) is an error.
///
/// # Errors
/// When the limits cannot be applied, or the parent no longer listens.
pub fn run(limits: Limits) -> io::Result<()> {
    // As a `File`, standard input knows its size and is read into memory of just that size; growing by doubling
    // would need twice as much. Before the lock, because the copy of the descriptor is one more.
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    cage::lock(limits)?;
    let mut out = io::stdout().lock();
    let mut document = Vec::new();
    match file.read_to_end(&mut document) {
        Ok(_) => tell(document, &mut out),
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
            say(&mut out, &Message::Unreadable(Unreadable::TooBig))
        }
        Err(error) => Err(error),
    }
}

fn tell(document: Vec<u8>, out: &mut impl Write) -> io::Result<()> {
    let pdf = match OpenPdf::open(document) {
        Ok(pdf) => pdf,
        Err(unreadable) => return say(out, &Message::Unreadable(unreadable)),
    };
    let Ok(pages) = u32::try_from(pdf.page_count()) else {
        return say(out, &Message::Unreadable(Unreadable::Damaged));
    };
    say(out, &Message::Opened { pages })?;
    pdf.read_pages(|page| say(out, &Message::Page(page)))?;
    say(out, &Message::Finished)
}

fn say(out: &mut impl Write, message: &Message) -> io::Result<()> {
    serde_json::to_writer(&mut *out, message)?;
    out.write_all(b"\n")?;
    out.flush()
}

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
        tell(b"%PDF-1.4 and then nothing".to_vec(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "{\"unreadable\":\"damaged\"}\n");
    }
}
