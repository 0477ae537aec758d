//! Finds the last cross-reference section of a file and makes sure that nobody has to repair it.
//!
//! Readers open almost anything by searching the file for objects where the list of them is wrong. An update that points at a
//! wrong list would be a lie, so such files get none. All sections of the older kind are looked through; of cross-reference
//! streams only that they are there, because reading the copy back asks them for every page.

use super::NoCopy;
use super::syntax::{self, Entry, Scanner};

/// What an update has to know of the end of a file.
#[derive(Debug)]
pub(super) struct Ending<'a> {
    /// Where its last section is: `Prev` of the next one.
    pub(super) position: usize,
    /// Which kind that is, and so the next one.
    pub(super) kind: Kind,
    /// Its trailer.
    pub(super) trailer: Vec<Entry<'a>>,
    /// One more than the highest number of an object.
    pub(super) size: u32,
}

/// The two kinds of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ISO 32000-1, 7.5.4.
    Table,
    /// ISO 32000-1, 7.5.8.
    Stream,
}

/// `startxref` stands within so many bytes of the end.
const END_BYTES: usize = 2048;
/// More sections than this have no use.
const MOST_SECTIONS: usize = 64;
/// More objects than this have no use (ISO 32000-1, annex C).
const MOST_OBJECTS: u64 = 8_388_607;

/// Looks at the end of a file and through its sections.
///
/// # Errors
/// When it is encrypted, or its sections are not what they should be.
pub(super) fn ending(file: &[u8]) -> Result<Ending<'_>, NoCopy> {
    let last = last_position(file).ok_or(NoCopy::Damaged)?;
    let (kind, trailer) = section(file, last).ok_or(NoCopy::Damaged)?;
    let mut prev = syntax::value(&trailer, b"Prev");
    let mut seen = vec![last];
    while let Some(written) = prev {
        let position = syntax::number(written).and_then(|position| usize::try_from(position).ok());
        let position = position.filter(|position| !seen.contains(position)).ok_or(NoCopy::Damaged)?;
        if seen.len() >= MOST_SECTIONS {
            return Err(NoCopy::Damaged);
        }
        seen.push(position);
        let (_, older) = section(file, position).ok_or(NoCopy::Damaged)?;
        prev = syntax::value(&older, b"Prev");
    }
    if syntax::value(&trailer, b"Encrypt").is_some() {
        return Err(NoCopy::Encrypted);
    }
    let size = syntax::value(&trailer, b"Size").and_then(syntax::number);
    let size = size.filter(|&size| size <= MOST_OBJECTS).and_then(|size| u32::try_from(size).ok());
    let root = syntax::value(&trailer, b"Root").is_some();
    let size = size.filter(|_| root).ok_or(NoCopy::Damaged)?;
    Ok(Ending { position: last, kind, trailer, size })
}

fn last_position(file: &[u8]) -> Option<usize> {
    let mark = b"startxref";
    let begin = file.len().saturating_sub(END_BYTES);
    let end = file.get(begin..)?;
    let found = end.windows(mark.len()).rposition(|window| window == mark)?;
    let position = Scanner::new(file, begin + found + mark.len()).number()?;
    usize::try_from(position).ok().filter(|&position| position < file.len())
}

fn section(file: &[u8], position: usize) -> Option<(Kind, Vec<Entry<'_>>)> {
    let mut scanner = Scanner::new(file, position);
    scanner.skip_space();
    if scanner.take(b"xref") {
        return Some((Kind::Table, table(file, scanner)?));
    }
    let (_number, _generation) = (scanner.number()?, scanner.number()?);
    if scanner.word()? != b"obj" {
        return None;
    }
    let dictionary = scanner.dictionary()?;
    (syntax::value(&dictionary, b"Type")? == b"/XRef").then_some((Kind::Stream, dictionary))
}

/// Passes over a table whose entries all lead to objects of the numbers that they say, to its trailer.
fn table<'a>(file: &'a [u8], mut scanner: Scanner<'a>) -> Option<Vec<Entry<'a>>> {
    loop {
        let word = scanner.word()?;
        if word == b"trailer" {
            return scanner.dictionary();
        }
        let (first, count) = (syntax::number(word)?, scanner.number()?);
        for number in first..first.checked_add(count)? {
            let (offset, generation) = (scanner.number()?, scanner.number()?);
            match scanner.word()? {
                b"f" => {}
                b"n" => {
                    let mut object = Scanner::new(file, usize::try_from(offset).ok()?);
                    let there = object.number() == Some(number)
                        && object.number() == Some(generation)
                        && object.word() == Some(b"obj");
                    if !there {
                        return None;
                    }
                }
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(offset: usize, trailer: &str) -> Vec<u8> {
        format!(
            "1 0 obj\nnull\nendobj\nxref\n0 2\n0000000000 65535 f \n{offset:010} 00000 n \n\
             trailer\n<< {trailer} >>\nstartxref\n20\n%%EOF"
        )
        .into_bytes()
    }

    #[test]
    fn a_good_table_gives_size_and_place() {
        let file = file(0, "/Size 2 /Root 1 0 R");
        let ending = ending(&file).unwrap();
        assert_eq!((ending.position, ending.kind, ending.size), (20, Kind::Table, 2));
    }

    #[test]
    fn what_readers_would_repair_or_decrypt_is_refused() {
        let refused = |file: Vec<u8>| ending(&file).unwrap_err();
        assert_eq!(refused(file(3, "/Size 2 /Root 1 0 R")), NoCopy::Damaged, "a wrong offset");
        assert_eq!(refused(file(0, "/Size 2")), NoCopy::Damaged, "no root");
        assert_eq!(refused(file(0, "/Size 99999999 /Root 1 0 R")), NoCopy::Damaged);
        assert_eq!(refused(file(0, "/Size 2 /Root 1 0 R /Prev 20")), NoCopy::Damaged, "a circle");
        assert_eq!(refused(file(0, "/Size 2 /Root 1 0 R /Prev 5")), NoCopy::Damaged, "no section there");
        assert_eq!(refused(file(0, "/Size 2 /Root 1 0 R /Encrypt 1 0 R")), NoCopy::Encrypted);
        assert_eq!(refused(b"%PDF-1.7\n".to_vec()), NoCopy::Damaged);
        assert_eq!(refused(Vec::new()), NoCopy::Damaged);
    }
}
