//! A line as the names in it are weighed: what all of it says, and what each of its pieces adds.

use super::super::fold::{fold, has_any, stands_at};
use super::super::sheet::Line;
use super::address::ends_address;
use super::bystanders::{is_of_a_brand, names_an_agent};
use super::contract::is_at_law;
use super::letterhead::{is_below_letterhead, place};
use super::names::{Name, is_heading};
use super::pieces;
use super::support::Voices;

/// Beside these stands a court of registers, which speaks of nobody but itself in its own letters.
const REGISTER_NUMBERS: &[&str] = &["hrb", "hra", "gnr", "vr", "registergericht", "handelsregister"];
const ACCOUNTS: &[&str] =
    &["iban", "bic", "bankverbindung", "konto", "sort code", "account", "swift", "banque", "cuenta"];
const BANKS: &[&str] = &[
    "bank",
    "~bank",
    "sparkasse",
    "~sparkasse",
    "~kasse",
    "banque",
    "banco",
    "caja",
    "banca",
    "credit",
    "building society",
    "raika",
];
/// How much less a name weighs that is only a part of its line.
pub(super) const TRIMMED: f32 = 0.4;

/// In these end the lines below which a certificate names whom it is about.
#[rustfmt::skip]
const THAT: &[&str] = &["that", "dass", "que", "che", "dat", "awarded to", "conferred upon", "presented to", "verliehen an", "decerne a",
    "otorgado a", "conferito a", "uitgereikt aan", "el contribuyente", "la empresa", "l'entreprise", "la societe", "die firma",
    "the company", "l'impresa", "la societa", "het bedrijf", "la entidad"];

/// What a line says for and against the names in it.
pub(super) struct Row<'a> {
    line: &'a Line,
    pub(super) place: f32,
    /// It goes from a name over a street to a town, in one line.
    pub(super) is_address: bool,
    /// So, and it is no part of the letterhead above it.
    names_first: bool,
    /// A town and a day.
    is_dateline: bool,
    /// Several persons of a profession are named.
    are_several: bool,
    pays: bool,
    of_register: bool,
}

impl<'a> Row<'a> {
    pub(super) fn of(page: &'a [Line], index: usize, addressed: &[usize], voices: &Voices<'_>) -> Self {
        let line = &page[index];
        let near = &page[index.saturating_sub(1)..(index + 2).min(page.len())];
        let at_law = is_at_law(line) || near.iter().any(|line| line.word_count() < 4 && is_at_law(line));
        let other = names_an_agent(&line.text) || is_subject(page, index) || is_owner(page, index);
        let own = addressed.contains(&index);
        // The first line above an address is its name, where the foot says who speaks.
        let heads_window = voices.foot_speaks && addressed.contains(&(index + 1));
        let against = [(own, 7.0), (at_law, 8.0), (other, 8.0)];
        let against: f32 = against.into_iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum();
        let parts = pieces::of(&line.text);
        let is_address = parts.len() >= 3 && parts.last().is_some_and(|last| ends_address(&fold(last)));
        let titled = |piece: &&&str| Name::of(piece).is_some_and(|name| name.has_title());
        Self {
            line,
            place: place(page, index, own || heads_window, voices.headings) - against,
            is_address,
            names_first: is_address && !is_below_letterhead(page, index),
            is_dateline: parts.len() == 2 && is_dated(parts[1]),
            are_several: parts.iter().filter(titled).count() > 1,
            pays: has_any(&line.folded, ACCOUNTS) && !line.is_head(),
            of_register: line.above > 0 && near.iter().any(|line| has_any(&line.folded, REGISTER_NUMBERS)),
        }
    }

    /// The names in one of its pieces.
    pub(super) fn names(&self, nth: usize, piece: &str) -> Vec<(Name, f32)> {
        let mut found = Vec::new();
        let folded = fold(piece);
        let mut place = self.place + self.weight(nth, piece, &folded);
        if let Some(name) = pieces::introduced(piece) {
            found.push((name, place + 2.5));
            place -= 4.0;
        }
        // After this, because what a sentence introduces as a trading name is the sender's.
        if is_of_a_brand(&folded) || (self.of_register && folded.contains("gericht")) {
            place -= 8.0;
        }
        found.extend(Name::of(piece).map(|name| (name, place)));
        if self.line.above < 8 {
            found.extend(pieces::between_headings(piece).map(|name| (name, place - TRIMMED)));
        }
        // `Newsletter of the Rowing Club`, below the title of the paper.
        let shouts = !piece.contains(char::is_lowercase);
        let led = if self.line.above < 2 && is_heading(&folded) && !shouts { 1.2 } else { 0.0 };
        found.extend(pieces::within(piece).into_iter().map(|name| (name, place - TRIMMED + led)));
        found
    }

    fn weight(&self, nth: usize, piece: &str, folded: &str) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a line has few pieces")]
        let mut weight = -0.6 * nth as f32;
        // `Leeds, 3 March 2024`; and the bank at which the sender has an account.
        let is_town =
            self.is_dateline && nth == 0 && Name::of(piece).is_some_and(|name| !name.is_organisation());
        if is_town || (self.pays && has_any(folded, BANKS)) {
            weight -= 5.0;
        }
        // `Pike Ltd · 3 Mill Lane · Leeds LS1 4AP`: nobody writes the recipient's address so. Below a letterhead it is the
        // building, or an office in it.
        if self.names_first && nth == 0 {
            weight += 2.5;
        }
        // `Avv. O. Baldi - Avv. G. Ferri`: those who work there, below the name of the house.
        if self.are_several {
            weight -= 3.0;
        }
        weight
    }
}

/// With what the line below a letterhead begins that says whose house it is: `di Moretti Franca & C. s.a.s.`
const OWNED_BY: &[&str] = &[
    "di",
    "inh.",
    "inhaber",
    "inhaberin",
    "prop.",
    "proprietor",
    "exploitation",
    "betriebsges.",
    "t/a",
    "gestione",
];

/// Whether a line says who owns the house that the line above names.
fn is_owner(page: &[Line], index: usize) -> bool {
    OWNED_BY.iter().any(|word| stands_at(&page[index].folded, word)) && is_below_letterhead(page, index)
}

/// Whether the line above leads to somebody who is spoken of.
fn is_subject(page: &[Line], index: usize) -> bool {
    let Some(above) = index.checked_sub(1) else { return false };
    let above = page[above].folded.trim_end_matches([':', ',', ' ']);
    let before = THAT.iter().find_map(|word| above.strip_suffix(word));
    before.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

/// Whether a piece is a date, as behind the place where a letter was written.
fn is_dated(piece: &str) -> bool {
    let folded = fold(piece);
    let year = folded.split([' ', '.', '/', '-']).any(|word| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit())
    });
    year && folded.split(' ').count() <= 6
}
