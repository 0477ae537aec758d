//! Reads a request's target: a path of plain segments, and a query of plain pairs.
//!
//! A path that needs cleaning or decoding before it means something is refused: the engine's router decodes, cleans
//! and redirects, so such a path has more than one meaning.

use std::collections::BTreeMap;

use crate::refusal::{Reason, Refusal};

const LONGEST_TARGET: usize = 4096;

/// A target in origin form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The segments between slashes, none of them empty, `.` or `..`.
    pub(crate) segments: Vec<String>,
    /// Decoded; each key comes once.
    pub(crate) query: BTreeMap<String, String>,
}

impl Target {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > LONGEST_TARGET {
            return Err(Refusal::new(Reason::TooLarge, "the target is longer than 4 KiB"));
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path =
            path.strip_prefix('/').ok_or_else(|| bad("the target must be a path that starts with `/`"))?;
        let segments = path.split('/').map(segment).collect::<Result<_, _>>()?;
        Ok(Self { segments, query: pairs(query)? })
    }

    /// The path as it was understood, for the log.
    pub(crate) fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }
}

/// Letters, digits and `_ . : @ -`. Two of them may come percent-encoded, as some clients do in image references.
fn segment(text: &str) -> Result<String, Refusal> {
    let decoded = text.replace("%40", "@").replace("%3A", ":").replace("%3a", ":");
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'@' | b'-');
    if decoded.is_empty() || decoded == "." || decoded == ".." || !decoded.bytes().all(plain) {
        return Err(bad("the path holds an empty, relative or encoded segment"));
    }
    Ok(decoded)
}

fn pairs(query: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let mut pairs = BTreeMap::new();
    for pair in query.split('&').filter(|_| !query.is_empty()) {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| bad("the query holds a key without a value"))?;
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_')) {
            return Err(bad(
                "the query holds a key with something other than letters, hyphens and underscores",
            ));
        }
        if pairs.insert(key.to_owned(), decode(value)?).is_some() {
            return Err(bad("the query holds a key twice"));
        }
    }
    Ok(pairs)
}

/// Percent-decoding, `+` for a space; only characters that may stand in a query unencoded, and no `;`.
fn decode(value: &str) -> Result<String, Refusal> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits =
                    [bytes.next(), bytes.next()].map(|digit| digit.and_then(|b| (b as char).to_digit(16)));
                let [Some(high), Some(low)] = digits else {
                    return Err(bad("the query holds a broken escape"));
                };
                (high * 16 + low) as u8
            }
            b'+' => b' ',
            b if b.is_ascii_alphanumeric() || b"-._~:@/,!*()$'".contains(&b) => b,
            _ => return Err(bad("the query holds a character that must be encoded")),
        });
    }
    let text = String::from_utf8(decoded).map_err(|_| bad("the query holds bytes that are not UTF-8"))?;
    if text.chars().any(char::is_control) {
        Err(bad("the query holds a control character"))
    } else {
        Ok(text)
    }
}

fn bad(message: &str) -> Refusal {
    Refusal::new(Reason::BadTarget, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_of_real_clients_are_read() {
        let target = Target::parse("/v1.41/images/atoll/hello%401.0.0/json?size=false&platform=").unwrap();
        assert_eq!(target.segments[3], "hello@1.0.0");
        assert_eq!(target.query["platform"], "");
        let target = Target::parse("/v1.41/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D").unwrap();
        assert_eq!(target.query["filters"], r#"{"type":["container"]}"#);
    }

    #[test]
    fn a_path_has_one_meaning_or_none() {
        let bad = [
            "",
            "*",
            "/",
            "//",
            "/a/",
            "/a//b",
            "/a/./b",
            "/a/../b",
            "/a/%2e%2e/b",
            "/a%2Fb",
            "/a%2fb",
            "/%61",
            "/a%",
            "/a%252F",
            "http://d/a",
            "/a#b",
            "/a\\b",
            "/a;b",
            "/a b",
            "/a?b",
            "/a?b=1&b=2",
            "/a?=1",
            "/a?b1=1",
            "/a?b=1;c=2",
            "/a?b=%",
            "/a?b=%4",
            "/a?b=%gg",
            "/a?b=%ff",
            "/a?b=%00",
            "/a?b=%0a",
            "/a?b={}",
            "/a?b=#",
            "/a?&b=1",
            "/a?b=1&",
            "/a?a%62=1",
            "/\u{e4}",
        ];
        for target in bad {
            assert!(Target::parse(target).is_err(), "{target} was accepted");
        }
    }

    #[test]
    fn what_needs_no_escape_is_read_as_it_stands() {
        let target = Target::parse("/a_.:@-9/b%3Ac%3ad%40e?k-_K=-._~:@/,!*()$'+%20%C3%A4%c3%A4").unwrap();
        assert_eq!(target.segments, ["a_.:@-9", "b:c:d@e"]);
        assert_eq!(target.path(), "/a_.:@-9/b:c:d@e");
        assert_eq!(target.query["k-_K"], "-._~:@/,!*()$'  \u{e4}\u{e4}");
        assert!(
            Target::parse("/a").unwrap().query.is_empty() && Target::parse("/a?").unwrap().query.is_empty()
        );
    }

    #[test]
    fn a_target_of_4_kib_is_the_longest() {
        let target = |length: usize| Target::parse(&format!("/{}", "a".repeat(length - 1)));
        assert!(target(LONGEST_TARGET).is_ok());
        assert_eq!(target(LONGEST_TARGET + 1).unwrap_err().reason, Reason::TooLarge);
    }

    proptest::proptest! {
        /// An accepted target says nothing that could be read in another way: written back it is the same.
        #[test]
        fn an_accepted_target_can_be_written_back(path in "[ -~]{0,20}", tail in "(\\?[ -~]{0,20})?") {
            let text = format!("/{path}{tail}");
            if let Ok(target) = Target::parse(&text) {
                let sent = text.split('?').next().unwrap();
                proptest::prop_assert_eq!(target.path(), sent.replace("%40", "@").replace("%3A", ":").replace("%3a", ":"));
                proptest::prop_assert!(target.segments.iter().all(|segment| segment != ".." && !segment.contains('/')));
            }
        }

        #[test]
        fn a_value_that_was_encoded_is_read_as_it_was(value in "[^\\x00-\\x1f\\x7f-\\u{9f}]{0,30}") {
            let query = crate::engine::encode(&[("filters", &value)]);
            let target = Target::parse(&format!("/events?{query}")).unwrap();
            proptest::prop_assert_eq!(&target.query["filters"], &value);
        }
    }
}
