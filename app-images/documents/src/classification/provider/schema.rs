//! The one schema that every provider's answer must have.
//!
//! Written in the part of JSON Schema that all three protocols take: every object closed and all of its fields required,
//! `anyOf` with null for what may be missing, no lengths, patterns or ranges. Those are checked in [`super::facts`].

use serde_json::{Value, json};

use crate::classification::DocumentType;

/// The fields that are a text or null.
pub(super) const TEXTS: [&str; 6] = ["title", "sender", "recipient", "number", "iban", "summary"];
/// The fields that are a date or null.
pub(super) const DATES: [&str; 2] = ["date", "due_date"];
/// The fields that are an amount or null.
pub(super) const AMOUNTS: [&str; 2] = ["total", "net"];
/// Fields whose confidence is asked for.
pub(super) const RATED: [&str; 12] = [
    "title",
    "document_type",
    "date",
    "sender",
    "recipient",
    "total",
    "net",
    "due_date",
    "number",
    "iban",
    "language",
    "summary",
];

/// The schema.
pub(super) fn schema() -> Value {
    let codes: Vec<&str> = DocumentType::ALL.into_iter().map(DocumentType::code).collect();
    let list = json!({"type": "array", "items": {"type": "string"}});
    let mut fields = serde_json::Map::new();
    fields.insert("document_type".into(), json!({"type": "string", "enum": codes}));
    for name in TEXTS.into_iter().chain(DATES).chain(["language"]) {
        fields.insert(name.into(), optional(json!({"type": "string"})));
    }
    for name in AMOUNTS {
        let money = closed([
            ("amount".into(), json!({"type": "string"})),
            ("currency".into(), optional(json!({"type": "string"}))),
        ]);
        fields.insert(name.into(), optional(money));
    }
    fields.insert("tags".into(), list.clone());
    fields.insert("categories".into(), list);
    let rated = closed(RATED.map(|name| (name.into(), json!({"type": "integer"}))));
    fields.insert("confidence".into(), rated);
    closed(fields)
}

fn optional(of: Value) -> Value {
    json!({"anyOf": [of, {"type": "null"}]})
}

fn closed(fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    let fields: serde_json::Map<String, Value> = fields.into_iter().collect();
    let names: Vec<&String> = fields.keys().collect();
    json!({"type": "object", "additionalProperties": false, "required": names, "properties": fields})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_closed_and_requires_all_of_its_fields() {
        fn check(schema: &Value) {
            if schema["type"] == "object" {
                assert_eq!(schema["additionalProperties"], false);
                let fields = schema["properties"].as_object().unwrap();
                assert_eq!(schema["required"].as_array().unwrap().len(), fields.len());
                fields.values().for_each(check);
            }
            schema["anyOf"].as_array().into_iter().flatten().for_each(check);
        }
        check(&schema());
        assert_eq!(schema()["properties"].as_object().unwrap().len(), 15);
    }
}
