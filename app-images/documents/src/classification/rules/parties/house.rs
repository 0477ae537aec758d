//! The one name of a house that goes by several: what its letterhead says, what its foot says, what it signs with.

use super::super::fold::find;
use super::super::sheet::Line;
use super::names::{Name, is_common, joins};
use super::{Candidate, LEAST};

/// In so many first rows stands a letterhead, and in so many last ones a foot.
const HEAD_ROWS: usize = 4;
const FOOT_ROWS: usize = 4;
/// How much less may speak for the name that is the fuller one.
const MARGIN: f32 = 3.0;

impl Candidate {
    fn is_in_head(&self) -> bool {
        self.above < HEAD_ROWS
    }

    fn is_in_foot(&self) -> bool {
        !self.is_in_head() && self.below <= FOOT_ROWS
    }
}

/// The name by which a person would call the house whose best name is this.
pub(super) fn of<'a>(best: &'a Candidate, candidates: &'a [Candidate], page: &[Line]) -> &'a Candidate {
    let best = as_it_trades(best, candidates, page);
    let best = fuller(best, candidates);
    as_written(best, candidates, page)
}

/// A shop's letterhead says how it is called, its foot which company owns it: `Literie Dormance`, of `Dormance
/// Distribution SAS`. Both have a word of their own in common; where the foot has all that the head says, it is only
/// more exact.
fn as_it_trades<'a>(best: &'a Candidate, candidates: &'a [Candidate], page: &[Line]) -> &'a Candidate {
    if !best.is_in_foot() || !best.name.has_legal_form() {
        return best;
    }
    let core = best.name.core();
    let mut heads = candidates.iter().filter(|one| {
        let other = one.name.core();
        let alone = page.iter().any(|line| line.above == one.above && line.folded == one.name.folded);
        let whole = alone && other.contains(' ') && !core.contains(&other) && one.name.is_plain();
        one.is_in_head() && one.weight >= LEAST && whole && share_a_word(&core, &other)
    });
    heads.next().unwrap_or(best)
}

fn share_a_word(one: &str, other: &str) -> bool {
    let own = |word: &&str| word.len() >= 4 && !is_common(word);
    one.split([' ', '-']).filter(own).any(|word| find(other, word).is_some())
}

/// The same name as a letterhead or a foot writes it out: `Mondzorg` signs for `Tandartspraktijk Mondzorg`.
fn fuller<'a>(best: &'a Candidate, candidates: &'a [Candidate]) -> &'a Candidate {
    if best.name.has_legal_form() {
        return best;
    }
    // Two lines of one letterhead say the same name, whichever stands above.
    let less =
        |other: &Candidate| if other.is_in_head() && best.is_in_head() { 2.0 * MARGIN } else { MARGIN };
    let likely =
        candidates.iter().filter(|other| other.weight >= LEAST && other.weight >= best.weight - less(other));
    let mut longer = likely.filter(|other| {
        let (name, length) = (&other.name, other.name.folded.len());
        let Some(at) = find(&name.folded, &best.name.folded) else { return false };
        let words = name.folded.split(' ').count();
        let at_an_end = (at.start == 0 || at.end == length) && words <= 5;
        // `Centre des finances publiques de Montargel` has it in its midst.
        let within = other.is_in_head() && name.is_organisation() && words <= 7;
        let whole = name.is_plain() && !name.folded.split(' ').next().is_some_and(joins);
        length > best.name.folded.len() && (at_an_end || within) && whole
    });
    longer.next().unwrap_or(best)
}

/// Of two orders of the same words, the one in which a line of the page has them: two rows of a letterhead that we read as
/// one may be meant the other way round.
fn as_written<'a>(best: &'a Candidate, candidates: &'a [Candidate], page: &[Line]) -> &'a Candidate {
    let is_line = |name: &Name| page.iter().any(|line| line.folded.contains(&name.folded));
    if is_line(&best.name) {
        return best;
    }
    let words = |name: &Name| {
        let mut words: Vec<String> = name.folded.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    let own = words(&best.name);
    candidates.iter().find(|other| words(&other.name) == own && is_line(&other.name)).unwrap_or(best)
}
