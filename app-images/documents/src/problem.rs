//! Errors as people and programs read them: RFC 9457 problem details. [`error`] says what can go wrong, one table ([`table`])
//! what is sent for it.

mod error;
mod table;

pub use error::ApiError;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem (RFC 9457, section 3).
pub const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem as sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable: `urn:atoll:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of its type.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<&'static str>,
    /// The document that is already there, when the same file is uploaded again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    /// Whether that document lies in the trash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trashed: Option<bool>,
    /// Names this request in the service's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl ApiError {
    /// The problem to send. What is our fault is said in general words; the log has the rest.
    pub fn problem(&self) -> Problem {
        let (status, code, title, cure) = self.entry();
        // How far an action came is the caller's to know; why it stopped is not.
        let ours = status == StatusCode::INTERNAL_SERVER_ERROR && !matches!(self, Self::Interrupted { .. });
        let detail =
            if ours { "Something went wrong inside the app.".into() } else { sentence(&self.to_string()) };
        let twin = if let ApiError::Duplicate { existing, trashed, .. } = self {
            Some((existing.to_string(), *trashed))
        } else {
            None
        };
        let (document_id, trashed) = twin.unzip();
        let kind = format!("urn:atoll:problem:{code}");
        Problem { kind, title, status: status.as_u16(), detail, cure, document_id, trashed, request_id: None }
    }

    /// The problem to send; the cause of what is our fault is logged, once, here.
    pub fn logged_problem(self) -> Problem {
        let problem = self.problem();
        if problem.status == StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(self)), "a request failed");
        }
        problem
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.logged_problem().into_response()
    }
}

impl IntoResponse for Problem {
    /// Leaves itself in the response's extensions, so that the request log can add the request's id.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, MEDIA_TYPE);
        response.extensions_mut().insert(self);
        response
    }
}

/// Words of an error as a sentence: with a capital and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_mistakes_are_not_explained_to_the_caller() {
        let error = ApiError::Storage(std::io::Error::other("/data/files is on fire"));
        let sent = serde_json::to_string(&error.problem()).unwrap();
        assert!(!sent.contains("/data"), "{sent}");
    }
}
