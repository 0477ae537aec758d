//! Cookies: ours stay here, the app's pass.
//!
//! On an app's origin the platform has two: the session, and a nonce that ties a hand-off to one browser. The
//! `__Host-` prefix (RFC 6265bis, section 4.1.3) keeps sibling hosts from setting either.

use http::{
    HeaderMap,
    header::{self, HeaderValue},
};

/// The session on an app's origin.
pub const APP_SESSION: &str = "__Host-atoll-app";
/// The session on the console's origin.
pub const CONSOLE_SESSION: &str = "__Host-atoll-session";
/// The nonce of a hand-off.
pub const HANDOFF: &str = "__Host-atoll-handoff";

/// The platform's cookies of one request.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct PlatformCookies {
    /// The token of [`APP_SESSION`].
    pub session: Option<String>,
    /// The nonce of [`HANDOFF`].
    pub handoff: Option<String>,
}

/// Because both values are secrets.
impl std::fmt::Debug for PlatformCookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformCookies").finish_non_exhaustive()
    }
}

/// Takes the platform's cookies out of a request and leaves the app's own.
///
/// A cookie of ours that comes twice counts as absent: a browser cannot have two, so somebody is trying something.
pub fn take(headers: &mut HeaderMap) -> PlatformCookies {
    let mut ours = PlatformCookies::default();
    let header::Entry::Occupied(mut entry) = headers.entry(header::COOKIE) else { return ours };
    let mut theirs = Vec::new();
    let (mut sessions, mut handoffs) = (0, 0);
    for pair in entry.iter().flat_map(|value| pairs(value.as_bytes())) {
        let pair = pair.trim_ascii();
        let (name, value) = split(pair);
        if name == APP_SESSION.as_bytes() {
            sessions += 1;
            ours.session = str::from_utf8(value).ok().map(str::to_owned);
        } else if name == HANDOFF.as_bytes() {
            handoffs += 1;
            ours.handoff = str::from_utf8(value).ok().map(str::to_owned);
        } else if !is_platforms(pair) && !pair.is_empty() {
            if !theirs.is_empty() {
                theirs.extend_from_slice(b"; ");
            }
            theirs.extend_from_slice(pair);
        }
    }
    match HeaderValue::from_bytes(&theirs) {
        Ok(theirs) if !theirs.is_empty() => drop(entry.insert(theirs)),
        Ok(_) | Err(_) => drop(entry.remove()),
    }
    ours.session = ours.session.filter(|_| sessions == 1);
    ours.handoff = ours.handoff.filter(|_| handoffs == 1);
    ours
}

/// The value of a cookie that was sent exactly once.
pub fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .map(|pair| split(pair.trim_ascii()));
    let mut found = pairs.filter(|(found, _)| *found == name.as_bytes()).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) => str::from_utf8(value).ok(),
        (None, _) | (Some(_), Some(_)) => None,
    }
}

/// An app's `Set-Cookie` without its `Domain`, so that it stays on the app's origin; `None` if it would set a cookie of
/// ours.
pub fn host_only(set: &HeaderValue) -> Option<HeaderValue> {
    let mut parts = set.as_bytes().split(|byte| *byte == b';');
    let pair = parts.next().unwrap_or_default();
    if is_platforms(pair) {
        return None;
    }
    let is_domain = |part: &&[u8]| split(part.trim_ascii()).0.eq_ignore_ascii_case(b"domain");
    let attributes: Vec<_> = parts.collect();
    if !attributes.iter().any(is_domain) {
        return Some(set.clone());
    }
    let mut kept = pair.to_vec();
    for part in attributes.iter().filter(|part| !is_domain(part)) {
        kept.push(b';');
        kept.extend_from_slice(part);
    }
    HeaderValue::from_bytes(&kept).ok()
}

/// A cookie of the platform for this origin: host-only, for the whole origin, out of reach of scripts.
///
/// `max_age_secs` of zero removes it.
pub fn set(name: &str, value: &str, max_age_secs: i64) -> HeaderValue {
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age_secs}; Secure; HttpOnly; SameSite=Lax");
    let mut cookie =
        HeaderValue::try_from(cookie).expect("names are constants and values are base64url or JWTs");
    cookie.set_sensitive(true);
    cookie
}

