//! `/launcher`: the apps that this person may open.

use atoll_sandbox::names::AppId;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, shapes::AppState};
use crate::{
    permissions::{Permit, actions::ViewLauncher},
    platform::Platform,
};

/// The apps that this person may open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LauncherView {
    apps: Vec<LauncherApp>,
}

/// An app that this person may open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LauncherApp {
    #[schema(value_type = String)]
    app: AppId,
    title: String,
    description: String,
    category: String,
    icon_url: String,
    /// The app's own origin; opening it hands the person over signed in.
    url: String,
    state: AppState,
    /// The title of their role in it.
    role: String,
}

/// The apps that this person may open, by name.
#[utoipa::path(get, path = "/api/v1/launcher", operation_id = "launcher", tag = "apps", responses((status = 200, body = LauncherView)))]
pub(super) async fn show(
    State(_platform): State<Platform>,
    _permit: Permit<ViewLauncher>,
) -> Result<Json<LauncherView>, ApiError> {
    Err(ApiError::NotFound)
}
