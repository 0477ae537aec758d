//! What a request says about the part of a file that it wants and about what it has already (RFC 9110, sections 13 and 14).

use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderName, Method};

/// What to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The whole file.
    Whole,
    /// The bytes from `first` to `last`, both included.
    Part {
        /// The first one.
        first: u64,
        /// The last one; never before the first, never behind the end.
        last: u64,
    },
    /// The caller has it already.
    NotModified,
    /// The file has no such part.
    Unsatisfiable,
}

/// Decides for a file of so many bytes with this strong entity tag, in quotes.
pub(super) fn answer(method: &Method, headers: &HeaderMap, etag: &str, bytes: u64) -> Answer {
    if text(headers, &IF_NONE_MATCH).is_some_and(|tags| names(tags, etag)) {
        return Answer::NotModified;
    }
    // Because a part of another version would spoil what the caller has; a date never proves that it is the same one.
    let same = text(headers, &IF_RANGE).is_none_or(|tag| tag == etag);
    match text(headers, &RANGE).filter(|_| same && method == Method::GET) {
        Some(range) => part(range, bytes),
        None => Answer::Whole,
    }
}

/// A header that is sent once, trimmed.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).into_iter();
    let only = values.next().filter(|_| values.next().is_none())?;
    only.to_str().ok().map(str::trim)
}

/// Whether a list of entity tags names this one, weak or strong: nothing is sent, so nothing can be spoilt.
fn names(tags: &str, etag: &str) -> bool {
    tags == "*" || tags.split(',').map(str::trim).any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// One range in bytes. What is no such thing, several ranges among them, is answered by the whole, as the standard allows.
fn part(range: &str, bytes: u64) -> Answer {
    let set = range.split_once('=').filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = set.and_then(|(_, range)| range.trim().split_once('-')) else {
        return Answer::Whole;
    };
    match (position(first), position(last)) {
        // The last so many bytes.
        (Position::None, Position::At(0)) => Answer::Unsatisfiable,
        (Position::None, Position::At(_)) if bytes == 0 => Answer::Unsatisfiable,
        (Position::None, Position::At(count)) => {
            Answer::Part { first: bytes.saturating_sub(count), last: bytes - 1 }
        }
        (Position::At(first), Position::At(last)) if last < first => Answer::Whole,
        (Position::At(first), Position::At(_) | Position::None) if first >= bytes => Answer::Unsatisfiable,
        (Position::At(first), Position::At(last)) => Answer::Part { first, last: last.min(bytes - 1) },
        (Position::At(first), Position::None) => Answer::Part { first, last: bytes - 1 },
        (Position::None, Position::None) | (Position::Wrong, _) | (_, Position::Wrong) => Answer::Whole,
    }
}

enum Position {
    None,
    At(u64),
    Wrong,
}

/// A number too large for us is behind every end.
fn position(text: &str) -> Position {
    match text {
        "" => Position::None,
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => Position::At(text.parse().unwrap_or(u64::MAX)),
        _ => Position::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn asked(headers: &[(HeaderName, &str)]) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect();
        answer(&Method::GET, &headers, "\"abc\"", 100)
    }

    fn ranged(range: &str) -> Answer {
        asked(&[(RANGE, range)])
    }

    #[test]
    fn one_range_is_a_part_and_never_reaches_behind_the_end() {
        assert_eq!(ranged("bytes=0-0"), Answer::Part { first: 0, last: 0 });
        assert_eq!(ranged("bytes=10-"), Answer::Part { first: 10, last: 99 });
        assert_eq!(ranged("BYTES= 99-1000"), Answer::Part { first: 99, last: 99 });
        assert_eq!(ranged("bytes=-30"), Answer::Part { first: 70, last: 99 });
        assert_eq!(ranged("bytes=-1000"), Answer::Part { first: 0, last: 99 });
        assert_eq!(ranged("bytes=5-99999999999999999999999"), Answer::Part { first: 5, last: 99 });
    }

    #[test]
    fn what_the_file_does_not_have_cannot_be_had() {
        for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(ranged(range), Answer::Unsatisfiable, "{range}");
        }
        assert_eq!(part("bytes=-5", 0), Answer::Unsatisfiable);
        assert_eq!(part("bytes=0-", 0), Answer::Unsatisfiable);
    }

    #[test]
    fn several_ranges_and_what_is_none_are_answered_by_the_whole() {
        for range in
            ["bytes=0-1,5-6", "pages=1-2", "bytes=5-2", "bytes=a-b", "bytes=-", "bytes", "bytes=+1-2"]
        {
            assert_eq!(ranged(range), Answer::Whole, "{range}");
        }
        assert_eq!(asked(&[(RANGE, "bytes=0-1"), (RANGE, "bytes=2-3")]), Answer::Whole);
        let headers = HeaderMap::from_iter([(RANGE, HeaderValue::from_static("bytes=0-1"))]);
        assert_eq!(answer(&Method::HEAD, &headers, "\"abc\"", 100), Answer::Whole);
    }

    #[test]
    fn a_part_of_another_version_is_not_asked_for() {
        let part = Answer::Part { first: 0, last: 1 };
        assert_eq!(asked(&[(RANGE, "bytes=0-1"), (IF_RANGE, "\"abc\"")]), part);
        for tag in ["\"other\"", "W/\"abc\"", "Tue, 01 Sep 2026 08:00:00 GMT"] {
            assert_eq!(asked(&[(RANGE, "bytes=0-1"), (IF_RANGE, tag)]), Answer::Whole, "{tag}");
        }
    }

    #[test]
    fn what_the_caller_has_is_not_sent_again() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(asked(&[(IF_NONE_MATCH, tags), (RANGE, "bytes=0-1")]), Answer::NotModified, "{tags}");
        }
        assert_eq!(asked(&[(IF_NONE_MATCH, "\"x\"")]), Answer::Whole);
    }

    proptest! {
        #[test]
        fn a_part_is_always_within_the_file(range in "(bytes=)?[0-9]{0,21}-[0-9]{0,21}", bytes in any::<u64>()) {
            if let Answer::Part { first, last } = part(&range, bytes) {
                prop_assert!(first <= last && last < bytes);
            }
        }
    }
}
