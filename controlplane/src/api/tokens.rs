//! `/profile/tokens` and `/users/{id}/tokens`: by what programs act for a person.

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    form::{Body, Form, Typed},
};
use crate::{
    identity::{
        accounts::{AccountError, DisplayName},
        tokens::{AccessToken, NewAccessToken, Scope, Scopes},
    },
    ids::{AccessTokenId, UserId},
    permissions::{
        Permit, Refusal,
        actions::{CreateToken, RevokeToken, RevokeTokenOf, ViewTokens, ViewUser},
    },
    platform::Platform,
};

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccessTokenView {
    id: AccessTokenId,
    /// What its owner calls it.
    name: String,
    /// `api:read`, `api:write` or `app:<id>` each.
    scopes: Vec<String>,
    created_at: Timestamp,
    /// Absent when it lives until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// Absent when it was never used.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Timestamp>,
}

impl From<&AccessToken> for AccessTokenView {
    fn from(token: &AccessToken) -> Self {
        Self {
            id: token.id,
            name: token.name.clone(),
            scopes: token.scopes.iter().map(Scope::to_string).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at(),
        }
    }
}

/// The tokens of one person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccessTokensView {
    tokens: Vec<AccessTokenView>,
}

impl AccessTokensView {
    fn of(platform: &Platform, user: UserId) -> Self {
        Self {
            tokens: platform.tokens.of(user).iter().map(|token| AccessTokenView::from(&**token)).collect(),
        }
    }
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewAccessTokenView {
    /// What the program keeps. It is told this once.
    secret: String,
    token: AccessTokenView,
}

/// A token to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccessTokenBody {
    /// 1 to 100 characters, such as what will use it.
    name: String,
    /// `api:read`, `api:write` (which includes reading) or `app:<id>`; 1 to 50.
    scopes: Vec<String>,
    /// 1 to 366. Absent for one that lives until it is revoked, which only a token without `api:` may.
    expires_in_days: Option<u16>,
}

impl Typed for NewAccessTokenBody {
    type Meant = NewAccessToken;

    fn parse(self, form: &mut Form) -> Option<NewAccessToken> {
        let name = form.field("name", DisplayName::try_from(self.name));
        let scopes: Result<Vec<Scope>, _> = self.scopes.iter().map(|scope| scope.parse()).collect();
        let scopes = form.field("scopes", scopes.and_then(Scopes::new));
        Some(NewAccessToken { name: name?, scopes: scopes?, days: self.expires_in_days })
    }
}

/// One's own tokens, oldest first, without their secrets.
#[utoipa::path(
    get, path = "/api/v1/profile/tokens", operation_id = "tokens", tag = "identity", responses((status = 200, body = AccessTokensView))
)]
pub(super) async fn list(
    State(platform): State<Platform>,
    permit: Permit<ViewTokens>,
) -> Result<Json<AccessTokensView>, ApiError> {
    let user = permit.actor().user_id().ok_or(Refusal::NotSignedIn)?;
    Ok(Json(AccessTokensView::of(&platform, user)))
}

/// Makes a token for a program. Its secret is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/profile/tokens", operation_id = "create_token", tag = "identity", request_body = NewAccessTokenBody,
    responses((status = 201, body = NewAccessTokenView))
)]
pub(super) async fn create(
    State(platform): State<Platform>,
    permit: Permit<CreateToken>,
    Body(new): Body<NewAccessTokenBody>,
) -> Result<impl IntoResponse, ApiError> {
    let user = permit.actor().user_id().ok_or(Refusal::NotSignedIn)?;
    let (secret, token) = platform.tokens.create(permit.actor(), user, new).await?;
    let view = NewAccessTokenView { secret: secret.expose().to_owned(), token: (&*token).into() };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Ends a token of one's own, and everything that was opened by it, at once.
#[utoipa::path(
    delete, path = "/api/v1/profile/tokens/{id}", operation_id = "revoke_token", tag = "identity",
    params(("id" = AccessTokenId, Path)), responses((status = 204))
)]
pub(super) async fn revoke(
    State(platform): State<Platform>,
    permit: Permit<RevokeToken>,
) -> Result<StatusCode, ApiError> {
    let user = permit.actor().user_id().ok_or(Refusal::NotSignedIn)?;
    platform.tokens.revoke(permit.actor(), user, *permit.subject()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's tokens, oldest first, without their secrets.
#[utoipa::path(
    get, path = "/api/v1/users/{id}/tokens", operation_id = "user_tokens", tag = "people", params(("id" = UserId, Path)),
    responses((status = 200, body = AccessTokensView))
)]
pub(super) async fn list_of(
    State(platform): State<Platform>,
    permit: Permit<ViewUser>,
) -> Result<Json<AccessTokensView>, ApiError> {
    let user = *permit.subject();
    platform.access.person(user).ok_or(AccountError::Unknown)?;
    Ok(Json(AccessTokensView::of(&platform, user)))
}

/// Ends somebody's token, and everything that was opened by it, at once.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}/tokens/{token_id}", operation_id = "revoke_user_token", tag = "people",
    params(("id" = UserId, Path), ("token_id" = AccessTokenId, Path)), responses((status = 204))
)]
pub(super) async fn revoke_of(
    State(platform): State<Platform>,
    permit: Permit<RevokeTokenOf>,
) -> Result<StatusCode, ApiError> {
    let (user, token) = *permit.subject();
    platform.tokens.revoke(permit.actor(), user, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
