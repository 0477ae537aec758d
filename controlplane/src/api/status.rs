//! `/status`: how the platform is.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, catalogue::PolicyView};
use crate::{
    permissions::{Permit, actions::ViewStatus},
    platform::Platform,
};

/// How the platform is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusView {
    version: &'static str,
    uptime_secs: u64,
    engine: EngineView,
    policy: PolicyView,
    instances: InstancesView,
}

/// The container engine.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EngineView {
    reachable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<String>,
    /// Why it cannot be reached, with the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// How many instances are in which state.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct InstancesView {
    ready: usize,
    /// On the way up or down.
    changing: usize,
    failed: usize,
    stopped: usize,
}

/// How the platform is.
#[utoipa::path(get, path = "/api/v1/status", operation_id = "status", tag = "platform", responses((status = 200, body = StatusView)))]
pub(super) async fn show(
    State(_platform): State<Platform>,
    _permit: Permit<ViewStatus>,
) -> Result<Json<StatusView>, ApiError> {
    Err(ApiError::NotFound)
}
