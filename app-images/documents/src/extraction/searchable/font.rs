//! The font of the invisible words: it draws nothing, and says what each code means.
//!
//! A Type 3 font is whole in itself. One without embedded glyphs makes viewers look for a substitute, and the standard does
//! not allow it for codes of our own (ISO 32000-1, 9.7.5.2); a glyph here is an empty drawing, half as wide as it is high. Such a
//! font has 256 codes, so there is one for every 256 different characters; each code's meaning is in `ToUnicode`,
//! so any character that Tesseract can name can be found.

use std::collections::BTreeMap;
use std::fmt::Write;

/// How wide each character is, in parts of its height.
pub(super) const WIDTH: f64 = 0.5;
/// How far the box of a character reaches below the base line, in parts of its height.
pub(super) const DESCENT: f64 = 0.2;
/// How many codes one font has.
const CODES: usize = 256;

/// The fonts of one document.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    /// In the order of their codes.
    characters: Vec<char>,
    places: BTreeMap<char, usize>,
}

/// A character's font (the first is 0) and its code there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) font: usize,
    pub(super) code: usize,
}

impl Fonts {
    /// The code of a character, which it gets here if it has none.
    pub(super) fn code(&mut self, character: char) -> Code {
        let place = *self.places.entry(character).or_insert_with(|| {
            self.characters.push(character);
            self.characters.len() - 1
        });
        Code { font: place / CODES, code: place % CODES }
    }

    /// How many fonts there are.
    pub(super) fn count(&self) -> usize {
        self.characters.len().div_ceil(CODES)
    }

    /// The glyph: as wide as said, a box, and no drawing in it.
    pub(super) fn glyph() -> &'static str {
        "500 0 0 -200 500 800 d1"
    }

    /// The dictionary of a font whose glyph and meanings are these objects.
    pub(super) fn dictionary(&self, font: usize, glyph: u32, meanings: u32) -> String {
        let count = self.of(font).len();
        let (names, widths) = (" /x".repeat(count), " 500".repeat(count));
        format!(
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 500 800] /FontMatrix [0.001 0 0 0.001 0 0] \
             /Resources << >> /CharProcs << /x {glyph} 0 R >> \
             /Encoding << /Type /Encoding /Differences [0{names}] >> \
             /FirstChar 0 /LastChar {} /Widths [{}] /ToUnicode {meanings} 0 R >>",
            count.saturating_sub(1),
            widths.trim_start(),
        )
    }

    /// What the codes of a font mean (ISO 32000-1, 9.10.3).
    pub(super) fn meanings(&self, font: usize) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<00> <FF>\nendcodespacerange\n",
        );
        // No more than 100 at a time, says the standard of CMaps.
        for (part, characters) in self.of(font).chunks(100).enumerate() {
            // Writing to a string cannot fail; so below.
            let _ = writeln!(map, "{} beginbfchar", characters.len());
            for (index, character) in characters.iter().enumerate() {
                let _ = write!(map, "<{:02X}> <", part * 100 + index);
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(map, "{unit:04X}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
        map
    }

    fn of(&self, font: usize) -> &[char] {
        self.characters.chunks(CODES).nth(font).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_has_one_code_and_the_257th_a_second_font() {
        let mut fonts = Fonts::default();
        let all: Vec<char> = ('\u{4E00}'..).take(257).collect();
        for &character in &all {
            fonts.code(character);
        }
        assert_eq!(fonts.code(all[255]), Code { font: 0, code: 255 });
        assert_eq!(fonts.code(all[256]), Code { font: 1, code: 0 });
        assert_eq!(fonts.count(), 2);
        assert!(fonts.dictionary(1, 7, 8).contains("/LastChar 0 /Widths [500] /ToUnicode 8 0 R"));
    }

    #[test]
    fn the_meanings_are_in_utf_16() {
        let mut fonts = Fonts::default();
        for character in ['ß', '𝄞'] {
            fonts.code(character);
        }
        let meanings = fonts.meanings(0);
        assert!(meanings.contains("2 beginbfchar\n<00> <00DF>\n<01> <D834DD1E>\nendbfchar"), "{meanings}");
    }
}
