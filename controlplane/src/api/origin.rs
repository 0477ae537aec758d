//! Refuses what a browser sends on behalf of another page.
//!
//! Apps live on sibling hosts, which are same-*site*: `SameSite` cookies are sent along with their requests. So the API
//! wants same-*origin*: by `Sec-Fetch-Site`, which no page can set, or by `Origin`. Bearer tokens are exempt, because no
//! browser sends those by itself.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};

use super::{ApiError, Credential};
use crate::platform::Platform;

/// The middleware of the whole API.
pub(super) async fn check(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let credential = request.extensions().get::<Credential>().copied().unwrap_or(Credential::None);
    let origin = platform.config.base_url.origin();
    if allowed(credential, request.method(), request.headers(), &origin) {
        next.run(request).await
    } else {
        ApiError::CrossOrigin.into_response()
    }
}

fn allowed(credential: Credential, method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    let sent_by = headers.get(header::ORIGIN).map(|value| value.as_bytes());
    let foreign = sent_by.is_some_and(|from| from != origin.as_bytes())
        || site.is_some_and(|site| site != b"same-origin" && site != b"none");
    match (credential, method.is_safe()) {
        (Credential::Bearer, _) => true,
        // Reads too: an app's page could otherwise probe with the person's cookie, by what loads and how long it takes.
        (Credential::Cookie | Credential::None, true) | (Credential::None, false) => !foreign,
        // `none` is a person typing an address, and nobody types a POST.
        (Credential::Cookie, false) => {
            !foreign && (site == Some(b"same-origin") || sent_by == Some(origin.as_bytes()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "http://atoll.localhost:8080";

    fn asks(credential: Credential, method: Method, site: Option<&str>, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        allowed(credential, &method, &headers, HOME)
    }

    #[test]
    fn a_change_by_cookie_must_prove_its_origin() {
        let change = |site, origin| asks(Credential::Cookie, Method::POST, site, origin);
        assert!(change(Some("same-origin"), None));
        assert!(change(None, Some(HOME)));
        assert!(change(Some("same-origin"), Some(HOME)));
        for (site, origin) in [
            (None, None),
            (Some("none"), None),
            (Some("same-site"), None),
            (Some("cross-site"), Some(HOME)),
            (Some("same-origin"), Some("http://documents.atoll.localhost:8080")),
            (None, Some("null")),
            (None, Some("http://atoll.localhost")),
        ] {
            assert!(!change(site, origin), "{site:?} {origin:?}");
        }
    }

    #[test]
    fn a_login_from_another_page_is_refused_and_from_a_program_is_not() {
        assert!(asks(Credential::None, Method::POST, None, None));
        assert!(!asks(Credential::None, Method::POST, None, Some("https://evil.example")));
        assert!(!asks(Credential::None, Method::POST, Some("same-site"), None));
    }

    #[test]
    fn a_sibling_cannot_even_read_with_the_cookie() {
        assert!(!asks(Credential::Cookie, Method::GET, Some("same-site"), None));
        assert!(asks(Credential::Cookie, Method::GET, Some("same-origin"), None));
        assert!(asks(Credential::Cookie, Method::GET, Some("none"), None));
        assert!(asks(Credential::Cookie, Method::GET, None, None));
    }

    #[test]
    fn a_bearer_token_needs_no_origin() {
        assert!(asks(Credential::Bearer, Method::DELETE, None, Some("https://tool.example")));
    }
}
