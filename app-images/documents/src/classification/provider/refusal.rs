//! How the platform says that it does not let us out: a problem of its own (RFC 9457), in place of the provider's answer.

use axum::http::{HeaderMap, header};
use serde::Deserialize;

use super::ProviderError;
use super::failure::clean;
use crate::problem::MEDIA_TYPE;
use crate::settings::BaseUrl;

/// What every such problem's type begins with.
const KIND: &str = "urn:atoll:problem:egress-";

#[derive(Deserialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    detail: String,
}

/// The platform's refusal, if that is what this is.
pub(super) fn refusal(headers: &HeaderMap, body: &[u8], base: &BaseUrl) -> Option<ProviderError> {
    headers.get(header::CONTENT_TYPE).filter(|kind| **kind == MEDIA_TYPE)?;
    let problem: Problem = serde_json::from_slice(body).ok()?;
    let code = problem.kind.strip_prefix(KIND)?;
    let detail = clean(problem.detail.trim_end_matches('.'), None);
    Some(match code {
        // A name that leads inside is refused as long as the entry does not name the address itself.
        "unlisted" => ProviderError::NotAllowed { line: base.egress_line() },
        "not-public" => ProviderError::Address(format!(
            "{detail}; to reach a private network, enter the address itself, here and in the allowlist"
        )),
        _ => ProviderError::Unreachable(detail),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_platforms_own_problem_is_its_refusal() {
        let base = BaseUrl::parse("https://api.example.com").unwrap();
        let of = |kind: &str, body: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            refusal(&headers, body.as_bytes(), &base)
        };
        let unlisted = r#"{"type": "urn:atoll:problem:egress-unlisted", "detail": "x."}"#;
        let line = "egress: [{host: api.example.com, port: 443}]".to_owned();
        assert_eq!(of("application/problem+json", unlisted), Some(ProviderError::NotAllowed { line }));
        assert_eq!(of("application/json", unlisted), None);
        assert_eq!(of("application/problem+json", r#"{"type": "about:blank"}"#), None);
    }
}
