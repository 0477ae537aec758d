//! How the engine understands bytes: a model of Go's `encoding/json` (v1) and `net/url`.
//!
//! Written from the documented behaviour of those packages and sharing nothing with our own readers, so that a
//! mistake there cannot hide here. It is as lenient as the engine: keys in any case, `ſ` for s and the Kelvin sign for
//! k, repeated objects merged, null ignored where Go ignores it, lone surrogates replaced, trailing brackets unseen.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

mod schema;
mod text;

pub(crate) use schema::{CONTAINER_CREATE, NETWORK_CONNECT, NETWORK_CREATE, VOLUME_CREATE};
use text::Token;

/// The type of a Go field, as far as decoding depends on it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Go {
    Bool,
    Int,
    Text,
    /// A pointer: null makes it nil again.
    Pointer(&'static Go),
    List(&'static Go),
    Map(&'static Go),
    Struct(&'static [(&'static str, Go)]),
    /// `struct{}`: whatever an object holds is ignored.
    Nothing,
}

/// What the engine's `ReadJSON` makes of a body, or why it answers 400.
pub(crate) fn read_json(go: &Go, body: &[u8]) -> Result<Value, String> {
    let mut state = zero(go);
    if body.is_empty() {
        return Ok(state);
    }
    let (token, rest) = text::first_value(body)?;
    // `More` is false before a closing bracket, so that what follows is never looked at.
    if rest.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| !b"]}".contains(byte)) {
        return Err("unexpected content after JSON".to_owned());
    }
    decode(go, &token, &mut state)?;
    Ok(state)
}

/// The value of a Go variable that was never set.
fn zero(go: &Go) -> Value {
    match go {
        Go::Bool => json!(false),
        Go::Int => json!(0),
        Go::Text => json!(""),
        Go::Pointer(_) | Go::List(_) | Go::Map(_) => Value::Null,
        Go::Struct(fields) => fields.iter().map(|(name, go)| ((*name).to_owned(), zero(go))).collect(),
        Go::Nothing => json!({}),
    }
}

/// Decodes into a variable that may hold something already, as a repeated key finds it.
fn decode(go: &Go, token: &Token, state: &mut Value) -> Result<(), String> {
    match (go, token) {
        (Go::Pointer(_) | Go::List(_) | Go::Map(_), Token::Null) => *state = Value::Null,
        (_, Token::Null) => {}
        (Go::Pointer(inner), token) => {
            if state.is_null() {
                *state = zero(inner);
            }
            decode(inner, token, state)?;
        }
        (Go::Bool, Token::Bool(value)) => *state = json!(value),
        (Go::Int, Token::Number(text)) => {
            *state = json!(text.parse::<i64>().map_err(|_| format!("number {text} is no int64"))?);
        }
        (Go::Text, Token::Text(text)) => *state = json!(text),
        (Go::List(inner), Token::List(items)) => {
            // A second list reuses the elements of the first: what it leaves unset keeps the old value.
            let mut old = state.as_array().cloned().unwrap_or_default().into_iter();
            let mut list = Vec::new();
            for item in items {
                let mut element = old.next().unwrap_or_else(|| zero(inner));
                decode(inner, item, &mut element)?;
                list.push(element);
            }
            *state = Value::Array(list);
        }
        (Go::Map(inner), Token::Object(entries)) => {
            let mut map = state.as_object().cloned().unwrap_or_default();
            for (key, item) in entries {
                let mut element = zero(inner);
                decode(inner, item, &mut element)?;
                map.insert(key.clone(), element);
            }
            *state = Value::Object(map);
        }
        (Go::Struct(fields), Token::Object(entries)) => {
            for (key, item) in entries {
                if let Some((name, go)) = field(fields, key) {
                    decode(go, item, &mut state[*name])?;
                }
            }
        }
        (Go::Nothing, Token::Object(_)) => {}
        (go, token) => return Err(format!("cannot decode {token:?} into {go:?}")),
    }
    Ok(())
}

