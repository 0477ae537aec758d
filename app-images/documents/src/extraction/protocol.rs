//! What the child tells its parent: one JSON message a line, on standard output.

use serde::{Deserialize, Serialize};

use super::{Metadata, PageText, Unreadable};

/// One line. A good conversation is `Opened`, then perhaps an `EInvoice`, then a `Page` for each page in order, then
/// `Finished`; or `Unreadable` alone. Anything else means that the child was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The document is open and has this many pages.
    Opened {
        /// At least one.
        pages: u32,
        /// What it says of itself.
        metadata: Metadata,
    },
    /// The electronic invoice inside it.
    EInvoice(String),
    /// The next page.
    Page(PageText),
    /// All pages were told.
    Finished,
    /// The document cannot be opened.
    Unreadable(Unreadable),
}
