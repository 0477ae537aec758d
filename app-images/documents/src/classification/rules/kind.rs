//! Which kind of document it is: the kind whose words weigh most.
//!
//! Each kind has words by language ([`words`]). The same word weighs much more as the heading of a page than in a
//! sentence: a credit note mentions the invoice that it corrects, but is not headed by it.

mod shape;
mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use self::shape::Shape;
pub(super) use self::shape::is_salutation;
use super::fold::find;
use super::sheet::{Line, Sheet};
use super::{Fact, fact};
use crate::classification::DocumentType;

/// What a word weighs that heads documents of its kind, and how good its place is there; see [`place`].
const HEADING: f32 = 3.4;
const HEADS: f32 = 2.6;
/// What one weighs that heads nothing else, and one that labels the number or the date of its kind.
const TITLE: f32 = 4.5;
const LABEL: f32 = 2.2;
/// What lines to write on say for a form, and a salutation for a letter.
const FORM: f32 = 16.0;
const GREETING: f32 = 4.0;
/// Before these a word names no document: `Im Auftrag` signs, `zur Rechnung` and `Rif. fattura` refer. Folded.
#[rustfmt::skip]
const NOT_BEFORE: &[&str] = &["im ", "in ", "zur ", "zu ", "wegen ", "sur ", "original ", "rif. ", "rif ", "riferimento ", "betreft ",
    "betr. ", "ref. ", "concerne ", "concerning "];

/// The kind, always with a value: what nothing points to is [`DocumentType::Other`], or a letter if it greets.
pub(super) fn of(sheet: &Sheet) -> Fact<DocumentType> {
    let shape = shape::of(sheet);
    let mut scores: Vec<(f32, DocumentType)> =
        DocumentType::ALL.iter().map(|&kind| (score(sheet, kind, &shape), kind)).collect();
    scores.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let (best, kind) = scores[0];
    let (second, _) = scores[1];
    // Because three words in passing point nowhere.
    if best < 3.0 {
        return fact(DocumentType::Other, 30);
    }
    let margin = (best - second) / best;
    let strength = (best / 20.0).min(1.0);
    fact(kind, percent(0.4 + 0.35 * margin + 0.24 * strength))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
fn percent(share: f32) -> u8 {
    (share.clamp(0.0, 0.99) * 100.0) as u8
}

/// The heading that tells the kind, for the title: the first line that weighs most.
pub(super) fn heading(sheet: &Sheet, kind: DocumentType) -> Option<&Line> {
    let weighed = sheet.first_page().iter().take(40).map(|line| {
        let weight = words::of(kind)
            .filter_map(|word| {
                find(&line.folded, word.phrase).map(|_| word.weight * place(line, word.phrase))
            })
            .fold(0.0, f32::max);
        (weight, line)
    });
    let (weight, line) = weighed.fold(
        (0.0, None),
        |best, (weight, line)| {
            if weight > best.0 { (weight, Some(line)) } else { best }
        },
    );
    line.filter(|_| weight >= 4.0)
}

/// Whether a text is what heads documents of some kind and nothing else: `Handleiding`. Folded.
pub(super) fn is_title(folded: &str) -> bool {
    static TITLES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let all = DocumentType::ALL.into_iter().flat_map(words::of);
        all.filter(|word| word.weight >= TITLE).map(|word| word.phrase).collect()
    });
    TITLES.contains(folded.trim_end_matches(|c: char| !c.is_alphabetic()))
}

fn score(sheet: &Sheet, kind: DocumentType, shape: &Shape) -> f32 {
    let mut headed = false;
    let mut sum = 0.0;
    for word in words::of(kind) {
        let (place, times) = places(sheet, word, shape);
        headed |= word.weight >= HEADING && place >= HEADS;
        // An invoice without a heading has its number behind a label.
        headed |= kind == DocumentType::Invoice && word.weight >= LABEL && place >= 2.0;
        // A language that the document is not in may still be that of a heading, but not of much else.
        let native = word.language.is_empty() || sheet.language.is_none() || sheet.is_in(word.language);
        let tongue = if native { 1.0 } else { 0.35 };
        // The best place of a word counts; every further one adds little.
        sum += word.weight * tongue * (place + 0.15 * (times - 1.0).clamp(0.0, 4.0));
    }
    let greets = if shape.greets && kind == DocumentType::Letter { GREETING } else { 0.0 };
    let awaits = if shape.is_form && kind == DocumentType::Other { FORM } else { 0.0 };
    sum * shaped(kind, headed, shape) + greets + awaits
}

