//! Decides, page by page, whether what was read is text, and if not, what is missing.

use super::{Failure, PageText, TextSource};

/// Fewer readable characters than this on a page with pictures are a stamp on a scan, not its text.
const LEAST_CHARACTERS_BESIDE_PICTURES: usize = 20;
/// With more nameless letters than this, in percent, a page with pictures is worth another way of reading: it is often
/// a scan with a bad text layer. Without pictures, most of the letters must be nameless.
const MOST_NAMELESS_PERCENT_BESIDE_PICTURES: usize = 30;

/// How many characters a person could read: neither white space nor a letter that the font does not name.
pub fn readable_characters(text: &str) -> usize {
    text.chars().filter(|&character| !character.is_whitespace() && !is_nameless(character)).count()
}

/// Why the text that a page has of its own is not its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// It draws pictures and hardly a letter.
    Scan,
    /// It draws letters, and does not say which.
    NamelessLetters,
    /// It draws neither.
    Blank,
}

/// Whether a picture of the page would have to be read to know its text.
pub fn needs_ocr(page: &PageText) -> bool {
    match lack(page) {
        Some(Lack::Scan | Lack::NamelessLetters) => true,
        Some(Lack::Blank) => false,
        None => {
            let share = MOST_NAMELESS_PERCENT_BESIDE_PICTURES;
            let (readable, nameless) = (readable_characters(&page.text), nameless_characters(&page.text));
            page.source == TextSource::Pdf && page.pictures && nameless * 100 > (nameless + readable) * share
        }
    }
}

/// Says whether a document has text: whether one of its pages has.
///
/// # Errors
/// The failure to record when none has.
pub fn judge(pages: &[PageText]) -> Result<(), Failure> {
    let lacks: Vec<Lack> = pages.iter().filter_map(lack).collect();
    if lacks.len() < pages.len() {
        Ok(())
    } else if lacks.contains(&Lack::NamelessLetters) {
        Err(Failure::NamelessLetters)
    } else if lacks.contains(&Lack::Scan) {
        Err(Failure::Scan)
    } else {
        Err(Failure::NoText)
    }
}

fn lack(page: &PageText) -> Option<Lack> {
    let readable = readable_characters(&page.text);
    // What was recognised in a picture may be short.
    let recognised = matches!(page.source, TextSource::Ocr | TextSource::Mixed);
    if recognised && readable > 0 {
        None
    } else if nameless_characters(&page.text) > readable {
        Some(Lack::NamelessLetters)
    } else if page.pictures && readable < LEAST_CHARACTERS_BESIDE_PICTURES {
        Some(Lack::Scan)
    } else if readable == 0 {
        Some(Lack::Blank)
    } else {
        None
    }
}

fn nameless_characters(text: &str) -> usize {
    text.chars().filter(|&character| is_nameless(character)).count()
}

/// U+FFFD, or a character from a private-use area: drawn by the font, known to nobody else.
pub(super) fn is_nameless(character: char) -> bool {
    matches!(character, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, pictures: bool) -> PageText {
        PageText { text: text.into(), pictures, source: TextSource::Pdf }
    }

    #[test]
    fn one_page_with_text_makes_a_document_with_text_and_the_scans_beside_it_need_ocr() {
        let pages = [page("", true), page("Dear Sir or Madam, thank you.", false), page("", false)];
        assert_eq!(judge(&pages), Ok(()));
        assert_eq!(pages.map(|page| needs_ocr(&page)), [true, false, false]);
    }

    #[test]
    fn a_third_of_nameless_letters_is_looked_at_again_where_there_are_pictures() {
        let text = "\u{FFFD}\u{FFFD}abcd".repeat(10);
        assert!(needs_ocr(&page(&text, true)));
        assert!(!needs_ocr(&page(&text, false)));
        assert_eq!(judge(&[page(&text, true)]), Ok(()));
    }

    #[test]
    fn what_ocr_has_read_is_text_however_short() {
        let read = PageText { source: TextSource::Ocr, ..page("Open", true) };
        assert!(!needs_ocr(&read));
        assert_eq!(judge(&[read]), Ok(()));
    }

    #[test]
    fn a_picture_without_text_is_a_scan() {
        assert_eq!(judge(&[page("", true), page(" \n", false)]), Err(Failure::Scan));
        assert_eq!(judge(&[page("Page 1 of 9", true)]), Err(Failure::Scan));
    }

    #[test]
    fn a_short_text_without_pictures_is_a_text() {
        assert_eq!(judge(&[page("Hello", false)]), Ok(()));
    }

    #[test]
    fn a_letterhead_picture_does_not_make_a_letter_a_scan() {
        assert_eq!(judge(&[page("Dear Sir or Madam, thank you for your order.", true)]), Ok(()));
    }

    #[test]
    fn blank_pages_have_no_text() {
        assert_eq!(judge(&[page("", false)]), Err(Failure::NoText));
    }

    #[test]
    fn letters_that_no_font_names_are_not_text() {
        assert_eq!(judge(&[page("\u{FFFD}\u{FFFD}\u{E001} a", false)]), Err(Failure::NamelessLetters));
    }
}
