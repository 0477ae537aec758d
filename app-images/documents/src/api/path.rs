//! Path and query parameters, refused in our own words.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::document::{CategoryId, DocumentId, UploadId, ViewId, WebhookId};
use crate::problem::ApiError;

/// The `{id}` of an address. What is no id names nothing: 404, like an id that nobody has.
pub(super) struct Id<T>(pub(super) T);

/// The `{id}` of a document.
pub(super) type DocumentPath = Id<DocumentId>;

/// What an id can name.
pub(super) trait Named: FromStr {
    /// What is said when there is none.
    fn missing() -> ApiError;
}

impl Named for DocumentId {
    fn missing() -> ApiError {
        ApiError::NoSuchDocument
    }
}

impl Named for CategoryId {
    fn missing() -> ApiError {
        ApiError::NoSuchCategory
    }
}

impl Named for ViewId {
    fn missing() -> ApiError {
        ApiError::NoSuchView
    }
}

impl Named for UploadId {
    fn missing() -> ApiError {
        ApiError::NoSuchUpload
    }
}

impl Named for WebhookId {
    fn missing() -> ApiError {
        ApiError::NoSuchWebhook
    }
}

impl<T: Named, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| T::missing())?;
        id.parse().map(Self).map_err(|_| T::missing())
    }
}

/// The query of an address.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| ApiError::Query(rejection.body_text()))?;
        Ok(Self(query))
    }
}
