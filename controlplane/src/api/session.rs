//! `/session`: signing in and out.

use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    form::{Body, Form, Typed},
    identify::{sign_in_cookie, sign_out_cookie},
    permit::Peer,
    users::UserView,
};
use crate::{
    identity::{accounts::AccountError, session::Session},
    permissions::{
        Permit, Refusal,
        actions::{EndSession, ViewSession},
    },
    platform::Platform,
    secret::Secret,
};

/// Who is signed in, and for how long.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    user: UserView,
    expires_at: Timestamp,
}

impl SessionView {
    pub(super) async fn of(platform: &Platform, session: &Session) -> Result<Self, ApiError> {
        let user = platform.store.user(session.user).await?.ok_or(AccountError::Unknown)?;
        Ok(Self { user: user.into(), expires_at: session.expires_at })
    }
}

/// A login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    email: String,
    password: Secret,
}

impl Typed for SignInBody {
    type Meant = Self;

    /// Anything goes: an address that cannot exist is told from an unknown one by nothing.
    fn parse(self, _: &mut Form) -> Option<Self> {
        Some(self)
    }
}

/// Signs in. The answer and its time are the same for an unknown address and a wrong password.
#[utoipa::path(
    post, path = "/api/v1/session", operation_id = "sign_in", tag = "identity", security(()), request_body = SignInBody,
    responses((status = 200, body = SessionView))
)]
pub(super) async fn sign_in(
    State(platform): State<Platform>,
    Peer(from): Peer,
    Body(typed): Body<SignInBody>,
) -> Result<impl IntoResponse, ApiError> {
    let login = platform.accounts.sign_in(&typed.email, typed.password, from).await?;
    let view = SessionView::of(&platform, &login.session).await?;
    Ok((AppendHeaders([sign_in_cookie(&login)]), Json(view)))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "session", tag = "identity", responses((status = 200, body = SessionView)))]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewSession>,
) -> Result<Json<SessionView>, ApiError> {
    let session = permit.session().ok_or(Refusal::NotSignedIn)?;
    Ok(Json(SessionView::of(&platform, session).await?))
}

/// Signs out, here and in every app that was opened from here, at once.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "sign_out", tag = "identity", responses((status = 204)))]
pub(super) async fn sign_out(
    State(platform): State<Platform>,
    permit: Permit<EndSession>,
) -> Result<impl IntoResponse, ApiError> {
    let session = permit.session().ok_or(Refusal::NotSignedIn)?;
    platform.accounts.sign_out(permit.actor(), session).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([sign_out_cookie()])))
}
