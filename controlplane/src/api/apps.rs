//! `/apps`: what is installed, and what is done to it.

use atoll_sandbox::names::AppId;
use axum::{Json, extract::State};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    form::{Body, Form, Params, Typed},
    icons::icon_url,
};
use crate::{
    permissions::{
        Permit,
        actions::{InstallApp, RemoveApp, StartApp, StopApp, ViewApp, ViewApps},
    },
    platform::Platform,
    reconciler::{
        AppState, AppStatus, CommandError, Desired, Failure, Operation, ServiceStatus, Verification,
        VolumeFate,
    },
};

/// Everything that is installed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppsView {
    apps: Vec<AppView>,
}

/// An installed app.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppView {
    #[schema(value_type = String)]
    app: AppId,
    title: String,
    /// The version that is installed.
    version: String,
    icon_url: String,
    /// The app's own origin; opening it hands people over signed in.
    url: String,
    desired: Desired,
    state: AppState,
    /// Why it does not do what it should, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    /// What the last comparison of the running containers with the allowlist found; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<Verification>,
    services: Vec<ServiceStatus>,
    /// The operation that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
    installed_at: Timestamp,
}

impl AppView {
    pub(super) fn of(platform: &Platform, status: AppStatus) -> Self {
        let app = status.island.app;
        let policy = platform.policy.current();
        // An app that the allowlist has lost still runs and can be removed; only its title is gone.
        let title = policy.app(&app).map_or_else(|| app.to_string(), |entry| entry.title.clone());
        Self {
            title,
            version: status.version,
            icon_url: icon_url(&app),
            url: platform.config.base_url.app_origin(&app),
            desired: status.desired,
            state: status.state,
            failure: status.failure,
            verification: status.verification,
            services: status.services,
            operation: status.operation,
            installed_at: status.installed_at,
            app,
        }
    }
}

/// What to install.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InstallBody {
    /// The id of an app of the catalogue.
    app: String,
}

impl Typed for InstallBody {
    type Meant = AppId;

    fn parse(self, form: &mut Form) -> Option<AppId> {
        form.field("app", self.app.parse())
    }
}

/// What becomes of the data.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Volumes {
    /// It stays for the next install.
    #[default]
    Keep,
    /// It is deleted for good.
    Delete,
}

/// How to remove.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RemoveParams {
    /// What becomes of the data; `keep` when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    volumes: Volumes,
}

/// Everything that is installed, by name.
#[utoipa::path(get, path = "/api/v1/apps", operation_id = "apps", tag = "apps", responses((status = 200, body = AppsView)))]
pub(super) async fn list(
    State(platform): State<Platform>,
    _permit: Permit<ViewApps>,
) -> Result<Json<AppsView>, ApiError> {
    let statuses = platform.reconciler.apps().await?;
    let mut apps: Vec<_> = statuses.into_iter().map(|status| AppView::of(&platform, status)).collect();
    apps.sort_by_cached_key(|app| app.title.to_lowercase());
    Ok(Json(AppsView { apps }))
}

/// One installed app.
#[utoipa::path(
    get, path = "/api/v1/apps/{app}", operation_id = "app", tag = "apps", params(("app" = String, Path)),
    responses((status = 200, body = AppView))
)]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewApp>,
) -> Result<Json<AppView>, ApiError> {
    let status = platform.reconciler.app(permit.subject()).await?;
    let status = status.ok_or_else(|| CommandError::NotInstalled { app: permit.subject().clone() })?;
    Ok(Json(AppView::of(&platform, status)))
}

/// Installs and starts an app, and gives it to whoever asks.
#[utoipa::path(
    post, path = "/api/v1/apps", operation_id = "install_app", tag = "apps", request_body = InstallBody,
    responses((status = 202, description = "Under way; follow the operation", body = Operation))
)]
pub(super) async fn install(
    State(platform): State<Platform>,
    permit: Permit<InstallApp>,
    Body(app): Body<InstallBody>,
) -> Result<(StatusCode, Json<Operation>), ApiError> {
    Ok(accepted(platform.reconciler.install(permit, app).await?))
}

/// Starts an app; it is kept running from then on.
#[utoipa::path(
    post, path = "/api/v1/apps/{app}/start", operation_id = "start_app", tag = "apps", params(("app" = String, Path)),
    responses((status = 202, description = "Under way; follow the operation", body = Operation))
)]
pub(super) async fn start(
    State(platform): State<Platform>,
    permit: Permit<StartApp>,
) -> Result<(StatusCode, Json<Operation>), ApiError> {
    Ok(accepted(platform.reconciler.start(permit).await?))
}

/// Stops an app; it stays down from then on.
#[utoipa::path(
    post, path = "/api/v1/apps/{app}/stop", operation_id = "stop_app", tag = "apps", params(("app" = String, Path)),
    responses((status = 202, description = "Under way; follow the operation", body = Operation))
)]
pub(super) async fn stop(
    State(platform): State<Platform>,
    permit: Permit<StopApp>,
) -> Result<(StatusCode, Json<Operation>), ApiError> {
    Ok(accepted(platform.reconciler.stop(permit).await?))
}

/// Removes an app.
#[utoipa::path(
    delete, path = "/api/v1/apps/{app}", operation_id = "remove_app", tag = "apps", params(("app" = String, Path), RemoveParams),
    responses((status = 202, description = "Under way; follow the operation", body = Operation))
)]
pub(super) async fn remove(
    State(platform): State<Platform>,
    permit: Permit<RemoveApp>,
    Params(params): Params<RemoveParams>,
) -> Result<(StatusCode, Json<Operation>), ApiError> {
    let volumes = match params.volumes {
        Volumes::Keep => VolumeFate::Keep,
        Volumes::Delete => VolumeFate::Delete,
    };
    Ok(accepted(platform.reconciler.remove(permit, volumes).await?))
}

fn accepted(operation: Operation) -> (StatusCode, Json<Operation>) {
    (StatusCode::ACCEPTED, Json(operation))
}
