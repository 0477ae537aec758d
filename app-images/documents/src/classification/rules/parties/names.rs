//! What names of organisations look like.

mod weight;
mod words;

use std::sync::LazyLock;

use crate::classification::rules::fold::{Phrases, find, fold, stands_at};

use self::words::{
    DEPARTMENTS, GREETINGS, JOINS, LEGAL_FORMS, NOT_A_NAME, ORGANISATIONS, PERSONS, ROLES, STREETS,
    STREETS_FIRST, TITLES, VERBS,
};

static ORGANISATION: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(ORGANISATIONS));
static NO_NAME: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(NOT_A_NAME));
static STREET: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(STREETS));
static VERB: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(VERBS));
static GREETING: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(GREETINGS));
static ROLE: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(ROLES));

/// A piece of a line that may be a name.
#[derive(Clone)]
pub(super) struct Name {
    /// As it stands.
    pub(super) text: String,
    pub(super) folded: String,
}

impl Name {
    /// Takes a piece of a line if it can be a name at all.
    pub(super) fn of(piece: &str) -> Option<Self> {
        let text = piece.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ',' | ';' | ':' | '·' | '•' | '|' | '-' | '–' | '—' | '"' | '„' | '“' | '(' | ')'
                )
        });
        // Chains count their shops: `Big Sky Hardware #118`.
        let counted =
            text.rsplit_once(" #").filter(|(_, shop)| shop.bytes().all(|byte| byte.is_ascii_digit()));
        let text = counted.map_or(text, |(name, _)| name);
        // A point belongs to a legal form, and else ends a sentence.
        let folded = close_up(&fold(text));
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let words = folded.split(' ').count();
        let ends_as_sentence = text.ends_with(['.', '!', '?']) && !folded.ends_with_form();
        // A point and a capital after a long word part sentences.
        let sentences =
            text.rsplit(". ").skip(1).any(|part| part.rsplit(' ').next().is_some_and(|word| word.len() > 5));
        let possible = letters >= 3
            && !sentences
            && letters * 2 >= text.chars().count()
            && words <= 9
            && text.chars().count() <= 80
            && !ends_as_sentence
            && !text.contains(['@', ':', '€', '$', '£', '%', '=', '_'])
            && !folded.contains("www.")
            && !piece.contains("---");
        possible.then(|| Self { text: text.to_owned(), folded })
    }

    pub(super) fn is_legal_form(word: &str) -> bool {
        LEGAL_FORMS.iter().any(|form| form.trim_end_matches('.') == word.trim_end_matches('.'))
    }

    /// The name without its legal form, folded: as it comes back elsewhere on the page.
    pub(super) fn core(&self) -> String {
        let words =
            self.folded.split(' ').filter(|word| !Self::is_legal_form(word.trim_matches([',', '(', ')'])));
        words.collect::<Vec<_>>().join(" ").trim_matches([' ', ',', '&']).to_owned()
    }

    pub(super) fn has_legal_form(&self) -> bool {
        LEGAL_FORMS.iter().any(|form| {
            find(&self.folded, form)
                .is_some_and(|at| at.start > 1 || (at.start == 0 && self.begins_with_form(form)))
                && (form.len() > 2 || self.has_in_capitals(form))
        })
    }

    /// `SARL Lenoir`, but `AG Kiel` is a court: where the form comes first it is none of these.
    fn begins_with_form(&self, form: &str) -> bool {
        self.folded.contains(' ') && !matches!(form, "ag" | "kg" | "se" | "eg" | "ek" | "ug" | "ab" | "co.")
    }

    /// `10 kg` is no limited partnership: forms of two letters have a capital.
    fn has_in_capitals(&self, form: &str) -> bool {
        self.text
            .split([' ', ',', '(', ')'])
            .any(|word| word.contains(char::is_uppercase) && fold(word) == form)
    }

    /// A part of a house, not the house: below its name it says where in it a letter was written.
    pub(super) fn is_department(&self) -> bool {
        !self.has_legal_form() && self.starts_with_one(DEPARTMENTS) || self.folded.ends_with(" department")
    }

    /// `S. Iwanek`: a person signs so, and seldom a house.
    pub(super) fn is_initialled(&self) -> bool {
        let initial = |word: &str| word.len() == 2 && word.ends_with('.');
        let words: Vec<&str> = self.folded.split(' ').collect();
        (2..=4).contains(&words.len()) && initial(words[0]) && !self.is_organisation()
    }

    pub(super) fn is_organisation(&self) -> bool {
        self.has_legal_form() || self.joins_names() || has(&self.folded, &ORGANISATION)
    }

    /// The year of a fair or of a festival, and the one in which a club was founded, are no numbers.
    fn is_year(&self, word: &str) -> bool {
        let year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        let of_fair = word.starts_with("20") && self.folded.ends_with(word);
        year && (of_fair || (word.starts_with("18") || word.starts_with("19")) && self.has_legal_form())
    }

    /// `Hopyard Ltd Savings Bank York`: what follows a legal form is another column.
    fn goes_on_after_form(&self) -> bool {
        let is_of_form = |word: &&str| {
            // `UG (haftungsbeschränkt)`
            let bracketed = word.starts_with('(');
            let word = word.trim_matches([',', '(', ')']);
            bracketed || Self::is_legal_form(word) || matches!(word, "&" | "und" | "co" | "co." | "u.")
        };
        let words: Vec<&str> = self.folded.split(' ').collect();
        let form =
            words.iter().skip(1).position(|word| Self::is_legal_form(word.trim_matches([',', '(', ')'])));
        form.is_some_and(|at| words[at + 1..].iter().any(|word| !is_of_form(word)))
    }

    /// `Replace hot water valve`: words, most of them small, and no name.
    fn is_of_small_words(&self) -> bool {
        // `Dr. med. dent.` is no sentence.
        let words = self.text.split(' ').filter(|word| word.chars().count() > 3 && !word.ends_with('.'));
        let (small, all) = words.fold((0, 0), |(small, all), word| {
            (small + usize::from(word.starts_with(char::is_lowercase)), all + 1)
        });
        small >= 2 && small * 2 >= all
    }

    /// `Harbour & Lane`: partners, never a street.
    fn joins_names(&self) -> bool {
        let capital = |piece: &str| piece.chars().next().is_some_and(char::is_uppercase);
        self.text.split_once(" & ").is_some_and(|(one, other)| capital(one) && capital(other))
    }

    /// Whether it begins with the title of a doctor, or of another of the free professions.
    pub(super) fn has_title(&self) -> bool {
        self.starts_with_one(TITLES)
    }

    /// `BASTIDE Corentin`: offices write the surname in capitals, beside a first name that is not.
    pub(super) fn is_as_in_a_register(&self) -> bool {
        let shouts = |word: &str| word.chars().count() > 3 && !word.chars().any(char::is_lowercase);
        let capital = |word: &str| {
            word.chars().count() > 2
                && word.starts_with(char::is_uppercase)
                && word.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
        };
        let words: Vec<&str> = self.text.split(' ').collect();
        let [one, other] = words[..] else { return false };
        (shouts(one) && capital(other) || capital(one) && shouts(other)) && !self.is_organisation()
    }

    /// Whether it is neither a heading nor a person nor a street.
    pub(super) fn is_plain(&self) -> bool {
        !is_heading(&self.folded) && !self.is_person() && !self.is_street()
    }

    pub(super) fn is_person(&self) -> bool {
        self.starts_with_one(PERSONS)
    }

    pub(super) fn is_street(&self) -> bool {
        let has_number = self.folded.bytes().any(|byte| byte.is_ascii_digit());
        // `Market Street` has a word of organisations, but ends as streets do.
        let ends = self.folded.rsplit(' ').next().is_some_and(|last| has(last, &STREET));
        // `Place de la Mairie` is where the town hall stands.
        let first = self.folded.split(' ').next().unwrap_or_default();
        if STREETS_FIRST.contains(&first) && !self.has_legal_form() {
            return true;
        }
        has(&self.folded, &STREET)
            && (has_number
                || !self.is_organisation()
                || (ends && !self.has_legal_form() && !self.joins_names()))
    }

    fn starts_with_one(&self, words: &[&str]) -> bool {
        words.iter().any(|word| stands_at(&self.folded, word))
    }
}