/// Whether a pair is, or some reader could take it for, a cookie of ours.
///
/// PHP once decoded names; browsers send a nameless cookie as its bare value, so `=__Host-atoll-app=x` arrives as
/// `__Host-atoll-app=x`. What is compared is therefore the whole pair up to its second equals sign.
fn is_platforms(pair: &[u8]) -> bool {
    const MARK: &[u8] = b"atoll-";
    let (name, value) = split(pair.trim_ascii());
    let name = if name.is_empty() { split(value).0 } else { name };
    let folded: Vec<u8> = name
        .iter()
        .map(|byte| if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' })
        .collect();
    let ours = |at: usize| at == 0 || folded[..at].ends_with(b"host-") || folded[..at].ends_with(b"secure-");
    folded.windows(MARK.len()).enumerate().any(|(at, window)| window == MARK && ours(at))
}

/// The pairs of one line. Because a token is long, its end is not looked for byte by byte.
fn pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = memchr::memchr(b';', line);
        rest = end.map(|end| &line[end + 1..]);
        Some(&line[..end.unwrap_or(line.len())])
    })
}

fn split(pair: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'=', pair) {
        Some(at) => (pair[..at].trim_ascii(), pair[at + 1..].trim_ascii()),
        None => (pair, &[]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn taken(lines: &[&str]) -> (PlatformCookies, Option<String>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        let ours = take(&mut headers);
        assert!(headers.get_all(header::COOKIE).iter().count() <= 1);
        (ours, headers.get(header::COOKIE).map(|value| value.to_str().unwrap().to_owned()))
    }

    #[test]
    fn ours_are_taken_and_theirs_stay() {
        let (ours, theirs) = taken(&["a=1; __Host-atoll-app=T; b=2", "__Host-atoll-handoff=N;c=\"x\""]);
        assert_eq!(ours.session.as_deref(), Some("T"));
        assert_eq!(ours.handoff.as_deref(), Some("N"));
        assert_eq!(theirs.as_deref(), Some("a=1; b=2; c=\"x\""));
        assert_eq!(taken(&["__Host-atoll-app=T"]).1, None);
        assert_eq!(taken(&["", " ; "]).1, None);
    }

    #[test]
    fn a_cookie_that_could_be_taken_for_ours_never_passes_and_is_never_believed() {
        for pair in [
            "__host-atoll-app=x",
            "__HOST-ATOLL-APP=x",
            "__Host-atoll-session=x",
            "__Host_atoll_app=x",
            "__Secure-atoll-app=x",
            "__Host-atoll-anything=x",
            "%5f_Host-atoll-app=x",
            "..Host.atoll.app=x",
            "atoll-app=x",
            "=__Host-atoll-app=x",
            " __Host-atoll-app2 =x",
            "__Host-atoll-x",
        ] {
            let (ours, theirs) = taken(&[&format!("a=1; {pair}; b=2")]);
            assert_eq!(ours, PlatformCookies::default(), "{pair}");
            assert_eq!(theirs.as_deref(), Some("a=1; b=2"), "{pair}");
        }
    }

    #[test]
    fn a_cookie_of_ours_that_comes_twice_is_not_believed() {
        let (ours, theirs) = taken(&["__Host-atoll-app=A; __Host-atoll-app=B"]);
        assert_eq!((ours.session, theirs), (None, None));
    }

    #[test]
    fn names_of_apps_that_only_sound_like_ours_pass() {
        let (_, theirs) = taken(&["myatoll-app=1; coral-atoll=2; host=3"]);
        assert_eq!(theirs.as_deref(), Some("myatoll-app=1; coral-atoll=2; host=3"));
    }

    #[test]
    fn an_apps_cookie_stays_on_its_origin() {
        let kept = |set: &str| {
            host_only(&HeaderValue::from_str(set).unwrap()).map(|v| v.to_str().unwrap().to_owned())
        };
        assert_eq!(kept("a=1; Path=/x; Secure").as_deref(), Some("a=1; Path=/x; Secure"));
        assert_eq!(kept("a=1; DOMAIN = .localhost ;Path=/;domain=b").as_deref(), Some("a=1;Path=/"));
        assert_eq!(kept("a=domain=b; Domain").as_deref(), Some("a=domain=b"));
        assert_eq!(kept("__Host-atoll-app=x; Secure; Path=/"), None);
        assert_eq!(kept(" __HOST-Atoll-session =x"), None);
        assert_eq!(kept("=__Host-atoll-app=x"), None);
    }

    #[test]
    fn our_cookies_are_host_only_and_out_of_reach() {
        assert_eq!(
            set(APP_SESSION, "T", 60),
            "__Host-atoll-app=T; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
        );
    }

    proptest! {
        #[test]
        fn no_line_of_cookies_lets_ours_through(line in "[ -~]{0,60}") {
            let (_, theirs) = taken(&[&line, "__Host-atoll-app=T"]);
            let theirs = theirs.unwrap_or_default().to_ascii_lowercase();
            prop_assert!(!theirs.contains("__host-atoll-app=t"));
        }
    }
}
