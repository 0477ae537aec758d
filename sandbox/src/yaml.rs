//! Strict YAML: what is written is what is meant.
//!
//! Repeated keys, unknown keys, merge keys, unknown tags and documents that grow by aliases are errors with a
//! position. JSON is a subset, so the lock is read by the same reader.

use serde::de::DeserializeOwned;
use serde_saphyr::{DuplicateKeyPolicy, Error, MergeKeyPolicy, Options};

use crate::error::PolicyError;

mod outline;
mod spelling;

pub(crate) use outline::{Path, position};
use spelling::closest;

/// The longest policy file in bytes.
const LONGEST: usize = 4 << 20;

/// Reads `text` as one document of type `T`.
pub(crate) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, PolicyError> {
    if text.len() > LONGEST {
        return Err(PolicyError::whole_file(file, "the file is longer than 4 MiB", None));
    }
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| explain(file, &error))
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 200_000,
            max_nodes: 100_000,
            max_depth: 32,
            flow_nesting_limit: 32,
            max_aliases: 200,
            max_anchors: 100,
            max_documents: 2,
            max_total_scalar_bytes: LONGEST,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 8,
            max_alias_expansions_per_anchor: 200,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn explain(file: &str, error: &Error) -> PolicyError {
    let location = error.location().filter(|location| location.line() > 0);
    let (message, hint) = describe(error);
    PolicyError {
        file: file.to_owned(),
        line: location.map(|location| location.line()),
        column: location.map(|location| location.column()),
        message,
        hint,
    }
}

// Because the enum is the reader's own and says much that no allowlist can meet, the rest is told in its words.
#[allow(clippy::wildcard_enum_match_arm)]
fn describe(error: &Error) -> (String, Option<String>) {
    match error.without_snippet() {
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("unknown key `{field}`"), suggestion(field, expected, "the keys here are"))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("unknown value `{variant}`"), suggestion(variant, expected, "it can be"))
        }
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing"), None),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("?");
            (format!("the key `{key}` is given twice"), Some("keep one of them".to_owned()))
        }
        Error::MergeKeyNotAllowed { .. } => (
            "merge keys (`<<`) are not read".to_owned(),
            Some("write the values out: what may run should be seen where it stands".to_owned()),
        ),
        Error::MultipleDocuments { .. } => {
            ("the file holds more than one document".to_owned(), Some("remove the second `---`".to_owned()))
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => (
            "the file nests deeper or repeats more by aliases than any policy needs".to_owned(),
            Some("write the values out instead of using anchors".to_owned()),
        ),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("found {unexpected} where {expected} is expected"), None)
        }
        Error::NullIntoString { .. } => {
            ("a text is missing here".to_owned(), Some("write \"\" for an empty one".to_owned()))
        }
        Error::Message { msg, .. } => (msg.clone(), None),
        Error::AliasError { error, .. } => describe(error),
        other => (first_line_without_position(&other.to_string()), None),
    }
}

fn suggestion(word: &str, known: &[&str], otherwise: &str) -> Option<String> {
    match closest(word, known) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => Some(format!("{otherwise} {}", known.join(", "))),
    }
}

/// The reader ends its messages with a position of its own; ours stands in front.
fn first_line_without_position(text: &str) -> String {
    let line = text.lines().next().unwrap_or(text);
    line.split(" at line ").next().unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, serde::Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Limits {
        memory: crate::units::ByteSize,
        #[serde(default)]
        more: Option<BTreeMap<String, serde_json::Value>>,
    }

    fn error(text: &str) -> String {
        read::<Limits>("allowlist.yaml", text).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_file_line_column_and_cure() {
        let texts = [
            "memory: 1Mi\nmemroy: 2Mi\n",
            "memory: 1Mi\nmemory: 2Mi\n",
            "memory: 512MB\n",
            "memory:\n",
            "more: {}\n",
            "memory: [1]\n",
            "memory: 1Mi\nmore: [1\n",
            "memory: 1Mi\n---\nmemory: 1Mi\n",
            "memory: 1Mi\nmore: {a: &a {b: 1}, c: {<<: *a}}\n",
            "memory: 1Mi\nmore: {a: *nobody}\n",
            "memory: 1Mi\nmore: !!python/object:os.system {a: 1}\n",
            "memory: 1Mi\n\tmore: {}\n",
            "",
        ];
        let messages: Vec<String> = texts.iter().map(|text| error(text)).collect();
        insta::assert_snapshot!(messages.join("\n"));
    }

    #[test]
    fn a_file_of_4_mib_is_the_longest() {
        let padded = |length: usize| format!("memory: 1Mi\n#{}", "x".repeat(length - 13));
        assert!(read::<Limits>("allowlist.yaml", &padded(LONGEST)).is_ok());
        for length in [LONGEST + 1, 2 * LONGEST] {
            assert_eq!(error(&padded(length)), "allowlist.yaml: the file is longer than 4 MiB");
        }
    }

    #[test]
    fn where_nothing_is_known_nothing_is_suggested() {
        assert_eq!(suggestion("x", &[], "the keys here are"), None);
        assert_eq!(suggestion("x", &["memory"], "the keys here are").unwrap(), "the keys here are memory");
    }

    #[test]
    fn a_document_that_grows_by_aliases_is_refused_before_it_has_grown() {
        let mut bomb = "memory: 1Mi\nmore:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("  a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
        }
        let message = error(&bomb);
        assert!(message.contains("repeats more by aliases than any policy needs"), "{message}");
    }
}
