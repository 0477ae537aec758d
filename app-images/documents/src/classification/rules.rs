//! What the text of a document says about it, found without any network.
//!
//! The rules know how offices write in English, German, French and Spanish, less of Italian and Dutch, and a little of
//! Portuguese, Polish, Swedish and Danish: which words head an invoice, which stand before the date of a letter, how a
//! sum is written. They know no sender and no product, but families of paper by how they are laid out. What they state
//! is a guess with a confidence; they are pure, take time linear in the text, and look at no more than the first 20 and
//! the last 5 pages.
//!
//! The order matters, because each step uses the one before: [`language`] decides how dates are read, [`kind`] which
//! number is the document's own, and all of them make the [`title`].

mod amounts;
mod dates;
#[cfg(test)]
mod families;
mod fold;
mod kind;
mod language;
mod number;
mod parties;
mod sheet;
mod summary;
mod tags;
mod title;

use jiff::civil::Date;

use super::iban::Iban;
use super::{Classification, Confidence, Fact, Source};

use self::sheet::Sheet;

/// What the rules may look at.
#[derive(Clone, Copy, Debug)]
pub struct Readable<'a> {
    /// The text of each page, in order.
    pub pages: &'a [&'a str],
    /// The name under which the document was uploaded.
    pub file_name: &'a str,
    /// The title that the file itself states.
    pub title: Option<&'a str>,
    /// Today, by the clock of the service: nothing was written after tomorrow.
    pub today: Date,
}

/// States what the rules find. Every fact has [`Source::Rules`]; what they do not find is absent.
pub fn classify(document: &Readable<'_>) -> Classification {
    let sheet = Sheet::of(document);
    let kind = kind::of(&sheet);
    let dates = dates::of(&sheet, kind.value, document.today);
    let money = amounts::of(&sheet, kind.value);
    let number = number::of(&sheet, kind.value);
    let parties = parties::of(&sheet, kind.value);
    let title = title::of(&sheet, kind.value, number.as_ref(), document);
    let mut found = Classification {
        title,
        document_type: Some(kind),
        date: dates.date,
        due_date: dates.due,
        sender: parties.sender,
        recipient: parties.recipient,
        total: money.total,
        net: money.net,
        number,
        iban: sheet
            .lines
            .iter()
            .find_map(|line| Iban::find(&line.text))
            .map(|iban| fact(iban.into_string(), 95)),
        language: sheet.language.map(|language| fact(language.code.to_owned(), language.percent)),
        ..Classification::default()
    };
    found.tags = tags::of(&sheet, &found);
    found.summary = summary::of(&sheet, &found);
    found
}

/// A guess.
fn fact<T>(value: T, percent: u8) -> Fact<T> {
    Fact { value, source: Source::Rules, confidence: Confidence::percent(percent) }
}

/// A text without case and marks, to compare names by.
pub(super) fn plain(text: &str) -> String {
    fold::fold(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classification::DocumentType;

    fn read(pages: &[&str]) -> Classification {
        classify(&Readable {
            pages,
            file_name: "scan-0001.pdf",
            title: None,
            today: jiff::civil::date(2026, 11, 1),
        })
    }

    #[test]
    fn an_invoice_says_everything() {
        let found = read(&[
            "Sundial Repairs Ltd\n4 Mill Lane, Leeds LS1 4AP\nINVOICE\nInvoice number: SR-2044\n\
            Invoice date: 3 March 2024\nDue date: 2 April 2024\nBill to: Mrs A. Person\nClock repaired 1 £100.00\n\
            Subtotal £100.00\nVAT £20.00\nTotal due £120.00\nPay to the account GB82 WEST 1234 5698 7654 32",
        ]);
        assert_eq!(found.document_type.unwrap().value, DocumentType::Invoice);
        assert_eq!(found.title.unwrap().value, "Invoice SR-2044");
        assert_eq!(found.sender.unwrap().value, "Sundial Repairs Ltd");
        assert_eq!(found.recipient.unwrap().value, "Mrs A. Person");
        assert_eq!(found.net.unwrap().value.amount.to_string(), "100.00");
        assert_eq!(found.iban.unwrap().value, "GB82WEST12345698765432");
        assert_eq!(found.language.unwrap().value, "en");
        assert_eq!(
            found.summary.unwrap().value,
            "Invoice SR-2044 from Sundial Repairs Ltd of 3 March 2024, amount 120.00 GBP. Due on 2 April 2024."
        );
        assert_eq!(found.tags[0].value, "invoice");
    }

    #[test]
    fn a_document_without_text_is_named_by_its_file_and_nothing_else_is_claimed() {
        let found = read(&[]);
        assert_eq!(found.title.unwrap().value, "scan 0001");
        assert_eq!(found.document_type.unwrap().value, DocumentType::Other);
        assert!(
            found.date.is_none()
                && found.sender.is_none()
                && found.total.is_none()
                && found.summary.is_none()
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_rules_panic(text in "(\\PC|\n|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4} |Invoice |Rechnung vom |bill to: |[€$] ?[0-9]+[.,][0-9]{2}|12345 |, |ß|İ){0,80}") {
            let found = read(&[&text]);
            proptest::prop_assert!(found.title.is_none_or(|title| title.value.chars().count() <= 92));
        }
    }
}
