//! What the place of a name says for its being the sender's.

use std::sync::LazyLock;

use super::super::fold::{Phrases, find_last, fold, has_any};
use super::super::sheet::Line;
use super::address::{ends_address, has_contact};
use super::bystanders::{is_of_a_brand, names_an_agent};
use super::captions::{is_of_captions, is_of_supplier, labelled, offering};
use super::contract::{first_party, is_at_law};
use super::echoes;
use super::names::{Name, is_common, is_heading, joins};
use super::payee;
use super::pieces;
use super::support::Voices;
use super::{has_letters, is_bare_heading};

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
/// What stands beside the names of those who speak, in feet.
#[rustfmt::skip]
const REGISTERS: &[&str] = &["amtsgericht", "hrb", "ust-idnr", "ust-id", "registered in", "registered office", "company no", "vat reg",
    "rcs", "siret", "siren", "registro mercantil", "cif", "nif", "iban", "bic", "geschaftsfuhrer", "vorstand",
    "tva", "abn", "ein", "hra", "uid", "p.iva", "partita iva", "kvk", "btw", "gstin", "registered charity", "company number",
    "registered in england", "siege social", "capital", "sede legale",
    "company reg", "crn", "registered no", "registered number", "reg. no", "reg no", "charity no", "charity number",
    "vat no", "vat number", "vat id", "vat registration", "tax id", "gst", "gst reg", "acn", "nzbn", "cnpj",
    "rfc", "nip", "regon", "krs", "org.nr", "orgnr", "org nr", "org.nr.", "cvr", "cvr-nr", "mva",
    "y-tunnus", "momsreg", "cui", "oib", "adoszam", "uen", "cin", "ust-id-nr", "ust.-id", "ust-idnr.", "ust.-idnr",
    "umsatzsteuer-id~", "steuernummer", "steuer-nr", "st.-nr", "btw-nr", "btw-nummer", "tva intracom~", "code ape",
    "naf", "codice fiscale", "cap. soc", "nipc", "capital social", "firmenbuch", "ondernemingsnummer", "rpr",
    "handelsregister", "vertretungsberechtigt~", "geschaftsleitung", "aufsichtsrat", "directors", "tomo",
    "folio", "hoja", "glaubiger-id", "numero tva", "ncc", "orias", "agrement"];
static REGISTER: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(REGISTERS));
static CLOSING: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(CLOSINGS));
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
const TRIMMED: f32 = 0.4;

/// The names in a line, each with what its place says for or against its being the sender's.
pub(super) fn names(page: &[Line], index: usize, addressed: bool, voices: &Voices<'_>) -> Vec<(Name, f32)> {
    let line = &page[index];
    if !has_letters(line) {
        return Vec::new();
    }
    // The rows of a statement name those who paid and were paid.
    if starts_with_day(&line.folded) && line.word_count() > 3 {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Who is asked to deliver is no sender, and `Firma` stands above the names of both.
    let asked = addressed && is_of_supplier(line);
    let said = if addressed { 2.0 } else { 6.0 };
    found.extend(labelled(page, index).filter(|_| !asked).map(|name| (name, said)));
    found.extend(first_party(page, index).map(|name| (name, 7.0)));
    found.extend(offering(line).map(|name| (name, 7.0)));
    found.extend(payee::of(line).map(|name| (name, 4.0)));
    let near = &page[index.saturating_sub(1)..(index + 2).min(page.len())];
    let at_law = is_at_law(line) || near.iter().any(|line| line.word_count() < 4 && is_at_law(line));
    let of_register = near.iter().any(|line| has_any(&line.folded, REGISTER_NUMBERS));
    let place =
        place(page, index, addressed) + if addressed { -7.0 } else { 0.0 } + if at_law { -8.0 } else { 0.0 };
    let other = names_an_agent(&line.text) || is_subject(page, index);
    let place = place + if other { -8.0 } else { 0.0 };
    let pays = has_any(&line.folded, ACCOUNTS) && !line.is_head();
    found.extend(joined(page, index).map(|name| (name, place + TRIMMED)));
    let parts = pieces::of(&line.text);
    let of_address = parts.len() >= 3 && parts.last().is_some_and(|last| ends_address(&fold(last)));
    // A line that goes from a name over a street to a town is one thing: no other column shares it.
    if !of_address {
        found.extend(echoes::of(line, voices).into_iter().map(|name| (name, place + TRIMMED)));
    }
    // `Avv. O. Baldi - Avv. G. Ferri`: those who work there, below the name of the house.
    let titled = |piece: &&&str| Name::of(piece).is_some_and(|name| name.has_title());
    let are_several = parts.iter().filter(titled).count() > 1;
    let is_dateline = parts.len() == 2 && is_dated(parts[1]);
    for (nth, piece) in parts.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a line has few pieces")]
        let later = 0.6 * nth as f32;
        let mut place = place - later;
        let folded = fold(piece);
        // `Leeds, 3 March 2024`; and the bank at which the sender has an account.
        let is_town = is_dateline && nth == 0 && Name::of(piece).is_some_and(|name| !name.is_organisation());
        if is_town || (pays && has_any(&folded, BANKS)) {
            place -= 5.0;
        }
        // `Pike Ltd · 3 Mill Lane · Leeds LS1 4AP`: nobody writes the recipient's address so.
        if of_address && nth == 0 {
            place += 2.5;
        }
        if are_several {
            place -= 3.0;
        }
        if let Some(name) = pieces::introduced(piece) {
            found.push((name, place + 2.5));
            place -= 4.0;
        }
        if is_of_a_brand(&folded) || (of_register && line.above > 0 && folded.contains("gericht")) {
            place -= 8.0;
        }
        found.extend(Name::of(piece).map(|name| (name, place)));
        if line.above < 8 {
            found.extend(pieces::between_headings(piece).map(|name| (name, place - TRIMMED)));
        }
        // `Newsletter of the Rowing Club`, below the title of the paper.
        let shouts = !piece.contains(char::is_lowercase);
        let led = if line.above < 2 && is_heading(&folded) && !shouts { 1.2 } else { 0.0 };
        found.extend(pieces::within(piece).into_iter().map(|name| (name, place - TRIMMED + led)));
    }
    found.retain(|(name, _)| !is_of_captions(&name.folded));
    found
        .into_iter()
        .map(|(name, place)| (place + signature(page, index, &name), name))
        .map(|(place, name)| (name, place))
        .collect()
}

