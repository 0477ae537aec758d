//! What a program says on an app's origin to prove for whom it acts: an access token, by Bearer or as a Basic password.
//!
//! A credential of the platform ends here and an app's own passes. Which of the two it is shows in its form, so it makes
//! no difference whether it is valid: a token that was revoked a second ago is still none of the app's business.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, Method, header};

use crate::{identity::tokens::PREFIX, secret::Secret};

/// Asked of clients that know no other way. Names no app, because whoever is asked may not know which there are.
pub const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"Atoll\", charset=\"UTF-8\"");

/// Takes the platform's credential out of a request and leaves an app's own.
///
/// With more than one credential, of which one is ours, none is believed, and none passes.
pub fn take(headers: &mut HeaderMap) -> Option<Secret> {
    let mut ours: Vec<_> = headers.get_all(header::AUTHORIZATION).iter().filter_map(token).collect();
    if ours.is_empty() {
        return None;
    }
    let alone = headers.get_all(header::AUTHORIZATION).iter().count() == 1;
    headers.remove(header::AUTHORIZATION);
    // An empty text is no token, so it is refused as one that is not valid.
    if alone { ours.pop() } else { Some(Secret::new("")) }
}

/// The access token in one credential. The user name of Basic says nothing: the token knows its owner.
fn token(value: &HeaderValue) -> Option<Secret> {
    let (scheme, rest) = value.to_str().ok()?.trim().split_once(' ')?;
    let rest = rest.trim();
    let token = if scheme.eq_ignore_ascii_case("bearer") {
        rest.to_owned()
    } else if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
        // Some clients offer one field only and send the token as the user's name.
        let (name, password) = pair.split_once(':')?;
        if password.is_empty() { name.to_owned() } else { password.to_owned() }
    } else {
        return None;
    };
    token.starts_with(PREFIX).then(|| Secret::new(token))
}

/// Whether a client may be asked for a name and a password. A browser may not: it would show a dialog of its own in which
/// people would type what they sign in with, and send that with everything from then on.
pub fn may_be_challenged(method: &Method, headers: &HeaderMap) -> bool {
    let names = |name: header::HeaderName, word: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(word))
    };
    let fetched = headers.keys().any(|name| name.as_str().starts_with("sec-fetch-"));
    // Calendars and mail programs that grew out of a browser call themselves by its name, so the method decides first.
    let webdav = ["PROPFIND", "REPORT", "MKCALENDAR", "MKCOL", "PROPPATCH"].contains(&method.as_str());
    !fetched && (webdav || !(names(header::USER_AGENT, "Mozilla/") || names(header::ACCEPT, "text/html")))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    const TOKEN: &str = "atoll_pat_x";

    fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[test]
    fn a_token_is_taken_in_every_form_and_nothing_of_it_stays() {
        for value in [
            format!("Bearer {TOKEN}"),
            format!("bearer   {TOKEN} "),
            basic(&format!("ada@example.com:{TOKEN}")),
            basic(&format!(":{TOKEN}")),
            basic(&format!("{TOKEN}:")),
        ] {
            let mut headers = map(&[("authorization", &value), ("accept", "*/*")]);
            assert_eq!(take(&mut headers).unwrap().expose(), TOKEN, "{value}");
            assert_eq!(headers, map(&[("accept", "*/*")]), "{value}");
        }
    }

    #[test]
    fn an_apps_own_credential_passes() {
        for value in
            ["Bearer abc", "Basic", "Basic !", &basic("ada:hunter2"), &basic("atoll_pat_x:own"), "Digest a=b"]
        {
            let mut headers = map(&[("authorization", value)]);
            assert!(take(&mut headers).is_none(), "{value}");
            assert_eq!(headers, map(&[("authorization", value)]), "{value}");
        }
    }

    #[test]
    fn of_two_credentials_none_is_believed_and_none_passes() {
        let ours = format!("Bearer {TOKEN}");
        for pair in [[ours.as_str(), "Basic YTpi"], [&ours, &ours]] {
            let mut headers = map(&[("authorization", pair[0]), ("authorization", pair[1])]);
            assert_eq!(take(&mut headers).unwrap().expose(), "");
            assert!(headers.is_empty());
        }
    }

    #[test]
    fn programs_are_challenged_and_browsers_are_not() {
        for (method, fields, challenged) in [
            ("GET", &[][..], true),
            ("GET", &[("user-agent", "git/2.39.5"), ("accept", "*/*")][..], true),
            ("PROPFIND", &[("user-agent", "Mozilla/5.0 Thunderbird/128.0")][..], true),
            ("GET", &[("user-agent", "Mozilla/5.0 (X11) Firefox/140.0")][..], false),
            ("GET", &[("accept", "text/html,*/*")][..], false),
            ("POST", &[("sec-fetch-mode", "cors")][..], false),
            ("PROPFIND", &[("sec-fetch-site", "same-origin")][..], false),
        ] {
            let asked = may_be_challenged(&method.parse().unwrap(), &map(fields));
            assert_eq!(asked, challenged, "{method} {fields:?}");
        }
    }
}
