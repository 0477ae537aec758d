//! Which documents: every condition that is set must hold.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Query;
use crate::classification::DocumentType;
use crate::document::{CategoryId, DocumentId};

/// The conditions of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The words.
    pub words: Option<Query>,
    /// How far the text is.
    pub stage: Option<Stage>,
    /// What kind of document.
    pub document_type: Option<DocumentType>,
    /// In which category.
    pub category: Option<CategoryFilter>,
    /// With this tag.
    pub tag: Option<String>,
    /// Dated on this day or later.
    pub from: Option<Date>,
    /// Dated on this day or earlier.
    pub to: Option<Date>,
    /// The sender contains this, folded.
    pub sender: Option<String>,
    /// The least total, in ten-thousandths.
    pub min: Option<i64>,
    /// The greatest total, in ten-thousandths.
    pub max: Option<i64>,
    /// In the trash, or not.
    pub trashed: bool,
}

impl Filter {
    /// Whether it leaves anything out, but for what lies in the trash or does not.
    pub fn narrows(&self) -> bool {
        *self != Self { trashed: self.trashed, ..Self::default() }
    }
}

/// How far a document's text is, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waiting.
    Queued,
    /// Being read.
    Extracting,
    /// There.
    Ready,
    /// Not to be had.
    Failed,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Stage; 4] = [Stage::Queued, Stage::Extracting, Stage::Ready, Stage::Failed];

    /// The stable name; the same as a document's status.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Queued => "queued",
            Stage::Extracting => "extracting",
            Stage::Ready => "ready",
            Stage::Failed => "failed",
        }
    }

    /// The stage with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// A category, or the lack of any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryFilter {
    /// In this one.
    In(CategoryId),
    /// In none.
    Without,
}

/// The documents that something is to be done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These.
    Ids(Vec<DocumentId>),
    /// All that the filter matches.
    Matching(Box<Filter>),
}

/// The amount has more digits than amounts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large")]
pub struct AmountError;

/// An amount as the whole number that the database compares.
///
/// # Errors
/// When it does not fit; money does.
pub fn ten_thousandths(amount: Decimal) -> Result<i64, AmountError> {
    let scaled = amount.checked_mul(Decimal::from(10_000)).ok_or(AmountError)?;
    i64::try_from(scaled.round().mantissa() / 10i128.pow(scaled.round().scale())).map_err(|_| AmountError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_whole_numbers() {
        assert_eq!(ten_thousandths("486.00".parse().unwrap()), Ok(4_860_000));
        assert_eq!(ten_thousandths("-0.00005".parse().unwrap()).unwrap().abs(), 0);
        assert_eq!(ten_thousandths("12".parse().unwrap()), Ok(120_000));
        assert_eq!(ten_thousandths(Decimal::MAX), Err(AmountError));
    }
}
