//! Tells the page whom it greets and what it may send.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// The signed-in person and the limits of this app.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Person {
    /// What the person is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The address of the platform's launcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    home_url: Option<String>,
    /// What the person may do here.
    role: Role,
    /// The most bytes that one file may have.
    max_upload_bytes: u64,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// Everything about their own documents.
    User,
    /// The settings too.
    Admin,
}

/// Shows who is signed in.
#[utoipa::path(get, path = "/api/person", operation_id = "person", responses(
    (status = OK, description = "The person", body = Person),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn person(State(state): State<ApiState>, caller: Caller) -> Result<Json<Person>, ApiError> {
    Ok(Json(Person {
        name: caller.name().map(str::to_owned),
        home_url: caller.home().map(str::to_owned),
        role: if caller.is_administrator() { Role::Admin } else { Role::User },
        max_upload_bytes: state.max_file_bytes(),
    }))
}
