//! Shows and stores the settings.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};

use super::precondition::{IfMatch, tag};
use super::view::SettingsView;
use crate::api::ApiState;
use crate::identity::Administrator;
use crate::problem::{ApiError, Problem};
use crate::settings::{Draft, Snapshot};

/// Shows the settings; the key is masked.
#[utoipa::path(get, path = "/admin/api/settings", operation_id = "settings", responses(
    (status = OK, description = "The settings, their version as `ETag`", body = SettingsView),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(state): State<ApiState>, _: Administrator) -> Response {
    let snapshot = state.settings.snapshot();
    answer(snapshot, &state)
}

/// Replaces the settings. A key that is left out, null or masked stays as it is, as long as the address leads to the same
/// server. With `If-Match`, or `version` in the body, a change that somebody else made in the meantime is not overwritten: 412.
#[utoipa::path(put, path = "/admin/api/settings", operation_id = "replaceSettings", request_body = Draft,
    params(("If-Match" = Option<String>, Header, description = "The version that the change was made from")),
    responses(
        (status = OK, description = "The settings as stored, their version as `ETag`", body = SettingsView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn replace(
    State(state): State<ApiState>,
    _: Administrator,
    IfMatch(version): IfMatch,
    body: Result<Json<Draft>, JsonRejection>,
) -> Result<Response, ApiError> {
    let mut draft = understood(body)?;
    draft.version = version.or(draft.version);
    let settings = state.settings.clone();
    let stored = tokio::task::spawn_blocking(move || settings.replace(draft)).await;
    Ok(answer(stored.map_err(std::io::Error::other)??, &state))
}

/// The body, or why it is none, in our own words.
pub(super) fn understood(body: Result<Json<Draft>, JsonRejection>) -> Result<Draft, ApiError> {
    body.map(|Json(draft)| draft).map_err(|rejection| ApiError::SettingsBody(rejection.body_text()))
}

fn answer(snapshot: Snapshot, state: &ApiState) -> Response {
    let circuit = state.providers.current().map(|provider| provider.circuit());
    ([(ETAG, tag(snapshot.version))], Json(SettingsView::new(snapshot, circuit))).into_response()
}
