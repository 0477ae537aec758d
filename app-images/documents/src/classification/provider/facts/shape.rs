//! Whether an answer has the schema's shape: not every server enforces one.

use serde_json::{Map, Value};

use crate::classification::provider::schema::{AMOUNTS, DATES, RATED, TEXTS};

/// Every field that is there must be of its kind. One that is missing counts as null.
pub(super) fn check(answer: &Map<String, Value>) -> Result<(), String> {
    let must = |holds: bool, name: &str, kind: &str| {
        if holds { Ok(()) } else { Err(format!("`{name}` is not {kind}")) }
    };
    for name in TEXTS.into_iter().chain(DATES).chain(["language"]) {
        must(matches!(value(answer, name), Value::Null | Value::String(_)), name, "a text or null")?;
    }
    for name in AMOUNTS {
        let shaped = match value(answer, name) {
            Value::Null => true,
            Value::Object(money) => {
                let amount = money.get("amount").unwrap_or(&Value::Null);
                let currency = money.get("currency").unwrap_or(&Value::Null);
                matches!(amount, Value::String(_) | Value::Number(_) | Value::Null)
                    && matches!(currency, Value::String(_) | Value::Null)
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
        };
        must(shaped, name, "an object with `amount` and `currency`, or null")?;
    }
    for name in ["tags", "categories"] {
        let shaped = match value(answer, name) {
            Value::Null => true,
            Value::Array(items) => items.iter().all(Value::is_string),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
        };
        must(shaped, name, "a list of texts")?;
    }
    let rated = matches!(value(answer, "confidence"), Value::Null | Value::Object(_));
    must(rated, "confidence", "an object")?;
    let known = |name: &String| {
        RATED.contains(&name.as_str()) || matches!(name.as_str(), "tags" | "categories" | "confidence")
    };
    if answer.keys().all(known) { Ok(()) } else { Err("it has fields that the schema does not".into()) }
}

/// A field; one that is missing is null.
pub(super) fn value<'a>(answer: &'a Map<String, Value>, name: &str) -> &'a Value {
    answer.get(name).unwrap_or(&Value::Null)
}
