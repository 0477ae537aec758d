//! `/setup`: the first run.

use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    form::{Body, Form, Typed},
    identify::sign_in_cookie,
    permit::Peer,
    session::SessionView,
};
use crate::{
    identity::accounts::{DisplayName, NewAccount},
    platform::Platform,
    secret::Secret,
};

/// Whether the first administrator is still to be made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SetupView {
    needed: bool,
}

/// The first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetupBody {
    /// The one-time code, as `atoll-controlplane setup-code` printed it.
    code: Secret,
    /// 1 to 100 characters.
    name: String,
    /// What they will sign in with.
    email: String,
    /// 12 to 256 characters.
    password: Secret,
}

impl Typed for SetupBody {
    type Meant = (Secret, NewAccount);

    fn parse(self, form: &mut Form) -> Option<Self::Meant> {
        let account = parse_account(form, self.name, &self.email, self.password)?;
        Some((self.code, account))
    }
}

/// Parses the three fields of an account.
pub(super) fn parse_account(
    form: &mut Form,
    name: String,
    email: &str,
    password: Secret,
) -> Option<NewAccount> {
    let name = form.field("name", DisplayName::try_from(name));
    let email = form.field("email", email.parse());
    let password = form.field("password", password.try_into());
    Some(NewAccount { name: name?, email: email?, password: password? })
}

/// Whether the first administrator is still to be made.
#[utoipa::path(get, path = "/api/v1/setup", operation_id = "setup", tag = "identity", security(()), responses((status = 200, body = SetupView)))]
pub(super) async fn show(State(platform): State<Platform>) -> Json<SetupView> {
    Json(SetupView { needed: platform.accounts.setup_needed() })
}

/// Makes the first administrator with a one-time code, and signs them in.
#[utoipa::path(
    post, path = "/api/v1/setup", operation_id = "complete_setup", tag = "identity", security(()), request_body = SetupBody,
    responses((status = 201, body = SessionView))
)]
pub(super) async fn complete(
    State(platform): State<Platform>,
    Peer(from): Peer,
    Body((code, account)): Body<SetupBody>,
) -> Result<impl IntoResponse, ApiError> {
    let login = platform.accounts.complete_setup(&code, account, from).await?;
    let view = SessionView::of(&platform, &login.session).await?;
    Ok((StatusCode::CREATED, AppendHeaders([sign_in_cookie(&login)]), Json(view)))
}
