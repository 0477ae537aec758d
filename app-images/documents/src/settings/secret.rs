//! Values that cannot be printed by accident.

use std::fmt;

use serde::Deserialize;
use utoipa::ToSchema;

/// A provider's key. `Debug` masks it, there is neither `Display` nor `Serialize`; [`Secret::expose`] is the only way to it.
#[derive(Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Password)]
pub struct Secret(String);

/// What a masked key begins with.
const MASK: &str = "****";
/// Of a shorter key, four characters would tell too much.
const LONG: usize = 12;

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown: `****` and the last four characters of a long one.
    pub fn masked(&self) -> String {
        let characters: Vec<char> = self.0.chars().collect();
        let end = characters.len().checked_sub(4).filter(|_| characters.len() >= LONG);
        format!("{MASK}{}", end.map_or(String::new(), |at| characters[at..].iter().collect()))
    }

    /// Whether this is no key but the mask of one, sent back by a page that never saw the key.
    pub fn is_mask(&self) -> bool {
        self.0.starts_with(MASK)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_print_and_its_mask_shows_no_more_than_four_characters() {
        let key = Secret::new("sk-ant-0123456789abcd");
        assert_eq!(format!("{:?}", Some(&key)), "Some(Secret(…))");
        assert_eq!(key.masked(), "****abcd");
        assert_eq!(Secret::new("short").masked(), "****");
        assert!(Secret::new(key.masked()).is_mask() && !key.is_mask());
    }
}
