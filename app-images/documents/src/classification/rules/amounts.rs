//! The sum of a document, with and without taxes: amounts are found in the forms of Europe and America, and the words
//! before them say what they are.

mod find;
mod labels;

use rust_decimal::Decimal;

use self::find::Amount;
use self::labels::Meaning;
use super::fold::has_any;
use super::sheet::{Line, Sheet};
use super::{Fact, fact};
use crate::classification::{DocumentType, Money};

pub(super) use self::find::has_amount;

/// What the rules found; see [`Classification`](crate::classification::Classification).
pub(super) struct Amounts {
    pub(super) total: Option<Fact<Money>>,
    pub(super) net: Option<Fact<Money>>,
}

struct Candidate {
    amount: Amount,
    weight: i32,
    meaning: Meaning,
}

/// How many lines of the start and of the end are searched.
const SEARCHED: usize = 250;

pub(super) fn of(sheet: &Sheet, kind: DocumentType) -> Amounts {
    // Papers that ask for no money have none, but for a number in passing.
    let silent =
        matches!(kind, DocumentType::Certificate | DocumentType::Manual | DocumentType::DeliveryNote);
    let bills = ["invoice", "rechnung", "facture", "factura", "fattura", "amount due", "amount payable"];
    let healed = kind == DocumentType::Medical && !bills.iter().any(|word| sheet.may_have(word));
    if silent || healed {
        return Amounts { total: None, net: None };
    }
    let mut candidates = candidates(sheet, kind);
    // A ticket says what was paid, in so many words; minutes and brochures have numbers in passing.
    if kind == DocumentType::Other {
        candidates.retain(|one| one.weight >= 9);
    }
    let currency = prevailing_currency(sheet, &candidates);
    let money = |amount: &Amount| Money {
        amount: amount.value,
        currency: amount.currency.or(currency).map(str::to_owned),
    };
    let total = best(&candidates, Meaning::Total)
        .map(|found| fact(money(&found.amount), if found.weight >= 8 { 90 } else { 70 }))
        .or_else(|| largest(&candidates, kind).map(|found| fact(money(&found.amount), 35)));
    let net = best(&candidates, Meaning::Net)
        .filter(|net| total.as_ref().is_none_or(|total| net.amount.value.abs() <= total.value.amount.abs()))
        .map(|found| fact(money(&found.amount), 75));
    Amounts { total, net }
}

fn candidates(sheet: &Sheet, kind: DocumentType) -> Vec<Candidate> {
    let count = sheet.lines.len();
    let french = sheet.is_in("fr")
        || sheet.lines.iter().take(SEARCHED).any(|line| has_any(&line.folded, &["ttc", "tva"]));
    let mut candidates = Vec::new();
    for (index, line) in sheet.lines.iter().enumerate() {
        if index >= SEARCHED && index + SEARCHED < count {
            continue;
        }
        let above = index.checked_sub(1).and_then(|above| sheet.lines.get(above));
        candidates.extend(of_line(line, above, kind, french));
    }
    candidates
}

/// Each labelled amount of a line. Of several after one label the last is its sum, as in the rows of tables; of wages it
/// is the first, for the second is that of the year.
fn of_line(line: &Line, above: Option<&Line>, kind: DocumentType, french: bool) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut end = 0;
    for amount in find::amounts(&line.folded, french) {
        let own = labels::of(&line.folded[end..amount.start], kind);
        end = amount.end;
        match (own, candidates.last_mut()) {
            (None, Some(last)) if kind != DocumentType::Payslip => last.amount = amount,
            (None, Some(_)) => {}
            (label, _) => {
                let (meaning, weight) =
                    label.or_else(|| above_alone(line, above?, kind)).unwrap_or((Meaning::Unnamed, 0));
                candidates.push(Candidate { amount, weight, meaning });
            }
        }
    }
    candidates
}

/// A label alone in the line above speaks for an amount that stands alone.
fn above_alone(line: &Line, above: &Line, kind: DocumentType) -> Option<(Meaning, i32)> {
    let alone = line.folded.len() < 18 && !above.has_digit() && above.word_count() <= 6;
    alone.then(|| labels::of(&above.folded, kind)).flatten()
}

/// The one whose label weighs most; of equals the larger, for a sum is more than its parts.
fn best(candidates: &[Candidate], meaning: Meaning) -> Option<&Candidate> {
    candidates.iter().filter(|one| one.meaning == meaning).max_by(|one, other| {
        (one.weight, one.amount.value.abs()).cmp(&(other.weight, other.amount.value.abs()))
    })
}

/// Without a label, the largest is likely the sum of those beside it.
fn largest(candidates: &[Candidate], kind: DocumentType) -> Option<&Candidate> {
    let of_trade = matches!(
        kind,
        DocumentType::Invoice
            | DocumentType::Receipt
            | DocumentType::Quote
            | DocumentType::Order
            | DocumentType::UtilityBill
            | DocumentType::CreditNote
            | DocumentType::Insurance
            | DocumentType::Contract
            | DocumentType::Reminder
    );
    let unnamed = candidates.iter().filter(|one| one.meaning == Meaning::Unnamed);
    unnamed
        .max_by_key(|one| one.amount.value.abs())
        .filter(|one| of_trade && one.amount.value > Decimal::ZERO)
}

/// The currency that most amounts have, or that the text names.
fn prevailing_currency(sheet: &Sheet, candidates: &[Candidate]) -> Option<&'static str> {
    let mut seen: Vec<(&'static str, usize)> = Vec::new();
    for code in candidates.iter().filter_map(|one| one.amount.currency) {
        match seen.iter_mut().find(|(known, _)| *known == code) {
            Some((_, times)) => *times += 1,
            None => seen.push((code, 1)),
        }
    }
    seen.into_iter()
        .max_by_key(|(_, times)| *times)
        .map(|(code, _)| code)
        .or_else(|| sheet.lines.iter().find_map(|line| find::currency_in(&line.folded)))
}

#[cfg(test)]
mod tests {
    use super::super::{Readable, classify};

    fn total(text: &str) -> Option<(String, Option<String>)> {
        let today = jiff::civil::date(2026, 11, 1);
        let found = classify(&Readable { pages: &[text], file_name: "x.pdf", title: None, today });
        found.total.map(|total| (total.value.amount.to_string(), total.value.currency))
    }

    #[test]
    fn the_sum_is_read_in_european_and_in_english_figures() {
        for (text, amount, currency) in [
            ("Invoice\nSubtotal £1,405.00\nVAT £281.00\nTotal due £1,686.00", "1686.00", "GBP"),
            ("Rechnung\nNetto 1.600,00 €\nMwSt. 304,00 €\nRechnungsbetrag 1.904,00 €", "1904.00", "EUR"),
            ("Facture\nTotal HT 1 000,00 €\nTVA 200,00 €\nTotal TTC 1\u{202f}200,00 €", "1200.00", "EUR"),
            ("Rechnung\nNettobetrag CHF 1'000.00\nGesamtbetrag CHF 1'081.00", "1081.00", "CHF"),
            ("Invoice\nAmount due\n$99.50\nThank you", "99.50", "USD"),
        ] {
            assert_eq!(total(text), Some((amount.to_owned(), Some(currency.to_owned()))), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_of_money_is_not_taken_for_one() {
        assert_eq!(total("Invoice\nVersion 1.2.3 of 12.03.2024, call 01632 960113"), None);
    }
}
