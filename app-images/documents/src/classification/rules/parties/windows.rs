//! Address windows: blocks of short lines that end in a post code, without a caption.

use super::super::fold::fold;
use super::super::kind::is_salutation;
use super::super::sheet::Line;
use super::address::{ends_address, has_contact};
use super::captions::{behind, is_caption, is_of_sender};
use super::names::Name;
use super::{is_bare_heading, pieces};

/// The lines of the blocks that are addressed to somebody. A block is two or three short lines that end in a post code; it
/// is not the first of the page and has no contact data. Its first line is the recipient's name.
pub(super) fn of(page: &[Line]) -> Vec<usize> {
    // Where the foot names who speaks, even the first lines are an address.
    let last = page.iter().filter(|line| line.below < 3);
    let has_foot =
        page.len() > 8 && last.clone().any(|line| line.has_digit() && line.text.contains(['·', '|', '•']));
    let first = usize::from(!has_foot);
    let found: Vec<Vec<usize>> = (2 + first..page.len())
        .filter(|index| page[*index].above < 30 && ends_block(page, *index))
        .filter_map(|index| block(page, index, first))
        .collect();
    // And who has a caption is not in a window above it, nor in one with the caption of a sender.
    let captioned = page
        .iter()
        .enumerate()
        .find(|(index, line)| line.above < 40 && names_somebody(line, page.get(index + 1)));
    let is_senders = |block: &Vec<usize>| {
        let head = page[block[0]].above;
        let over_caption = captioned.is_some_and(|(_, line)| head < 6 && head <= line.above);
        over_caption || block[0].checked_sub(1).is_some_and(|above| is_of_sender(&page[above]))
    };
    let letterheads = usize::from(!found.is_empty() && is_letterhead(page, &found, has_foot));
    found.iter().skip(letterheads).filter(|block| !is_senders(block)).flatten().copied().collect()
}

/// The lines between the date of a letter and its salutation: so the English write to whom it goes, with a code or without.
pub(super) fn above_salutation(page: &[Line]) -> Vec<usize> {
    let greeting = page.iter().position(|line| line.page == 0 && is_salutation(line));
    let Some(greeting) = greeting else { return Vec::new() };
    let is_short = |line: &Line| {
        line.word_count() <= 6 && !line.text.contains([':', '@']) && !line.text.ends_with(['.', ','])
    };
    let above = (0..greeting).rev().take_while(|at| is_short(&page[*at]) && !is_date(&page[*at]));
    let lines: Vec<usize> = above.collect();
    let dated = greeting.checked_sub(lines.len() + 1).is_some_and(|at| is_date(&page[at]));
    if dated && (2..=6).contains(&lines.len()) { lines } else { Vec::new() }
}

/// Whether a line is a day, and at most where it was.
fn is_date(line: &Line) -> bool {
    let is_year = |word: &str| {
        word.len() == 4 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    line.word_count() <= 6 && line.folded.split([' ', '.', '/', '-']).any(is_year)
}

/// Whether a line is the last of a block: a town with its code, below a street.
fn ends_block(page: &[Line], index: usize) -> bool {
    let [name, above, line] = &page[index - 2..=index] else { return false };
    let is_street = |line: &Line| Name::of(&line.text).is_some_and(|name| name.is_street());
    let numbered = |line: &Line| {
        let is_number = |word: &str| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        line.folded.split(' ').any(is_number)
    };
    // A British code stands alone below the town.
    let code_alone = line.word_count() == 2 && is_street(name);
    // Post offices ask for capitals, and few letterheads shout to the last line: `LA HAUTE BROUSSE` is no street.
    let capitals = index >= 4 && [name, above, line].into_iter().all(shouts);
    let in_one_column = name.above < above.above && above.above < line.above;
    let short = line.word_count() <= 5 && above.word_count() <= 6 && name.word_count() <= 6;
    let contact = page[index..(index + 3).min(page.len())].iter().any(has_contact);
    let street = is_street(above) || numbered(above) || code_alone || capitals;
    ends_address(&line.folded) && street && short && in_one_column && !contact
}

/// The lines of a block by its last one, with the line above that may be its name.
fn block(page: &[Line], index: usize, first: usize) -> Option<Vec<usize>> {
    let of_block = |line: &Line| line.word_count() <= 5 && !line.has_digit() && !line.text.ends_with(':');
    let above = index.checked_sub(3).filter(|above| *above >= first);
    let name = above.filter(|above| of_block(&page[*above]) && page[*above].above < page[index].above);
    (index - 2 >= first).then(|| name.into_iter().chain([index - 2, index - 1, index]).collect())
}

/// Whether the first of the blocks is that of the letterhead: of two at the top the first is, below a word that praises the
/// house; so is one that an organisation heads below no more than a heading, and one with nothing but a heading above it.
fn is_letterhead(page: &[Line], found: &[Vec<usize>], has_foot: bool) -> bool {
    let head = |block: &Vec<usize>| page[block[0]].above;
    let first = &found[0];
    let below = found.get(1).is_some_and(|other| head(other) > head(first) + 2);
    let name = Name::of(&page[first[0]].text);
    let spoken = has_foot || page[..first[0]].iter().any(is_return_line);
    let organisation = !spoken && name.as_ref().is_some_and(Name::has_legal_form) && head(first) <= 1;
    let heads = !spoken && page[..first[0]].iter().all(is_bare_heading);
    let of_person = name.is_some_and(|name| name.is_person());
    (!of_person && ((below && head(first) < 3) || heads)) || organisation
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

/// The line above a window in which its sender repeats the own address: in one line, with points or commas.
fn is_return_line(line: &Line) -> bool {
    let parts = pieces::of(&line.text);
    line.text.contains(['·', '|', '•'])
        || (parts.len() >= 3 && parts.last().is_some_and(|last| ends_address(&fold(last))))
}

fn shouts(line: &Line) -> bool {
    line.text.chars().any(char::is_alphabetic) && !line.text.chars().any(char::is_lowercase)
}
