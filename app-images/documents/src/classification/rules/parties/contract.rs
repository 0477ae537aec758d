//! The parties of a contract and of a lawsuit.

use std::ops::Range;

use super::super::fold::{find, fold, has_any};
use super::super::sheet::Line;
use super::names::Name;
use super::pieces;

/// Words between which the first party of a contract stands, and those after it.
const BETWEEN: &[&str] = &[
    "by and between",
    "between",
    "zwischen",
    "entre les soussignes",
    "entre",
    "reunidos",
    "de una parte",
    "entre la empresa",
    "tussen",
    "tra",
    "partijen",
    "parties",
];
const AND: &[&str] = &[
    " and ",
    " und ",
    " et ",
    " y ",
    " (",
    ", bailleur",
    ", employeur",
    ", en adelante",
    ", hereinafter",
    ", nachfolgend",
    ", as ",
    ", ci-apres",
    ", represente",
    ", vertreten",
    " - nachfolgend",
    " as ",
    ", d'une part",
    ", con ",
];
/// What says how a contract calls a party, below the name of one.
const CALLED: &[&str] = &[
    "nachfolgend",
    "im folgenden",
    "hereinafter",
    "ci-apres",
    "en adelante",
    "hierna",
    "di seguito",
    "genannt",
    "(the \"",
    "(der \"",
];
/// What stands between those who are at law, and what they are called.
#[rustfmt::skip]
const AGAINST: &[&str] = &["gegen", "./.", "contre", "contra", "contro", "versus", "vs", "vs.", "v.", "tegen", "claimant", "defendant", "plaintiff",
    "respondent", "klager", "klagerin", "beklagte", "beklagter", "schuldner", "glaubiger", "demandeur",
    "demanderesse", "defendeur", "defenderesse", "demandante", "demandado", "demandada", "attore", "convenuto",
    "eiser", "gedaagde"];

/// Whether those who are named here are at law with each other. The court that writes of them is not among them.
pub(super) fn is_at_law(line: &Line) -> bool {
    has_any(&line.folded, AGAINST)
        && AGAINST.iter().any(|word| find(&line.folded, word).is_some_and(|at| parts_names(line, &at)))
}

/// Whether such a word stands between names, or almost alone; the `V.` of `e. V.` is a part of one.
fn parts_names(line: &Line, at: &Range<usize>) -> bool {
    let before = &line.folded[..at.start];
    let whole = (at.start == 0 || before.ends_with([' ', ',', '('])) && !before.ends_with("e. ");
    whole && (at.start > 2 || line.word_count() < 4)
}

/// The party that a contract names first.
pub(super) fn first_party(page: &[Line], index: usize) -> Option<Name> {
    let line = &page[index];
    if is_at_law(line) {
        return None;
    }
    let at = BETWEEN.iter().find_map(|word| find(&line.folded, word))?;
    // Offsets hold only where folding changed no lengths before them; else the party is not cut out.
    let rest = line.text.get(byte_at(&line.text, line.folded.get(..at.end)?.chars().count())..)?;
    // `zwischen dem Verein`, and its name below.
    let is_name = rest.trim_start().starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let rest = if is_name || rest.contains(',') { rest } else { page.get(index + 1)?.text.as_str() };
    let folded = fold(rest);
    let end =
        AND.iter().filter_map(|word| folded.find(word)).filter(|end| *end > 2).min().unwrap_or(folded.len());
    let cut = byte_at(rest, folded.get(..end)?.chars().count());
    // `Hebewerk GmbH, Kranweg 17, 45777 Herbede`, `Kettle Ltd of Unit 3`: the address is no part of the name.
    let name = *pieces::of(rest.get(..cut)?.trim_start_matches(is_counted)).first()?;
    let seated = name.split_once(" of ").filter(|(_, place)| place.contains(|c: char| c.is_ascii_digit()));
    let name = Name::of(seated.map_or(name, |(name, _)| name))?;
    let below = page.get(index + 1..(index + 4).min(page.len())).unwrap_or_default();
    let is_called =
        || folded[end..].starts_with(" (") || below.iter().any(|line| has_any(&line.folded, CALLED));
    (name.is_organisation() || (is_proper(&name) && is_called())).then_some(name)
}

/// Whether a name could be a person's: each word of it has a capital.
fn is_proper(name: &Name) -> bool {
    let capital = |word: &str| word.len() <= 3 || word.starts_with(char::is_uppercase);
    name.text.contains(' ') && name.text.split(' ').all(capital) && !name.is_street()
}

/// `1. Kalmia B.V., gevestigd te …`: parties are counted.
fn is_counted(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '(' | ')' | ',' | ':' | ' ')
}

fn byte_at(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}
