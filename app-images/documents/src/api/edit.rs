//! Changes of a document by its owner, checked field by field.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::given;
use crate::classification::{DocumentType, Money};
use crate::document::{CategoryId, FactsPatch, FileName};
use crate::problem::ApiError;
use crate::search::ten_thousandths;
use crate::store::Patch;

/// What the owner changes. What is absent stays; null takes an own edit back, so that what was found holds again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentPatch {
    /// Another name for the file.
    #[serde(default)]
    name: Option<String>,
    /// A line that a person would recognise it by: up to 300 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    title: Option<Option<String>>,
    /// What kind of document it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DocumentType>)]
    document_type: Option<Option<DocumentType>>,
    /// The date that it bears itself: YYYY-MM-DD.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Option<Date>>,
    /// Who wrote it: up to 200 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    sender: Option<Option<String>>,
    /// To whom: up to 200 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    recipient: Option<Option<String>>,
    /// What is to pay, taxes included.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Money>)]
    total: Option<Option<Money>>,
    /// The same without taxes.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Money>)]
    net: Option<Option<Money>>,
    /// Until when to pay or to answer: YYYY-MM-DD.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    due_date: Option<Option<Date>>,
    /// The number that its sender gave it: up to 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    number: Option<Option<String>>,
    /// The account to pay to; spaces are removed.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    iban: Option<Option<String>>,
    /// ISO 639-1: two letters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// A sentence or two: up to 2,000 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    summary: Option<Option<String>>,
    /// All tags at once: up to 50, each up to 60 characters. An empty list means none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Option<Option<Vec<String>>>,
    /// The ids of all its categories at once.
    #[serde(default)]
    categories: Option<Vec<String>>,
}

const MOST_TAGS: usize = 50;
const MOST_TAG_CHARACTERS: usize = 60;

impl DocumentPatch {
    /// The change, understood.
    ///
    /// # Errors
    /// 400 that names the field that cannot be so.
    pub(super) fn meant(self) -> Result<Patch, ApiError> {
        let facts = FactsPatch {
            title: line("title", self.title, 300)?,
            document_type: self.document_type,
            date: self.date,
            sender: line("sender", self.sender, 200)?,
            recipient: line("recipient", self.recipient, 200)?,
            total: checked("total", self.total, money)?,
            net: checked("net", self.net, money)?,
            due_date: self.due_date,
            number: line("number", self.number, 100)?,
            iban: checked("iban", self.iban, iban)?,
            language: checked("language", self.language, language)?,
            summary: line("summary", self.summary, 2000)?,
            tags: checked("tags", self.tags, tags)?,
        };
        let parse = |id: String| id.parse::<CategoryId>().map_err(|_| ApiError::NoSuchCategory);
        let categories = self.categories.map(|ids| ids.into_iter().map(parse).collect()).transpose()?;
        Ok(Patch { name: self.name.as_deref().map(FileName::clean), facts, categories })
    }
}

type Said<T> = Option<Option<T>>;

fn checked<T>(name: &str, said: Said<T>, check: impl FnOnce(T) -> Option<T>) -> Result<Said<T>, ApiError> {
    match said {
        Some(Some(value)) => match check(value) {
            Some(value) => Ok(Some(Some(value))),
            None => Err(ApiError::Body(format!("`{name}` cannot be that"))),
        },
        Some(None) => Ok(Some(None)),
        None => Ok(None),
    }
}

/// One line; an empty one takes the edit back.
fn line(name: &str, said: Said<String>, most: usize) -> Result<Said<String>, ApiError> {
    let Some(Some(text)) = said else { return Ok(said) };
    let text = text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(ApiError::Body(format!("`{name}` may have {most} characters")));
    }
    Ok(Some(Some(text).filter(|text| !text.is_empty())))
}

fn money(money: Money) -> Option<Money> {
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let fits = money.currency.as_deref().is_none_or(is_code)
        && ten_thousandths(money.amount).is_ok()
        && money.amount.scale() <= 4
        && money.amount.abs() < Decimal::from(1_000_000_000_000i64);
    fits.then_some(money)
}

fn iban(typed: String) -> Option<String> {
    let compact: String = typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let fits = (15..=34).contains(&compact.len()) && compact.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(compact)
}

fn language(typed: String) -> Option<String> {
    let code = typed.trim().to_ascii_lowercase();
    (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(code)
}

fn tags(typed: Vec<String>) -> Option<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    for tag in typed {
        let tag = tag.trim().to_lowercase();
        if tag.chars().count() > MOST_TAG_CHARACTERS || tag.chars().any(char::is_control) {
            return None;
        }
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    (tags.len() <= MOST_TAGS).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(json: &str) -> Result<Patch, ApiError> {
        serde_json::from_str::<DocumentPatch>(json).unwrap().meant()
    }

    #[test]
    fn absent_null_and_empty_are_three_things() {
        assert_eq!(patch("{}").unwrap(), Patch::default());
        assert_eq!(patch(r#"{"title": null}"#).unwrap().facts.title, Some(None));
        assert_eq!(patch(r#"{"title": " a  b "}"#).unwrap().facts.title, Some(Some("a b".into())));
        assert_eq!(patch(r#"{"tags": []}"#).unwrap().facts.tags, Some(Some(Vec::new())));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_name() {
        for (json, name) in [
            (r#"{"iban": "x"}"#, "iban"),
            (r#"{"language": "German"}"#, "language"),
            (r#"{"total": {"amount": "1.00", "currency": "euro"}}"#, "total"),
            (r#"{"total": {"amount": "1.00001", "currency": "EUR"}}"#, "total"),
        ] {
            assert!(patch(json).unwrap_err().to_string().contains(name), "{json}");
        }
        assert_eq!(
            patch(r#"{"iban": "de02 1203 0000 0000 2020 51"}"#).unwrap().facts.iban.unwrap().unwrap(),
            "DE02120300000000202051"
        );
    }
}
