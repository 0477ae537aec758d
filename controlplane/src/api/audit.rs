//! `/audit`: what was done.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, form::Params};
use crate::{
    audit::{Event, Outcome},
    ids::{AccessTokenId, AuditEventId, UserId},
    permissions::{Access, Permit, actions::ViewAudit},
    platform::Platform,
};

const MOST: u32 = 200;

/// A page of the audit trail, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditView {
    events: Vec<AuditEventView>,
    /// The `before` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEventView {
    id: AuditEventId,
    at: Timestamp,
    /// Who did it; absent when it was Atoll itself or nobody who is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<ActorView>,
    /// The access token by which they did it; absent when they had signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<AccessTokenId>,
    /// What, such as `app.install`.
    action: String,
    /// To which, such as `app:documents`.
    subject: String,
    outcome: Outcome,
    detail: String,
    /// Hex SHA-256 over the event and the hash of the one before it.
    hash: String,
}

/// A person who did something.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActorView {
    id: UserId,
    /// Their name now; absent when the account was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParams {
    /// Events before this position; the newest when absent.
    before: Option<i64>,
    /// How many, at most 200; 50 when absent.
    limit: Option<u32>,
}

/// What was done, newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", operation_id = "audit", tag = "platform", params(AuditParams), responses((status = 200, body = AuditView))
)]
pub(super) async fn list(
    State(platform): State<Platform>,
    _permit: Permit<ViewAudit>,
    Params(params): Params<AuditParams>,
) -> Result<Json<AuditView>, ApiError> {
    let limit = params.limit.unwrap_or(50).clamp(1, MOST);
    let page = platform.store.audit_events_before(params.before.unwrap_or(i64::MAX), limit).await?;
    let next = page.last().map(|event| event.position).filter(|position| *position > 1);
    let events = page.into_iter().map(|event| view(&platform.access, event)).collect();
    Ok(Json(AuditView { events, next }))
}

fn view(access: &Access, event: Event) -> AuditEventView {
    let actor =
        event.actor.map(|id| ActorView { id, name: access.person(id).map(|person| person.name.clone()) });
    let Event { id, at, token, action, subject, outcome, detail, hash, .. } = event;
    AuditEventView { id, at, actor, token, action, subject, outcome, detail, hash }
}
