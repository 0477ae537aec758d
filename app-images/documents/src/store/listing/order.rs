//! Orders of lists in SQL.

use crate::search::Sort;

const NO_KEY: &str = "null as text_key, null as whole_key, null as head_key";

macro_rules! text_key {
    ($column:literal) => {
        concat!($column, " as text_key, null as whole_key, null as head_key")
    };
}

/// An order in SQL.
pub(super) struct Order {
    /// The key's columns for a listed row.
    pub(super) keys: &'static str,
    /// What is ordered by first; empty for the place alone.
    pub(super) key: &'static str,
    /// What is ordered by then.
    pub(super) place: String,
    /// How the key and the place of a later document compare with those of an earlier one.
    pub(super) later: [Later; 2],
}

/// How something of a later document compares with the same of an earlier one.
#[derive(Clone, Copy)]
pub(super) enum Later {
    Greater,
    Less,
}

impl Later {
    pub(super) const fn comparison(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::Less => "<",
        }
    }

    const fn direction(self) -> &'static str {
        match self {
            Self::Greater => "",
            Self::Less => " desc",
        }
    }
}

impl Order {
    /// How this order is said.
    pub(super) fn of(sort: Sort) -> Self {
        use Later::{Greater, Less};
        let order = |keys, key, later| Self { keys, key, place: "documents.seq".into(), later };
        match sort {
            // By relevance each half of the list is in the order of upload.
            Sort::Newest | Sort::Relevance => order(NO_KEY, "", [Less, Less]),
            Sort::Oldest => order(NO_KEY, "", [Greater, Greater]),
            Sort::Date => order(text_key!("date_up"), "date_up", [Greater, Greater]),
            Sort::DateDown => order(text_key!("date_down"), "date_down", [Less, Less]),
            Sort::Title => order(text_key!("title_key"), "title_key", [Greater, Greater]),
            Sort::Sender => order(text_key!("sender_up"), "sender_up", [Greater, Greater]),
            Sort::Amount => order(
                "null as text_key, amount_down as whole_key, null as head_key",
                "amount_down",
                [Less, Less],
            ),
        }
    }

    /// What stands behind `order by`.
    pub(super) fn by(&self) -> String {
        let [key, place] = self.later.map(Later::direction);
        if self.key.is_empty() {
            format!("{}{place}", self.place)
        } else {
            format!("{}{key}, {}{place}", self.key, self.place)
        }
    }
}
