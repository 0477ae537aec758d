//! The child process that makes the tail: one line of words and then the document on standard input, the tail on standard
//! output.

use std::io::{self, BufRead, Read, Write};

use super::update::Update;
use super::{MOST_TAIL_BYTES, NoCopy, pages};
use crate::extraction::cage::{self, Limits};
use crate::extraction::ocr::RecognisedPage;
use crate::extraction::pdf::OpenPdf;
use crate::extraction::verdict;

/// The longest line of words, in bytes: what Tesseract may say of 50 pages is less.
const MOST_WORDS_BYTES: u64 = 64 << 20;

/// Runs the child's whole life. A document that cannot have a copy is no error: it is told ([`NoCopy`]).
///
/// # Errors
/// When the limits cannot be applied, or the parent says less than it announced or no longer listens.
pub fn run(limits: Limits, document_bytes: u64) -> io::Result<()> {
    cage::lock(limits, cage::STANDARD_FILES)?;
    let mut input = io::stdin().lock();
    let pages = words(&mut input)?;
    let document = document(&mut input, document_bytes)?;
    match document.ok_or(NoCopy::TooLarge).and_then(|document| tail(document, &pages)) {
        Ok(tail) => io::stdout().lock().write_all(&tail),
        Err(refusal) => Ok(serde_json::to_writer(io::stderr().lock(), &refusal)?),
    }
}

fn words(input: &mut impl BufRead) -> io::Result<Vec<RecognisedPage>> {
    let mut line = Vec::new();
    input.take(MOST_WORDS_BYTES).read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line)?)
}

/// `None` if there is not the memory for it.
fn document(input: &mut impl Read, bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let mut document = Vec::new();
    let room = usize::try_from(bytes).map_err(io::Error::other)?;
    if document.try_reserve_exact(room).is_err() {
        return Ok(None);
    }
    input.take(bytes).read_to_end(&mut document)?;
    if document.len() == room { Ok(Some(document)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Makes the tail and reads the copy back.
///
/// # Errors
/// Why there is none.
pub(super) fn tail(document: Vec<u8>, pages: &[RecognisedPage]) -> Result<Vec<u8>, NoCopy> {
    let pdf = OpenPdf::open(document, None).map_err(|_| NoCopy::Unreadable)?;
    let mut update = Update::of(&pdf)?;
    pages::add_words(&mut update, &pdf, pages)?;
    let tail = update.finish()?;
    if tail.len() as u64 > MOST_TAIL_BYTES {
        return Err(NoCopy::TooLarge);
    }
    read_back(&pdf, &tail, pages)?;
    Ok(tail)
}

/// Opens the copy as anybody would, and looks whether each page is as large as it was and says at least what was added.
fn read_back(original: &OpenPdf, tail: &[u8], pages: &[RecognisedPage]) -> Result<(), NoCopy> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(original.bytes().len() + tail.len()).map_err(|_| NoCopy::TooLarge)?;
    copy.extend_from_slice(original.bytes());
    copy.extend_from_slice(tail);
    let copy = OpenPdf::open(copy, None).map_err(|_| NoCopy::NotReadBack)?;
    let reader = copy.reader();
    let as_it_was = |recognised: &RecognisedPage| {
        let (before, after) = (original.page(recognised.number)?, copy.page(recognised.number)?);
        let index = usize::try_from(recognised.number).ok()?.checked_sub(1)?;
        let words = recognised.lines.iter().flatten();
        let added: usize = words.map(|word| verdict::readable_characters(&word.text)).sum();
        let found = verdict::readable_characters(&reader.read(index).text);
        (before.initial_transform(true) == after.initial_transform(true) && found >= added).then_some(())
    };
    let whole =
        copy.page_count() == original.page_count() && pages.iter().all(|page| as_it_was(page).is_some());
    if whole { Ok(()) } else { Err(NoCopy::NotReadBack) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::ocr::Word;
    use proptest::prelude::*;
    use std::fmt::Write;

    /// A page that draws a box, with a table.
    fn document() -> Vec<u8> {
        let mut file = String::from("%PDF-1.7\n");
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 100 200] /Resources << /Font << >> >> >>",
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>",
            "<< /Length 16 >>\nstream\nq 0 0 9 9 re f Q\nendstream",
        ];
        let mut table = String::from("xref\n0 5\n0000000000 65535 f \n");
        for (object, number) in objects.iter().zip(1..) {
            writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
            write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
        }
        let position = file.len();
        write!(file, "{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{position}\n%%EOF").unwrap();
        file.into_bytes()
    }

    fn pages(text: &str) -> Vec<RecognisedPage> {
        let word = |left| Word { text: text.into(), left, top: 20, width: 30, height: 10 };
        vec![RecognisedPage { number: 1, width: 100, height: 200, lines: vec![vec![word(5), word(50)]] }]
    }

    fn read(document: &[u8], tail: &[u8]) -> String {
        let copy = OpenPdf::open([document, tail].concat(), None).unwrap();
        copy.reader().read(0).text
    }

    #[test]
    fn the_words_of_a_page_are_read_back_in_any_script() {
        for word in ["Straße", "Ωμέγα", "𝄞𝄢", "漢字", "e\u{301}"] {
            let tail = tail(document(), &pages(word)).unwrap();
            assert_eq!(read(&document(), &tail).trim(), format!("{word} {word}"));
        }
        let many: String = ('\u{4E00}'..).take(600).collect();
        let tail = tail(document(), &pages(&many)).unwrap();
        assert!(read(&document(), &tail).contains(&many), "in three fonts");
    }

    #[test]
    fn a_copy_can_be_added_to_again() {
        let first = [document(), tail(document(), &pages("one")).unwrap()].concat();
        let second = tail(first.clone(), &pages("two")).unwrap();
        let text = read(&first, &second);
        assert!(text.contains("one") && text.contains("two"), "{text}");
    }

    #[test]
    fn a_page_that_is_not_there_or_comes_twice_is_refused() {
        let beyond = RecognisedPage { number: 2, ..pages("a").remove(0) };
        assert_eq!(tail(document(), &[beyond]), Err(NoCopy::Unreplaceable));
        assert_eq!(tail(document(), &[pages("a"), pages("b")].concat()), Err(NoCopy::Unreplaceable));
    }

    proptest! {
        #[test]
        fn any_damage_leads_to_a_refusal_or_to_a_copy_that_can_be_read(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
        ) {
            let mut damaged = document();
            for (at, byte) in damage {
                *at.get_mut(&mut damaged) = byte;
            }
            if let Ok(tail) = tail(damaged.clone(), &pages("word")) {
                prop_assert!(read(&damaged, &tail).contains("word"));
            }
        }
    }
}
