//! Shows, changes, deletes and restores one document.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Body;
use super::edit::DocumentPatch;
use super::path::{DocumentPath, Id, Parameters};
use super::{ApiState, DocumentView, bulk};
use crate::changes::Change;
use crate::document::{Document, DocumentId, Written};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::search::Selection;
use crate::store::{Action, Edited};

/// Shows one of the caller's documents, in the trash or not.
#[utoipa::path(get, path = "/api/documents/{id}", params(("id" = String, Path)), operation_id = "show_document",
    responses(
        (status = OK, description = "The document", body = DocumentView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
) -> Result<Json<DocumentView>, ApiError> {
    Ok(Json(own(&state, &caller, id).await?.into()))
}

/// The caller's document, or 404.
pub(super) async fn own(state: &ApiState, caller: &Caller, id: DocumentId) -> Result<Document, ApiError> {
    state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)
}

/// Changes what the caller says of one of the caller's documents. Later processing does not overwrite it.
#[utoipa::path(patch, path = "/api/documents/{id}", params(("id" = String, Path)), operation_id = "change_document",
    request_body = DocumentPatch,
    responses(
        (status = OK, description = "The document as it is now", body = DocumentView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
    Body(patch): Body<DocumentPatch>,
) -> Result<Json<DocumentView>, ApiError> {
    match state.store.edit(caller.id(), id, caller.shown_name(), &patch.meant()?).await? {
        Edited::Done(document) => {
            state.changes.announce(Change::Document(document.clone()));
            Ok(Json(DocumentView::from(*document)))
        }
        Edited::NoSuchDocument => Err(ApiError::NoSuchDocument),
        Edited::NoSuchCategory => Err(ApiError::NoSuchCategory),
    }
}

/// How to delete.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeleteQuery {
    /// Delete it for good; it must be in the trash.
    permanently: Option<bool>,
}

/// Moves one of the caller's documents into the trash, or deletes it for good from there: text, file and history.
#[utoipa::path(delete, path = "/api/documents/{id}", params(("id" = String, Path), DeleteQuery),
    operation_id = "delete_document",
    responses(
        (status = NO_CONTENT, description = "It is in the trash, or gone"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
    Parameters(query): Parameters<DeleteQuery>,
) -> Result<StatusCode, ApiError> {
    let document = own(&state, &caller, id).await?;
    let permanently = query.permanently.unwrap_or_default();
    if permanently && document.trashed_at.is_none() {
        return Err(ApiError::NotInTrash { name: document.name.to_string() });
    }
    let action = if permanently { Action::Delete } else { Action::Trash };
    bulk::act(&state, &caller, &Selection::Ids(vec![id]), &action).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one of the caller's documents out of the trash.
#[utoipa::path(post, path = "/api/documents/{id}/restore", params(("id" = String, Path)),
    operation_id = "restore_document",
    responses(
        (status = OK, description = "The document as it is now", body = DocumentView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn restore(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
) -> Result<Json<DocumentView>, ApiError> {
    own(&state, &caller, id).await?;
    bulk::act(&state, &caller, &Selection::Ids(vec![id]), &Action::Restore).await?;
    Ok(Json(own(&state, &caller, id).await?.into()))
}

/// One line of a document's history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryEntry {
    /// RFC 3339, UTC.
    at: String,
    /// A person's name; null for the app itself.
    #[schema(required)]
    who: Option<String>,
    /// `changed`, `category_added`, `category_removed`, `trashed`, `restored` or `reprocessed`.
    what: String,
    /// Which field changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What it said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// What it says now.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// By which source: `user`, `e_invoice`, `ai` or `rules`.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

/// Shows what became of one of the caller's documents, newest first; at most 500 lines.
#[utoipa::path(get, path = "/api/documents/{id}/history", params(("id" = String, Path)),
    operation_id = "document_history",
    responses(
        (status = OK, description = "The history", body = Vec<HistoryEntry>),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn history(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
) -> Result<Json<Vec<HistoryEntry>>, ApiError> {
    own(&state, &caller, id).await?;
    let entries = state.store.history(caller.id(), id).await?;
    Ok(Json(entries.into_iter().map(HistoryEntry::from).collect()))
}

impl From<Written> for HistoryEntry {
    fn from(Written { at, who, what, field, from, to, source }: Written) -> Self {
        Self { at: at.to_string(), who, what, field, from, to, source }
    }
}
