//! What clients see of one sample of a container's statistics.

use serde_json::{Map, Value};

/// The words of a sample that are passed on: its two moments, the system, and what a counter of the disks counts.
/// Everything else is a number or is left out, so that no path, device or name of the host's can hide in it.
const WORDS: [&str; 4] = ["read", "preread", "os_type", "op"];

/// One line of `GET /containers/{id}/stats`, written anew under the container's own name.
pub(crate) fn sample(id: &str, name: &str, line: &[u8]) -> Option<Vec<u8>> {
    let mut sample: Map<String, Value> = serde_json::from_slice(line).ok()?;
    keep_numbers(&mut sample);
    sample.insert("id".to_owned(), Value::from(id));
    sample.insert("name".to_owned(), Value::from(format!("/{name}")));
    serde_json::to_vec(&sample).ok()
}

fn keep_numbers(fields: &mut Map<String, Value>) {
    fields.retain(|key, value| is_word(key) && keep(key, value));
}

fn keep(key: &str, value: &mut Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(_) => WORDS.contains(&key),
        Value::Array(values) => {
            values.retain_mut(|value| keep(key, value));
            true
        }
        Value::Object(fields) => {
            keep_numbers(fields);
            true
        }
    }
}

/// Interfaces (`eth0`) and counters (`total_inactive_file`) are all called like this.
fn is_word(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
