//! One spelling of a path, for the access check and for the app alike.
//!
//! A path that we read in one way and the app in another is a hole: `/admin;x/`, `/%61dmin/` and `//admin/` are all
//! `/admin/` to some server. So a path has two readings here: what is forwarded, and the *widest* reading, which is
//! what the most obliging of servers could make of it. A person needs the role that each of the two asks for.

use std::borrow::Cow;

/// A path that may be forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanPath<'a> {
    forwarded: Cow<'a, str>,
    widest: Cow<'a, str>,
}

/// A path that is refused, because no reading of it is innocent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathRefusal {
    /// It does not begin with a slash.
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    /// A byte that RFC 3986 wants percent-encoded, or a back-slash.
    #[error("the path holds a character that must be percent-encoded")]
    Unencoded,
    /// A percent sign without two hexadecimal digits.
    #[error("the path holds a percent sign that encodes nothing")]
    BadEncoding,
    /// An encoded control character.
    #[error("the path holds an encoded control character")]
    Control,
    /// `.` or `..` as a segment, in any spelling. Browsers and curl resolve these before they ask.
    #[error("the path holds a `.` or `..` segment")]
    DotSegment,
}

impl<'a> CleanPath<'a> {
    /// Reads the path of a request target, without its query.
    ///
    /// # Errors
    /// [`PathRefusal`] for a path that servers are known to read differently from one another.
    pub fn parse(path: &'a str) -> Result<Self, PathRefusal> {
        if !path.starts_with('/') {
            return Err(PathRefusal::NotAbsolute);
        }
        check_bytes(path.as_bytes())?;
        let forwarded = merge_slashes(Cow::Borrowed(path));
        let widest = widest(&forwarded)?.map_or_else(|| forwarded.clone(), Cow::Owned);
        if widest.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(PathRefusal::DotSegment);
        }
        Ok(Self { forwarded, widest })
    }

    /// The path that the app gets: as it came, with runs of slashes merged.
    pub fn forwarded(&self) -> &str {
        &self.forwarded
    }

    /// The path that the most obliging server would see: decoded until nothing is left to decode, parameters cut,
    /// back-slashes turned, in lower case.
    pub fn widest(&self) -> &str {
        &self.widest
    }

    /// Whether the path is the same as it came in.
    pub fn is_unchanged(&self) -> bool {
        matches!(self.forwarded, Cow::Borrowed(_))
    }

    /// Whether any reading lies in the platform's own corner of each origin, `/.atoll/`.
    pub fn is_platforms(&self) -> bool {
        self.widest.strip_prefix("/.atoll").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn check_bytes(path: &[u8]) -> Result<(), PathRefusal> {
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        at += match byte {
            b'%' => {
                let decoded = path.get(at + 1..at + 3).and_then(hex).ok_or(PathRefusal::BadEncoding)?;
                if decoded.is_ascii_control() {
                    return Err(PathRefusal::Control);
                }
                3
            }
            b'\\' => return Err(PathRefusal::Unencoded),
            byte if byte.is_ascii_graphic() => 1,
            _ => return Err(PathRefusal::Unencoded),
        };
    }
    Ok(())
}

fn merge_slashes(path: Cow<'_, str>) -> Cow<'_, str> {
    if !path.contains("//") {
        return path;
    }
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !merged.ends_with('/') {
            merged.push(c);
        }
    }
    Cow::Owned(merged)
}

/// The widest reading, or `None` if it is the path itself.
fn widest(path: &str) -> Result<Option<String>, PathRefusal> {
    if !path.bytes().any(|byte| matches!(byte, b'%' | b';' | b'A'..=b'Z')) {
        return Ok(None);
    }
    let mut decoded = path.as_bytes().to_vec();
    // Each round shortens the path, so this ends; an app that decodes twice sees what the second round sees.
    while decode_once(&mut decoded) {
        if decoded.iter().any(u8::is_ascii_control) {
            return Err(PathRefusal::Control);
        }
    }
    let readable = String::from_utf8_lossy(&decoded).replace('\\', "/").to_ascii_lowercase();
    let bare = readable.split('/').map(|segment| segment.split(';').next().unwrap_or(segment));
    Ok(Some(merge_slashes(Cow::Owned(bare.collect::<Vec<_>>().join("/"))).into_owned()))
}

