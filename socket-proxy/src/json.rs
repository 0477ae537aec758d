//! Reads a JSON body that everybody reads alike.
//!
//! The engine's own reader takes keys in any case, merges repeated objects, keeps the last of repeated values and
//! ignores some trailing bytes; ours refuses what could make a difference. Numbers are whole: `1.0` and `1e3` are
//! refused.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::refusal::{Reason, Refusal};

const DEEPEST: usize = 16;
/// The most keys of an object, and items of a list.
const MOST_ENTRIES: usize = 512;

/// Reads a whole body as one object.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let unreadable =
        |error: serde_json::Error| Refusal::new(Reason::BadBody, format!("the body is not read: {error}"));
    let text = std::str::from_utf8(body)
        .map_err(|_| Refusal::new(Reason::BadBody, "the body is not read: it is not UTF-8"))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { deeper: DEEPEST }.deserialize(&mut reader).map_err(unreadable)?;
    reader.end().map_err(unreadable)?;
    match value {
        Value::Object(map) => Ok(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Refusal::new(Reason::BadBody, "the body is not an object"))
        }
    }
}

/// Whether it is what Go writes for a field that was never set. A pair of zeros is the size of a console.
pub(crate) fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty() || *items == [0, 0],
        Value::Object(map) => map.is_empty(),
    }
}

#[derive(Clone, Copy)]
struct Strict {
    deeper: usize,
}

impl Strict {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let deeper = self.deeper.checked_sub(1).ok_or_else(|| E::custom("it nests too deep"))?;
        Ok(Self { deeper })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    /// No field that is offered takes a fraction, and readers differ in the last digit of one.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom("a number has a fraction, an exponent or more digits than the engine takes"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(inside)? {
            if items.len() == MOST_ENTRIES {
                return Err(Error::custom("a list has too many items"));
            }
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut entries = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(Error::custom("a key holds something other than plain ASCII"));
            }
            let value = map.next_value_seed(inside)?;
            if entries.insert(key, value).is_some() {
                return Err(Error::custom("a key comes twice"));
            }
            if entries.len() > MOST_ENTRIES {
                return Err(Error::custom("an object has too many keys"));
            }
        }
        Ok(Value::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_might_read_differently_is_refused() {
        let deep = format!("{}{}", "{\"a\":".repeat(40), "1") + &"}".repeat(40);
        let bad = [
            "",
            "null",
            "[]",
            "1",
            "{",
            "{}}",
            "{}]",
            "{} {}",
            "{}\0",
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00\ud800"}"#,
            r#"{"\ud800":1}"#,
            "{'a':1}",
            "{a:1}",
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":+1}"#,
            r#"{"a":.5}"#,
            r#"{"a":NaN}"#,
            r#"{"a":1e999}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e3}"#,
            r#"{"a":-0}"#,
            r#"{"a":18446744073709551616}"#,
            r#"{"Mem\u017fory":1}"#,
            r#"{"":1}"#,
            r#"{"a b":1}"#,
            "{\"a\":\"\n\"}",
            "/**/{}",
            "\u{feff}{}",
            &deep,
        ];
        for text in bad {
            assert_eq!(object(text.as_bytes()).unwrap_err().reason, Reason::BadBody, "{text:?} was accepted");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
        assert!(object(b" {\"a\" : [1, -1, 18446744073709551615, null, true, \"x\"]} \r\n").is_ok());
    }

    #[test]
    fn a_list_has_so_many_items_and_no_more() {
        let with = |items: usize| object(format!("{{\"a\":[{}]}}", vec!["0"; items].join(",")).as_bytes());
        assert_eq!(with(MOST_ENTRIES).unwrap()["a"].as_array().unwrap().len(), MOST_ENTRIES);
        assert!(with(MOST_ENTRIES + 1).is_err());
    }

    #[test]
    fn an_object_has_so_many_keys_and_no_more() {
        let with = |keys: usize| {
            let members: Vec<String> = (0..keys).map(|number| format!("\"k{number}\":1")).collect();
            object(format!("{{{}}}", members.join(",")).as_bytes())
        };
        assert_eq!(with(MOST_ENTRIES).unwrap().len(), MOST_ENTRIES);
        assert!(with(MOST_ENTRIES + 1).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(0u8.., 0..400)) {
            let _ = object(&bytes);
        }

        /// What is accepted means the same to a reader that takes everything.
        #[test]
        fn what_is_accepted_reads_the_same_elsewhere(text in r#"\{("[a-c]":([0-9]|null|"x"|\{"d":1\}),?){0,4}\}"#) {
            if let Ok(map) = object(text.as_bytes()) {
                let lenient: Value = serde_json::from_str(&text).unwrap();
                proptest::prop_assert_eq!(Value::Object(map), lenient);
            }
        }
    }
}
