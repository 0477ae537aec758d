//! The words of a search: `rech "zahlbar bis" -mahnung`.
//!
//! Words are beginnings of words, quoted ones stand together as they are, and `-` leaves out. The result is an expression
//! of FTS5 in which everything that a person typed is a quoted string, so nothing typed is ever an operator.

use std::fmt::Write;

use crate::document::{UserId, fold};

/// The longest search, in characters.
const MOST_CHARACTERS: usize = 500;
/// The most words and phrases in one.
const MOST_TERMS: usize = 32;

/// A search that the index understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    text: String,
    phrase: bool,
}

/// The search is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// In characters.
    #[error("the search is longer than {MOST_CHARACTERS} characters: leave some words out")]
    TooLong,
    /// In words.
    #[error("the search has more than {MOST_TERMS} words: leave some out")]
    TooManyWords,
}

impl Query {
    /// Understands what was typed; `None` if there is no letter or digit in it.
    ///
    /// # Errors
    /// When it is too long.
    pub fn parse(typed: &str) -> Result<Option<Self>, QueryError> {
        if typed.chars().count() > MOST_CHARACTERS {
            return Err(QueryError::TooLong);
        }
        let mut query = Self { wanted: Vec::new(), unwanted: Vec::new() };
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            let unwanted = rest.len() > 1 && rest.starts_with('-');
            let (term, after) = next_term(rest.strip_prefix('-').unwrap_or(rest));
            if term.text.chars().any(char::is_alphanumeric) {
                if unwanted { &mut query.unwanted } else { &mut query.wanted }.push(term);
            }
            rest = after.trim_start();
        }
        match query.wanted.len() + query.unwanted.len() {
            0 => Ok(None),
            1..=MOST_TERMS => Ok(Some(query)),
            _ => Err(QueryError::TooManyWords),
        }
    }

    /// The expression that finds `owner`'s documents with the wanted words and none of the unwanted ones. `None` if there
    /// are only unwanted ones: see [`Query::unwanted`].
    pub fn expression(&self, owner: &UserId) -> Option<String> {
        let wanted = joined(&self.wanted, " AND ")?;
        let unwanted = self.unwanted(owner).map(|terms| format!(" NOT {terms}"));
        Some(format!("{}{}", within(owner, &wanted), unwanted.unwrap_or_default()))
    }

    /// The expression that finds, in the index of heads, what is called by the wanted words. It does not look at the unwanted
    /// ones, which can stand in a text: see [`Query::unwanted`].
    pub fn head(&self, owner: &UserId) -> Option<String> {
        let wanted = joined(&self.wanted, " AND ")?;
        Some(format!("(owner : \"{}\" AND {{name title sender number}} : ({wanted}))", owner_word(owner)))
    }

    /// The expression that finds what to leave out.
    pub fn unwanted(&self, owner: &UserId) -> Option<String> {
        joined(&self.unwanted, " OR ").map(|terms| within(owner, &terms))
    }

    /// Whether it says what to find, and not only what to leave out: then some matches come before others.
    pub fn ranks(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// The wanted words as they stand in folded text, for snippets: each a run of letters and digits, and whether more
    /// letters may follow.
    pub fn marks(&self) -> Vec<(Vec<String>, bool)> {
        self.wanted.iter().map(|term| (words(&term.text), !term.phrase)).collect()
    }
}

/// The word in the index that stands for an owner.
pub(crate) fn owner_word(owner: &UserId) -> String {
    owner.as_str().bytes().fold(String::from("o"), |mut word, byte| {
        write!(word, "{byte:02x}").expect("writing to a String cannot fail");
        word
    })
}

fn within(owner: &UserId, expression: &str) -> String {
    format!("(owner : \"{}\" AND {{name title sender number body}} : ({expression}))", owner_word(owner))
}

fn joined(terms: &[Term], with: &str) -> Option<String> {
    (!terms.is_empty()).then(|| terms.iter().map(Term::expression).collect::<Vec<_>>().join(with))
}

/// Splits folded text as the index does, near enough to mark it: at everything that is no letter or digit.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn next_term(text: &str) -> (Term, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        // A quotation mark that is still to be typed: up to the end.
        let (phrase, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        return (Term { text: phrase.into(), phrase: true }, after);
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(text.len());
    (Term { text: text[..end].into(), phrase: false }, &text[end..])
}

impl Term {
    /// Because a quoted string of FTS5 ends at a NUL whatever stands behind it, control characters are spaces.
    fn expression(&self) -> String {
        let text: String =
            self.text.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c }).collect();
        format!("\"{text}\"{}", if self.phrase { "" } else { " *" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(typed: &str) -> Option<String> {
        let anna = UserId::parse("a").unwrap();
        let query = Query::parse(typed).unwrap()?;
        let whole = query.expression(&anna).or_else(|| query.unwanted(&anna))?;
        Some(whole.replace("owner : \"o61\" AND {name title sender number body} : ", ""))
    }

    #[test]
    fn words_are_beginnings_quoted_ones_stand_as_they_are_and_a_minus_leaves_out() {
        assert_eq!(expression("rech").unwrap(), "((\"rech\" *))");
        assert_eq!(
            expression("rech \"zahlbar bis\" -mahn").unwrap(),
            "((\"rech\" * AND \"zahlbar bis\")) NOT ((\"mahn\" *))"
        );
        assert_eq!(expression("-mahn").unwrap(), "((\"mahn\" *))");
        assert_eq!(expression("\"open end").unwrap(), "((\"open end\"))");
    }

    #[test]
    fn operators_of_the_index_are_words() {
        assert_eq!(expression("a OR b").unwrap(), "((\"a\" * AND \"OR\" * AND \"b\" *))");
        assert_eq!(expression("owner:x").unwrap(), "((\"owner:x\" *))");
    }

    #[test]
    fn without_a_letter_or_digit_there_is_nothing_to_look_for() {
        for typed in ["", "  ", "\"", "\"\"", "-", "--", "*** €"] {
            assert_eq!(Query::parse(typed), Ok(None), "{typed}");
        }
    }

    #[test]
    fn too_much_is_refused_in_words() {
        assert_eq!(Query::parse(&"x".repeat(501)), Err(QueryError::TooLong));
        assert_eq!(Query::parse(&"x ".repeat(33)), Err(QueryError::TooManyWords));
    }
}
