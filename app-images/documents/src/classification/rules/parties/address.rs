//! Which lines are an address, and whose.

use super::super::fold::has_any;
use super::super::sheet::Line;
use super::captions::{behind, is_bare, is_caption, is_of_employer, is_of_supplier};
use super::names::Name;
use super::{pieces, windows};
use crate::classification::DocumentType;

/// What an office adds to its own address, and nobody to that of a recipient.
#[rustfmt::skip]
const CONTACT: &[&str] = &["tel", "tel.", "telefon", "telefax", "fax", "phone", "telephone", "www", "e-mail", "email", "hotline",
    "telefono", "durchwahl"];

/// The lines that are addressed to somebody: those after a caption, up to the post code, and those of a person's address.
pub(super) fn addressed(page: &[Line], kind: DocumentType) -> Vec<usize> {
    let mut found = Vec::new();
    for (index, line) in page.iter().enumerate().filter(|(_, line)| line.above < 40) {
        let of_order = kind == DocumentType::Order && is_of_supplier(line);
        // A certificate says for whom somebody works, and is by another.
        // A sick note goes to who employs the patient, and an inn's bill to who employs the guest.
        let about_somebody =
            matches!(kind, DocumentType::Certificate | DocumentType::Medical | DocumentType::Invoice);
        let of_certificate = about_somebody && is_of_employer(line);
        if is_caption(line) || of_order || of_certificate {
            found.push(index);
            let alone = line.text.trim_end().ends_with(':') || line.word_count() <= 2;
            let below = (index + 1..page.len()).take(if alone { 5 } else { 3 });
            found.extend(below.take_while(|at| {
                let first = alone && *at == index + 1;
                let same_column = page[*at].above > line.above;
                same_column && (first || (!ends_address(&page[at - 1].folded) && is_address_like(&page[*at])))
            }));
        }
        // An address without a caption: a person, a street, a town.
        let person = Name::of(&line.text).is_some_and(|name| name.is_person());
        if person && line.word_count() <= 6 {
            found.push(index);
            found.extend((index + 1..page.len()).take(3).take_while(|at| {
                is_address_like(&page[*at]) && (!ends_address(&page[at - 1].folded) || at - index < 2)
            }));
        }
    }
    // A till knows nobody's address but that of its shop.
    if kind == DocumentType::Receipt {
        return found;
    }
    // Because the address of who writes stands to the right of the window, if both are there.
    let windows = windows::of(page);
    let rows = |at: &usize| page[*at].above;
    let beside = |at: &usize| {
        found
            .iter()
            .chain(&windows)
            .any(|other| other < at && rows(other).abs_diff(rows(at)) <= 2 && at - other > 8)
    };
    let windows: Vec<usize> = windows.iter().copied().filter(|at| !beside(at)).collect();
    found.extend(windows);
    found.extend(windows::above_salutation(page));
    found
}

/// Whether a telephone, a mail or a web address stands there.
pub(super) fn has_contact(line: &Line) -> bool {
    line.text.contains('@') || has_any(&line.folded, CONTACT)
}

/// Short, without the dots of a foot and without amounts.
fn is_address_like(line: &Line) -> bool {
    line.word_count() <= 6
        && !line.text.ends_with('.')
        && !line.text.contains(['·', '|', '•', '€', '$', '£', ':'])
}

/// Whether a line ends as addresses do: with a post code and a town, or the other way round.
pub(super) fn ends_address(folded: &str) -> bool {
    let words: Vec<&str> = folded.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_code = |word: &&str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (4..=6).contains(&digits) && digits == word.len()
    };
    // `NE99 1BB` alone in its line, or behind a town.
    let lettered = words.first().is_some_and(|word| {
        word.len() <= 4
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().any(|byte| byte.is_ascii_digit())
    });
    let british = (words.len() >= 3 || (words.len() == 2 && lettered))
        && words.last().is_some_and(|word| word.len() == 3 && word.starts_with(|c: char| c.is_ascii_digit()))
        && words[words.len() - 2].bytes().any(|byte| byte.is_ascii_digit());
    // Because a date ends in a year, which looks like a code.
    let is_year = |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let coded = words.first().is_some_and(is_code)
        || words.last().is_some_and(|word| is_code(word) && !is_year(word));
    words.len() <= 7 && !folded.contains(':') && (british || coded)
}

/// The first name of the addressed lines.
pub(super) fn recipient(page: &[Line], addressed: &[usize]) -> Option<String> {
    let mut lines: Vec<usize> = addressed.to_vec();
    lines.sort_unstable();
    lines.dedup();
    lines.iter().map(|&index| &page[index]).find_map(|line| {
        let first = pieces::of(behind(&line.text)).into_iter().next()?;
        Name::of(first)
            .filter(|name| !name.is_street() && name.folded.len() > 2 && !is_bare(&name.folded))
            .map(|name| name.text)
    })
}
