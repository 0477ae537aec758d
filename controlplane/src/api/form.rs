//! Reading bodies and parameters: parse once, and name every field that is wrong at once.

use std::fmt::Display;

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Query, Request, rejection::JsonRejection},
};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::{ApiError, problem::FieldError};

/// A JSON body, read strictly and then parsed into what is meant.
pub(super) struct Body<T: Typed>(pub(super) T::Meant);

/// Query parameters, read strictly.
pub(super) struct Params<T>(pub(super) T);

/// A body as typed, which can be parsed into what is meant.
pub(super) trait Typed: DeserializeOwned {
    /// What is meant.
    type Meant;

    /// Parses all fields, naming those that are wrong.
    fn parse(self, form: &mut Form) -> Option<Self::Meant>;
}

/// Collects what is wrong with the fields of a body.
#[derive(Default)]
pub(super) struct Form(Vec<FieldError>);

impl Form {
    /// The value, or `None` with a note of what is wrong.
    pub(super) fn field<T, E: Display>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.wrong(field, error)).ok()
    }

    /// The same for a field that may be absent: `Some(None)` when it is.
    pub(super) fn optional<T, E: Display>(
        &mut self,
        field: &str,
        parsed: Option<Result<T, E>>,
    ) -> Option<Option<T>> {
        parsed.map_or(Some(None), |parsed| self.field(field, parsed).map(Some))
    }

    fn wrong(&mut self, field: &str, error: impl Display) {
        self.0.push(FieldError { field: field.to_owned(), message: error.to_string() });
    }
}

impl<T: Typed, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(typed) = Json::<T>::from_request(request, state).await.map_err(rejected)?;
        let mut form = Form::default();
        typed.parse(&mut form).map(Self).ok_or(ApiError::Invalid(form.0))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(refused) => {
                let field = FieldError { field: "query".to_owned(), message: refused.body_text() };
                Err(ApiError::Invalid(vec![field]))
            }
        }
    }
}

fn rejected(rejection: JsonRejection) -> ApiError {
    if let JsonRejection::MissingJsonContentType(_) = rejection {
        ApiError::NotJson
    } else if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::BodyTooLarge
    } else {
        // The texts name field, line and column. They quote what was found only where a text was not expected.
        ApiError::UnreadableBody(rejection.body_text())
    }
}
