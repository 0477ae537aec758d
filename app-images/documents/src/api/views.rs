//! The caller's saved views: a list's query under a name.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::body::Body;
use super::filter::FilterQuery;
use super::naming::{label, saved};
use super::path::Id;
use crate::changes::Change;
use crate::document::ViewId;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::store::{SavedView, StoreError};

/// One saved view.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ViewView {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// The list's query.
    filter: FilterQuery,
}

/// A new view.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewView {
    /// Its name: 1 to 60 characters, none of the caller's others.
    name: String,
    /// The list's query.
    filter: FilterQuery,
}

/// A change of a view; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewPatch {
    /// Another name.
    #[serde(default)]
    name: Option<String>,
    /// Another query.
    #[serde(default)]
    filter: Option<FilterQuery>,
}

/// Lists the caller's saved views, by name.
#[utoipa::path(get, path = "/api/views", operation_id = "list_views", responses(
    (status = OK, description = "The views", body = Vec<ViewView>),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Vec<ViewView>>, ApiError> {
    let views = state.store.views(caller.id()).await?;
    Ok(Json(views.into_iter().map(shown).collect::<Result<_, _>>()?))
}

/// Saves a view.
#[utoipa::path(post, path = "/api/views", operation_id = "create_view", request_body = NewView, responses(
    (status = CREATED, description = "The view", body = ViewView),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Body(new): Body<NewView>,
) -> Result<(StatusCode, Json<ViewView>), ApiError> {
    let view = SavedView { id: ViewId::generate(), name: label(&new.name)?, filter: written(&new.filter)? };
    let saved = saved::<ViewId, _>(state.store.insert_view(caller.id(), view).await?)?;
    state.changes.announce(Change::Views(caller.id().clone()));
    Ok((StatusCode::CREATED, Json(shown(saved)?)))
}

/// Changes one of the caller's saved views.
#[utoipa::path(patch, path = "/api/views/{id}", params(("id" = String, Path)), operation_id = "change_view",
    request_body = ViewPatch,
    responses(
        (status = OK, description = "The view as it is now", body = ViewView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<ViewId>,
    Body(patch): Body<ViewPatch>,
) -> Result<Json<ViewView>, ApiError> {
    let name = patch.name.as_deref().map(label).transpose()?;
    let filter = patch.filter.as_ref().map(written).transpose()?;
    let saved = saved::<ViewId, _>(state.store.change_view(caller.id(), id, name, filter).await?)?;
    state.changes.announce(Change::Views(caller.id().clone()));
    Ok(Json(shown(saved)?))
}

/// Deletes one of the caller's saved views; the documents stay.
#[utoipa::path(delete, path = "/api/views/{id}", params(("id" = String, Path)), operation_id = "delete_view",
    responses(
        (status = NO_CONTENT, description = "It is gone"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<ViewId>,
) -> Result<StatusCode, ApiError> {
    if !state.store.delete_view(caller.id(), id).await? {
        return Err(ApiError::NoSuchView);
    }
    state.changes.announce(Change::Views(caller.id().clone()));
    Ok(StatusCode::NO_CONTENT)
}

/// What is stored is a query that was understood once.
fn written(query: &FilterQuery) -> Result<String, ApiError> {
    query.order(&query.filter()?)?;
    Ok(serde_json::to_string(query).expect("plain structures always make JSON"))
}

fn shown(view: SavedView) -> Result<ViewView, ApiError> {
    let filter = serde_json::from_str(&view.filter).map_err(|_| StoreError::Unexpected { column: "view" })?;
    Ok(ViewView { id: view.id.to_string(), name: view.name.as_str().into(), filter })
}
