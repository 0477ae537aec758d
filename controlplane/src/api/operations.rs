//! `/operations`: what is being done and what has been done.

use atoll_sandbox::names::AppId;
use axum::{Json, extract::State, response::Response};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio_stream::wrappers::WatchStream;
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, form::Params, stream};
use crate::{
    ids::OperationId,
    permissions::{
        Permit,
        actions::{ViewOperation, ViewOperations},
    },
    platform::Platform,
    reconciler::Operation,
};

const MOST: u32 = 200;

/// Operations, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OperationsView {
    operations: Vec<Operation>,
}

/// Which operations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OperationsParams {
    /// Of one app only.
    #[param(value_type = Option<String>)]
    app: Option<AppId>,
    /// How many, at most 200; 50 when absent.
    limit: Option<u32>,
}

/// Operations, newest first.
#[utoipa::path(
    get, path = "/api/v1/operations", operation_id = "operations", tag = "apps", params(OperationsParams),
    responses((status = 200, body = OperationsView))
)]
pub(super) async fn list(
    State(platform): State<Platform>,
    _permit: Permit<ViewOperations>,
    Params(params): Params<OperationsParams>,
) -> Result<Json<OperationsView>, ApiError> {
    let limit = params.limit.unwrap_or(50).clamp(1, MOST);
    let operations = platform.reconciler.operations().list(params.app.as_ref(), limit).await?;
    Ok(Json(OperationsView { operations }))
}

/// One operation.
#[utoipa::path(
    get, path = "/api/v1/operations/{id}", operation_id = "operation", tag = "apps", params(("id" = OperationId, Path)),
    responses((status = 200, body = Operation))
)]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewOperation>,
) -> Result<Json<Operation>, ApiError> {
    let operation = platform.reconciler.operations().get(*permit.subject()).await?;
    operation.map(Json).ok_or(ApiError::NotFound)
}

/// Follows an operation: server-sent events named `operation`, each with the whole operation; the first at once. Ends
/// when the operation does.
#[utoipa::path(
    get, path = "/api/v1/operations/{id}/events", operation_id = "follow_operation", tag = "apps", params(("id" = OperationId, Path)),
    responses((status = 200, description = "Events named `operation`", content_type = "text/event-stream", body = Operation))
)]
pub(super) async fn follow(
    State(platform): State<Platform>,
    permit: Permit<ViewOperation>,
) -> Result<Response, ApiError> {
    let changes =
        platform.reconciler.operations().subscribe(*permit.subject()).await?.ok_or(ApiError::NotFound)?;
    let states = WatchStream::new(changes).map(|operation| stream::event("operation", &operation));
    Ok(stream::answer(platform, permit, states))
}