/// What the shape of the page leaves of a kind's score.
fn shaped(kind: DocumentType, headed: bool, shape: &Shape) -> f32 {
    let is_letter = matches!(
        kind,
        DocumentType::Letter | DocumentType::Medical | DocumentType::Reminder | DocumentType::Quote
    );
    // Because a letter speaks of contracts, insurances and certificates that it is not: what is one says so above its
    // text. Doctors, those who offer and those who wait for money write letters without a heading; minutes and tickets
    // greet nobody.
    let in_passing = !is_letter && (!headed || kind == DocumentType::Other);
    if !shape.greets {
        1.0
    } else if matches!(kind, DocumentType::Reminder | DocumentType::Quote) {
        // A letter that says again and again that nothing was paid is no other letter, nor is one that offers.
        1.25
    } else if in_passing {
        0.5
    } else {
        1.0
    }
}

/// The best place that a word has, and in how many lines it stands.
fn places(sheet: &Sheet, word: &words::Word, shape: &Shape) -> (f32, f32) {
    if !sheet.may_have(word.phrase) {
        return (0.0, 0.0);
    }
    let places = sheet.early().filter(|line| find(&line.folded, word.phrase).is_some()).map(|line| {
        let addressed = line.page == 0 && shape.addressed.contains(&line.above);
        if addressed { 1.0 } else { place(line, word.phrase).max(place_in_part(line, word, shape)) }
    });
    places.fold((0.0_f32, 0.0_f32), |(best, times), place| (best.max(place), times + 1.0))
}

/// The place of a heading that has not its line to itself: beside a letterhead, or behind the caption of a mail's subject.
fn place_in_part(line: &Line, word: &words::Word, shape: &Shape) -> f32 {
    if word.weight < HEADING || line.page > 0 {
        return 0.0;
    }
    if shape.subject == Some(line.above) {
        let subject = line.text.split_once(':').map_or("", |(_, subject)| subject.trim());
        // `Reminder: invoice 12 still open` is a reminder.
        let first = subject.split(':').next().unwrap_or(subject);
        return place(&line.part(subject), word.phrase).max(place(&line.part(first), word.phrase));
    }
    let mut cells = line.cells();
    match (cells.next(), cells.next(), cells.next()) {
        (Some(_), Some(second), None) if line.above < 6 => {
            let part = line.part(second);
            let starts = find(&part.folded, word.phrase).is_some_and(|found| found.start == 0);
            if starts { place(&part, word.phrase) } else { 0.0 }
        }
        _ => 0.0,
    }
}

/// How much the place of a word adds to its weight.
fn place(line: &Line, phrase: &str) -> f32 {
    let words = line.word_count();
    let phrase_words = phrase.split(' ').count();
    let digits = line.folded.bytes().filter(u8::is_ascii_digit).count();
    let before = find(&line.folded, phrase).map_or("", |found| &line.folded[..found.start]);
    let starts = before.len() < 12;
    let label = line.text.contains(':') || line.text.contains('|');
    if NOT_BEFORE.iter().any(|word| before.ends_with(word) && !phrase.starts_with(word)) {
        return 1.0;
    }
    let top = line.page == 0 && line.above < 30;
    // It is the line, or the line and a number.
    if top && starts && !label && words <= phrase_words + 3 && !line.text.ends_with(['.', ',', ';']) {
        return if line.above < 14 { 4.0 } else { 3.0 };
    }
    if top && !label && words <= 9 && digits < 12 && !line.text.ends_with(['.', ',', ';']) {
        return 2.6;
    }
    if top && starts && words <= 7 {
        return 2.0;
    }
    if words <= 6 { 1.2 } else { 1.0 }
}
