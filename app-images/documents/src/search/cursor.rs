//! Where a part of a list ended: the sort key of its last document, written so that it can stand in an address.
//!
//! Not signed, because there is nothing to gain by making one up: it only says where to go on in one's own list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};

use super::Sort;
use crate::document::DocumentId;

/// Go on behind this document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The order that it belongs to.
    pub sort: Sort,
    /// What the list is sorted by, of the last document.
    pub key: Key,
    /// The last document; it decides among equal keys.
    pub last: DocumentId,
}

/// A sort key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// The document's place alone.
    Place,
    /// An amount, in ten-thousandths.
    Whole(i64),
    /// Whether the words stand in what it is called.
    Head(bool),
    /// A date, a title or a sender.
    Text(String),
}

/// The longest cursor that we read, in characters.
const MOST_CHARACTERS: usize = 4096;

impl Cursor {
    /// As it stands in an address.
    pub fn write(&self) -> String {
        let parts = (self.sort.code(), &self.key, self.last.to_string());
        BASE64.encode(serde_json::to_vec(&parts).expect("plain structures always make JSON"))
    }

    /// Reads one; `None` if it is none of ours, or belongs to another order.
    pub fn read(text: &str, sort: Sort) -> Option<Self> {
        let bytes = BASE64.decode(text.get(..text.len().min(MOST_CHARACTERS))?).ok()?;
        let (code, key, last): (String, Key, String) = serde_json::from_slice(&bytes).ok()?;
        let fits = match (sort, &key) {
            (Sort::Newest | Sort::Oldest, Key::Place) => true,
            (Sort::Amount, Key::Whole(_)) => true,
            (Sort::Relevance, Key::Head(_)) => true,
            (Sort::Date | Sort::DateDown | Sort::Title | Sort::Sender, Key::Text(_)) => true,
            (_, _) => false,
        };
        (fits && code == sort.code()).then_some(Self { sort, key, last: last.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_reads_back_for_its_own_order_only() {
        let last = DocumentId::generate();
        for (sort, key) in [
            (Sort::Newest, Key::Place),
            (Sort::Amount, Key::Whole(-4_860_000)),
            (Sort::Relevance, Key::Head(true)),
            (Sort::Title, Key::Text("größe".into())),
        ] {
            let cursor = Cursor { sort, key, last };
            assert_eq!(Cursor::read(&cursor.write(), sort), Some(cursor.clone()));
            assert_eq!(Cursor::read(&cursor.write(), Sort::Oldest), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_cursor_or_not(text in any::<String>()) {
            prop_assert_eq!(Cursor::read(&text, Sort::Newest), None);
        }
    }
}
