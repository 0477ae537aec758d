//! `/apps/{app}/egress`: where an app may go, what it did with that, and what it was kept from.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiError;
use crate::{
    egress::{BlockedTarget, ReachedTarget, line_to_add},
    permissions::{Permit, actions::ViewApp},
    platform::Platform,
};

/// An app's way out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EgressView {
    /// Since when it is counted: the start of the control plane.
    since: Timestamp,
    /// Hosts that its entry in the allowlist names.
    allowed: Vec<EgressHost>,
    /// Connections and requests that were let out.
    reached: u64,
    /// Bytes to the outside; those of a connection when it has ended.
    sent_bytes: u64,
    /// Bytes from the outside.
    received_bytes: u64,
    /// The same by host, the latest first; at most 50.
    hosts: Vec<ReachedView>,
    /// What it was kept from, the latest first; at most 50.
    blocked: Vec<BlockedView>,
}

/// A host that an entry names.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EgressHost {
    /// A name, `*.` and a suffix, or an address.
    host: String,
    port: u16,
}

/// Where an app got to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReachedView {
    /// Host and port.
    target: String,
    connections: u64,
    sent_bytes: u64,
    received_bytes: u64,
    last_at: Timestamp,
}

impl From<ReachedTarget> for ReachedView {
    fn from(reached: ReachedTarget) -> Self {
        let ReachedTarget { target, connections, sent, received, last_at } = reached;
        let target = target.to_string();
        Self { target, connections, sent_bytes: sent, received_bytes: received, last_at }
    }
}

/// Where an app was not let.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlockedView {
    /// Host and port.
    target: String,
    /// `unlisted` or `not-public`.
    reason: &'static str,
    /// Why, in words.
    detail: String,
    attempts: u64,
    last_at: Timestamp,
    /// The line that would allow it, to be put under `egress:` of the app's entry by whoever keeps the allowlist: nothing
    /// that the control plane can reach may write it. Absent where no line would.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

impl From<BlockedTarget> for BlockedView {
    fn from(blocked: BlockedTarget) -> Self {
        let BlockedTarget { target, why, attempts, last_at } = blocked;
        // A name that leads inside stays out whatever the list says of it.
        let line = (why.code() == "unlisted").then(|| line_to_add(&target));
        let (reason, detail) = (why.code(), why.to_string());
        Self { target: target.to_string(), reason, detail, attempts, last_at, line }
    }
}

/// Where an app may go, what it did with that, and what it was kept from.
#[utoipa::path(
    get, path = "/api/v1/apps/{app}/egress", operation_id = "app_egress", tag = "apps", params(("app" = String, Path)),
    responses((status = 200, body = EgressView))
)]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewApp>,
) -> Result<Json<EgressView>, ApiError> {
    let app = permit.subject();
    let policy = platform.policy.current();
    let entry = policy.app(app).ok_or_else(|| ApiError::UnknownApp(app.clone()))?;
    let account = platform.egress.account(app);
    let host =
        |rule: &atoll_sandbox::allowlist::EgressRule| EgressHost { host: rule.host.clone(), port: rule.port };
    Ok(Json(EgressView {
        since: platform.egress.since(),
        allowed: entry.egress.iter().map(host).collect(),
        reached: account.reached,
        sent_bytes: account.sent,
        received_bytes: account.received,
        hosts: account.hosts.into_iter().rev().map(ReachedView::from).collect(),
        blocked: account.blocked.into_iter().rev().map(BlockedView::from).collect(),
    }))
}
