//! Which kind of document it is: the kind whose words weigh most.
//!
//! Each kind has words by language ([`words`]). The same word weighs much more as the heading of a page than in a
//! sentence: a credit note mentions the invoice that it corrects, but is not headed by it.

mod words;

use super::fold::find;
use super::sheet::{Line, Sheet};
use super::{Fact, fact};
use crate::classification::DocumentType;

/// The kind, always with a value: what nothing points to is [`DocumentType::Other`], or a letter if it greets.
pub(super) fn of(sheet: &Sheet) -> Fact<DocumentType> {
    let mut scores: Vec<(f32, DocumentType)> =
        DocumentType::ALL.iter().map(|&kind| (score(sheet, kind), kind)).collect();
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

fn score(sheet: &Sheet, kind: DocumentType) -> f32 {
    words::of(kind).map(|word| score_word(sheet, word)).sum()
}

/// The best place of a word counts; every further one adds little.
fn score_word(sheet: &Sheet, word: &words::Word) -> f32 {
    if !sheet.may_have(word.phrase) {
        return 0.0;
    }
    let places = sheet
        .early()
        .filter(|line| find(&line.folded, word.phrase).is_some())
        .map(|line| place(line, word.phrase));
    let (best, times) =
        places.fold((0.0_f32, 0.0_f32), |(best, times), place| (best.max(place), times + 1.0));
    if times == 0.0 {
        return 0.0;
    }
    // A language that the document is not in may still be that of a heading, but not of much else.
    let native = word.language.is_empty() || sheet.language.is_none() || sheet.is_in(word.language);
    let tongue = if native { 1.0 } else { 0.35 };
    word.weight * tongue * (best + 0.15 * (times - 1.0).min(4.0))
}

/// How much the place of a word adds to its weight.
fn place(line: &Line, phrase: &str) -> f32 {
    let words = line.word_count();
    let phrase_words = phrase.split(' ').count();
    let digits = line.folded.bytes().filter(u8::is_ascii_digit).count();
    let starts = find(&line.folded, phrase).is_some_and(|found| found.start < 12);
    let label = line.text.contains(':') || line.text.contains('|');
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
