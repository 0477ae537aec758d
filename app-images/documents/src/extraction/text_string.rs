//! Reads the text strings of a PDF: titles, names of attachments.
//!
//! A text string is UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding (ISO 32000-2, 7.9.2.2 and annex D.3).

/// PDFDocEncoding from 0x18 on, where it leaves Latin-1 for the first time.
const ACCENTS: [char; 8] =
    ['\u{2D8}', '\u{2C7}', '\u{2C6}', '\u{2D9}', '\u{2DD}', '\u{2DB}', '\u{2DA}', '\u{2DC}'];
/// PDFDocEncoding from 0x80 on, where it leaves Latin-1 for the second time.
const TYPOGRAPHY: [char; 33] = [
    '\u{2022}', '\u{2020}', '\u{2021}', '\u{2026}', '\u{2014}', '\u{2013}', '\u{192}', '\u{2044}',
    '\u{2039}', '\u{203A}', '\u{2212}', '\u{2030}', '\u{201E}', '\u{201C}', '\u{201D}', '\u{2018}',
    '\u{2019}', '\u{201A}', '\u{2122}', '\u{FB01}', '\u{FB02}', '\u{141}', '\u{152}', '\u{160}', '\u{178}',
    '\u{17D}', '\u{131}', '\u{142}', '\u{153}', '\u{161}', '\u{17E}', '\u{FFFD}', '\u{20AC}',
];

/// The characters of a text string. What is no character in its encoding becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Not in the standard, but written by some programs.
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| pdf_doc_character(byte)).collect(),
    }
}

/// The characters of a text string on one line: control characters and runs of white space become one space.
/// `None` if nothing is left; cut after `most` characters.
pub(super) fn decode_line(bytes: &[u8], most: usize) -> Option<String> {
    let text = decode(bytes);
    let words: Vec<&str> =
        text.split(|character: char| character.is_whitespace() || character.is_control()).collect();
    let line: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let line: String = line.join(" ").chars().take(most).collect();
    (!line.is_empty()).then_some(line)
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn pdf_doc_character(byte: u8) -> char {
    let table = match byte {
        0x18..=0x1F => ACCENTS.get(usize::from(byte - 0x18)),
        0x80..=0xA0 => TYPOGRAPHY.get(usize::from(byte - 0x80)),
        _ => None,
    };
    table.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_known_by_its_mark() {
        assert_eq!(decode(b"\xFE\xFF\x00B\x00\xE4\x20\xAC"), "Bä€");
        assert_eq!(decode(b"\xFF\xFEB\x00\xE4\x00"), "Bä");
        assert_eq!(decode("\u{FEFF}Bä€".as_bytes()), "Bä€");
        assert_eq!(decode(b"B\xE4\xA0 \x8Dx\x8E"), "Bä€ “x”");
    }

    #[test]
    fn a_line_is_tidy_and_of_bounded_length() {
        assert_eq!(decode_line(b"  Rechnung\r\n\x00 4711 ", 100), Some("Rechnung 4711".into()));
        assert_eq!(decode_line(b"Rechnung", 4), Some("Rech".into()));
        assert_eq!(decode_line(b" \x00\n", 100), None);
    }
}
