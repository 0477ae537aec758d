//! The child process: reads one PDF from standard input, tells its text on standard output, ends.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;

use super::cage::{self, Limits};
use super::mate::{self, Mate};
use super::pdf::OpenPdf;
use super::protocol::Message;
use super::{Password, Unreadable};

/// How much is said at once, in bytes: each write wakes the parent.
const ANSWER_BYTES: usize = 64 * 1024;

/// Runs the child's whole life. What it could not do for reasons of its own (not of the document) is an error.
///
/// # Errors
/// When the limits cannot be applied, or the parent no longer listens.
pub fn run(limits: Limits, password: Option<&Password>) -> io::Result<()> {
    let mate = Mate::start()?;
    let opened = lock_and_open(limits, password)?;
    tell(opened, mate, &mut BufWriter::with_capacity(ANSWER_BYTES, io::stdout().lock()))
}

/// Locks this process in and opens the document on its standard input.
///
/// # Errors
/// When the limits cannot be applied, or the document cannot be read from the disk.
pub(crate) fn lock_and_open(
    limits: Limits,
    password: Option<&Password>,
) -> io::Result<Result<OpenPdf, Unreadable>> {
    // As a `File`, standard input knows its size and is read into memory of just that size; growing by doubling
    // would need twice as much. Before the lock, because the copy of the descriptor is one more.
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    cage::lock(limits, cage::STANDARD_FILES)?;
    let mut document = Vec::new();
    match file.read_to_end(&mut document) {
        Ok(_) => Ok(OpenPdf::open(document, password)),
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Ok(Err(Unreadable::TooBig)),
        Err(error) => Err(error),
    }
}

fn tell(opened: Result<OpenPdf, Unreadable>, mate: Option<Mate>, out: &mut impl Write) -> io::Result<()> {
    let pdf = match opened {
        Ok(pdf) => pdf,
        Err(unreadable) => return last(out, &Message::Unreadable(unreadable)),
    };
    let Ok(pages) = u32::try_from(pdf.page_count()) else {
        return last(out, &Message::Unreadable(Unreadable::Damaged));
    };
    say(out, &Message::Opened { pages, metadata: pdf.metadata() })?;
    if let Some(xml) = pdf.e_invoice() {
        say(out, &Message::EInvoice(xml))?;
    }
    // The number of pages and the invoice inside are worth knowing even of a document that cannot be read to its end.
    out.flush()?;
    let pdf = Arc::new(pdf);
    mate::read_pages(&pdf, mate, |page| say(out, &Message::Page(page)))?;
    last(out, &Message::Finished)
}

fn last(out: &mut impl Write, message: &Message) -> io::Result<()> {
    say(out, message)?;
    out.flush()
}

fn say(out: &mut impl Write, message: &Message) -> io::Result<()> {
    serde_json::to_writer(&mut *out, message)?;
    out.write_all(b"\n")
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
        tell(OpenPdf::open(b"%PDF-1.4 and then nothing".to_vec(), None), None, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "{\"unreadable\":\"damaged\"}\n");
    }
}
