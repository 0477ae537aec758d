//! What the child tells its parent: one JSON message a line, on standard output.

use serde::{Deserialize, Serialize};

use super::{Metadata, PageText, Unreadable};

/// One line. A good conversation is `Opened`, then a `Page` for each page in order, at most one `EInvoice`,
/// then `Finished`; or `Unreadable` alone. Anything else means that the child was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The document is open and has this many pages.
    Opened {
        /// At least one.
        pages: u32,
        /// What the file says of itself.
        metadata: Metadata,
    },
    /// The next page.
    Page(PageText),
    /// The XML of the invoice that is inside the file, in Base64.
    EInvoice(#[serde(with = "base64_text")] Vec<u8>),
    /// All pages were told.
    Finished,
    /// The document cannot be opened.
    Unreadable(Unreadable),
}

/// What a child that is to draw a page says on standard error when it cannot, instead of the picture. One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The document cannot be opened.
    Unreadable(Unreadable),
    /// It has fewer pages.
    NoSuchPage,
    /// The page has no area.
    NoSize,
}

/// Bytes as Base64: a third longer than themselves, where JSON's array of numbers is four times as long.
mod base64_text {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(de::Error::custom)
    }
}
