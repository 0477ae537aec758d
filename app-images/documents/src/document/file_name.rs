//! The name that a person's computer gave to a file, made harmless.

use std::fmt;
use std::fmt::Write;

/// A file's name: one line, no folder, nothing that changes how the text around it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The longest name that we keep, in characters.
    pub const MOST_CHARACTERS: usize = 200;
    const NAMELESS: &str = "document.pdf";

    /// Cleans a name as sent by a client: the last path component, without control characters and without the
    /// invisible marks that turn the reading direction (`invoice\u{202E}fdp.exe`), cut to a sensible length.
    pub fn clean(sent: &str) -> Self {
        let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
        let visible: String = last.chars().filter(|&c| !c.is_control() && !turns_direction(c)).collect();
        let name = shorten(visible.trim().trim_start_matches('.'));
        if name.is_empty() { Self(Self::NAMELESS.into()) } else { Self(name) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the document's searchable copy.
    pub fn of_searchable_copy(&self) -> Self {
        let (stem, ending) = self.0.rsplit_once('.').unwrap_or((&self.0, "pdf"));
        Self::clean(&format!("{stem} (searchable).{ending}"))
    }

    /// The value of a `Content-Disposition` header that saves a file under this name (RFC 6266: an ASCII
    /// fallback, then the name itself in the encoding of RFC 8187).
    pub fn attachment(&self) -> String {
        let fallback: String = self.0.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let mut header = format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''");
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                header.push(char::from(byte));
            } else {
                write!(header, "%{byte:02X}").expect("writing to a String cannot fail");
            }
        }
        header
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keeps the ending, because it says what the file is.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= FileName::MOST_CHARACTERS {
        return name.into();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 10);
    let tail = ending.map(|ending| format!("….{ending}")).unwrap_or_else(|| "…".into());
    let keep = FileName::MOST_CHARACTERS - tail.chars().count();
    name.chars().take(keep).chain(tail.chars()).collect()
}

/// Unicode's explicit directional formatting characters and isolates (UAX #9, section 2).
fn turns_direction(character: char) -> bool {
    matches!(character, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~') && !matches!(character, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_copy_is_named_after_the_document_and_stays_a_pdf() {
        let copy = |name: &str| FileName::clean(name).of_searchable_copy().0;
        assert_eq!(copy("Rechnung 7.pdf"), "Rechnung 7 (searchable).pdf");
        assert_eq!(copy("v1.2.PDF"), "v1.2 (searchable).PDF");
        assert_eq!(copy("scan"), "scan (searchable).pdf");
        assert!(copy(&format!("{}.pdf", "x".repeat(300))).ends_with(".pdf"));
    }

    #[test]
    fn folders_are_left_out() {
        assert_eq!(FileName::clean("C:\\Users\\me\\Rechnung 7.pdf").as_str(), "Rechnung 7.pdf");
        assert_eq!(FileName::clean("../../etc/passwd").as_str(), "passwd");
        assert_eq!(FileName::clean("..").as_str(), "document.pdf");
        assert_eq!(FileName::clean("").as_str(), "document.pdf");
    }

    #[test]
    fn marks_that_turn_the_reading_direction_are_left_out() {
        assert_eq!(FileName::clean("invoice\u{202E}fdp.exe").as_str(), "invoicefdp.exe");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = FileName::clean(&format!("{}.pdf", "ü".repeat(500)));
        assert_eq!(name.as_str().chars().count(), FileName::MOST_CHARACTERS);
        assert!(name.as_str().ends_with("ü….pdf"));
    }

    #[test]
    fn the_header_holds_the_name_twice() {
        let header = FileName::clean("Rechnung \"März\".pdf").attachment();
        assert_eq!(
            header,
            "attachment; filename=\"Rechnung _M_rz_.pdf\"; filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22.pdf"
        );
    }

    proptest! {
        #[test]
        fn any_name_makes_a_header_of_visible_ascii(sent in any::<String>()) {
            let name = FileName::clean(&sent);
            prop_assert!(!name.as_str().is_empty());
            prop_assert!(name.as_str().chars().count() <= FileName::MOST_CHARACTERS);
            prop_assert!(name.attachment().bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
    }
}