/// An exact match wins; else any field that folds to the same letters.
fn field<'a>(fields: &'a [(&'static str, Go)], key: &str) -> Option<&'a (&'static str, Go)> {
    fields
        .iter()
        .find(|(name, _)| *name == key)
        .or_else(|| fields.iter().find(|(name, _)| fold(name) == fold(key)))
}

/// Unicode simple folding, as far as it meets ASCII: `ſ` is an s and the Kelvin sign is a k.
fn fold(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{17f}' => 'S',
        '\u{212a}' => 'K',
        c => c.to_ascii_uppercase(),
    };
    text.chars().map(fold).collect()
}

/// What remains of a decoded value when everything that was never set is left out.
pub(crate) fn set_only(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let set = map.iter().map(|(name, value)| (name.clone(), set_only(value)));
            Value::Object(set.filter(|(_, value)| !is_zero(value)).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(set_only).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// What `url.ParseQuery` makes of a query; pairs that it rejects are dropped, as `ParseForm` drops them.
pub(crate) fn parse_query(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if let (Some(key), Some(value)) = (unescape(key), unescape(value)) {
            values.entry(key).or_default().push(value);
        }
    }
    values
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn the_model_is_fooled_by_everything_that_fools_the_engine() {
    let privileged = |text: &str| {
        read_json(&CONTAINER_CREATE, text.as_bytes()).map(|state| state["HostConfig"]["Privileged"] == true)
    };
    let fooled = [
        ("another case", r#"{"hostconfig":{"PRIVILEGED":true}}"#),
        ("long s and Kelvin sign", "{\"Ho\u{17f}tConfig\":{\"Privileged\":true}}"),
        ("an escape in a key", r#"{"\u0048ostConfig":{"Privi\u006ceged":true}}"#),
        ("the last of two wins", r#"{"HostConfig":{"Privileged":false,"Privileged":true}}"#),
        ("two objects merge", r#"{"HostConfig":{"Privileged":true},"HostConfig":{"Memory":1}}"#),
        (
            "null undoes nothing",
            r#"{"HostConfig":{"Privileged":true,"Privileged":null},"HostConfig":{"Privileged":null}}"#,
        ),
        ("unknown keys are ignored", r#"{"x":[{}],"HostConfig":{"Privileged":true}}"#),
        ("trailing brackets are not seen", r#"{"HostConfig":{"Privileged":true}}]}garbage"#),
    ];
    for (why, text) in fooled {
        assert_eq!(privileged(text), Ok(true), "{why}: {text}");
    }
    for text in [
        r#"{"HostConfig":{"Memory":1.0}}"#,
        r#"{"HostConfig":{"Memory":1e3}}"#,
        r#"{"HostConfig":{"Privileged":"true"}}"#,
        r#"{"HostConfig":{"Privileged":true}} {}"#,
    ] {
        assert!(privileged(text).is_err(), "{text} was read");
    }
    let mounts = r#"{"HostConfig":{"Mounts":[{"Source":"/","Type":"bind"}],"Mounts":[{"Target":"/x"}]}}"#;
    let read = read_json(&CONTAINER_CREATE, mounts.as_bytes()).unwrap();
    assert_eq!(read["HostConfig"]["Mounts"][0]["Type"], "bind", "a second list keeps what it does not set");
    let surrogate = read_json(&CONTAINER_CREATE, br#"{"Image":"\ud800"}"#).unwrap();
    assert_eq!(surrogate["Image"], "\u{fffd}");
}

#[test]
fn the_model_reads_queries_as_the_engine_does() {
    let read = parse_query("a=1&a=2&b=%2Fx&c=a+b&d;e=1&f&=g&h=%zz");
    assert_eq!(read["a"], ["1", "2"]);
    assert_eq!((&read["b"][0][..], &read["c"][0][..], &read["f"][0][..]), ("/x", "a b", ""));
    assert!(!read.contains_key("h") && !read.contains_key("d") && read[""] == ["g"]);
}
