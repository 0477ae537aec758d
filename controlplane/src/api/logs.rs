//! `/apps/{app}/logs`: what an app writes to its standard streams.

use atoll_sandbox::names::ServiceName;
use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, form::Params, shapes::LogLine};
use crate::{
    permissions::{Permit, actions::ViewApp},
    platform::Platform,
};

/// Lines, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogsView {
    lines: Vec<LogLine>,
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LogsParams {
    /// Of one service only.
    #[param(value_type = Option<String>)]
    service: Option<ServiceName>,
    /// How many of the newest, at most 5000; 200 when absent.
    tail: Option<u32>,
}

/// The newest lines, oldest first.
#[utoipa::path(
    get, path = "/api/v1/apps/{app}/logs", operation_id = "logs", tag = "apps", params(("app" = String, Path), LogsParams),
    responses((status = 200, body = LogsView))
)]
pub(super) async fn tail(
    State(_platform): State<Platform>,
    _permit: Permit<ViewApp>,
    Params(_params): Params<LogsParams>,
) -> Result<Json<LogsView>, ApiError> {
    Err(ApiError::NotFound)
}

/// Follows the log: server-sent events named `line`, one for each line, the newest ones first sent at once.
#[utoipa::path(
    get, path = "/api/v1/apps/{app}/logs/stream", operation_id = "follow_logs", tag = "apps", params(("app" = String, Path), LogsParams),
    responses((status = 200, description = "Events named `line`", content_type = "text/event-stream", body = LogLine))
)]
pub(super) async fn follow(
    State(_platform): State<Platform>,
    _permit: Permit<ViewApp>,
    Params(_params): Params<LogsParams>,
) -> Result<Response, ApiError> {
    Err(ApiError::NotFound)
}
