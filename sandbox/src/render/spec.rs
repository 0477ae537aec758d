//! The labels of an object, and the digest of what was asked for.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{labels, names::IslandId};

/// Adds the labels that every object of an island carries, `own` ones, and the digest of the body as it stands.
pub(super) fn with_labels<const N: usize>(
    mut body: Value,
    island: &IslandId,
    own: [(&str, String); N],
) -> Value {
    let digest = digest(&body);
    let shared = [
        (labels::APP, island.app.to_string()),
        (labels::INSTANCE, island.instance.to_string()),
        (labels::SPEC, digest),
    ];
    let labels: Map<String, Value> =
        shared.into_iter().chain(own).map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
    body["Labels"] = Value::Object(labels);
    body
}

/// Hex SHA-256 of the canonical form: no spaces, keys sorted by their bytes at every depth.
pub(super) fn digest(body: &Value) -> String {
    let hash = Sha256::digest(canonical(body));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Because the JSON library's own order of keys depends on features that another crate may switch on, keys are
/// sorted here.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(key, value)| format!("{}:{}", scalar(key), canonical(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

fn scalar(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_canonical_form_sorts_keys_at_every_depth() {
        let body = json!({"b": [{"z": 1, "a": "\""}], "a": null});
        assert_eq!(canonical(&body), r#"{"a":null,"b":[{"a":"\"","z":1}]}"#);
        assert_eq!(digest(&json!({})), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
}
