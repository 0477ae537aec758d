//! The words that tell the kinds apart, by language, folded (see [`fold`](super::super::fold)).
//!
//! A weight of 4 alone heads a document of the kind, 2 belongs to it, 1 is often found in it. Words below zero belong
//! to what looks alike.

/// Says which table is which kind's: each file of tables has one of the same name for every kind.
macro_rules! rows_by_kind {
    () => {
        /// The rows of a kind.
        pub(super) fn rows(kind: DocumentType) -> &'static [Row] {
            match kind {
                DocumentType::Invoice => INVOICE,
                DocumentType::CreditNote => CREDIT_NOTE,
                DocumentType::Receipt => RECEIPT,
                DocumentType::Reminder => REMINDER,
                DocumentType::Quote => QUOTE,
                DocumentType::Order => ORDER,
                DocumentType::DeliveryNote => DELIVERY_NOTE,
                DocumentType::BankStatement => BANK_STATEMENT,
                DocumentType::Payslip => PAYSLIP,
                DocumentType::Contract => CONTRACT,
                DocumentType::Tax => TAX,
                DocumentType::Insurance => INSURANCE,
                DocumentType::UtilityBill => UTILITY_BILL,
                DocumentType::Medical => MEDICAL,
                DocumentType::Certificate => CERTIFICATE,
                DocumentType::Manual => MANUAL,
                DocumentType::Letter => LETTER,
                DocumentType::Other => OTHER,
            }
        }
    };
}

mod families;
mod money;
mod neighbours;
mod papers;
mod wordings;

use self::money::{
    BANK_STATEMENT, CREDIT_NOTE, DELIVERY_NOTE, INVOICE, ORDER, PAYSLIP, QUOTE, RECEIPT, REMINDER,
};
use self::papers::{CERTIFICATE, CONTRACT, INSURANCE, LETTER, MANUAL, MEDICAL, OTHER, TAX, UTILITY_BILL};
use crate::classification::DocumentType;

/// One entry of the tables.
pub(super) struct Word {
    /// ISO 639-1; empty for every language.
    pub(super) language: &'static str,
    pub(super) weight: f32,
    pub(super) phrase: &'static str,
}

/// A row: the language, the weight, and the phrases that have it.
type Row = (&'static str, f32, &'static [&'static str]);

/// The words of a kind.
pub(super) fn of(kind: DocumentType) -> impl Iterator<Item = &'static Word> {
    use std::sync::LazyLock;
    static WORDS: LazyLock<Vec<(DocumentType, Vec<Word>)>> = LazyLock::new(|| {
        DocumentType::ALL.into_iter().map(|kind| (kind, all_rows(kind).flat_map(words).collect())).collect()
    });
    WORDS.iter().filter(move |(of, _)| *of == kind).flat_map(|(_, words)| words)
}

fn words(row: &'static Row) -> impl Iterator<Item = Word> {
    let (language, weight, phrases) = *row;
    phrases.iter().map(move |phrase| Word { language, weight, phrase })
}

fn all_rows(kind: DocumentType) -> impl Iterator<Item = &'static Row> {
    let more = neighbours::rows(kind).iter().chain(families::rows(kind)).chain(wordings::rows(kind));
    rows(kind).iter().chain(more)
}

rows_by_kind!();

#[cfg(test)]
mod tests {
    use super::super::super::fold::fold;
    use super::*;

    #[test]
    fn every_phrase_is_written_as_it_is_searched_for() {
        for kind in DocumentType::ALL {
            for word in of(kind) {
                assert_eq!(fold(word.phrase), word.phrase, "{kind}");
                assert!(
                    ["", "en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da"].contains(&word.language),
                    "{}",
                    word.phrase
                );
            }
        }
    }
}
