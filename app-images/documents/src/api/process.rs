//! Has a document read and classified again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::documents::own;
use super::path::{DocumentPath, Id};
use super::{ApiState, DocumentView, bulk};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::search::Selection;
use crate::store::Action;

/// Has one of the caller's documents read and classified again. What the caller typed stays.
#[utoipa::path(post, path = "/api/documents/{id}/process", params(("id" = String, Path)),
    operation_id = "process_document",
    responses(
        (status = ACCEPTED, description = "It waits", body = DocumentView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn process(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
) -> Result<(StatusCode, Json<DocumentView>), ApiError> {
    let document = own(&state, &caller, id).await?;
    if document.trashed_at.is_some() {
        return Err(ApiError::InTrash { name: document.name.to_string() });
    }
    bulk::act(&state, &caller, &Selection::Ids(vec![id]), &Action::Process).await?;
    Ok((StatusCode::ACCEPTED, Json(own(&state, &caller, id).await?.into())))
}