/// Decodes every percent triple that stands there now; `false` when there was none.
fn decode_once(path: &mut Vec<u8>) -> bool {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.as_slice();
    while let Some((&byte, after)) = rest.split_first() {
        match after.get(..2).and_then(hex).filter(|_| byte == b'%') {
            Some(value) => {
                decoded.push(value);
                rest = &after[2..];
            }
            None => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    let changed = decoded.len() != path.len();
    *path = decoded;
    changed
}

fn hex(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_ordinary_path_is_forwarded_as_it_came() {
        for path in
            ["/", "/api/files/report%20(1).pdf", "/a;b=c/d", "/group%2Fproject", "/x.y/..z/.well-known/a"]
        {
            let clean = CleanPath::parse(path).unwrap();
            assert_eq!(clean.forwarded(), path);
            assert!(clean.is_unchanged(), "{path}");
        }
    }

    #[test]
    fn tricks_are_seen_through() {
        for (path, forwarded, widest) in [
            ("//admin///x", "/admin/x", "/admin/x"),
            ("/%61dmin/", "/%61dmin/", "/admin/"),
            ("/%2561dmin/", "/%2561dmin/", "/admin/"),
            ("/Admin/", "/Admin/", "/admin/"),
            ("/admin;x=1/users", "/admin;x=1/users", "/admin/users"),
            ("/;x/admin", "/;x/admin", "/admin"),
            ("/admin%3bx", "/admin%3bx", "/admin"),
            ("/a%2fadmin", "/a%2fadmin", "/a/admin"),
            ("/%2fadmin", "/%2fadmin", "/admin"),
            ("/a%5cadmin", "/a%5cadmin", "/a/admin"),
            ("/100%25", "/100%25", "/100%"),
        ] {
            let clean = CleanPath::parse(path).unwrap();
            assert_eq!((clean.forwarded(), clean.widest()), (forwarded, widest), "{path}");
        }
    }

    #[test]
    fn what_has_no_innocent_reading_is_refused() {
        use PathRefusal::{BadEncoding, Control, DotSegment, NotAbsolute, Unencoded};
        for (path, refusal) in [
            ("", NotAbsolute),
            ("*", NotAbsolute),
            ("admin", NotAbsolute),
            ("/../admin", DotSegment),
            ("/a/..", DotSegment),
            ("/./admin", DotSegment),
            ("/%2e%2e/admin", DotSegment),
            ("/.%2E/admin", DotSegment),
            ("/%252e%252e/admin", DotSegment),
            ("/%25252e./admin", DotSegment),
            ("/..%2fadmin", DotSegment),
            ("/..%5cadmin", DotSegment),
            ("/..;/admin", DotSegment),
            ("/..;x=%2f/admin", DotSegment),
            ("/..%3b/admin", DotSegment),
            ("/a\\admin", Unencoded),
            ("/a b", Unencoded),
            ("/\u{e4}", Unencoded),
            ("/a%", BadEncoding),
            ("/a%2", BadEncoding),
            ("/a%zz", BadEncoding),
            ("/a%u002e", BadEncoding),
            ("/a%+1", BadEncoding),
            ("/a%00", Control),
            ("/a%0d%0aX: y", Control),
            ("/a%250d", Control),
            ("/a%7f", Control),
        ] {
            assert_eq!(CleanPath::parse(path).unwrap_err(), refusal, "{path}");
        }
    }

    #[test]
    fn the_platforms_corner_is_recognised_in_every_spelling() {
        for path in [
            "/.atoll",
            "/.atoll/enter",
            "//.ATOLL/enter",
            "/%2eatoll/enter",
            "/.atoll;x/enter",
            "/.atoll%2fenter",
        ] {
            assert!(CleanPath::parse(path).unwrap().is_platforms(), "{path}");
        }
        for path in ["/", "/.atollx", "/a/.atoll/enter"] {
            assert!(!CleanPath::parse(path).unwrap().is_platforms(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn parsing_what_was_forwarded_changes_nothing(path in "/[a-zA-Z0-9%./;\\\\_~ -]{0,40}") {
            if let Ok(clean) = CleanPath::parse(&path) {
                let again = CleanPath::parse(clean.forwarded()).unwrap();
                prop_assert_eq!(again.forwarded(), clean.forwarded());
                prop_assert_eq!(again.widest(), clean.widest());
                prop_assert!(!clean.widest().contains("//"));
                prop_assert!(!clean.widest().contains("/../"));
            }
        }
    }
}
