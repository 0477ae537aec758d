//! Ids: UUIDv7 with one spelling, a type for each kind of thing.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id; later ones are greater.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Accepts the one spelling that we write (lower case, hyphens), so that an id has one URL and one file name.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = Self(Uuid::try_parse(text).map_err(|_| NotAnId)?);
                if id.to_string() == text { Ok(id) } else { Err(NotAnId) }
            }
        }
    )*};
}

ids! {
    /// Names a document.
    DocumentId,
    /// Names a category.
    CategoryId,
    /// Names a saved view.
    ViewId,
    /// Names an upload in pieces.
    UploadId,
    /// Names a webhook.
    WebhookId,
}

impl DocumentId {
    /// The document's place among all, and its number in the search index: the id's time (48 bits of milliseconds, of
    /// which 41 are in use until 2039), then 12 bits of its counter, then 8 more. Migration 2 computes the same in SQL.
    pub fn order(self) -> i64 {
        let bits = self.0.as_u128();
        let value = ((bits >> 80) << 20) | (((bits >> 64) & 0xfff) << 8) | ((bits >> 52) & 0xff);
        // Because a time of more than 43 bits, the year 2248, is not ours to sort; the mask keeps the number positive.
        i64::try_from(value & 0x7fff_ffff_ffff_ffff).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = DocumentId::generate();
        assert_eq!(id.to_string().parse::<DocumentId>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<DocumentId>().is_err());
        assert!(id.0.simple().to_string().parse::<DocumentId>().is_err());
        assert!("..".parse::<DocumentId>().is_err());
    }

    #[test]
    fn the_order_is_made_of_time_and_counter() {
        let id: DocumentId = "01a20863-cb1c-73e4-b270-426bded9390f".parse().unwrap();
        assert_eq!(id.order(), 0x1a20_863c_b1c3_e427);
    }
}
