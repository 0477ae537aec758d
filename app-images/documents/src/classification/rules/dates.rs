//! The date that a document bears, and the day until which it wants an answer.
//!
//! Every date in the text is found ([`find`]) and weighed: what stands before it ([`labels`]), where on the page it is,
//! and what kind of document it is in. A birthday or the date of an older letter is no date of the document, however
//! near to the top it stands.

mod find;
mod labels;

use jiff::civil::Date;

use self::find::Found;
use self::labels::{Label, Meaning};
use super::sheet::{Line, Sheet};
use super::{Fact, fact, fold};
use crate::classification::DocumentType;

/// What the rules found; see [`Classification`](crate::classification::Classification).
pub(super) struct Dates {
    pub(super) date: Option<Fact<Date>>,
    pub(super) due: Option<Fact<Date>>,
}

/// How many lines of the start and of the end are searched.
const SEARCHED: usize = 250;
/// After so many lines a label no longer speaks for a date.
const REACH: usize = 8;

struct Candidate {
    date: Date,
    meaning: Option<Meaning>,
    weight: f32,
    order: usize,
}

pub(super) fn of(sheet: &Sheet, kind: DocumentType, today: Date) -> Dates {
    let mut candidates = candidates(sheet, kind, today);
    let due = candidates
        .iter()
        .filter(|one| one.meaning == Some(Meaning::Due))
        .max_by(|one, other| one.weight.total_cmp(&other.weight).then(other.order.cmp(&one.order)))
        .map(|one| one.date);
    prefer_the_latest(&mut candidates);
    candidates.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.order.cmp(&other.order)));
    let best = candidates.first().filter(|best| best.weight > -4.0);
    let date = best.map(|best| {
        let rival =
            candidates.iter().find(|other| other.date != best.date).map_or(-4.0, |other| other.weight);
        fact(best.date, confidence(best.weight, best.weight - rival))
    });
    let due = due.filter(|due| date.as_ref().is_none_or(|date| *due >= date.value)).map(|due| fact(due, 75));
    Dates { date, due }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 20 and 95")]
fn confidence(weight: f32, margin: f32) -> u8 {
    (45.0 + 4.0 * weight + 4.0 * margin).clamp(20.0, 95.0) as u8
}

fn candidates(sheet: &Sheet, kind: DocumentType, today: Date) -> Vec<Candidate> {
    let order = find::order(sheet);
    let count = sheet.lines.len();
    let mut waiting: Vec<(usize, Label)> = Vec::new();
    let mut candidates = Vec::new();
    for (index, line) in sheet.lines.iter().enumerate() {
        if index >= SEARCHED && index + SEARCHED < count {
            continue;
        }
        waiting.retain(|(since, _)| index - since <= REACH);
        let found = find::dates(&line.folded, order, today);
        if found.is_empty() {
            note_labels(line, index, &mut waiting);
            continue;
        }
        for (nth, one) in found.iter().enumerate() {
            let start = if nth == 0 { 0 } else { found[nth - 1].at.end };
            let own = labels::before(&line.folded[start..one.at.start]);
            let label = own.or_else(|| waiting.first().copied().map(|(_, label)| label));
            if own.is_none() && !waiting.is_empty() {
                waiting.remove(0);
            }
            // The rows of what is owed have the dates of other papers, whatever heads their column.
            let owed =
                kind == DocumentType::Reminder && super::amounts::has_amount(&line.folded[one.at.end..]);
            let label = if owed { own } else { label };
            let label = label.or_else(|| labels::after(&line.folded[one.at.end..]));
            let weight =
                weigh(sheet, kind, line, one, label, index) + if one.date > today { -4.0 } else { 0.0 };
            let meaning = label.map(|label| label.meaning);
            candidates.push(Candidate { date: one.date, meaning, weight, order: candidates.len() });
        }
    }
    candidates
}

/// Labels that stand in a line without dates wait for the dates of the lines below, in their order: so read both the
/// heads of tables and a column of labels beside a column of values.
fn note_labels(line: &Line, index: usize, waiting: &mut Vec<(usize, Label)>) {
    // A sentence that mentions a delivery announces no date: labels fill short lines, or stand side by side.
    let labels = labels::all(&line.folded);
    let ends = line.text.ends_with(['.', ',', ';']);
    let words = line.word_count();
    if words <= 4 || (words <= 14 && !ends && (labels.len() >= 2 || line.text.ends_with(':'))) {
        waiting.extend(labels.into_iter().map(|label| (index, label)));
    }
}

fn weigh(
    sheet: &Sheet,
    kind: DocumentType,
    line: &Line,
    found: &Found,
    label: Option<Label>,
    index: usize,
) -> f32 {
    let mut weight = label.map_or(0.0, |label| label.weight(kind));
    let rest = line.folded.len() - (found.at.end - found.at.start);
    let alone = rest <= 1;
    if alone {
        weight += 1.5;
    } else if rest <= 70 && labels::is_place(line, found) {
        weight += 3.0;
    }
    if line.page == 0 {
        weight += 2.0 * (1.0 - ratio(index, sheet.first_page().len()));
    }
    // Because who signs dates, at the end of contracts and certificates.
    if matches!(kind, DocumentType::Contract | DocumentType::Certificate) && line.below < 8 {
        weight += 1.0;
    }
    if find::has_time(&line.folded) {
        // A till prints the time of the purchase; a letter names that of an appointment.
        weight += if matches!(kind, DocumentType::Letter | DocumentType::Medical) { -1.5 } else { 2.5 };
    }
    let is_row = super::amounts::has_amount(&line.folded[found.at.end..]);
    if is_row && label.is_none() {
        let closes =
            kind == DocumentType::BankStatement && labels::is_closing_row(&line.folded[found.at.end..]);
        weight += if closes { 4.0 } else { -3.0 };
    }
    // A sentence that goes on speaks of something else, unless it says that it is dated.
    if label.is_none() && line.word_count() > 8 {
        weight -= 1.5;
    }
    weight + of_span(kind, line, found, label)
}

