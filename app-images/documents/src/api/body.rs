//! JSON bodies, refused in our own words.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Json, Request};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::problem::ApiError;

/// The body of a request.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let read = Json::<T>::from_request(request, state).await;
        let Json(body) = read.map_err(|rejection: JsonRejection| ApiError::Body(rejection.body_text()))?;
        Ok(Self(body))
    }
}

/// For fields in which `null` means something else than absence.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
