//! Compares what a client sent with what was rendered. The client's body is only ever looked at: the engine gets ours.
//!
//! Every field that the newest API knows has a verdict in a table; a field may be left out, be neutral (ordinary
//! clients send whole structures of empty values), or be equal to the rendering. Anything else is refused by name.

use serde_json::{Map, Value};

use crate::{
    json::is_unset,
    refusal::{Reason, Refusal},
    words::brief,
};

#[cfg(test)]
mod page;
mod tables;

pub(crate) use tables::{CONNECT, CONTAINER, DISCONNECT, NETWORK, VOLUME};

/// The most characters that a message quotes of a path or a rendered value.
const LONGEST_QUOTE: usize = 160;

/// One field of a body.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) verdict: Verdict,
    /// Why, for people: `docs/engine-policy.md` is made of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "the page is written by a test"))]
    pub(crate) why: &'static str,
}

/// What a client may send in a field.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Taken as a reference or a hole, by its own reader.
    Reference,
    /// Null, false, 0, an empty text, list or object; or what is rendered.
    Neutral,
    /// Null or what is rendered: here the empty value means something dangerous.
    Strict,
    /// As neutral, and these words that clients send for the engine's default.
    Words(&'static [&'static str]),
    /// Null or this number.
    Number(i64),
    /// True or false: it makes no difference on the endpoints that are offered.
    Either,
    /// An object with fields of its own.
    Object(&'static [Field]),
    /// A list of objects, each compared with the rendered one at its place.
    List(&'static [Field]),
    /// Objects under the name of the island's network; `default` may name one of neutral values.
    Endpoints(&'static [Field]),
}

/// Refuses a body that says anything else than the rendering.
pub(crate) fn compare(
    fields: &'static [Field],
    client: &Map<String, Value>,
    rendered: &Value,
) -> Result<(), Refusal> {
    object("", fields, client, rendered)
}

fn object(
    path: &str,
    fields: &'static [Field],
    client: &Map<String, Value>,
    rendered: &Value,
) -> Result<(), Refusal> {
    for (name, value) in client {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let field = fields.iter().find(|field| field.name == name).ok_or_else(|| {
            Refusal::new(
                Reason::UnknownField,
                format!("the field `{}` is not known here", brief(&path, LONGEST_QUOTE)),
            )
        })?;
        let rendered = rendered.get(name).unwrap_or(&Value::Null);
        if !value.is_null() && value != rendered {
            judge(&path, &field.verdict, value, rendered)?;
        }
    }
    Ok(())
}

/// Judges a value that is neither null nor equal to the rendering as a whole.
fn judge(path: &str, verdict: &Verdict, value: &Value, rendered: &Value) -> Result<(), Refusal> {
    let fits = match verdict {
        Verdict::Reference => true,
        Verdict::Neutral => is_unset(value),
        Verdict::Strict => false,
        Verdict::Words(words) => is_unset(value) || value.as_str().is_some_and(|word| words.contains(&word)),
        Verdict::Number(number) => value.as_i64() == Some(*number),
        Verdict::Either => value.is_boolean(),
        Verdict::Object(fields) => match value.as_object() {
            Some(client) => return object(path, fields, client, rendered),
            None => false,
        },
        Verdict::List(fields) => match value.as_array() {
            Some(items) => return list(path, fields, items, rendered),
            None => false,
        },
        Verdict::Endpoints(fields) => match value.as_object() {
            Some(client) => return endpoints(path, fields, client, rendered),
            None => false,
        },
    };
    if fits { Ok(()) } else { Err(differs(path, rendered)) }
}

fn list(path: &str, fields: &'static [Field], items: &[Value], rendered: &Value) -> Result<(), Refusal> {
    let wanted = rendered.as_array().map_or(&[][..], Vec::as_slice);
    if items.is_empty() {
        return Ok(());
    }
    if items.len() != wanted.len() {
        return Err(differs(path, rendered));
    }
    for (index, (item, wanted)) in items.iter().zip(wanted).enumerate() {
        let path = format!("{path}[{index}]");
        let item = item.as_object().ok_or_else(|| differs(&path, wanted))?;
        object(&path, fields, item, wanted)?;
    }
    Ok(())
}

fn endpoints(
    path: &str,
    fields: &'static [Field],
    client: &Map<String, Value>,
    rendered: &Value,
) -> Result<(), Refusal> {
    for (network, endpoint) in client {
        let path = format!("{path}.{network}");
        let wanted = match rendered.get(network) {
            Some(wanted) => wanted,
            None if network == "default" => &Value::Null,
            None => return Err(differs(&path, rendered)),
        };
        match endpoint {
            Value::Null => {}
            Value::Object(endpoint) => object(&path, fields, endpoint, wanted)?,
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(differs(&path, wanted));
            }
        }
    }
    Ok(())
}

/// Names the field and what the allowlist says, never what was sent: it may hold a secret.
fn differs(path: &str, rendered: &Value) -> Refusal {
    let wanted = if rendered.is_null() {
        "the allowlist sets nothing there".to_owned()
    } else {
        format!("the allowlist says {}", brief(&rendered.to_string(), LONGEST_QUOTE))
    };
    let message =
        format!("the field `{}` differs: {wanted}; leave it out or send that", brief(path, LONGEST_QUOTE));
    Refusal::new(Reason::FieldDiffers, message)
}
