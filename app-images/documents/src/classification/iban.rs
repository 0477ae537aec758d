//! International bank account numbers (ISO 13616): taken only if their check digits agree.

use std::sync::LazyLock;

use regex::Regex;

/// An account number whose check digits agree; upper case, without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iban(String);

/// Lengths of the countries that publish the registry's format, by ISO 3166 code.
const LENGTHS: [(&str, usize); 44] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SE", 24),
    ("SI", 19),
];

impl Iban {
    /// Takes the text of one number, spaces allowed. A country that is not in our table may have any length that the
    /// standard allows.
    pub fn parse(text: &str) -> Option<Self> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let well_formed = compact.bytes().enumerate().all(|(at, byte)| match at {
            0 | 1 => byte.is_ascii_uppercase(),
            2 | 3 => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        });
        let has_length = match LENGTHS.iter().find(|(country, _)| compact.starts_with(country)) {
            Some((_, length)) => compact.len() == *length,
            None => (15..=34).contains(&compact.len()),
        };
        (well_formed && has_length && remainder(&compact)? == 1).then_some(Self(compact))
    }

    /// The first number of a known country in `text`, wherever spaces stand in it.
    pub fn find(text: &str) -> Option<Self> {
        static START: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\b[A-Z]{2}\d{2}[ \u{a0}]?[0-9A-Z]").expect("the pattern is fixed"));
        START.find_iter(text).find_map(|start| {
            let rest = &text[start.start()..];
            let length = LENGTHS.iter().find(|(country, _)| rest.starts_with(country))?.1;
            let number: String =
                rest.chars().take(length * 2).filter(|c| !matches!(c, ' ' | '\u{a0}')).take(length).collect();
            Self::parse(&number)
        })
    }

    /// The number, without spaces.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The number modulo 97 after ISO 7064: four characters to the end, letters as 10 to 35.
fn remainder(compact: &str) -> Option<u32> {
    let (head, tail) = compact.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0, |sum, c| {
        let value = c.to_digit(36)?;
        Some(if value < 10 { (sum * 10 + value) % 97 } else { (sum * 100 + value) % 97 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_among_words_with_and_without_spaces() {
        for text in [
            "IBAN: DE02 1203 0000 0000 2020 51 BIC BYLADEM1001",
            "Konto DE02120300000000202051.",
            "DE99 0000 0000 0000 0000 00 ist falsch, DE02 1203 0000 0000 2020 51 nicht",
        ] {
            assert_eq!(Iban::find(text).unwrap().into_string(), "DE02120300000000202051", "{text}");
        }
        assert_eq!(
            Iban::find("à FR14 2004 1010 0505 0001 3M02 606").unwrap().into_string(),
            "FR1420041010050500013M02606"
        );
    }

    #[test]
    fn a_digit_that_is_wrong_makes_it_no_number() {
        assert_eq!(Iban::find("DE02 1203 0000 0000 2020 52"), None);
        assert_eq!(Iban::parse("DE02 1203 0000 0000 2020 52"), None);
        assert_eq!(Iban::parse(""), None);
        assert_eq!(Iban::parse("ÄÖ"), None);
    }

    #[test]
    fn digits_that_agree_make_no_number_of_another_shape() {
        let too_short = "DE51 3704 0044 0532 0130 0";
        for text in ["1214 3704 0044 0532 0130", "DECZ 3704 0044 0532 0130 00", too_short] {
            let compact = text.replace(' ', "");
            assert_eq!(remainder(&compact), Some(1), "{text}");
            assert_eq!(Iban::parse(text), None, "{text}");
        }
    }
}
