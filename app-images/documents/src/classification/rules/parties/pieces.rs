//! A line cut into what may be names: feet part name, street and town, and headings lead to names.

use super::super::fold::{find, fold};
use super::names::{Name, is_heading};

/// What leads from a heading or a greeting to the name of who speaks: `Invoice from`, `Newsletter of the`.
#[rustfmt::skip]
const LEADS: &[&str] = &["from", "by", "of the", "at the", "at", "in the", "of", "with", "von", "der", "des", "bei", "vom", "de la", "de l'",
    "du", "des", "de", "en", "por", "par", "chez", "di", "della", "da", "van", "bij", "call"];
/// What stands before the name of who speaks, at the start of a line.
#[rustfmt::skip]
const OPENINGS: &[&str] = &["for and on behalf of", "on behalf of", "for", "pour", "por", "fur die", "fur", "in the", "per", "p.p.",
    "your", "ihre", "ihr", "votre", "su", "the team at", "your team at", "ihr team der", "ihr team von", "ihr team vom",
    "dein team von", "uw", "team"];

/// The pieces of a line in order.
pub(super) fn of(text: &str) -> Vec<&str> {
    let parted: Vec<&str> = text
        .split(['·', '•', '|', '⋅', '∙', ';', '*'])
        .flat_map(|piece| piece.split(" - "))
        .flat_map(|piece| piece.split(" – "))
        .filter(|piece| !piece.trim().is_empty())
        .collect();
    let mut pieces = Vec::new();
    for piece in parted {
        // `Pardo, S.A.` is one name; `Pike Ltd, 3 Mill Lane` are two things.
        match piece.split_once(", ") {
            Some((name, rest))
                if !rest.starts_with("S.") && !rest.starts_with("Inc") && !rest.starts_with("L") =>
            {
                pieces.push(name);
                pieces.extend(rest.split(", "));
            }
            Some((name, rest)) => {
                let end = rest.find(", ").map_or(piece.len(), |at| name.len() + 2 + at);
                pieces.push(&piece[..end]);
            }
            None => pieces.push(piece),
        }
    }
    pieces
}

/// What of a piece may be the name alone: behind an opening, behind a heading and what leads on from it, up to a legal
/// form, behind the last number before one.
pub(super) fn within(piece: &str) -> Vec<Name> {
    let piece = piece.trim();
    let folded = fold(piece);
    // Because offsets hold only where folding changes no lengths.
    if folded.len() != piece.len()
        && !piece.chars().all(|c| fold(c.encode_utf8(&mut [0; 4])).chars().count() == 1)
    {
        return Vec::new();
    }
    let rest = |bytes: usize| {
        let chars = folded.get(..bytes)?.chars().count();
        let at = piece.char_indices().nth(chars)?.0;
        piece.get(at..).map(str::trim)
    };
    let mut found = Vec::new();
    let opening = OPENINGS
        .iter()
        .filter_map(|words| find(&folded, words).filter(|at| at.start == 0))
        .max_by_key(|at| at.end);
    found.extend(opening.and_then(|at| rest(at.end)));
    for lead in LEADS {
        let Some(at) = find(&folded, lead) else { continue };
        if at.start > 2 && is_heading(&folded[..at.start]) {
            // `BULLETIN DE PAIE` leads to no name.
            found.extend(rest(at.end).filter(|rest| rest.contains(' ') || lead.len() > 3));
        }
    }
    let mut names: Vec<Name> =
        found.into_iter().filter(|name| name.starts_with(char::is_uppercase)).filter_map(Name::of).collect();
    names.extend(around_form(piece));
    names.extend(before_person(piece));
    names
}

/// The organisation that stands in one line with a heading or a label: `Thornbury Building Society Statement of account`.
pub(super) fn between_headings(piece: &str) -> Option<Name> {
    let words: Vec<&str> = piece.split(' ').collect();
    let ends = |word: &str| {
        word.bytes().any(|byte| byte.is_ascii_digit()) || word.contains('°') || is_heading(&fold(word))
    };
    let is_name = |word: &str| word.starts_with(char::is_uppercase) && !ends(word);
    let joins = |word: &str| word.len() <= 3 || word.starts_with(char::is_uppercase);
    let start = words.iter().position(|word| is_name(word))?;
    let end = words[start..].iter().position(|word| ends(word)).map_or(words.len(), |at| start + at);
    let labelled =
        start == 0 || words[..start].iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == ':'));
    let name = (end - start >= 2 && labelled && (start > 0 || end < words.len()))
        .then(|| words[start..end].join(" "))?;
    // `MUTUAL NON-DISCLOSURE AGREEMENT` is all heading.
    let shouts = |text: &str| !text.chars().any(char::is_lowercase);
    let all_heading =
        shouts(&name) && words.get(end).is_some_and(|next| shouts(next) && is_heading(&fold(next)));
    Name::of(&name).filter(|name| !all_heading && name.text.split(' ').all(joins) && name.is_organisation())
}

