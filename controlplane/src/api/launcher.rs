//! `/launcher`: the apps that this person may open.

use std::collections::BTreeMap;

use atoll_sandbox::{allowlist::RoleId, names::AppId};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, icons::icon_url};
use crate::{
    permissions::{Permit, actions::ViewLauncher},
    platform::Platform,
    reconciler::AppState,
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
    State(platform): State<Platform>,
    permit: Permit<ViewLauncher>,
) -> Result<Json<LauncherView>, ApiError> {
    let mut apps = Vec::new();
    if let Some(user) = permit.actor().user_id() {
        let given: BTreeMap<_, _> = platform.access.apps_of(user).into_iter().collect();
        for status in platform.reconciler.apps().await? {
            let role = given.get(&status.island.app);
            apps.extend(role.and_then(|role| tile(&platform, &status.island.app, role, status.state)));
        }
    }
    apps.sort_by_cached_key(|app| app.title.to_lowercase());
    Ok(Json(LauncherView { apps }))
}

/// `None` for an app that the allowlist has lost.
fn tile(platform: &Platform, app: &AppId, role: &RoleId, state: AppState) -> Option<LauncherApp> {
    let policy = platform.policy.current();
    let entry = policy.app(app)?;
    let role = entry.roles.iter().find(|known| known.id == *role).map_or(&role.0, |known| &known.title);
    Some(LauncherApp {
        app: app.clone(),
        title: entry.title.clone(),
        description: entry.description.clone(),
        category: entry.category.clone(),
        icon_url: icon_url(app),
        url: platform.config.base_url.app_origin(app),
        state,
        role: role.clone(),
    })
}
