//! Who may change the settings: only somebody whose token carries the role.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Caller;
use crate::problem::ApiError;

/// The role as the allowlist's entry names it.
pub(super) const ROLE: &str = "admin";

/// Proof that the caller may manage the app. A handler that takes one needs no check, and one that takes none has no right.
#[derive(Clone, Debug)]
pub struct Administrator(Caller);

impl Administrator {
    /// Who it is.
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.is_administrator() { Ok(Self(caller)) } else { Err(ApiError::NotAdministrator) }
    }
}
