//! Whether a request was made by a page of another origin.
//!
//! All apps are on sub-domains of one site, so `SameSite=Lax` does not keep one app's page from asking another app with
//! the person's cookie. Browsers say who asks (`Sec-Fetch-Site`, which no page can forge); programs say nothing.

use http::{HeaderMap, HeaderName, Method, header};

// Names that are made once, because one that is given as text is parsed at each look.
pub(super) static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether the request comes from another origin and is more than a person following a link.
pub fn is_foreign(method: &Method, headers: &HeaderMap, own: &str, upgrade: bool) -> bool {
    let said = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let reads = method == Method::GET || method == Method::HEAD;
    match said(&SEC_FETCH_SITE) {
        Some("same-origin" | "none") if !upgrade => return false,
        Some("same-origin" | "none") | None => {}
        Some(_) => {
            let follows =
                said(&SEC_FETCH_MODE) == Some("navigate") && said(&SEC_FETCH_DEST) == Some("document");
            return !(reads && follows && !upgrade);
        }
    }
    // Browsers that say nothing of the above still name the origin of what changes something or opens a WebSocket.
    let origin = headers.get(header::ORIGIN);
    (upgrade || !reads) && origin.is_some_and(|origin| origin.as_bytes() != own.as_bytes())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const OWN: &str = "http://notes.atoll.localhost:8080";

    fn foreign(method: &str, fields: &[(&'static str, &'static str)], upgrade: bool) -> bool {
        let field = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let headers = fields.iter().map(field).collect();
        is_foreign(&method.parse().unwrap(), &headers, OWN, upgrade)
    }

    #[test]
    fn an_apps_own_pages_people_and_programs_may_ask() {
        assert!(!foreign("POST", &[("sec-fetch-site", "same-origin"), ("origin", OWN)], false));
        // A form on a page with `Referrer-Policy: no-referrer` sends this.
        assert!(!foreign("POST", &[("sec-fetch-site", "same-origin"), ("origin", "null")], false));
        assert!(!foreign("GET", &[("sec-fetch-site", "none")], false));
        assert!(!foreign("GET", &[], false));
        assert!(!foreign("DELETE", &[], false));
        assert!(!foreign("POST", &[("origin", OWN)], false));
        assert!(!foreign("GET", &[("origin", OWN)], true));
        assert!(!foreign("GET", &[("origin", OWN), ("sec-fetch-site", "same-origin")], true));
    }

    #[test]
    fn a_link_may_be_followed_from_anywhere() {
        let link = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        for site in ["same-site", "cross-site"] {
            let fields = [("sec-fetch-site", site), link[0], link[1]];
            assert!(!foreign("GET", &fields, false), "{site}");
            assert!(foreign("POST", &fields, false), "{site}");
        }
    }

    #[test]
    fn another_apps_page_may_not_ask() {
        for fields in [
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "empty")][..],
            &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")],
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "anything")],
        ] {
            assert!(foreign("GET", fields, false), "{fields:?}");
            assert!(foreign("POST", fields, false), "{fields:?}");
        }
        for origin in [
            "http://other.atoll.localhost:8080",
            "http://atoll.localhost:8080",
            "null",
            "",
            "https://notes.atoll.localhost:8080",
        ] {
            assert!(foreign("POST", &[("origin", origin)], false), "{origin}");
            assert!(foreign("GET", &[("origin", origin)], true), "{origin}");
            assert!(foreign("GET", &[("origin", origin), ("sec-fetch-site", "none")], true), "{origin}");
            assert!(!foreign("GET", &[("origin", origin)], false), "{origin}");
        }
    }
}