/// Whether a word joins those of a name, and begins and ends none. Folded.
pub(super) fn joins(word: &str) -> bool {
    JOINS.contains(&word)
}

/// Whether words belong to a heading, a label or a greeting. Folded.
pub(super) fn is_heading(folded: &str) -> bool {
    has(folded, &NO_NAME) || has(folded, &GREETING)
}

/// Whether a word of a name is that of many names. Folded.
pub(super) fn is_common(word: &str) -> bool {
    has(word, &ORGANISATION)
}

fn has(text: &str, phrases: &LazyLock<Phrases>) -> bool {
    phrases.any_in(text)
}

/// Legal forms that are written with spaces between their letters, in one piece: `e. V.` is `e.V.`
fn close_up(folded: &str) -> String {
    const SPACED: [(&str, &str); 12] = [
        (" e. v.", " e.v."),
        (" e. k.", " e.k."),
        (" e. g.", " e.g."),
        (" s. a.", " s.a."),
        (" s. l.", " s.l."),
        (" s. p. a.", " s.p.a."),
        (" s. r. l.", " s.r.l."),
        (" s. n. c.", " s.n.c."),
        (" s. a. s.", " s.a.s."),
        (" s.a. r.l.", " s.a.r.l."),
        (" b. v.", " b.v."),
        (" n. v.", " n.v."),
    ];
    let spaced = |name: String, (form, closed): &(&str, &str)| {
        if name.contains(form) { name.replace(form, closed) } else { name }
    };
    SPACED.iter().fold(folded.to_owned(), spaced)
}

trait EndsWithForm {
    fn ends_with_form(&self) -> bool;
}

impl EndsWithForm for String {
    fn ends_with_form(&self) -> bool {
        LEGAL_FORMS.iter().any(|form| {
            let form = form.trim_end_matches('.');
            self.trim_end_matches('.').strip_suffix(form).is_some_and(|rest| rest.ends_with(' '))
        })
    }
}
