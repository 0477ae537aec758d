//! What the words beside a date say of it. Folded.

mod words;

use super::find::Found;
use crate::classification::DocumentType;
use crate::classification::rules::fold::{find, find_last};
use crate::classification::rules::sheet::Line;

pub(super) use self::words::PERIODS;
use self::words::{
    BIRTH, CLOSING, CONTRACTS, DATE, DELIVERY, DUE, INVOICES, ISSUED, OF, ORDERS, PAID, PERIOD, QUOTES,
    REFERENCE, STATEMENTS,
};

/// What a date is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The date of the document, said in so many words.
    Issued,
    /// A bare `date`.
    Date,
    /// When something was paid: the date of a receipt or a payslip.
    Paid,
    /// `of`, `vom`, `du`: of the document or of what it mentions.
    Of,
    /// Until when to pay, to answer, or to hold.
    Due,
    /// Another document, an order, a delivery, a visit.
    Reference,
    /// One end of a span.
    Period,
    /// When an account was closed to draw up its statement.
    Closing,
    /// When goods come or came.
    Delivery,
    /// A document of this kind is named: ours, if we are of that kind.
    Named(DocumentType),
    /// Of a person.
    Birth,
}

impl Meaning {
    /// Whether such a date may be the document's own.
    pub(super) fn may_be_the_date(self) -> bool {
        match self {
            Meaning::Issued | Meaning::Date | Meaning::Paid | Meaning::Of => true,
            Meaning::Due
            | Meaning::Reference
            | Meaning::Period
            | Meaning::Closing
            | Meaning::Delivery
            | Meaning::Named(_)
            | Meaning::Birth => false,
        }
    }
}

/// A meaning, read from words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) meaning: Meaning,
}

impl Label {
    /// How much it speaks for the date of a document of this kind.
    pub(super) fn weight(self, kind: DocumentType) -> f32 {
        match self.meaning {
            Meaning::Issued => 7.0,
            Meaning::Date => 5.0,
            // A ticket bears the day on which it was bought; that of the journey is what it is for.
            Meaning::Paid
                if matches!(kind, DocumentType::Payslip | DocumentType::Receipt | DocumentType::Other) =>
            {
                6.0
            }
            Meaning::Paid => -1.0,
            Meaning::Of => 0.5,
            Meaning::Closing if kind == DocumentType::BankStatement => 5.0,
            Meaning::Closing | Meaning::Period => -2.0,
            Meaning::Due => -3.5,
            Meaning::Reference => -3.5,
            Meaning::Delivery if kind == DocumentType::DeliveryNote => 6.0,
            Meaning::Delivery => -3.5,
            Meaning::Named(named) if is_such(kind, named) => 2.5,
            Meaning::Named(_) => -3.5,
            Meaning::Birth => -9.0,
        }
    }
}

const TABLES: [(Meaning, &[&str]); 15] = [
    (Meaning::Birth, BIRTH),
    (Meaning::Due, DUE),
    (Meaning::Reference, REFERENCE),
    (Meaning::Period, PERIOD),
    (Meaning::Closing, CLOSING),
    (Meaning::Issued, ISSUED),
    (Meaning::Paid, PAID),
    (Meaning::Date, DATE),
    (Meaning::Of, OF),
    (Meaning::Delivery, DELIVERY),
    (Meaning::Named(DocumentType::Order), ORDERS),
    (Meaning::Named(DocumentType::Invoice), INVOICES),
    (Meaning::Named(DocumentType::Quote), QUOTES),
    (Meaning::Named(DocumentType::Contract), CONTRACTS),
    (Meaning::Named(DocumentType::BankStatement), STATEMENTS),
];
/// Whether a document of a kind may be called what is named there.
fn is_such(kind: DocumentType, named: DocumentType) -> bool {
    let bills =
        [DocumentType::Invoice, DocumentType::UtilityBill, DocumentType::Insurance, DocumentType::Medical];
    kind == named || (named == DocumentType::Invoice && bills.contains(&kind))
}

/// How far before a date its label may start and end, in bytes.
const REACH: usize = 60;
const GAP: usize = 22;

/// The label that ends nearest before a date; of two that end together, the longer.
pub(super) fn before(text: &str) -> Option<Label> {
    let text = &text[text.ceil_char_boundary(text.len().saturating_sub(REACH))..];
    let nearest = TABLES
        .iter()
        .flat_map(|(meaning, phrases)| phrases.iter().map(move |phrase| (*meaning, *phrase)))
        .filter_map(|(meaning, phrase)| Some((find_last(text, phrase)?, meaning)))
        .max_by_key(|(found, _)| (found.end, found.end - found.start))?;
    let gap = text.len() - nearest.0.end;
    // A preposition speaks only for what follows at once; a noun may have a number or a weekday in between.
    let reach = match nearest.1 {
        Meaning::Of | Meaning::Period => 3,
        Meaning::Issued
        | Meaning::Date
        | Meaning::Paid
        | Meaning::Due
        | Meaning::Reference
        | Meaning::Closing
        | Meaning::Delivery
        | Meaning::Named(_)
        | Meaning::Birth => GAP,
    };
    if gap <= reach { Some(qualify(text, nearest.1)) } else { further(text) }
}

