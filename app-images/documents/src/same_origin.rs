//! Refuses changes that another site's page asks for.
//!
//! Apps of one platform are neighbours on one domain, so a browser sends our cookie along when a neighbour's page
//! posts a form to us. A browser also says where a request comes from, and scripts cannot change that
//! (Fetch Metadata; the `Origin` header where that is missing). Programs that are no browser send neither and pass:
//! they have no cookie that somebody could ride on.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::ApiError;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Lets changes pass only from our own page.
///
/// # Errors
/// 403 for a change that another site's page asks for.
pub async fn require(request: Request, next: Next) -> Result<Response, ApiError> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_ours(request.headers()) { Ok(next.run(request).await) } else { Err(ApiError::CrossOrigin) }
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text(FETCH_SITE), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, None) => true,
        (None, Some(origin)) => {
            let origin = origin.parse::<Uri>().ok();
            let origin = origin.as_ref().and_then(Uri::authority).map(|authority| authority.as_str());
            origin.is_some() && (origin == text(header::HOST) || origin == text(FORWARDED_HOST))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        is_ours(&headers.iter().map(|&(n, v)| (HeaderName::from_static(n), v.parse().unwrap())).collect())
    }

    #[test]
    fn our_page_passes_and_a_neighbours_does_not() {
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(!ours(&[("sec-fetch-site", "same-site")]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn without_fetch_metadata_the_origin_must_be_our_host() {
        assert!(ours(&[("origin", "http://documents.lan:8080"), ("host", "documents.lan:8080")]));
        assert!(!ours(&[("origin", "http://wiki.lan:8080"), ("host", "documents.lan:8080")]));
        assert!(!ours(&[("origin", "null"), ("host", "documents.lan:8080")]));
        assert!(!ours(&[("origin", "null")]));
    }

    #[test]
    fn a_program_without_a_browser_passes() {
        assert!(ours(&[("host", "documents.lan")]));
    }
}
