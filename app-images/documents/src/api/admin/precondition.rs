//! The version that a change was made from: `If-Match` (RFC 9110, section 13.1.1).

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;

use crate::problem::ApiError;

/// The version in `If-Match: "7"`, if there is one.
pub(super) struct IfMatch(pub(super) Option<u64>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(IF_MATCH).filter(|value| *value != "*") else {
            return Ok(Self(None));
        };
        let version =
            value.to_str().ok().and_then(|tag| tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        // An entity tag that we never gave matches nothing: 0 is no version.
        Ok(Self(Some(version.unwrap_or(0))))
    }
}

/// A version as an entity tag.
pub(super) fn tag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits in quotes are visible ASCII")
}
