//! Has a document read and classified again.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::documents::own;
use super::path::{DocumentPath, Id};
use super::{ApiState, DocumentView, bulk};
use crate::extraction::Password;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::search::Selection;
use crate::store::Action;

/// How to read it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProcessBody {
    /// The password that opens it: used for this one reading, never stored.
    #[serde(default)]
    password: Option<String>,
}

/// Has one of the caller's documents read and classified again. What the caller typed stays.
#[utoipa::path(post, path = "/api/documents/{id}/process", params(("id" = String, Path)),
    operation_id = "process_document", request_body = Option<ProcessBody>,
    responses(
        (status = ACCEPTED, description = "It waits", body = DocumentView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn process(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
    body: Bytes,
) -> Result<(StatusCode, Json<DocumentView>), ApiError> {
    let password = password(&body)?;
    let document = own(&state, &caller, id).await?;
    if document.trashed_at.is_some() {
        return Err(ApiError::InTrash { name: document.name.to_string() });
    }
    if let Some(password) = password {
        state.passwords.keep(id, password);
    }
    bulk::act(&state, &caller, &Selection::Ids(vec![id]), &Action::Process).await?;
    Ok((StatusCode::ACCEPTED, Json(own(&state, &caller, id).await?.into())))
}

/// No body at all means no password.
fn password(body: &[u8]) -> Result<Option<Password>, ApiError> {
    let refused = |error: String| ApiError::Body(error);
    let body = if body.is_empty() { &b"{}"[..] } else { body };
    let body: ProcessBody = serde_json::from_slice(body).map_err(|error| refused(error.to_string()))?;
    let password = body.password.as_deref().map(Password::parse).transpose();
    password.map_err(|error| refused(error.to_string()))
}