/// In these end the lines below which a certificate names whom it is about.
#[rustfmt::skip]
const THAT: &[&str] = &["that", "dass", "que", "che", "dat", "awarded to", "conferred upon", "presented to", "verliehen an", "decerne a",
    "otorgado a", "conferito a", "uitgereikt aan", "el contribuyente", "la empresa", "l'entreprise", "la societe", "die firma",
    "the company", "l'impresa", "la societa", "het bedrijf", "la entidad"];

/// Whether the line above leads to somebody who is spoken of.
fn is_subject(page: &[Line], index: usize) -> bool {
    let above = index.checked_sub(1).map(|above| page[above].folded.trim_end_matches([':', ',', ' ']));
    above.is_some_and(|above| {
        THAT.iter().any(|word| find_last(above, word).is_some_and(|at| at.end == above.len()))
    })
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
    match (closed, name.is_organisation()) {
        (true, true) => 2.5,
        // Doctors sign for their clinics.
        (true, false) if name.has_title() => -1.5,
        (true, false) => 0.5,
        (false, _) => 0.0,
    }
}

/// `15.01 15.01 Bonifico …`: a row begins with a day.
fn starts_with_day(folded: &str) -> bool {
    let word = folded.split(' ').next().unwrap_or_default();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.contains(['.', '/'])
        && (3..=8).contains(&digits)
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/'))
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

/// Whether a whole cell can be the name at the top of a page.
fn is_letterhead(name: &Name) -> bool {
    let capital = |word: &str| word.starts_with(char::is_uppercase) || joins(&fold(word)) || word == "&";
    name.is_plain()
        && !name.text.bytes().any(|byte| byte.is_ascii_digit())
        && (1..=6).contains(&name.text.split(' ').count())
        && name.text.split(' ').all(capital)
}

/// How many of the first rows are nothing but a heading: a letterhead below `ESTIMATE` is as good as one above it.
fn headings_above(page: &[Line], line: &Line) -> usize {
    let is_bare = |row: usize| {
        let mut cells = page.iter().filter(|one| one.above == row).peekable();
        cells.peek().is_some() && cells.all(|cell| is_bare_heading(cell) || !has_letters(cell))
    };
    (0..line.above.min(3)).take_while(|row| is_bare(*row)).count()
}

fn place(page: &[Line], index: usize, addressed: bool) -> f32 {
    let line = &page[index];
    let rank = line.above - headings_above(page, line);
    let name = Name::of(&line.text);
    // Who is read first is who writes, whatever trade or form the name leaves unsaid.
    let mut weight =
        if rank == 0 && !addressed && name.as_ref().is_some_and(is_letterhead) { 1.5 } else { 0.0 };
    if rank > 0 && name.as_ref().is_some_and(Name::is_department) {
        weight -= 2.5;
    }
    weight += match rank {
        0 => 3.5,
        1 => 2.3,
        2 | 3 => 1.5,
        _ if line.is_head() => 0.6,
        _ => -1.5,
    };
    if line.below <= 3 && line.above > 3 {
        weight += 2.6;
    }
    let near = page[index.saturating_sub(1)..(index + 3).min(page.len())].iter();
    if near.clone().any(|line| REGISTER.any_in(&line.folded)) {
        weight += 0.8;
    }
    // A street, a town, a telephone number: the lines of a letterhead.
    let contact = page[index..(index + 4).min(page.len())].iter();
    if line.is_head() && contact.clone().any(has_contact) {
        weight += 0.6;
    }
    // A street in the next line makes it the head of an address; whose, the other rules say.
    // Between a name and a street stands what the house does: there the name is the head of both.
    let is_street =
        |at: usize| page.get(at).and_then(|line| Name::of(&line.text)).is_some_and(|name| name.is_street());
    let is_byline =
        rank == 1 && index > 0 && Name::of(&page[index - 1].text).as_ref().is_some_and(is_letterhead);
    let heads = if rank == 0 {
        is_street(index + 1) || is_street(index + 2)
    } else {
        is_street(index + 1) && !is_byline
    };
    if heads {
        weight += 1.0;
    }
    if line.word_count() > 9 && !line.text.contains(['·', '|', '•', ',']) {
        weight -= 2.0;
    }
    weight
}
