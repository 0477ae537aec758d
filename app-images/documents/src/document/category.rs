//! Categories: a person's own drawers, with rules that fill them.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CategoryId, UserId, fold};
use crate::classification::Classification;

/// One category of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Whose it is.
    pub owner: UserId,
    /// What its owner calls it.
    pub name: Label,
    /// How it is painted.
    pub colour: Colour,
    /// Any of these puts a document into it.
    pub rules: Vec<Rule>,
}

/// The name of a category or a view: one line of 1 to 60 characters, trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The longest name, in characters.
    pub const MOST_CHARACTERS: usize = 60;

    /// Takes a name as typed; `None` if it is empty, too long or not one line.
    pub fn parse(typed: &str) -> Option<Self> {
        let name = typed.trim();
        let fits = !name.is_empty()
            && name.chars().count() <= Self::MOST_CHARACTERS
            && !name.chars().any(char::is_control);
        fits.then(|| Self(name.into()))
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must differ from the other names.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

/// A colour: `#rrggbb`, lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colour(String);

impl Colour {
    /// Takes `#rrggbb` in any case.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = typed.strip_prefix('#')?;
        let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(typed.to_ascii_lowercase()))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleField {
    /// The sender.
    Sender,
    /// The whole text.
    Text,
    /// The title.
    Title,
    /// The document type's code: `invoice`.
    Type,
}

/// "The field contains the words", without case and accents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Where it looks.
    pub field: RuleField,
    /// For what: 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub contains: String,
}

/// What rules look at: one document, folded once for all rules.
#[derive(Debug)]
pub struct Subject {
    sender: String,
    title: String,
    kind: String,
    text: String,
}

impl Subject {
    /// A document with these facts and this text.
    pub fn new(facts: &Classification, pages: impl Iterator<Item = impl AsRef<str>>) -> Self {
        let folded = |fact: Option<&str>| fact.map(fold).unwrap_or_default();
        let mut text = String::new();
        for page in pages {
            text.push_str(&fold(page.as_ref()));
            text.push('\n');
        }
        Self {
            sender: folded(facts.sender.as_ref().map(|fact| fact.value.as_str())),
            title: folded(facts.title.as_ref().map(|fact| fact.value.as_str())),
            kind: folded(facts.document_type.as_ref().map(|fact| fact.value.code())),
            text,
        }
    }
}

impl Rule {
    /// The longest text to look for, in characters.
    pub const MOST_CHARACTERS: usize = 200;

    /// Whether the document is one of these.
    pub fn fits(&self, subject: &Subject) -> bool {
        let looked_at = match self.field {
            RuleField::Sender => &subject.sender,
            RuleField::Text => &subject.text,
            RuleField::Title => &subject.title,
            RuleField::Type => &subject.kind,
        };
        let wanted = fold(self.contains.trim());
        !wanted.is_empty() && looked_at.contains(&wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_ignores_case_and_accents_and_looks_at_its_own_field_only() {
        let subject = Subject::new(&Classification::default(), ["Grüße von\nMÜLLER"].into_iter());
        let rule = |field, contains: &str| Rule { field, contains: contains.into() };
        assert!(rule(RuleField::Text, "muller").fits(&subject));
        assert!(!rule(RuleField::Sender, "muller").fits(&subject));
        assert!(!rule(RuleField::Text, " ").fits(&subject), "nothing is in everything");
    }

    #[test]
    fn a_colour_has_six_digits() {
        assert_eq!(Colour::parse("#A0b1C2").unwrap().to_string(), "#a0b1c2");
        for wrong in ["a0b1c2", "#a0b1c", "#a0b1cg", "#é1234", "red"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_label_is_one_short_line() {
        assert_eq!(Label::parse("  Steuer 2026 ").unwrap().as_str(), "Steuer 2026");
        for wrong in ["", "  ", "a\nb", &"x".repeat(61)] {
            assert_eq!(Label::parse(wrong), None, "{wrong}");
        }
    }
}
