//! Finds the JSON object in what a model said: behind its thoughts, in a code fence, between pleasantries.

use serde_json::{Deserializer, Value};

/// Where an object could begin; beyond this nobody has answered the question.
const MOST_BEGINNINGS: usize = 20;

/// The first whole JSON object.
pub(super) fn object(said: &str) -> Option<serde_json::Map<String, Value>> {
    let said = without_thoughts(said);
    let mut beginnings = said.match_indices('{').map(|(at, _)| at).take(MOST_BEGINNINGS);
    beginnings.find_map(|at| {
        let first = Deserializer::from_str(&said[at..]).into_iter::<Value>().next();
        match first {
            Some(Ok(Value::Object(object))) if !object.is_empty() => Some(object),
            Some(_) | None => None,
        }
    })
}

/// What follows the last thought. Some servers cut off the tag that opens it.
fn without_thoughts(said: &str) -> &str {
    const END: &str = "</think>";
    match said.rfind(END) {
        Some(at) => &said[at + END.len()..],
        // A thought that never ended is no answer.
        None if said.trim_start().starts_with("<think>") => "",
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_is_found_wherever_it_stands() {
        for said in [
            r#"{"a": {"b": 1}}"#,
            "```json\n{\"a\": {\"b\": 1}}\n```",
            r#"<think>{"a": "not this"}</think>{"a": {"b": 1}}"#,
            r#"a thought {"c": 2} </think> Here you are: {"a": {"b": 1}} Anything else?"#,
            r#"{x} {} {"a": {"b": 1}}"#,
        ] {
            assert_eq!(object(said).unwrap()["a"]["b"], 1, "{said}");
        }
    }

    #[test]
    fn half_an_object_is_none() {
        for said in ["", "null", "[1]", r#"{"a": "#, "<think>{\"a\": 1}", &"{".repeat(200_000)] {
            assert!(object(said).is_none(), "{}", &said[..said.len().min(20)]);
        }
    }
}
