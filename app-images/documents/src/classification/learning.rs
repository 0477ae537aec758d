//! Learns from what its owner did with earlier documents: what came from the same sender, of the same kind, belongs
//! most likely to the same categories.

use std::collections::BTreeMap;

use super::{Classification, Confidence, DocumentType, Fact, Source};

/// An earlier document as its owner left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who wrote it.
    pub sender: String,
    /// What it is.
    pub document_type: DocumentType,
    /// The names of the categories that its owner put it in.
    pub categories: Vec<String>,
}

/// How many suggestions are of use.
const MOST: usize = 3;
/// A document of the same kind counts so many times as one of another kind.
const SAME_KIND: u32 = 3;

/// Suggests categories for a document, the likeliest first; none while its sender has not been seen.
///
/// The confidence is the share of the earlier documents that are in the category, those of the same kind counted
/// more, and lower where there are few.
pub fn suggest(seen: &[Seen], now: &Classification) -> Vec<Fact<String>> {
    let mut votes: BTreeMap<&str, u32> = BTreeMap::new();
    let mut voters = 0;
    for earlier in of_sender(seen, now) {
        let weight = if is_of_kind(earlier, now) { SAME_KIND } else { 1 };
        voters += weight;
        for category in &earlier.categories {
            *votes.entry(category).or_default() += weight;
        }
    }
    let mut suggestions: Vec<Fact<String>> = votes
        .into_iter()
        .map(|(category, votes)| fact(category.to_owned(), share(votes, voters)))
        .filter(|suggestion| suggestion.confidence >= Confidence::percent(25))
        .collect();
    suggestions.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.confidence));
    suggestions.truncate(MOST);
    suggestions
}

fn of_sender<'a>(seen: &'a [Seen], now: &'a Classification) -> impl Iterator<Item = &'a Seen> {
    let sender = now.sender.as_ref().map(|sender| key(&sender.value)).filter(|key| !key.is_empty());
    seen.iter().filter(move |earlier| sender.as_ref().is_some_and(|sender| key(&earlier.sender) == *sender))
}

fn is_of_kind(earlier: &Seen, now: &Classification) -> bool {
    now.document_type.as_ref().is_some_and(|kind| kind.value == earlier.document_type)
}

/// A sender's name without case, marks and spaces: letterheads write the same name in many ways.
fn key(sender: &str) -> String {
    super::rules::plain(sender).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Votes of voters in percent, as if one more voter had voted otherwise.
fn share(votes: u32, voters: u32) -> u8 {
    u8::try_from(votes * 100 / (voters + 1)).unwrap_or(100)
}

fn fact<T>(value: T, percent: u8) -> Fact<T> {
    Fact { value, source: Source::Rules, confidence: Confidence::percent(percent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(sender: &str, document_type: DocumentType, categories: &[&str]) -> Seen {
        let categories = categories.iter().map(|name| (*name).to_owned()).collect();
        Seen { sender: sender.to_owned(), document_type, categories }
    }

    fn now(sender: &str, kind: DocumentType) -> Classification {
        Classification {
            sender: Some(fact(sender.to_owned(), 80)),
            document_type: Some(fact(kind, 80)),
            ..Classification::default()
        }
    }

    fn names(suggestions: Vec<Fact<String>>) -> Vec<String> {
        suggestions.into_iter().map(|suggestion| suggestion.value).collect()
    }

    #[test]
    fn a_known_sender_brings_its_categories_and_a_stranger_none() {
        let seen = [
            seen("Stadtwerke Ahorn GmbH", DocumentType::UtilityBill, &["Home"]),
            seen("Other AG", DocumentType::Invoice, &["Work"]),
        ];
        assert_eq!(names(suggest(&seen, &now("STADTWERKE AHORN GMBH", DocumentType::UtilityBill))), ["Home"]);
        assert!(suggest(&seen, &now("Nobody Ltd", DocumentType::Invoice)).is_empty());
        assert!(suggest(&seen, &Classification::default()).is_empty());
    }

    #[test]
    fn documents_of_the_same_kind_count_more_than_many_of_another() {
        let seen = [
            seen("Ahorn", DocumentType::Letter, &["Letters"]),
            seen("Ahorn", DocumentType::Letter, &["Letters"]),
            seen("Ahorn", DocumentType::Invoice, &["Costs"]),
        ];
        assert_eq!(names(suggest(&seen, &now("Ahorn", DocumentType::Invoice))), ["Costs", "Letters"]);
    }

    #[test]
    fn the_more_documents_agree_the_surer_it_is() {
        let one = [seen("Ahorn", DocumentType::Invoice, &["Costs"])];
        let many = vec![seen("Ahorn", DocumentType::Invoice, &["Costs"]); 9];
        let sure = |seen: &[Seen]| suggest(seen, &now("Ahorn", DocumentType::Invoice))[0].confidence;
        assert!(sure(&many) > sure(&one));
    }
}
