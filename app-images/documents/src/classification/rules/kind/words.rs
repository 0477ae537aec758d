//! The words that tell the kinds apart, by language, folded (see [`fold`](super::super::fold)).
//!
//! A weight of 4 alone heads a document of the kind, 2 belongs to it, 1 is often found in it. Words below zero belong
//! to what looks alike.

mod families;
mod money;
mod neighbours;
mod papers;
mod wordings;

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

fn rows(kind: DocumentType) -> &'static [Row] {
    match kind {
        DocumentType::Invoice => money::INVOICE,
        DocumentType::CreditNote => money::CREDIT_NOTE,
        DocumentType::Receipt => money::RECEIPT,
        DocumentType::Reminder => money::REMINDER,
        DocumentType::Quote => money::QUOTE,
        DocumentType::Order => money::ORDER,
        DocumentType::DeliveryNote => money::DELIVERY_NOTE,
        DocumentType::BankStatement => money::BANK_STATEMENT,
        DocumentType::Payslip => money::PAYSLIP,
        DocumentType::Contract => papers::CONTRACT,
        DocumentType::Tax => papers::TAX,
        DocumentType::Insurance => papers::INSURANCE,
        DocumentType::UtilityBill => papers::UTILITY_BILL,
        DocumentType::Medical => papers::MEDICAL,
        DocumentType::Certificate => papers::CERTIFICATE,
        DocumentType::Manual => papers::MANUAL,
        DocumentType::Letter => papers::LETTER,
        DocumentType::Other => papers::OTHER,
    }
}

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
