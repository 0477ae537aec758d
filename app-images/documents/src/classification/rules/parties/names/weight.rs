//! How much a name looks like an organisation's.

use crate::classification::rules::kind::is_title;

use super::words::PERSONS;
use super::{GREETING, NO_NAME, Name, ORGANISATION, ROLE, VERB, has, is_common};

impl Name {
    /// How much it looks like an organisation.
    pub(in super::super) fn weight(&self) -> f32 {
        self.of_words() + self.of_form()
    }

    /// What the words say that our tables know.
    fn of_words(&self) -> f32 {
        let formed = self.has_legal_form();
        let owner = ["inh.", "inhaber", "prop."].iter().any(|word| self.folded.starts_with(word));
        let no_name = has(&self.folded, &NO_NAME) || is_title(&self.folded);
        let sum = [
            (formed, 4.0),
            (has(&self.folded, &ORGANISATION), 2.5),
            (self.joins_names(), 1.5),
            (self.starts_with_one(PERSONS), -4.0),
            // Who owns a practice is called so.
            (self.has_title(), 2.0),
            (no_name, if formed { -2.0 } else { -5.0 }),
            (has(&self.folded, &VERB) || has(&self.folded, &GREETING), -4.0),
            (owner || (has(&self.folded, &ROLE) && !formed), -3.0),
            (self.is_street(), -5.0),
        ];
        total(sum)
    }

    /// What its letters and its length say.
    fn of_form(&self) -> f32 {
        let counted = self.folded.split(' ').filter(|word| !self.is_year(word));
        let digits = counted.flat_map(str::bytes).filter(u8::is_ascii_digit).count();
        let small = !self.text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let mut long_words = self.folded.split([' ', '-']).filter(|word| word.len() > 3);
        let sum = [
            (digits >= 4, -4.0),
            ((1..4).contains(&digits), -1.5),
            // Brands like to write themselves small.
            (small, if self.folded.contains(' ') { -3.0 } else { -1.5 }),
            (self.folded.split(' ').count() > 6, -1.5),
            (self.is_as_in_a_register() || self.is_initialled(), -1.5),
            // `Plumbing & Heating` says what is done, not by whom.
            (!self.has_legal_form() && long_words.all(is_common), -1.0),
            // `Administratie` alone is a department of anybody.
            (!self.folded.contains(' ') && is_common(&self.folded), -1.5),
            (self.goes_on_after_form(), -1.0),
            (self.is_of_small_words(), -2.0),
        ];
        total(sum)
    }
}

fn total<const N: usize>(weights: [(bool, f32); N]) -> f32 {
    weights.into_iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum()
}