/// `vom` after `Rechnung 123` is what that word says: the noun before the preposition decides.
fn qualify(text: &str, meaning: Meaning) -> Label {
    if meaning == Meaning::Of { further(text).unwrap_or(Label { meaning }) } else { Label { meaning } }
}

/// The nearest noun label, over whatever stands between.
fn further(text: &str) -> Option<Label> {
    TABLES
        .iter()
        .filter(|(meaning, _)| !matches!(meaning, Meaning::Of | Meaning::Period | Meaning::Date))
        .flat_map(|(meaning, phrases)| phrases.iter().map(move |phrase| (*meaning, *phrase)))
        .filter(|(_, phrase)| phrase.len() > 4)
        .filter_map(|(meaning, phrase)| Some((find_last(text, phrase)?, meaning)))
        .filter(|(found, _)| text.len() - found.end <= GAP)
        .max_by_key(|(found, _)| (found.end, found.end - found.start))
        .map(|(_, meaning)| Label { meaning })
}

/// A label that follows its date at once.
pub(super) fn after(text: &str) -> Option<Label> {
    let text = text.trim_start_matches([' ', ':', ')', '(']);
    [(Meaning::Issued, ISSUED), (Meaning::Due, DUE), (Meaning::Birth, BIRTH)]
        .iter()
        .find(|(_, phrases)| {
            phrases
                .iter()
                .any(|phrase| phrase.len() > 4 && find(text, phrase).is_some_and(|at| at.start == 0))
        })
        .map(|(meaning, _)| Label { meaning: *meaning })
}

/// Whether after its date follows what ends a statement.
pub(super) fn is_closing_row(after: &str) -> bool {
    let after = after.trim_start_matches([' ', ':', '|']);
    CLOSING.iter().any(|phrase| find(after, phrase).is_some_and(|at| at.start == 0))
}

/// Every label of a line that has no dates itself, from left to right.
pub(super) fn all(line: &str) -> Vec<Label> {
    let mut found: Vec<(std::ops::Range<usize>, Meaning)> = TABLES
        .iter()
        .filter(|(meaning, _)| !matches!(meaning, Meaning::Of | Meaning::Named(_)))
        .flat_map(|(meaning, phrases)| phrases.iter().map(move |phrase| (*meaning, *phrase)))
        .filter(|(meaning, phrase)| {
            phrase.len() > 4 || *meaning == Meaning::Date || *meaning == Meaning::Birth
        })
        .filter(|(_, phrase)| !matches!(*phrase, "den" | "until" | "since" | "before" | "between" | "period"))
        .filter_map(|(meaning, phrase)| Some((find(line, phrase)?, meaning)))
        .collect();
    // The longest of those that overlap holds.
    found.sort_by_key(|(at, _)| (at.start, std::cmp::Reverse(at.end)));
    let mut end = 0;
    found.retain(|(at, _)| {
        let keep = at.start >= end;
        end = if keep { at.end } else { end };
        keep
    });
    found.into_iter().map(|(_, meaning)| Label { meaning }).collect()
}

/// With what those begin who say where and when they signed: `Fait en deux exemplaires à Lyon, le`.
const SIGNED: &[&str] = &[
    "fait ",
    "hecho en",
    "dado en",
    "firmado en",
    "fatto a",
    "letto e",
    "gedaan te",
    "opgemaakt te",
    "aldus ",
    "done at",
    "signed at",
    "ausgestellt in",
];

/// Whether before the date stands no more than a place, as at the head and the foot of letters: `Kiel, den`.
pub(super) fn is_place(line: &Line, found: &Found) -> bool {
    let before = line.folded[..found.at.start].trim_end();
    let before = [" den", " le", " a", " am", " el", " li", " op"]
        .iter()
        .find_map(|word| before.strip_suffix(word))
        .unwrap_or(before)
        .trim_end();
    let signed = SIGNED.iter().any(|words| before.starts_with(words));
    // Dutch contracts end without a comma: `Aldus overeengekomen te Ede op 5 maart`.
    (before.ends_with(',') || (signed && before.contains(" te ")))
        && line.text.starts_with(char::is_uppercase)
        && before.split(' ').count() <= if signed { 10 } else { 4 }
        && !before.contains(|c: char| c.is_ascii_digit())
}
