//! Which lines are an address, and whose.

use super::super::fold::{fold, has_any};
use super::super::sheet::Line;
use super::captions::{behind, is_bare, is_caption, is_of_sender, is_of_supplier};
use super::names::Name;
use super::{is_bare_heading, pieces};
use crate::classification::DocumentType;

/// What an office adds to its own address, and nobody to that of a recipient.
#[rustfmt::skip]
const CONTACT: &[&str] = &["tel", "tel.", "telefon", "telefax", "fax", "phone", "telephone", "www", "e-mail", "email", "hotline",
    "telefono", "durchwahl"];

/// The lines that are addressed to somebody: those after a caption, up to the post code, and those of a person's address.
pub(super) fn addressed(page: &[Line], kind: DocumentType) -> Vec<usize> {
    let mut found = Vec::new();
    for (index, line) in page.iter().enumerate().filter(|(_, line)| line.above < 40) {
        if is_caption(line) || (kind == DocumentType::Order && is_of_supplier(line)) {
            found.push(index);
            let alone = line.text.trim_end().ends_with(':') || line.word_count() <= 2;
            let below = (index + 1..page.len()).take(if alone { 5 } else { 3 });
            found.extend(below.take_while(|at| {
                let first = alone && *at == index + 1;
                first || (!ends_address(&page[at - 1].folded) && is_address_like(&page[*at]))
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
    let windows = windows(page);
    let rows = |at: &usize| page[*at].above;
    let beside = |at: &usize| {
        found
            .iter()
            .chain(&windows)
            .any(|other| other < at && rows(other).abs_diff(rows(at)) <= 2 && at - other > 8)
    };
    let windows: Vec<usize> = windows.iter().copied().filter(|at| !beside(at)).collect();
    found.extend(windows);
    found
}

/// Whether a caption has a name behind or below it, not a number.
fn names_somebody(line: &Line, next: Option<&Line>) -> bool {
    let is_name =
        |text: &str| Name::of(text).is_some_and(|name| !name.folded.bytes().any(|b| b.is_ascii_digit()));
    let own = behind(&line.text).trim();
    is_caption(line)
        && if line.text.contains(':') && !own.is_empty() {
            is_name(own)
        } else {
            next.is_some_and(|next| is_name(&next.text))
        }
}

/// A block of two or three short lines that ends in a post code, is not the first of the page and has no contact data
/// is an address window; its first line is the recipient's name.
fn windows(page: &[Line]) -> Vec<usize> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    // Where the foot names who speaks, even the first lines are an address.
    let last = page.iter().filter(|line| line.below < 3);
    let has_foot =
        page.len() > 8 && last.clone().any(|line| line.has_digit() && line.text.contains(['·', '|', '•']));
    let first = usize::from(!has_foot);
    for (index, line) in page.iter().enumerate().skip(2 + first).filter(|(_, line)| line.above < 30) {
        let street = Name::of(&page[index - 1].text).is_some_and(|name| name.is_street())
            || page[index - 1]
                .folded
                .split(' ')
                .any(|word| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
        // Post offices ask for capitals, and few letterheads shout to the last line: `LA HAUTE BROUSSE` is no street.
        let street = street || (index >= 4 && page[index - 2..=index].iter().all(shouts));
        let short =
            line.word_count() <= 5 && page[index - 1].word_count() <= 6 && page[index - 2].word_count() <= 6;
        let contact = page[index..(index + 3).min(page.len())].iter().any(has_contact);
        if ends_address(&line.folded) && street && short && !contact && index - 2 >= first {
            let above = index.checked_sub(3).filter(|above| *above >= first);
            let of_block =
                |line: &Line| line.word_count() <= 5 && !line.has_digit() && !line.text.ends_with(':');
            let name = above.filter(|above| of_block(&page[*above]));
            found.push(name.into_iter().chain([index - 2, index - 1, index]).collect());
        }
    }
    // Of two at the top the first is that of the letterhead, below a word that praises the house. So is one that an
    // organisation heads below no more than a heading.
    let head = |block: &Vec<usize>| page[block[0]].above;
    let is_letterhead = found.first().is_some_and(|first| {
        let below = found.get(1).is_some_and(|other| head(other) > head(first) + 2);
        let name = Name::of(&page[first[0]].text);
        let return_line = page[..first[0]].iter().any(is_return_line);
        let organisation =
            !has_foot && !return_line && name.as_ref().is_some_and(Name::has_legal_form) && head(first) <= 1;
        // What nothing but a heading stands above is the letterhead.
        let heads = !has_foot && !return_line && page[..first[0]].iter().all(is_bare_heading);
        let of_person = name.is_some_and(|name| name.is_person());
        (!of_person && ((below && head(first) < 3) || heads)) || organisation
    });
    // And who has a caption is not in a window above it, nor in one with the caption of a sender.
    let captioned = page
        .iter()
        .enumerate()
        .find(|(index, line)| line.above < 40 && names_somebody(line, page.get(index + 1)));
    let is_senders = |block: &Vec<usize>| {
        let over_caption = captioned.is_some_and(|(_, line)| head(block) < 6 && head(block) <= line.above);
        over_caption || block[0].checked_sub(1).is_some_and(|above| is_of_sender(&page[above]))
    };
    let windows = found.iter().skip(usize::from(is_letterhead)).filter(|block| !is_senders(block));
    windows.flatten().copied().collect()
}

/// The line above a window in which its sender repeats the own address: in one line, with points or commas.
fn is_return_line(line: &Line) -> bool {
    let parts = pieces::of(&line.text);
    line.text.contains(['·', '|', '•'])
        || (parts.len() >= 3 && parts.last().is_some_and(|last| ends_address(&fold(last))))
}

fn shouts(line: &Line) -> bool {
    line.text.chars().any(char::is_alphabetic) && !line.text.chars().any(char::is_lowercase)
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
    let british = words.len() >= 3
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
