//! The caller's webhooks.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiState;
use super::body::Body;
use super::path::Id;
use crate::document::WebhookId;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::store::Store;
use crate::webhooks::{Attempt, HookUrl, Message, Webhook, tell};

/// One webhook. Its secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookView {
    /// Its id.
    id: String,
    /// Where it goes.
    url: String,
    /// How the last attempt to tell it something ended; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<AttemptView>,
}

/// How an attempt to tell a webhook something ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttemptView {
    /// When (RFC 3339).
    at: String,
    /// Why it failed; absent if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// A new webhook.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhook {
    /// `http://host[:port]/path`; the host must lead to private network addresses only.
    url: String,
    /// Signs what is sent: 16 to 200 characters.
    #[schema(min_length = 16, max_length = 200)]
    secret: String,
}

/// Lists the caller's webhooks.
#[utoipa::path(get, path = "/api/webhooks", operation_id = "list_webhooks", responses(
    (status = OK, description = "The webhooks", body = Vec<WebhookView>),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Vec<WebhookView>>, ApiError> {
    let webhooks = state.store.webhooks(caller.id()).await?;
    Ok(Json(webhooks.into_iter().map(|(webhook, last)| WebhookView::of(&webhook, last)).collect()))
}

/// Makes a webhook: each finished document is posted there as `{"event": "document.finished", "document": {…}}`, with the
/// headers `Documents-Signature` (`sha256=` and the HMAC-SHA-256 of the body under the secret, in hexadecimal) and
/// `Documents-Delivery` (the same for every attempt). It is tried six times within three hours.
#[utoipa::path(post, path = "/api/webhooks", operation_id = "create_webhook", request_body = NewWebhook, responses(
    (status = CREATED, description = "The webhook", body = WebhookView),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Body(new): Body<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookView>), ApiError> {
    let refused = |reason: String| ApiError::WebhookAddress(reason);
    let url = HookUrl::parse(&new.url).map_err(|error| refused(error.to_string()))?;
    if !(16..=200).contains(&new.secret.chars().count()) {
        return Err(ApiError::Body("`secret` must have 16 to 200 characters".into()));
    }
    state.reach.resolve(&url).await.map_err(|error| refused(error.to_string()))?;
    let webhook = Webhook { id: WebhookId::generate(), owner: caller.id().clone(), url, secret: new.secret };
    if !state.store.insert_webhook(&webhook).await? {
        return Err(ApiError::TooMany { what: "webhooks", most: Store::MOST_WEBHOOKS as usize });
    }
    Ok((StatusCode::CREATED, Json(WebhookView::of(&webhook, None))))
}

/// Deletes one of the caller's webhooks; what was still to be told to it is not.
#[utoipa::path(delete, path = "/api/webhooks/{id}", params(("id" = String, Path)), operation_id = "delete_webhook",
    responses(
        (status = NO_CONTENT, description = "It is gone"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<StatusCode, ApiError> {
    if state.store.delete_webhook(caller.id(), id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NoSuchWebhook)
    }
}

/// Tells one of the caller's webhooks `{"event": "test"}`, signed like everything that it is told, once and at once.
#[utoipa::path(post, path = "/api/webhooks/{id}/test", params(("id" = String, Path)), operation_id = "test_webhook",
    responses(
        (status = OK, description = "How it ended; a receiver that did not take it is an answer, too", body = AttemptView),
        (status = "4XX", description = "Why it was not tried", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn test(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<Json<AttemptView>, ApiError> {
    let webhook = state.store.webhook(caller.id(), id).await?.ok_or(ApiError::NoSuchWebhook)?;
    let told = tell(state.reach, &webhook, &Uuid::now_v7().to_string(), &Message::Test).await;
    let attempt = Attempt::now(&told);
    state.store.note_attempt(id, &attempt).await?;
    Ok(Json(attempt.into()))
}

impl WebhookView {
    fn of(webhook: &Webhook, last: Option<Attempt>) -> Self {
        Self { id: webhook.id.to_string(), url: webhook.url.to_string(), last: last.map(AttemptView::from) }
    }
}

impl From<Attempt> for AttemptView {
    fn from(Attempt { at, problem }: Attempt) -> Self {
        Self { at: at.to_string(), problem }
    }
}
