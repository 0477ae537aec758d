//! What must hold for any bytes that arrive: checks that the fuzz targets (`fuzz/`) and a short seeded test share.
//!
//! Each panics when its property is broken. Built for tests and under the feature `fuzzing` only.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{
    call::Call,
    http::{Head, target::Target},
    json,
    query::Query,
};

/// A head that is accepted reads the same to the reader of the `httparse` crate: one method, one target, at most one
/// length, nothing about chunks. The call in it is decoded too.
pub fn head(bytes: &[u8]) {
    let Ok(head) = Head::parse(bytes) else { return };
    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut other = httparse::Request::new(&mut headers);
    assert!(other.parse(bytes).is_ok_and(|status| status.is_complete()), "another reader refuses it");
    assert_eq!(other.method, Some(head.method.as_str()));
    let target = other.path.unwrap_or_default();
    assert_eq!(Target::parse(target).ok().as_ref(), Some(&head.target));
    let named =
        |name: &str| other.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).count();
    assert!(named("content-length") <= 1 && named("host") == 1 && named("transfer-encoding") == 0);
    let length = other.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or("0", |header| std::str::from_utf8(header.value).unwrap_or_default());
    assert_eq!(length.trim_matches([' ', '\t']).parse(), Ok(head.content_length));
    // Whatever the body, decoding ends.
    let version = "1.41".parse().ok();
    let _ = Call::parse(&head, &Bytes::from_static(b"{}"), version);
}

/// A target that is accepted is spelt in one way: written back it is what was sent.
pub fn target(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(target) = Target::parse(text) else { return };
    let path = text.split('?').next().unwrap_or_default();
    let decoded = path.replace("%40", "@").replace("%3A", ":").replace("%3a", ":");
    assert_eq!(target.path(), decoded);
    assert!(target.segments.iter().all(|segment| {
        !matches!(segment.as_str(), "" | "." | "..") && !segment.contains(['/', '\\', '%', '?', '#', ';'])
    }));
    let sent = text.split_once('?').map_or("", |(_, query)| query);
    let pairs = sent.split('&').filter(|pair| !pair.is_empty()).count();
    assert_eq!(pairs, target.query.len(), "a pair was lost or came twice");
}

/// What a query gives out is within its bounds.
pub fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(target) = Target::parse(&format!("/x?{text}")) else { return };
    let mut query = Query::new(target.query);
    assert!(
        query.number("t", 300).is_ok_and(|number| number.is_none_or(|number| number <= 300))
            || text.contains("t=")
    );
    if let Ok(Some(moment)) = query.moment("since") {
        assert!(moment.bytes().all(|b| b.is_ascii_digit() || b == b'.') && moment.len() <= 22);
    }
    let _ = query.flag("all");
    let _ = query.filters(&["label", "type"]);
    let _ = query.neutral("size", &["0"]);
    let _ = query.finish();
}

/// A body that is accepted means the same to a reader that takes everything, has plain keys, and stays what it is
/// when it is written and read again.
pub fn json(bytes: &[u8]) {
    let Ok(map) = json::object(bytes) else { return };
    let lenient: Value = serde_json::from_slice(bytes).expect("what is read strictly is JSON");
    assert_eq!(Value::Object(map.clone()), lenient);
    assert!(has_plain_keys(&map));
    let written = serde_json::to_vec(&map).expect("what was read can be written");
    assert_eq!(json::object(&written).expect("what was written can be read"), map);
}

fn has_plain_keys(map: &Map<String, Value>) -> bool {
    map.iter().all(|(key, value)| {
        key.bytes().all(|b| b.is_ascii_graphic()) && value.as_object().is_none_or(has_plain_keys)
    })
}

/// No text makes the reader of policies panic or run away.
pub fn allowlist(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(problem) = atoll_sandbox::allowlist::Allowlist::parse("allowlist.yaml", text) {
        assert!(problem.to_string().starts_with("allowlist.yaml"), "{problem}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces that matter to one reader or another.
    const WORDS: [&str; 24] = [
        "\r\n",
        "\n",
        "\r",
        "\0",
        " ",
        "\t",
        ":",
        "%2e",
        "%40",
        "..",
        "//",
        "?",
        "&",
        "=",
        "Content-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "{",
        "}",
        "\"",
        "\\u0000",
        "\\ud800",
        "null",
        "- ",
        "&a [*a]",
    ];
    const HEADS: [&str; 2] = [
        "GET /v1.41/containers/json?all=1 HTTP/1.1\r\nHost: d\r\n\r\n",
        "POST /v1.41/containers/create?name=a HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n",
    ];
    const TARGETS: [&str; 2] =
        ["/v1.41/images/atoll/hello%401.0.0/json?size=false", "/events?since=1.5&filters=%7B%7D"];
    const QUERIES: [&str; 2] =
        ["t=10&since=1700000000.5&all=true&size=0", "filters=%7B%22label%22%3A%5B%22a%22%5D%7D"];
    /// The last is like what the fuzzer found: a number whose last digit is lost when it is written.
    const BODIES: [&str; 3] = [
        r#"{"Image":"a","HostConfig":{"Memory":1,"Mounts":[{"Type":"volume"}]},"Env":["A=b"]}"#,
        r#"{"Labels":{"atoll.app":"x"}}"#,
        r#"{"a":8.888888888888889999999e109}"#,
    ];

    /// A generator that gives the same numbers on every machine.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % most.max(1)
        }
    }

    /// The seed with a few changes: a byte, a word put in, a part left out or doubled.
    fn changed(seed: &str, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = seed.as_bytes().to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len() + 1);
            let end = (at + dice.below(12)).min(bytes.len());
            match dice.below(4) {
                0 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                _ => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].bytes())),
            }
        }
        bytes
    }

    fn run(check: fn(&[u8]), seeds: &[&str], times: usize) {
        let mut dice = Dice(42);
        for seed in seeds {
            check(seed.as_bytes());
            for _ in 0..times {
                check(&changed(seed, &mut dice));
            }
        }
    }

    #[test]
    fn no_change_to_a_good_head_is_read_in_two_ways() {
        run(head, &HEADS, 20_000);
    }

    #[test]
    fn no_change_to_a_good_target_or_query_is_read_in_two_ways() {
        run(target, &TARGETS, 20_000);
        run(query, &QUERIES, 20_000);
    }

    #[test]
    fn no_change_to_a_good_body_is_read_in_two_ways() {
        run(json, &BODIES, 20_000);
    }

    #[test]
    fn no_change_to_an_allowlist_is_more_than_an_error() {
        run(allowlist, &[include_str!("../tests/proxy/allowlist.yaml")], 200);
    }
}
