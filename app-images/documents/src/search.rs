//! What a person looks for: words, filters, an order, and where the last part of the list ended.
//!
//! Parsed here once; [`crate::store`] turns it into SQL. Whatever a person types becomes a valid search or a problem in
//! words, never an error of the database.

mod cursor;
mod filter;
mod query;
mod snippet;

pub use cursor::{Cursor, Key};
pub use filter::{AmountError, CategoryFilter, Filter, Selection, Stage, ten_thousandths};
pub use query::{Query, QueryError};
pub use snippet::{Piece, snippet};

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Last uploaded first.
    Newest,
    /// First uploaded first.
    Oldest,
    /// By the document's own date; those without one last.
    Date,
    /// The same, latest first.
    DateDown,
    /// By title, or name where there is none, without case and accents.
    Title,
    /// By sender; those without one last.
    Sender,
    /// By total, greatest first; those without one last.
    Amount,
    /// First what bears the words in its name, title, sender or number, then what has them anywhere; both last uploaded first.
    Relevance,
}

impl Sort {
    /// Every order.
    pub const ALL: [Sort; 8] = [
        Sort::Newest,
        Sort::Oldest,
        Sort::Date,
        Sort::DateDown,
        Sort::Title,
        Sort::Sender,
        Sort::Amount,
        Sort::Relevance,
    ];

    /// As it stands in a query.
    pub fn code(self) -> &'static str {
        match self {
            Sort::Newest => "newest",
            Sort::Oldest => "oldest",
            Sort::Date => "date",
            Sort::DateDown => "-date",
            Sort::Title => "title",
            Sort::Sender => "sender",
            Sort::Amount => "amount",
            Sort::Relevance => "relevance",
        }
    }

    /// The order with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}
