//! What a status that is no success means, and the provider's own words for it.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::outbound::Reply;
use super::retry::after;
use super::{ProviderError, Secret};

/// Longer words are no explanation.
const MOST_CHARACTERS: usize = 500;

/// The error that a reply without success means. `key` is blotted out, should the provider repeat it.
pub(super) fn failure(reply: &Reply, key: Option<&Secret>) -> ProviderError {
    let status = reply.status.as_u16();
    let message = message(&reply.body, key);
    let wait = after(&reply.headers, SystemTime::now());
    let should_retry = reply.headers.get("x-should-retry").and_then(|value| value.to_str().ok());
    let passes = match should_retry {
        Some("true") => true,
        Some("false") => false,
        Some(_) | None => matches!(status, 408 | 409) || status >= 500,
    };
    match status {
        300..400 => ProviderError::Redirect(status),
        401..=403 => ProviderError::Key(message),
        404 => ProviderError::NotFound(message),
        413 => ProviderError::TooLong(message),
        429 => ProviderError::RateLimited { message, after: wait },
        400 | 422 if is_about_length(&message) => ProviderError::TooLong(message),
        _ if passes => ProviderError::Unavailable { status, message, after: wait },
        // What must not be asked at once may still be asked later.
        500.. => ProviderError::Unavailable { status, message, after: Some(wait.unwrap_or(NOT_AT_ONCE)) },
        _ => ProviderError::Rejected { status, message },
    }
}

/// Longer than any wait that is waited at once.
const NOT_AT_ONCE: Duration = Duration::from_secs(61);

/// The words of an error, flat (`{"error": "…"}`) or nested (`{"error": {"message": "…"}}`), else the body's beginning.
pub(super) fn message(body: &[u8], key: Option<&Secret>) -> String {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let nested = parsed.as_ref().and_then(|body| {
        let error = body.get("error").unwrap_or(body);
        error
            .as_str()
            .or_else(|| ["message", "detail"].into_iter().find_map(|name| error.get(name)?.as_str()))
    });
    let text = nested.map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    clean(&text, key)
}

/// Fit for a log and a page: one line, not long, without the key.
pub(super) fn clean(text: &str, key: Option<&Secret>) -> String {
    let text = match key {
        Some(key) if !key.expose().is_empty() => text.replace(key.expose(), &key.masked()),
        Some(_) | None => text.to_owned(),
    };
    let line: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line: String = line.join(" ").chars().take(MOST_CHARACTERS).collect();
    if line.is_empty() { "it gave no reason".into() } else { line }
}

/// No server has a code of its own for it that all others share; these are the words that they use.
fn is_about_length(message: &str) -> bool {
    const WORDS: [&str; 8] = [
        "too long",
        "context length",
        "context window",
        "context size",
        "context_length",
        "maximum context",
        "too many tokens",
        "reduce the length",
    ];
    let message = message.to_lowercase();
    WORDS.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderMap, StatusCode};

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    #[test]
    fn the_words_are_found_in_each_shape_and_the_key_is_not_among_them() {
        let key = Secret::new("sk-0123456789abcd");
        for body in [
            r#"{"error": "bad sk-0123456789abcd"}"#,
            r#"{"error": {"message": "bad sk-0123456789abcd", "type": "x"}}"#,
            r#"{"detail": "bad sk-0123456789abcd"}"#,
            "bad\r\n sk-0123456789abcd",
        ] {
            assert_eq!(message(body.as_bytes(), Some(&key)), "bad ****abcd", "{body}");
        }
        assert_eq!(message(b"", None), "it gave no reason");
        assert_eq!(message("ä".repeat(9000).as_bytes(), None).chars().count(), MOST_CHARACTERS);
    }

    #[test]
    fn a_status_means_what_it_says_unless_the_provider_says_more() {
        use ProviderError as E;
        let of = |status, body| failure(&reply(status, body), None);
        assert!(matches!(of(400, r#"{"error": "prompt is too long: 9 tokens > 8"}"#), E::TooLong(_)));
        assert!(matches!(of(413, ""), E::TooLong(_)));
        assert!(matches!(of(400, "no"), E::Rejected { status: 400, .. }));
        assert!(matches!(of(401, ""), E::Key(_)));
        assert!(matches!(of(403, ""), E::Key(_)));
        assert!(matches!(of(307, ""), E::Redirect(307)));
        assert!(matches!(of(529, ""), E::Unavailable { after: None, .. }));
        let mut no = reply(500, "");
        no.headers.insert("x-should-retry", "false".parse().unwrap());
        assert!(matches!(failure(&no, None), E::Unavailable { after: Some(NOT_AT_ONCE), .. }));
    }
}
