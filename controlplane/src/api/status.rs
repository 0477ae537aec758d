//! `/status`: how the platform is.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, catalogue::PolicyView};
use crate::{
    permissions::{Permit, actions::ViewStatus},
    platform::Platform,
    reconciler::{AppState, EngineSeen},
    tls::check::TlsProblem,
};

/// How the platform is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusView {
    version: &'static str,
    uptime_secs: u64,
    engine: EngineView,
    policy: PolicyView,
    instances: InstancesView,
    /// TLS; absent where plain HTTP is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<TlsView>,
}

/// TLS.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TlsView {
    /// Where certificates come from: `files` or `acme`.
    source: &'static str,
    /// What keeps browsers from a host: a name that does not resolve, a certificate that is missing or old.
    problems: Vec<TlsProblem>,
}

/// The container engine.
#[derive(Debug, Default, Serialize, ToSchema)]
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
    /// Stopped because nobody uses them; the next request wakes them.
    sleeping: usize,
    failed: usize,
    stopped: usize,
}

/// How the platform is.
#[utoipa::path(get, path = "/api/v1/status", operation_id = "status", tag = "platform", responses((status = 200, body = StatusView)))]
pub(super) async fn show(
    State(platform): State<Platform>,
    _permit: Permit<ViewStatus>,
) -> Result<Json<StatusView>, ApiError> {
    let mut instances = InstancesView::default();
    for app in platform.reconciler.apps().await? {
        instances.count(app.state);
    }
    let uptime = platform.clock.now().duration_since(platform.started_at);
    Ok(Json(StatusView {
        version: env!("CARGO_PKG_VERSION"),
        uptime_secs: u64::try_from(uptime.as_secs()).unwrap_or(0),
        engine: platform.reconciler.engine().into(),
        policy: platform.policy.status().into(),
        instances,
        tls: platform.tls.as_ref().map(|tls| TlsView { source: tls.source(), problems: tls.problems() }),
    }))
}

impl From<EngineSeen> for EngineView {
    fn from(seen: EngineSeen) -> Self {
        match seen {
            EngineSeen::Here(info) => Self {
                reachable: true,
                name: info.name.clone(),
                version: Some(info.version.clone()),
                api_version: Some(info.api_version.clone()),
                ..Self::default()
            },
            EngineSeen::Away { error } => Self { error: Some(error), ..Self::default() },
            EngineSeen::NotYet => Self::default(),
        }
    }
}

impl InstancesView {
    fn count(&mut self, state: AppState) {
        *match state {
            AppState::Ready => &mut self.ready,
            AppState::Sleeping => &mut self.sleeping,
            AppState::Failed => &mut self.failed,
            AppState::Stopped => &mut self.stopped,
            AppState::Installing | AppState::Starting | AppState::Stopping | AppState::Removing => {
                &mut self.changing
            }
        } += 1;
    }
}