/// What it says that a date ends a span, or stands in a line that tells one.
fn of_span(kind: DocumentType, line: &Line, found: &Found, label: Option<Label>) -> f32 {
    let mut weight = 0.0;
    // A statement is drawn up at the end of its span.
    let closes = found.ends_range && kind == DocumentType::BankStatement;
    if closes {
        weight += 3.0;
    } else if found.is_range {
        weight -= 2.5;
    }
    if label.is_none() && fold::has_any(&line.folded, labels::PERIODS) {
        weight -= 3.0;
    }
    weight
}

#[expect(clippy::cast_precision_loss, reason = "a page has few lines")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

/// Of dates that could all be it, the latest mostly is: the others are what it refers to.
fn prefer_the_latest(candidates: &mut [Candidate]) {
    let latest = candidates
        .iter()
        .filter(|one| one.weight > -2.0 && one.meaning.is_none_or(Meaning::may_be_the_date))
        .map(|one| one.date)
        .max();
    for one in candidates.iter_mut().filter(|one| Some(one.date) == latest) {
        one.weight += 0.7;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Readable, classify};
    use super::*;
    use jiff::civil::date;

    fn read(text: &str) -> (Option<Date>, Option<Date>) {
        let found =
            classify(&Readable { pages: &[text], file_name: "x.pdf", title: None, today: date(2026, 11, 1) });
        (found.date.map(|fact| fact.value), found.due_date.map(|fact| fact.value))
    }

    #[test]
    fn the_date_is_the_one_that_its_label_names_wherever_the_label_stands() {
        for text in [
            "Invoice\nInvoice date: 3 March 2024\nOrder date: 1 February 2024\nDue date: 2 April 2024",
            "Invoice\nOrder date\n1 February 2024\nInvoice date\n3 March 2024\nDue date\n2 April 2024",
            "Invoice\nOrder date Invoice date Due date\n1 February 2024 3 March 2024 2 April 2024",
            "Invoice\nOrder date\nInvoice date\nDue date\n1 February 2024\n3 March 2024\n2 April 2024",
        ] {
            assert_eq!(read(text), (Some(date(2024, 3, 3)), Some(date(2024, 4, 2))), "{text}");
        }
    }

    #[test]
    fn a_birthday_a_period_and_a_row_of_a_table_are_not_the_date() {
        let text =
            "Befundbericht\nPatient: A. B., geb. 03.05.1979\n14.02.2022\nZeitraum 01.01.2022 bis 31.01.2022";
        assert_eq!(read(text).0, Some(date(2022, 2, 14)));
        let text =
            "Kontoauszug\nAuszug vom 30.09.2022\n01.10.2022 Miete 780,00 EUR\n02.10.2022 Strom 80,00 EUR";
        assert_eq!(read(text).0, Some(date(2022, 9, 30)));
    }

    #[test]
    fn the_month_comes_first_where_dollars_are_paid_and_the_day_elsewhere() {
        assert_eq!(
            read("Receipt\n02/09/2024\nTotal $ 7.00\nthank you for the visit").0,
            Some(date(2024, 2, 9))
        );
        assert_eq!(
            read("Receipt\n02/09/2024\nTotal £ 7.00\nthank you for the visit").0,
            Some(date(2024, 9, 2))
        );
        assert_eq!(read("Reçu\nLe 02/09/2024 pour les amis et vous\nTotal 7,00 €").0, Some(date(2024, 9, 2)));
    }

    #[test]
    fn months_of_more_languages_are_known_and_a_number_is_no_date() {
        assert_eq!(read("Vila Serena, 3 de março de 2025\nAssunto: obras").0, Some(date(2025, 3, 3)));
        assert_eq!(
            read("Faktura nr 17/03/2025\nData wystawienia: 14 września 2025").0,
            Some(date(2025, 9, 14))
        );
        assert_eq!(read("Faktura\nFakturadato 5. desember 2024").0, Some(date(2024, 12, 5)));
    }

    #[test]
    fn a_text_without_dates_has_none() {
        assert_eq!(read("Sort code 20-45-77, version 1.2.3, tel 01632 960113, 99/99/2024"), (None, None));
    }

    #[test]
    fn the_order_of_day_and_month_is_a_matter_of_the_document() {
        assert_eq!(
            find::Order::DayFirst,
            find::order(&super::super::sheet::Sheet::of(&Readable {
                pages: &["The date is 25/03/2024 and $ 3.00 are paid to the owner of it"],
                file_name: "",
                title: None,
                today: date(2026, 1, 1),
            }))
        );
    }
}
