//! `/profile`: what people change about themselves.

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    form::{Body, Form, Typed},
    permit::Peer,
    users::UserView,
};
use crate::{
    identity::{
        accounts::{AccountChanges, AccountError, DisplayName},
        password::NewPassword,
    },
    permissions::{
        Permit, Refusal,
        actions::{ChangeProfile, ViewProfile},
    },
    platform::Platform,
    secret::Secret,
};

/// What is to be different; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileBody {
    /// 1 to 100 characters.
    name: Option<String>,
    /// What they sign in with.
    email: Option<String>,
}

impl Typed for ProfileBody {
    type Meant = AccountChanges;

    fn parse(self, form: &mut Form) -> Option<AccountChanges> {
        let name = form.optional("name", self.name.map(DisplayName::try_from));
        let email = form.optional("email", self.email.map(|email| email.parse()));
        Some(AccountChanges { name: name?, email: email?, role: None, disabled: None })
    }
}

/// A new password for oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePasswordBody {
    current: Secret,
    /// 12 to 256 characters.
    new: Secret,
}

impl Typed for ChangePasswordBody {
    type Meant = (Secret, NewPassword);

    fn parse(self, form: &mut Form) -> Option<Self::Meant> {
        let new = form.field("new", self.new.try_into())?;
        Some((self.current, new))
    }
}

/// One's own account.
#[utoipa::path(get, path = "/api/v1/profile", operation_id = "profile", tag = "identity", responses((status = 200, body = UserView)))]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewProfile>,
) -> Result<Json<UserView>, ApiError> {
    let id = permit.actor().user_id().ok_or(Refusal::NotSignedIn)?;
    let user = platform.store.user(id).await?.ok_or(AccountError::Unknown)?;
    Ok(Json(user.into()))
}

/// Changes one's own name or address.
#[utoipa::path(
    patch, path = "/api/v1/profile", operation_id = "update_profile", tag = "identity", request_body = ProfileBody,
    responses((status = 200, body = UserView))
)]
pub(super) async fn update(
    State(platform): State<Platform>,
    permit: Permit<ChangeProfile>,
    Body(changes): Body<ProfileBody>,
) -> Result<Json<UserView>, ApiError> {
    let id = permit.actor().user_id().ok_or(Refusal::NotSignedIn)?;
    Ok(Json(platform.accounts.update(permit.actor(), id, changes).await?.into()))
}

/// Changes one's own password; ends all of one's other sessions.
#[utoipa::path(
    put, path = "/api/v1/profile/password", operation_id = "change_password", tag = "identity", request_body = ChangePasswordBody,
    responses((status = 204))
)]
pub(super) async fn change_password(
    State(platform): State<Platform>,
    permit: Permit<ChangeProfile>,
    Peer(from): Peer,
    Body((current, new)): Body<ChangePasswordBody>,
) -> Result<StatusCode, ApiError> {
    let session = permit.session().ok_or(Refusal::NotSignedIn)?;
    platform.accounts.change_password(permit.actor(), session, (current, from), new).await?;
    Ok(StatusCode::NO_CONTENT)
}
