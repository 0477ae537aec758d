//! Takes the keys of a query one by one; what is left over is refused.

use std::{collections::BTreeMap, str::FromStr};

use serde_json::Value;

use crate::{
    refusal::{Reason, Refusal},
    seal::LabelLookup,
};

/// The decoded query of one request.
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    pub(crate) fn new(pairs: BTreeMap<String, String>) -> Self {
        Self(pairs)
    }

    /// The value of a key, if it is given.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    /// A truth value; false when it is not given. The engine takes every other word for true, so others are refused.
    pub(crate) fn flag(&mut self, key: &str) -> Result<bool, Refusal> {
        match self.0.remove(key).as_deref() {
            None | Some("" | "0" | "false" | "False") => Ok(false),
            Some("1" | "true" | "True") => Ok(true),
            Some(_) => Err(bad(key, "must be true or false")),
        }
    }

    /// A truth value that is true when it is not given.
    pub(crate) fn flag_unless_denied(&mut self, key: &str) -> Result<bool, Refusal> {
        if self.0.contains_key(key) { self.flag(key) } else { Ok(true) }
    }

    /// A whole number that is at most `most`.
    pub(crate) fn number(&mut self, key: &str, most: u32) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.0.remove(key).filter(|value| !value.is_empty()) else { return Ok(None) };
        let plain = value.len() <= 9 && value.bytes().all(|b| b.is_ascii_digit());
        let number = plain.then(|| u32::from_str(&value).ok()).flatten().filter(|number| *number <= most);
        number.map(Some).ok_or_else(|| bad(key, &format!("must be a number of at most {most}")))
    }

    /// A whole number that is at most `most`, where these words mean none.
    pub(crate) fn number_or(&mut self, key: &str, none: &[&str], most: u32) -> Result<Option<u32>, Refusal> {
        if self.0.get(key).is_some_and(|value| none.contains(&value.as_str())) {
            self.0.remove(key);
        }
        self.number(key, most)
    }

    /// A moment in seconds, with or without a fraction.
    pub(crate) fn moment(&mut self, key: &str) -> Result<Option<String>, Refusal> {
        let Some(value) = self.0.remove(key).filter(|value| !value.is_empty()) else { return Ok(None) };
        let (whole, fraction) = value.split_once('.').unwrap_or((&value, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if digits(whole, 12) && digits(fraction, 9) {
            Ok(Some(value))
        } else {
            Err(bad(key, "must be Unix seconds"))
        }
    }

    /// A key that clients send with a value that means nothing; any other value is refused.
    pub(crate) fn neutral(&mut self, key: &str, values: &[&str]) -> Result<(), Refusal> {
        match self.0.remove(key) {
            Some(value) if !value.is_empty() && !values.contains(&value.as_str()) => {
                Err(bad(key, "is not offered"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The engine's filters: `{"label": ["a=b"]}`, or `{"label": {"a=b": true}}` as the docker CLI writes it.
    pub(crate) fn filters(&mut self, known: &[&str]) -> Result<Filters, Refusal> {
        let Some(text) = self.0.remove("filters").filter(|text| !text.is_empty()) else {
            return Ok(Filters::default());
        };
        let mut filters = BTreeMap::new();
        for (name, values) in
            crate::json::object(text.as_bytes()).map_err(|_| bad("filters", "is not read"))?
        {
            if !known.contains(&name.as_str()) {
                return Err(bad("filters", &format!("may hold {}", known.join(", "))));
            }
            let values = filter_values(values).ok_or_else(|| bad("filters", "is not read"))?;
            filters.insert(name, values);
        }
        Ok(Filters(filters))
    }

    /// Every key was known.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(key) => Err(bad(&key, "is not offered on this endpoint")),
        }
    }
}

fn filter_values(values: Value) -> Option<Vec<String>> {
    match values {
        Value::Array(items) => items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(value, wanted)| (wanted == Value::Bool(true)).then_some(value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Filters that are applied here, to what is the client's to see anyway.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filters(BTreeMap<String, Vec<String>>);

impl Filters {
    /// Every wanted label is there, with the wanted value where one is named.
    pub(crate) fn labels_match(&self, labels: &impl LabelLookup) -> bool {
        self.0.get("label").into_iter().flatten().all(|wanted| match wanted.split_once('=') {
            Some((name, value)) => labels.label(name) == Some(value),
            None => labels.label(wanted).is_some(),
        })
    }

    /// One of the wanted texts occurs in the value, as engines filter names, or none is named.
    pub(crate) fn occurs(&self, filter: &str, value: &str) -> bool {
        self.0.get(filter).is_none_or(|wanted| wanted.iter().any(|wanted| value.contains(wanted.as_str())))
    }

    /// Whether a filter is given.
    pub(crate) fn names(&self, filter: &str) -> bool {
        self.0.contains_key(filter)
    }

    /// The value is one of the wanted ones, or none is named.
    pub(crate) fn matches(&self, filter: &str, value: &str) -> bool {
        self.0.get(filter).is_none_or(|wanted| wanted.iter().any(|wanted| wanted == value))
    }
}

fn bad(key: &str, why: &str) -> Refusal {
    Refusal::new(Reason::BadQuery, format!("the query key `{key}` {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_is_given_is_named_and_restricts_and_one_that_is_not_lets_all_pass() {
        let filters = Filters(BTreeMap::from([("status".to_owned(), vec!["exited".to_owned()])]));
        assert!(filters.names("status") && !filters.names("label"));
        assert!(filters.matches("status", "exited") && !filters.matches("status", "running"));
        assert!(filters.matches("label", "anything") && filters.occurs("name", "anything"));
    }

    #[test]
    fn a_name_filter_asks_for_a_part_of_the_name() {
        let filters = Filters(BTreeMap::from([("name".to_owned(), vec!["note".to_owned(), "x".to_owned()])]));
        assert!(
            filters.occurs("name", "atoll-notes-main-web") && !filters.occurs("name", "atoll-hello-main")
        );
    }

    #[test]
    fn a_moment_is_in_unix_seconds() {
        let moment =
            |text: &str| Query(BTreeMap::from([("since".to_owned(), text.to_owned())])).moment("since");
        for good in ["0", "1790000000", "1790000000.123456789"] {
            assert_eq!(moment(good).unwrap().as_deref(), Some(good));
        }
        assert_eq!(moment("").unwrap(), None);
        for bad in ["10m", "-1", "1.", ".5", "1.1.1", "1790000000.1234567890", "1234567890123", "2026-01-01"]
        {
            assert_eq!(moment(bad).unwrap_err().reason, Reason::BadQuery, "{bad}");
        }
    }
}
