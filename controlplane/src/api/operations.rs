//! `/operations`: what is being done and what has been done.

use atoll_sandbox::names::AppId;
use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, form::Params, shapes::Operation};
use crate::{
    ids::OperationId,
    permissions::{
        Permit,
        actions::{ViewOperation, ViewOperations},
    },
    platform::Platform,
};

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
    State(_platform): State<Platform>,
    _permit: Permit<ViewOperations>,
    Params(_params): Params<OperationsParams>,
) -> Result<Json<OperationsView>, ApiError> {
    Err(ApiError::NotFound)
}

/// One operation.
#[utoipa::path(
    get, path = "/api/v1/operations/{id}", operation_id = "operation", tag = "apps", params(("id" = OperationId, Path)),
    responses((status = 200, body = Operation))
)]
pub(super) async fn show(
    State(_platform): State<Platform>,
    _permit: Permit<ViewOperation>,
) -> Result<Json<Operation>, ApiError> {
    Err(ApiError::NotFound)
}

/// Follows an operation: server-sent events named `operation`, each with the whole operation; the first at once. Ends
/// when the operation does.
#[utoipa::path(
    get, path = "/api/v1/operations/{id}/events", operation_id = "follow_operation", tag = "apps", params(("id" = OperationId, Path)),
    responses((status = 200, description = "Events named `operation`", content_type = "text/event-stream", body = Operation))
)]
pub(super) async fn follow(
    State(_platform): State<Platform>,
    _permit: Permit<ViewOperation>,
) -> Result<Response, ApiError> {
    Err(ApiError::NotFound)
}
