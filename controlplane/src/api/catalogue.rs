//! `/catalogue` and `/policy`: what may be installed.

use std::collections::BTreeSet;

use atoll_sandbox::{
    allowlist::{App, RelaxedRule, Service},
    lock::Platform as EnginePlatform,
    names::{AppId, ServiceName},
    policy::{Policy, Rating},
};
use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, icons::icon_url};
use crate::{
    permissions::{
        Permit,
        actions::{ViewCatalogue, ViewCatalogueEntry},
    },
    platform::Platform,
    policy_watch::PolicyStatus,
};

/// Everything that may be installed, in the order of the allowlist.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueView {
    apps: Vec<CatalogueEntry>,
}

/// An app that may be installed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueEntry {
    #[schema(value_type = String)]
    app: AppId,
    version: String,
    title: String,
    description: String,
    category: String,
    icon_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation: Option<String>,
    /// SPDX expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    licenses: Option<String>,
    services: Vec<CatalogueService>,
    roles: Vec<RoleView>,
    /// Hosts that it may reach, `host:port`; none when empty.
    egress: Vec<String>,
    /// Rules that it is let off.
    relax: Vec<RelaxationView>,
    #[schema(inline)]
    rating: RatingView,
    installed: bool,
    /// Why it cannot be installed now, with the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// One container of an app, with its limits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueService {
    #[schema(value_type = String)]
    name: ServiceName,
    image: String,
    /// Whether the lock says which bytes the image is.
    pinned: bool,
    /// Processors.
    cpu: f64,
    memory_bytes: u64,
    pids: u64,
    /// Numeric `uid:gid`.
    user: String,
    volumes: Vec<String>,
}

/// What a person can be in an app.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleView {
    id: String,
    title: String,
    default: bool,
}

/// A rule that an app is let off, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RelaxationView {
    /// All services when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    rule: String,
    reason: String,
}

/// How tightly an app is sealed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RatingView {
    Sealed,
    Loosened,
}

/// What policy runs, and whether the newest files are in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyView {
    revision: u64,
    /// How many apps it lists.
    apps: usize,
    loaded_at: Timestamp,
    /// Why the newest file was refused; the policy before it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<PolicyErrorView>,
}

/// What is wrong with a policy file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyErrorView {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl From<PolicyStatus> for PolicyView {
    fn from(status: PolicyStatus) -> Self {
        let error = status.error.map(|error| PolicyErrorView {
            file: error.file,
            line: error.line,
            column: error.column,
            message: error.message,
            hint: error.hint,
        });
        Self { revision: status.revision, apps: status.apps, loaded_at: status.loaded_at, error }
    }
}

/// Everything that may be installed.
#[utoipa::path(get, path = "/api/v1/catalogue", operation_id = "catalogue", tag = "apps", responses((status = 200, body = CatalogueView)))]
pub(super) async fn list(
    State(platform): State<Platform>,
    _permit: Permit<ViewCatalogue>,
) -> Result<Json<CatalogueView>, ApiError> {
    let policy = platform.policy.current();
    let (engine, installed) = (platform.engine_platform(), installed(&platform).await?);
    let view = |app: &App| entry(&policy, engine.as_ref(), app, installed.contains(&app.id));
    Ok(Json(CatalogueView { apps: policy.allowlist().apps.iter().map(view).collect() }))
}

/// One app that may be installed.
#[utoipa::path(
    get, path = "/api/v1/catalogue/{app}", operation_id = "catalogue_entry", tag = "apps", params(("app" = String, Path)),
    responses((status = 200, body = CatalogueEntry))
)]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewCatalogueEntry>,
) -> Result<Json<CatalogueEntry>, ApiError> {
    let policy = platform.policy.current();
    let app = policy.app(permit.subject()).ok_or_else(|| ApiError::UnknownApp(permit.subject().clone()))?;
    let installed = installed(&platform).await?.contains(&app.id);
    Ok(Json(entry(&policy, platform.engine_platform().as_ref(), app, installed)))
}

/// What policy runs, and whether the newest files are in force.
#[utoipa::path(get, path = "/api/v1/policy", operation_id = "policy", tag = "apps", responses((status = 200, body = PolicyView)))]
pub(super) async fn policy(
    State(platform): State<Platform>,
    _permit: Permit<ViewCatalogue>,
) -> Json<PolicyView> {
    Json(platform.policy.status().into())
}

fn entry(policy: &Policy, engine: Option<&EnginePlatform>, app: &App, installed: bool) -> CatalogueEntry {
    let services: Vec<_> =
        app.services.iter().map(|(name, service)| service_view(policy, engine, name, service)).collect();
    let unpinned = services.iter().find(|service| !service.pinned);
    let problem = unpinned.map(|service| {
        format!("The image `{}` is not pinned. Run `atoll allowlist lock` on the server.", service.image)
    });
    CatalogueEntry {
        icon_url: icon_url(&app.id),
        app: app.id.clone(),
        version: app.version.clone(),
        title: app.title.clone(),
        description: app.description.clone(),
        category: app.category.clone(),
        vendor: app.vendor.clone(),
        source: app.source.clone(),
        documentation: app.documentation.clone(),
        licenses: app.licenses.clone(),
        roles: app.roles.iter().map(role_view).collect(),
        egress: app.egress.iter().map(|rule| format!("{}:{}", rule.host, rule.port)).collect(),
        relax: app.relax.iter().map(relaxation_view).collect(),
        rating: match policy.rating(app) {
            Rating::Sealed => RatingView::Sealed,
            Rating::Loosened => RatingView::Loosened,
        },
        services,
        installed,
        problem,
    }
}

fn service_view(
    policy: &Policy,
    engine: Option<&EnginePlatform>,
    name: &ServiceName,
    service: &Service,
) -> CatalogueService {
    let limits = service.resources.limits;
    // While the engine has not said what it is, a pin for any platform is a pin.
    let pinned = match engine {
        Some(engine) => policy.pin(&service.image, engine).is_some(),
        None => policy.lock().images.get(&service.image).is_some_and(|pins| !pins.is_empty()),
    };
    #[expect(clippy::cast_precision_loss, reason = "a number of processors has few digits")]
    let cpu = limits.cpu.nanos() as f64 / 1e9;
    CatalogueService {
        name: name.clone(),
        image: service.image.clone(),
        pinned,
        cpu,
        memory_bytes: limits.memory.bytes(),
        pids: limits.pids,
        user: service.user.clone(),
        volumes: service.volumes.iter().map(|mount| mount.name.to_string()).collect(),
    }
}

fn role_view(role: &atoll_sandbox::allowlist::Role) -> RoleView {
    RoleView { id: role.id.0.clone(), title: role.title.clone(), default: role.default }
}

fn relaxation_view(relaxation: &atoll_sandbox::allowlist::Relaxation) -> RelaxationView {
    let rule = match relaxation.rule {
        RelaxedRule::ReadOnlyRootFilesystem => "readOnlyRootFilesystem",
        RelaxedRule::NetBindService => "netBindService",
        RelaxedRule::Internet => "internet",
    };
    RelaxationView {
        service: relaxation.service.as_ref().map(ToString::to_string),
        rule: rule.to_owned(),
        reason: relaxation.reason.clone(),
    }
}

async fn installed(platform: &Platform) -> Result<BTreeSet<AppId>, ApiError> {
    Ok(platform.reconciler.apps().await?.into_iter().map(|status| status.island.app).collect())
}