/// The name that ends in a legal form, without what stands before and behind it.
fn around_form(piece: &str) -> Option<Name> {
    let words: Vec<&str> = piece.split(' ').collect();
    let is_form = |word: &str| Name::is_legal_form(&fold(word.trim_matches([',', '(', ')'])));
    let last = words.iter().rposition(|word| is_form(word)).filter(|at| *at > 0)?;
    // `Ltd (the Landlord)`, `GmbH & Co. KG`: the forms that follow each other are one.
    let first = words.iter().position(|word| is_form(word)).filter(|at| *at > 0)?;
    let end = if last - first <= 3 { last } else { first };
    let no_name = |word: &&str| {
        word.bytes().any(|byte| byte.is_ascii_digit()) || word.starts_with('(') || word.ends_with([':', ')'])
    };
    let start = words[..end].iter().rposition(no_name).map_or(0, |at| at + 1);
    let heading = |at: &usize| is_heading(&fold(words[*at]));
    let start = (start..end).find(|at| !heading(at) && words[*at].starts_with(|c: char| c.is_uppercase()))?;
    (start > 0 || end + 1 < words.len()).then(|| Name::of(&words[start..=end].join(" "))).flatten()
}

/// After `is`: what a foot says of who speaks.
#[rustfmt::skip]
const STATES: &[&str] = &["a trading name", "the trading name", "trading name", "a brand", "the brand", "registered", "authorised", "authorized", "regulated",
    "licensed", "arranged", "administered", "operated", "owned", "part of", "a member", "a subsidiary", "a division",
    "a company", "a charity", "a not-for-profit", "a registered", "an equal", "eine marke", "ein unternehmen", "eine tochter", "ein eingetragen~",
    "eine eingetragen~", "mitglied", "zertifiziert", "une marque", "une societe", "une filiale", "un etablissement",
    "une association", "membre", "una marca", "una empresa", "una entidad", "una sociedad", "un marchio", "una societa",
    "een handelsnaam", "een merk", "een onderdeel", "lid van", "ingeschreven"];
const IS: &[&str] = &["is", "ist", "est", "es", "e", "are"];

/// The name of which a sentence of the foot states what it is: `Halcyon is a trading name of …`.
pub(super) fn introduced(piece: &str) -> Option<Name> {
    let words: Vec<&str> = piece.split(' ').collect();
    let verb = words.iter().position(|word| IS.contains(&fold(word).as_str()))?;
    let said = fold(&words[verb + 1..].join(" "));
    let stated = STATES.iter().any(|what| find(&said, what).is_some_and(|at| at.start == 0));
    let capital = |word: &&str| word.len() <= 3 || word.starts_with(char::is_uppercase);
    let named = (1..=6).contains(&verb) && words[..verb].iter().all(capital);
    (stated && named)
        .then(|| Name::of(&words[..verb].join(" ")))
        .flatten()
        .filter(|name| !is_heading(&name.folded))
}

/// With what persons are addressed, when an address shares its line with a letterhead.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "m.", "mme", "mlle", "herr", "herrn", "frau", "dhr.", "mevr.", "mevrouw",
    "sig.", "sig.ra",
];

/// The name that stands before a person in one line: `Conserves du Marais Mme Capucine Orvault`.
fn before_person(piece: &str) -> Option<Name> {
    let words: Vec<&str> = piece.split(' ').collect();
    let person = words.iter().position(|word| TITLES.contains(&fold(word).trim_end_matches(',')))?;
    let followed = words.get(person + 1).is_some_and(|word| word.starts_with(char::is_uppercase));
    (person >= 2 && followed).then(|| Name::of(&words[..person].join(" "))).flatten()
}
