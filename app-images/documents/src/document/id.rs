//! Ids: UUIDv7 with one spelling, a type for each kind of thing.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
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
                Self(next())
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

/// How many bits count within a millisecond.
const COUNTER_BITS: u32 = 20;

/// The next UUIDv7: time, then a counter, then random bits. Because [`DocumentId::order`] reads time and counter alone, these
/// are never twice the same, also when many ids are made within one millisecond; then the counter runs into the next.
fn next() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = Timestamp::now().as_millisecond().unsigned_abs() << COUNTER_BITS;
    let after = |last: u64| now.max(last + 1);
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last)));
    // The closure always has a value, so both arms are the last one.
    let order = u128::from(after(last.unwrap_or_else(|last| last)));
    let (time, counter) = (order >> COUNTER_BITS, order & 0xf_ffff);
    let (version, variant): (u128, u128) = (0x7 << 76, 0x2 << 62);
    let random = Uuid::now_v7().as_u128() & ((1 << 52) - 1);
    Uuid::from_u128(
        (time << 80) | version | ((counter >> 8) << 64) | variant | ((counter & 0xff) << 52) | random,
    )
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

    #[test]
    fn no_two_documents_have_one_place_however_fast_they_come() {
        let ids: Vec<DocumentId> = (0..100_000).map(|_| DocumentId::generate()).collect();
        assert!(ids.windows(2).all(|pair| pair[0].order() < pair[1].order() && pair[0] < pair[1]));
        assert!(
            ids.iter().all(|id| id.0.get_version_num() == 7 && id.0.get_variant() == uuid::Variant::RFC4122)
        );
        let now = Timestamp::now().as_millisecond();
        let time = ids[0].order() >> COUNTER_BITS;
        assert!((now - 60_000..=now).contains(&time), "{time} is not the time");
    }
}
