//! The list's query as typed, and as meant.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::classification::DocumentType;
use crate::document::{DocumentId, fold};
use crate::problem::ApiError;
use crate::search::{CategoryFilter, Filter, Query, Selection, Sort, Stage, ten_thousandths};

/// Which documents, and in which order: the list's query. Every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FilterQuery {
    /// Words to look for: beginnings of words, "phrases", -words to leave out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) q: Option<String>,
    /// `queued`, `extracting`, `ready` or `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<String>,
    /// A document type's code.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) document_type: Option<String>,
    /// A category's id, or `none` for documents in no category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<String>,
    /// A tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<String>,
    /// Dated on this day (YYYY-MM-DD) or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    /// Dated on this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    /// The sender contains this, without case and accents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sender: Option<String>,
    /// The least total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<String>,
    /// The greatest total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<String>,
    /// Those in the trash instead of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trashed: Option<bool>,
    /// `newest` (the default), `oldest`, `date`, `-date`, `title`, `sender`, `amount` or, the default when words are looked
    /// for, `relevance`: first what bears the words in its name, title, sender or number, then the other matches, both newest
    /// first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sort: Option<String>,
}

impl FilterQuery {
    /// The conditions, understood.
    ///
    /// # Errors
    /// 400 that names what cannot be understood.
    pub(super) fn filter(&self) -> Result<Filter, ApiError> {
        let words = Query::parse(self.q.as_deref().unwrap_or_default());
        Ok(Filter {
            words: words.map_err(|error| ApiError::Query(error.to_string()))?,
            stage: known("status", set(&self.status), Stage::from_code)?,
            document_type: known("type", set(&self.document_type), DocumentType::from_code)?,
            category: known("category", set(&self.category), category)?,
            tag: set(&self.tag).map(str::to_owned),
            from: known("from", set(&self.from), |date| date.parse::<Date>().ok())?,
            to: known("to", set(&self.to), |date| date.parse::<Date>().ok())?,
            sender: set(&self.sender).map(fold),
            min: known("min", set(&self.min), amount)?,
            max: known("max", set(&self.max), amount)?,
            trashed: self.trashed.unwrap_or_default(),
        })
    }

    /// The order, understood.
    ///
    /// # Errors
    /// 400 for an order that there is not.
    pub(super) fn order(&self, filter: &Filter) -> Result<Sort, ApiError> {
        let asked = known("sort", set(&self.sort), Sort::from_code)?;
        let ranks = filter.words.as_ref().is_some_and(Query::ranks);
        Ok(match asked {
            None if ranks => Sort::Relevance,
            // Without words everything is as relevant.
            Some(Sort::Relevance) if !ranks => Sort::Newest,
            asked => asked.unwrap_or(Sort::Newest),
        })
    }
}

/// An empty field of a form is a field that was not filled in.
fn set(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn known<T>(
    name: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    parse(text).map(Some).ok_or_else(|| ApiError::Query(format!("`{name}` cannot be “{text}”")))
}

fn category(text: &str) -> Option<CategoryFilter> {
    if text == "none" { Some(CategoryFilter::Without) } else { text.parse().ok().map(CategoryFilter::In) }
}

fn amount(text: &str) -> Option<i64> {
    text.parse::<Decimal>().ok().and_then(|amount| ten_thousandths(amount).ok())
}

/// The most ids in one selection.
const MOST_IDS: usize = 10_000;

/// Understands a selection; ids that nobody has select nothing.
///
/// # Errors
/// 400 when it is neither ids nor a filter, or both.
pub(super) fn selection(
    ids: Option<Vec<String>>,
    filter: Option<FilterQuery>,
) -> Result<Selection, ApiError> {
    match (ids, filter) {
        (Some(ids), None) if ids.len() <= MOST_IDS => {
            Ok(Selection::Ids(ids.iter().filter_map(|id| id.parse::<DocumentId>().ok()).collect()))
        }
        (Some(_), None) => Err(ApiError::Body(format!("`ids` may hold {MOST_IDS}: use `filter` for more"))),
        (None, Some(filter)) => Ok(Selection::Matching(Box::new(filter.filter()?))),
        (Some(_), Some(_)) | (None, None) => {
            Err(ApiError::Body("the selection is either `ids` or `filter`".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_ranked_unless_another_order_is_asked_for() {
        let order = |q: &str, sort: &str| {
            let query = FilterQuery { q: Some(q.into()), sort: Some(sort.into()), ..FilterQuery::default() };
            query.order(&query.filter().unwrap()).unwrap()
        };
        assert_eq!(order("", ""), Sort::Newest);
        assert_eq!(order("", "relevance"), Sort::Newest);
        assert_eq!(order("a", ""), Sort::Relevance);
        assert_eq!(order("a", "-date"), Sort::DateDown);
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        let query = FilterQuery { from: Some("yesterday".into()), ..FilterQuery::default() };
        assert!(query.filter().unwrap_err().to_string().contains("`from` cannot be “yesterday”"));
    }
}
