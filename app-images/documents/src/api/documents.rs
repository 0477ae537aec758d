//! Lists, shows and deletes documents.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::path::{DocumentPath, Parameters};
use super::{ApiState, DocumentView};
use crate::changes::Change;
use crate::document::DocumentId;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// How many documents a list holds when the caller does not say.
const DEFAULT_LIMIT: u32 = 100;
/// How many it holds at most.
const MOST_LIMIT: u32 = 500;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only documents uploaded before this one: the `next` of the list before.
    #[param(required = false)]
    before: Option<String>,
    /// How many at most: 1 to 500, 100 if absent.
    limit: Option<u32>,
}

/// A part of the list of the caller's documents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentList {
    /// Newest first.
    documents: Vec<DocumentView>,
    /// Give this as `before` for the next part; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists the caller's documents, newest first.
#[utoipa::path(get, path = "/api/documents", params(ListQuery), operation_id = "list_documents", responses(
    (status = OK, description = "A part of the list", body = DocumentList),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
    Parameters(query): Parameters<ListQuery>,
) -> Result<Json<DocumentList>, ApiError> {
    let before = query.before.map(|id| id.parse::<DocumentId>()).transpose();
    let before = before.map_err(|_| ApiError::Query("`before` is not the id of a document".into()))?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST_LIMIT).contains(&limit) {
        return Err(ApiError::Query(format!("`limit` must be 1 to {MOST_LIMIT}")));
    }
    let mut documents = state.store.documents(caller.id(), before, limit + 1).await?;
    let more = documents.len() > limit as usize;
    documents.truncate(limit as usize);
    let next = documents.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(DocumentList { documents: documents.into_iter().map(DocumentView::from).collect(), next }))
}

/// Shows one of the caller's documents.
#[utoipa::path(get, path = "/api/documents/{id}", params(("id" = String, Path)), operation_id = "show_document",
    responses(
        (status = OK, description = "The document", body = DocumentView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(state): State<ApiState>,
    caller: Caller,
    DocumentPath(id): DocumentPath,
) -> Result<Json<DocumentView>, ApiError> {
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    Ok(Json(document.into()))
}

/// Deletes one of the caller's documents, its text and its file.
#[utoipa::path(delete, path = "/api/documents/{id}", params(("id" = String, Path)), operation_id = "delete_document",
    responses(
        (status = NO_CONTENT, description = "It is gone"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(
    State(state): State<ApiState>,
    caller: Caller,
    DocumentPath(id): DocumentPath,
) -> Result<StatusCode, ApiError> {
    if !state.store.delete_document(caller.id(), id).await? {
        return Err(ApiError::NoSuchDocument);
    }
    state.changes.announce(Change::Deleted { owner: caller.id().clone(), id });
    if let Err(error) = state.files.remove(id).await {
        tracing::warn!(document = %id, %error, "could not remove a deleted document's file; the next start will");
    }
    Ok(StatusCode::NO_CONTENT)
}
