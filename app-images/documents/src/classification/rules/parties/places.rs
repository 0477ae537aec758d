//! What the place of a name says for its being the sender's.

use std::sync::LazyLock;

use super::super::fold::Phrases;
use super::super::sheet::Line;
use super::captions::{is_of_captions, is_of_employer, is_of_supplier, labelled, offering};
use super::contract::first_party;
use super::names::{Name, is_common, is_heading, joins};
use super::row::{Row, TRIMMED};
use super::support::Voices;
use super::{echoes, has_letters, payee, pieces};

/// Closing words, under which the sender signs.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &["yours faithfully", "yours sincerely", "sincerely", "kind regards", "best regards", "regards", "best wishes",
    "signed for", "on behalf of", "mit freundlichen grussen", "freundliche grusse", "mit freundlichem gruss",
    "mit kollegialen grussen", "herzliche grusse", "im auftrag", "cordialement", "salutations distinguees",
    "bien cordialement", "distinti saluti", "cordiali saluti", "met vriendelijke groet", "warm wishes", "best,", "viele grusse", "beste grusse", "sportliche grusse", "atentamente", "un cordial saludo", "saludos cordiales", "hochachtungsvoll",
    "yours truly", "warm regards", "many thanks", "with thanks", "respectfully", "veuillez agreer", "gez.", "i. a.",
    "i. v.", "i.a.", "i.v.", "ppa.", "hoogachtend", "mit besten grussen", "liebe grusse", "schone grusse",
    "mit bestem gruss", "im namen", "med vanlig halsning", "med venlig hilsen", "vennlig hilsen", "z powazaniem",
    "com os melhores cumprimentos", "atenciosamente", "un saludo", "le saluda", "reciba un cordial saludo", "in fede",
    "con osservanza", "groeten", "namens", "recevez"];
static CLOSING: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(CLOSINGS));

/// The names in a line, each with what its place says for or against its being the sender's.
pub(super) fn names(
    page: &[Line],
    index: usize,
    addressed: &[usize],
    voices: &Voices<'_>,
) -> Vec<(Name, f32)> {
    let line = &page[index];
    // The rows of a statement name those who paid and were paid.
    let of_a_statement = starts_with_day(&line.folded) && line.word_count() > 3;
    if !has_letters(line) || of_a_statement {
        return Vec::new();
    }
    let row = Row::of(page, index, addressed, voices);
    let mut found = said(page, index, addressed.contains(&index));
    found.extend(joined(page, index).map(|name| (name, row.place + TRIMMED)));
    // A line that goes from a name over a street to a town is one thing: no other column shares it.
    if !row.is_address {
        found.extend(echoes::of(line, voices).into_iter().map(|name| (name, row.place + TRIMMED)));
    }
    for (nth, piece) in pieces::of(&line.text).into_iter().enumerate() {
        found.extend(row.names(nth, piece));
    }
    found.retain(|(name, _)| !is_of_captions(&name.folded));
    let signed = |(name, place): (Name, f32)| {
        let place = place + signature(page, index, &name);
        (name, place)
    };
    found.into_iter().map(signed).collect()
}

/// The names that captions and sentences say to be the sender's.
fn said(page: &[Line], index: usize, addressed: bool) -> Vec<(Name, f32)> {
    let line = &page[index];
    // Who is asked to deliver is no sender, nor who employs whom a certificate is about; and `Firma` stands above the names
    // of both.
    let asked = addressed && (is_of_supplier(line) || is_of_employer(line));
    // The head of a mail says who sent it; who signs it may only work there.
    let heads_a_mail = line.text.contains('<') && line.text.contains('@');
    let weight = if addressed {
        2.0
    } else if heads_a_mail {
        9.0
    } else {
        6.0
    };
    let labelled = labelled(page, index).filter(|_| !asked).map(|name| (name, weight));
    let others = [(first_party(page, index), 9.0), (offering(line), 7.0), (payee::of(line), 4.0)];
    let others = others.into_iter().filter_map(|(name, weight)| Some((name?, weight)));
    labelled.into_iter().chain(others).collect()
}

/// `15.01 15.01 Bonifico …`: a row begins with a day.
fn starts_with_day(folded: &str) -> bool {
    let word = folded.split(' ').next().unwrap_or_default();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.contains(['.', '/'])
        && (3..=8).contains(&digits)
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/'))
}

/// A name that goes on in the next line of a letterhead: `Alpenwacht`, `Sachversicherung AG`.
fn joined(page: &[Line], index: usize) -> Option<Name> {
    let (line, next) = (&page[index], page.get(index + 1)?);
    let follows = line.page == 0 && line.above < 4 && next.above == line.above + 1;
    let short = |line: &Line| line.word_count() <= 4 && !line.has_digit();
    let above = Name::of(&line.text).filter(|name| !name.has_legal_form() && !name.is_person())?;
    let below = Name::of(&next.text).filter(|name| !name.is_person() && !name.is_street())?;
    let plain =
        !is_heading(&above.folded) && !is_heading(&below.folded) && !below.core().starts_with(&above.folded);
    // `Finanzamt` alone is no name, and `Institute of` no whole one.
    let asks_for_more = above.folded.split([' ', '-']).all(is_common)
        || above.folded.rsplit(' ').next().is_some_and(joins)
        || line.text.ends_with(['-', '–']);
    // `Alpenwacht`, `Sachversicherung AG`; and `Delta Ridge`, `Electric Cooperative`.
    let named_above = below.has_legal_form() || !above.is_organisation();
    let goes_on = named_above && below.core().split(' ').all(is_common);
    (follows && short(line) && short(next) && plain && (goes_on || asks_for_more))
        .then(|| Name::of(&format!("{} {}", above.text, below.text)))
        .flatten()
}

/// What it says that a name stands under the closing words: an organisation signs for itself, a person often for one.
fn signature(page: &[Line], index: usize, name: &Name) -> f32 {
    // The last lines of a column are not above the first of the next.
    let above = page[index.saturating_sub(5)..index].iter().filter(|other| other.above <= page[index].above);
    let closed = above.into_iter().any(|line| CLOSING.any_in(&line.folded));
    let alone = page[index].text == name.text && page[index].below <= 2 && page[index].above > 6;
    match (closed || (alone && name.has_title()), name.is_organisation()) {
        (true, true) => 2.5,
        // Doctors sign for their clinics.
        (true, false) if name.has_title() => -1.5,
        (true, false) => 0.5,
        (false, _) => 0.0,
    }
}
