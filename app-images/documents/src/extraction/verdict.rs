//! Decides whether what was read is text, and if not, what is missing.

use super::{Failure, PageText};

/// Fewer readable characters than this in a document with pictures are a stamp on a scan, not its text.
const LEAST_CHARACTERS_BESIDE_PICTURES: usize = 20;

/// How many characters a person could read: neither white space nor a letter that the font does not name.
pub fn readable_characters(text: &str) -> usize {
    text.chars().filter(|&character| !character.is_whitespace() && !is_nameless(character)).count()
}

/// Says whether a document's pages hold text.
///
/// # Errors
/// The failure to record when they do not.
pub fn judge(pages: &[PageText]) -> Result<(), Failure> {
    let readable: usize = pages.iter().map(|page| readable_characters(&page.text)).sum();
    let nameless = pages.iter().flat_map(|page| page.text.chars()).filter(|&c| is_nameless(c)).count();
    let pictures = pages.iter().any(|page| page.pictures);
    if nameless > readable {
        Err(Failure::NamelessLetters)
    } else if pictures && readable < LEAST_CHARACTERS_BESIDE_PICTURES {
        Err(Failure::Scan)
    } else if readable == 0 {
        Err(Failure::NoText)
    } else {
        Ok(())
    }
}

/// U+FFFD, or a character from a private-use area: drawn by the font, known to nobody else.
fn is_nameless(character: char) -> bool {
    matches!(character, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, pictures: bool) -> PageText {
        PageText { text: text.into(), pictures }
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
