//! Everything that can go wrong with a request of the API, and how the caller is told.

use atoll_sandbox::names::AppId;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tracing::error;

use super::problem::{FieldError, Problem};
use crate::{
    engine::error::EngineError,
    identity::{
        accounts::AccountError, login::LoginError, setup::SetupError, throttle::TooMany, tokens::TokenError,
    },
    permissions::{Refusal, grants::GrantError},
    reconciler::CommandError,
    store::StoreError,
};

mod table;

/// Why a request of the API fails.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The caller may not.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A browser sent it from another origin.
    #[error("the request comes from another origin")]
    CrossOrigin,
    /// There is nothing at this address.
    #[error("there is nothing here")]
    NotFound,
    /// The address does not know this method.
    #[error("this address does not answer this method")]
    MethodNotAllowed,
    /// The body cannot be read as JSON of the right shape.
    #[error("the body cannot be read: {0}")]
    UnreadableBody(String),
    /// The body is something else than JSON by its own words.
    #[error("the body must be sent as application/json")]
    NotJson,
    /// The body is larger than any that is expected.
    #[error("the body is larger than 64 KiB")]
    BodyTooLarge,
    /// Some fields of the body, or parameters, are not as they should be.
    #[error("some fields are not as they should be")]
    Invalid(Vec<FieldError>),
    /// A login failed.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The set-up failed.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// An account could not be changed.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A token could not be made or ended.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Too many tokens that are none came from this address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// A grant could not be changed.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// An app could not be installed, started, stopped or removed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The engine did not do what was asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The app is not on the approved list.
    #[error("`{0}` is not on the approved list")]
    UnknownApp(AppId),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IntoResponse for ApiError {
    /// The body is written by [`super::record`], which knows the request's id.
    fn into_response(self) -> Response {
        let row = table::row(&self);
        if row.status.is_server_error() {
            error!(error = &self as &dyn std::error::Error, code = row.code, "a request failed");
        }
        let problem = Problem {
            kind: format!("urn:atoll:problem:{}", row.code),
            title: row.title.to_owned(),
            status: row.status.as_u16(),
            // Because what went wrong inside is for the log, not for the caller.
            detail: row.hidden.map_or_else(|| sentence(&self.to_string()), str::to_owned),
            cure: row.cure,
            request_id: String::new(),
            errors: if let Self::Invalid(errors) = self { errors } else { Vec::new() },
        };
        let mut response = row.status.into_response();
        if row.status == StatusCode::UNAUTHORIZED {
            // RFC 9110, section 11.6.1. Browsers ask nobody for a password because of this scheme.
            let challenge = HeaderValue::from_static("Bearer realm=\"Atoll\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(secs) = row.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response.extensions_mut().insert(problem);
        response
    }
}

/// With a capital and a full stop, as people read it.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(characters).chain((!text.ends_with('.')).then_some('.')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_inside_is_not_told() {
        let inside = ApiError::from(StoreError::Statement {
            doing: "list the users",
            source: sqlx::Error::Protocol("secret table name".to_owned()),
        });
        let response = inside.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let problem = response.extensions().get::<Problem>().unwrap();
        assert!(!problem.detail.contains("list the users"), "{}", problem.detail);
    }

    #[test]
    fn people_read_sentences() {
        assert_eq!(sentence("not signed in"), "Not signed in.");
        assert_eq!(sentence(""), ".");
    }
}
