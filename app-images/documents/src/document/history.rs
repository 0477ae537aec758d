//! What became of a document: who changed what, when.

use jiff::Timestamp;
use serde_json::Value;

use crate::classification::Classification;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Facts changed: by a person, or by one of the sources.
    Changed,
    /// It was put into a category.
    CategoryAdded,
    /// It was taken out of one.
    CategoryRemoved,
    /// It was moved into the trash.
    Trashed,
    /// It came back from there.
    Restored,
    /// It is to be read and classified again.
    Reprocessed,
}

impl Deed {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Deed::Changed => "changed",
            Deed::CategoryAdded => "category_added",
            Deed::CategoryRemoved => "category_removed",
            Deed::Trashed => "trashed",
            Deed::Restored => "restored",
            Deed::Reprocessed => "reprocessed",
        }
    }
}

/// One line of the history, about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was done.
    pub what: Deed,
    /// Which field changed.
    pub field: Option<String>,
    /// What it said before, as text.
    pub from: Option<String>,
    /// What it says now.
    pub to: Option<String>,
    /// By which source, for facts.
    pub source: Option<String>,
}

/// One line of the history, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// When.
    pub at: Timestamp,
    /// A person's name; `None` for the service itself.
    pub who: Option<String>,
    /// What was done; see [`Deed::code`].
    pub what: String,
    /// Which field changed.
    pub field: Option<String>,
    /// What it said before.
    pub from: Option<String>,
    /// What it says now.
    pub to: Option<String>,
    /// By which source.
    pub source: Option<String>,
}

impl Entry {
    /// A deed without details.
    pub fn plain(what: Deed) -> Self {
        Self { what, field: None, from: None, to: None, source: None }
    }
}

/// One entry for each fact that differs. Suggestions of categories are not facts.
pub fn differences(before: &Classification, after: &Classification) -> Vec<Entry> {
    let object = |facts| match serde_json::to_value(facts) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => serde_json::Map::new(),
    };
    let (before, after) = (object(before), object(after));
    let changed = after
        .iter()
        .filter(|(field, now)| *field != "categories" && words(before.get(*field)) != words(Some(now)));
    changed
        .map(|(field, now)| Entry {
            what: Deed::Changed,
            field: Some(field.clone()),
            from: words(before.get(field)),
            to: words(Some(now)),
            source: source(now),
        })
        .collect()
}

/// What a fact says, in words: `486.00 EUR`, `invoice`, `a, b`.
fn words(fact: Option<&Value>) -> Option<String> {
    let fact = fact?;
    if let Some(list) = fact.as_array() {
        let all: Vec<String> = list.iter().filter_map(|each| words(Some(each))).collect();
        return Some(all.join(", ")).filter(|all| !all.is_empty());
    }
    let value = fact.get("value")?;
    if let Some(text) = value.as_str() {
        return Some(text.into());
    }
    let parts = ["amount", "currency"].map(|part| value.get(part).and_then(Value::as_str));
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

fn source(fact: &Value) -> Option<String> {
    let fact = fact.as_array().and_then(|list| list.first()).unwrap_or(fact);
    fact.get("source").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classification::{Confidence, Fact, Money, Source};

    #[test]
    fn only_what_differs_is_told_with_its_source() {
        let fact = |amount: &str| Fact {
            value: Money { amount: amount.parse().unwrap(), currency: Some("EUR".into()) },
            source: Source::Ai,
            confidence: Confidence::percent(90),
        };
        let before = Classification {
            total: Some(fact("1.00")),
            net: Some(fact("0.50")),
            ..Classification::default()
        };
        let after = Classification { total: Some(fact("2.00")), ..before.clone() };
        let told = differences(&before, &after);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].field.as_deref(), Some("total"));
        assert_eq!((told[0].from.as_deref(), told[0].to.as_deref()), (Some("1.00 EUR"), Some("2.00 EUR")));
        assert_eq!(told[0].source.as_deref(), Some("ai"));
    }
}
