//! What a document is about: what was found, and what its owner says instead.

use std::mem::take;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::classification::{Classification, Confidence, DocumentType, Fact, Money, Source};

/// What was found and what was edited. Kept apart, so that taking back an edit shows again what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// By rules, electronic invoice and AI.
    pub found: Classification,
    /// By the owner.
    pub edits: Edits,
}

/// What the owner says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edits {
    /// Facts of the source `user`.
    pub facts: Classification,
    /// The owner removed every tag; an empty list of facts could not say so.
    pub no_tags: bool,
}

impl About {
    /// What holds.
    pub fn facts(&self) -> Classification {
        let mut facts = self.found.clone();
        facts.merge(self.edits.facts.clone());
        if self.edits.no_tags {
            facts.tags = Vec::new();
        }
        facts
    }
}

/// A change of the owner's facts. Outer `None`: not mentioned. Inner `None`: the own edit is taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactsPatch {
    /// See [`Classification::title`], and so for the others.
    pub title: Option<Option<String>>,
    /// What kind of document it is.
    pub document_type: Option<Option<DocumentType>>,
    /// The date that it bears itself.
    pub date: Option<Option<Date>>,
    /// Who wrote it.
    pub sender: Option<Option<String>>,
    /// To whom.
    pub recipient: Option<Option<String>>,
    /// Taxes included.
    pub total: Option<Option<Money>>,
    /// Without taxes.
    pub net: Option<Option<Money>>,
    /// Until when to pay or to answer.
    pub due_date: Option<Option<Date>>,
    /// The number that its sender gave it.
    pub number: Option<Option<String>>,
    /// The account to pay to.
    pub iban: Option<Option<String>>,
    /// ISO 639-1.
    pub language: Option<Option<String>>,
    /// A sentence or two.
    pub summary: Option<Option<String>>,
    /// All tags at once.
    pub tags: Option<Option<Vec<String>>>,
}

impl FactsPatch {
    /// Changes the edits by what is mentioned.
    pub fn apply(&self, edits: &mut Edits) {
        let facts = &mut edits.facts;
        set(&mut facts.title, &self.title);
        set(&mut facts.document_type, &self.document_type);
        set(&mut facts.date, &self.date);
        set(&mut facts.sender, &self.sender);
        set(&mut facts.recipient, &self.recipient);
        set(&mut facts.total, &self.total);
        set(&mut facts.net, &self.net);
        set(&mut facts.due_date, &self.due_date);
        set(&mut facts.number, &self.number);
        set(&mut facts.iban, &self.iban);
        set(&mut facts.language, &self.language);
        set(&mut facts.summary, &self.summary);
        if let Some(tags) = &self.tags {
            edits.no_tags = tags.as_ref().is_some_and(Vec::is_empty);
            facts.tags = tags.iter().flatten().cloned().map(by_user).collect();
        }
    }
}

fn set<T: Clone>(fact: &mut Option<Fact<T>>, said: &Option<Option<T>>) {
    if let Some(said) = said {
        *fact = said.clone().map(by_user);
    }
}

fn by_user<T>(value: T) -> Fact<T> {
    Fact { value, source: Source::User, confidence: Confidence::CERTAIN }
}

/// Takes out what a source stated, before it is asked again: what it does not repeat no longer holds.
pub fn forget(known: &mut Classification, source: Source) {
    drop_if(&mut known.title, source);
    drop_if(&mut known.document_type, source);
    drop_if(&mut known.date, source);
    drop_if(&mut known.sender, source);
    drop_if(&mut known.recipient, source);
    drop_if(&mut known.total, source);
    drop_if(&mut known.net, source);
    drop_if(&mut known.due_date, source);
    drop_if(&mut known.number, source);
    drop_if(&mut known.iban, source);
    drop_if(&mut known.language, source);
    drop_if(&mut known.summary, source);
    known.tags.retain(|fact| fact.source != source);
    known.categories.retain(|fact| fact.source != source);
}

fn drop_if<T>(fact: &mut Option<Fact<T>>, source: Source) {
    *fact = take(fact).filter(|fact| fact.source != source);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(title: &str, tag: &str) -> Classification {
        let fact = |value: &str| Fact {
            value: value.into(),
            source: Source::Rules,
            confidence: Confidence::percent(70),
        };
        Classification { title: Some(fact(title)), tags: vec![fact(tag)], ..Classification::default() }
    }

    #[test]
    fn an_edit_that_is_taken_back_shows_again_what_was_found() {
        let mut about = About { found: found("found", "a"), edits: Edits::default() };
        FactsPatch { title: Some(Some("mine".into())), ..FactsPatch::default() }.apply(&mut about.edits);
        assert_eq!(about.facts().title.unwrap().value, "mine");
        FactsPatch { title: Some(None), ..FactsPatch::default() }.apply(&mut about.edits);
        assert_eq!(about.facts().title.unwrap().value, "found");
    }

    #[test]
    fn tags_can_be_emptied_and_their_emptiness_taken_back() {
        let mut about = About { found: found("t", "a"), edits: Edits::default() };
        FactsPatch { tags: Some(Some(Vec::new())), ..FactsPatch::default() }.apply(&mut about.edits);
        assert!(about.facts().tags.is_empty());
        FactsPatch { tags: Some(None), ..FactsPatch::default() }.apply(&mut about.edits);
        assert_eq!(about.facts().tags.len(), 1);
    }

    #[test]
    fn what_a_source_no_longer_says_is_forgotten_and_the_rest_stays() {
        let mut known = found("t", "a");
        known.sender =
            Some(Fact { value: "s".into(), source: Source::Ai, confidence: Confidence::percent(70) });
        forget(&mut known, Source::Rules);
        assert_eq!((known.title, known.tags.len()), (None, 0));
        assert!(known.sender.is_some());
    }
}
