//! `/apps/{app}/logs`: what an app writes to its standard streams.

use atoll_sandbox::names::{AppId, ServiceName};
use axum::{Json, extract::State, response::Response};
use futures_util::{StreamExt, future::ready};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, form::Params, stream};
use crate::{
    engine::logs::LogLine,
    permissions::{Permit, actions::ViewApp},
    platform::Platform,
    reconciler::CommandError,
};

const MOST: u32 = 5000;

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
    State(platform): State<Platform>,
    permit: Permit<ViewApp>,
    Params(params): Params<LogsParams>,
) -> Result<Json<LogsView>, ApiError> {
    installed(&platform, permit.subject()).await?;
    let lines = platform.reconciler.logs(permit.subject(), params.service.as_ref(), params.lines()).await?;
    Ok(Json(LogsView { lines }))
}

/// Follows the log: server-sent events named `line`, one for each line, the newest ones first sent at once.
#[utoipa::path(
    get, path = "/api/v1/apps/{app}/logs/stream", operation_id = "follow_logs", tag = "apps", params(("app" = String, Path), LogsParams),
    responses((status = 200, description = "Events named `line`", content_type = "text/event-stream", body = LogLine))
)]
pub(super) async fn follow(
    State(platform): State<Platform>,
    permit: Permit<ViewApp>,
    Params(params): Params<LogsParams>,
) -> Result<Response, ApiError> {
    installed(&platform, permit.subject()).await?;
    let lines =
        platform.reconciler.follow_logs(permit.subject(), params.service.as_ref(), params.lines()).await?;
    // A line that cannot be read ends the stream: the browser asks again by itself.
    let lines = lines
        .take_while(|line| ready(line.is_ok()))
        .filter_map(|line| ready(line.ok()))
        .map(|line| stream::event("line", &line));
    Ok(stream::answer(platform, permit, lines))
}

impl LogsParams {
    fn lines(&self) -> u32 {
        self.tail.unwrap_or(200).min(MOST)
    }
}

async fn installed(platform: &Platform, app: &AppId) -> Result<(), ApiError> {
    match platform.reconciler.app(app).await? {
        Some(_) => Ok(()),
        None => Err(CommandError::NotInstalled { app: app.clone() }.into()),
    }
}
