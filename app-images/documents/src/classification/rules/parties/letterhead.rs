//! Where on the page a line stands: the first one is the letterhead, the last ones are the foot.

use std::sync::LazyLock;

use super::super::fold::{Phrases, fold};
use super::super::sheet::Line;
use super::address::has_contact;
use super::names::{Name, joins};
use super::{has_letters, is_bare_heading};

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

/// Whether a whole cell can be the name at the top of a page.
fn is_letterhead(name: &Name) -> bool {
    let capital = |word: &str| word.starts_with(char::is_uppercase) || joins(&fold(word)) || word == "&";
    name.is_plain()
        && !name.text.bytes().any(|byte| byte.is_ascii_digit())
        && (1..=6).contains(&name.text.split(' ').count())
        && name.text.split(' ').all(capital)
}

/// Whether the line above can be the name at the top of the page.
pub(super) fn is_below_letterhead(page: &[Line], index: usize) -> bool {
    let above =
        index.checked_sub(1).map(|above| &page[above]).filter(|above| above.above < page[index].above);
    above.is_some_and(|above| above.above < 2 && Name::of(&above.text).as_ref().is_some_and(is_letterhead))
}

/// Whether the last lines of a page name who speaks, by where it is registered.
pub(super) fn foot_speaks(page: &[Line]) -> bool {
    page.iter().any(|line| line.below < 4 && line.above > 8 && REGISTER.any_in(&line.folded))
}

/// How many of the first rows are nothing but a heading: a letterhead below `ESTIMATE` is as good as one above it.
pub(super) fn headings(page: &[Line]) -> usize {
    let is_bare = |row: usize| {
        let mut cells = page.iter().filter(|one| one.above == row).peekable();
        cells.peek().is_some() && cells.all(|cell| is_bare_heading(cell) || !has_letters(cell))
    };
    (0..3).take_while(|row| is_bare(*row)).count()
}

/// What it says where on the page a line stands.
pub(super) fn place(page: &[Line], index: usize, addressed: bool, headings: usize) -> f32 {
    let line = &page[index];
    let rank = line.above - headings.min(line.above);
    let mut weight = of_rank(line, rank, addressed);
    if line.below <= 3 && line.above > 3 {
        weight += 2.6;
    }
    let mut near = page[index.saturating_sub(1)..(index + 3).min(page.len())].iter();
    if near.any(|line| REGISTER.any_in(&line.folded)) {
        weight += 0.8;
    }
    // A street, a town, a telephone number: the lines of a letterhead.
    let mut contact = page[index..(index + 4).min(page.len())].iter();
    if line.is_head() && contact.any(has_contact) {
        weight += 0.6;
    }
    if heads_an_address(page, index, if addressed { rank.max(2) } else { rank }) {
        weight += 1.0;
    }
    if line.word_count() > 9 && !line.text.contains(['·', '|', '•', ',']) {
        weight -= 2.0;
    }
    weight
}

fn of_rank(line: &Line, rank: usize, addressed: bool) -> f32 {
    let name = Name::of(&line.text);
    // Who is read first is who writes, whatever trade or form the name leaves unsaid; below it stands where in the house.
    let said = match (rank, name) {
        (0, Some(name)) if !addressed && is_letterhead(&name) => 1.5,
        (1.., Some(name)) if name.is_department() => -2.5,
        (_, Some(_) | None) => 0.0,
    };
    said + match rank {
        0 => 3.5,
        1 => 2.3,
        2 | 3 => 1.5,
        _ if line.is_head() => 0.6,
        _ => -1.5,
    }
}

/// Whether a street follows, which makes it the head of an address; whose, the other rules say. Between a name and a street
/// may stand what the house does: there the name is the head of both.
fn heads_an_address(page: &[Line], index: usize, rank: usize) -> bool {
    let is_street =
        |at: usize| page.get(at).and_then(|line| Name::of(&line.text)).is_some_and(|name| name.is_street());
    match rank {
        0 => is_street(index + 1) || is_street(index + 2),
        1 if is_below_letterhead(page, index) => false,
        _ => is_street(index + 1),
    }
}
