//! Names that share their line with something else, told by the rest of the page.
//!
//! A scan has no columns: `Mr A. Person Saltmarsh Water plc` is a recipient and a sender. Which of the words are a name
//! shows where they stand elsewhere alone or in a sentence, and in the domain of a mail or web address.

use super::super::fold::{find, fold};
use super::super::sheet::Line;
use super::names::{Name, is_heading, joins};
use super::support::Voices;

const MOST_WORDS: usize = 14;
const MOST_OF_A_NAME: usize = 6;

/// The longest parts of a line that the rest of the page repeats as names of organisations.
pub(super) fn of(line: &Line, voices: &Voices<'_>) -> Vec<Name> {
    let words: Vec<&str> = line.text.split(' ').collect();
    if !(3..=MOST_WORDS).contains(&words.len()) || !(line.is_head() || line.below < 4) {
        return Vec::new();
    }
    let longest = MOST_OF_A_NAME.min(words.len() - 1);
    let runs = (1..=longest).rev().flat_map(|length| words.windows(length));
    runs.filter_map(|run| name(line, run, voices)).take(2).collect()
}

fn name(line: &Line, run: &[&str], voices: &Voices<'_>) -> Option<Name> {
    let ends = |word: Option<&&str>| {
        // `DES EAUX` shouts, and is but a part of a name.
        word.is_some_and(|word| word.starts_with(char::is_uppercase) && !joins(&fold(word)))
    };
    let plain =
        run.iter().all(|word| !word.contains([':', '|']) && !word.bytes().any(|b| b.is_ascii_digit()));
    if !plain || !ends(run.first()) || !ends(run.last()) {
        return None;
    }
    let name = Name::of(&run.join(" ")).filter(|name| !is_heading(&name.folded) && !name.is_person())?;
    let repeated = || {
        run.len() > 1
            && name.is_organisation()
            && voices
                .others(line)
                .any(|other| find(&other.folded, &name.folded).is_some() && is_whole_in(other, &name))
    };
    (voices.is_domain(&name) || repeated()).then_some(name)
}

/// Whether a line has a name that neither begins before nor goes on behind it: `Lake County` is not in `Lake County Treasurer`.
fn is_whole_in(line: &Line, name: &Name) -> bool {
    let words: Vec<&str> = line.text.split(' ').collect();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let parts: Vec<&str> = name.folded.split(' ').collect();
    let ends = |word: &str| word.ends_with([',', '.', ';', ':', ')', '·', '|', '-']);
    let capital = |at: usize| words[at].starts_with(char::is_uppercase);
    (0..words.len()).any(|start| {
        let end = start + parts.len();
        let same = folded.get(start..end).is_some_and(|run| {
            run.iter().zip(&parts).all(|(word, part)| {
                word.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '(' | ')')) == *part
            })
        });
        let begins = start == 0 || !capital(start - 1) || ends(words[start - 1]);
        same && begins && (end == words.len() || !capital(end) || ends(words[end - 1]))
    })
}
