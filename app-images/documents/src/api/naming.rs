//! What categories and saved views have in common: a name of their owner's, each only once, and a limit.

use super::path::Named;
use crate::document::{CategoryId, Label, ViewId};
use crate::problem::ApiError;
use crate::store::{Saved, Store};

/// Of which a person may have so many.
pub(super) trait Counted: Named {
    /// What one is called.
    const ONE: &str;
    /// What several are called.
    const MANY: &str;
    /// How many one person may have.
    const MOST: usize;
}

impl Counted for CategoryId {
    const ONE: &str = "category";
    const MANY: &str = "categories";
    const MOST: usize = Store::MOST_CATEGORIES;
}

impl Counted for ViewId {
    const ONE: &str = "view";
    const MANY: &str = "views";
    const MOST: usize = Store::MOST_VIEWS as usize;
}

/// Reads a name as typed.
pub(super) fn label(typed: &str) -> Result<Label, ApiError> {
    let most = Label::MOST_CHARACTERS;
    Label::parse(typed)
        .ok_or_else(|| ApiError::Body(format!("`name` must be one line of 1 to {most} characters")))
}

/// What was saved, or why it was not.
pub(super) fn saved<I: Counted, T>(saved: Saved<T>) -> Result<T, ApiError> {
    match saved {
        Saved::Done(saved) => Ok(saved),
        Saved::Missing => Err(I::missing()),
        Saved::NameTaken => Err(ApiError::NameTaken { what: I::ONE }),
        Saved::TooMany => Err(ApiError::TooMany { what: I::MANY, most: I::MOST }),
    }
}
