//! `/users`: the people of this Atoll.

use axum::{Json, extract::State, response::IntoResponse};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    form::{Body, Form, Typed},
    grants::GrantsView,
    setup::parse_account,
};
use crate::{
    identity::{
        PlatformRole,
        accounts::{AccountChanges, AccountError, DisplayName, NewAccount},
        password::NewPassword,
    },
    ids::UserId,
    permissions::{
        Permit,
        actions::{AddUser, ManageUser, ViewUser, ViewUsers},
    },
    platform::Platform,
    secret::Secret,
    store::users::UserRecord,
};

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    id: UserId,
    name: String,
    email: String,
    role: PlatformRole,
    /// Whether they are kept out.
    disabled: bool,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login_at: Option<Timestamp>,
}

impl From<UserRecord> for UserView {
    fn from(record: UserRecord) -> Self {
        let UserRecord { person, created_at, last_login_at } = record;
        let email = person.email.as_str().to_owned();
        let (id, name, role, disabled) = (person.id, person.name, person.role, person.disabled);
        Self { id, name, email, role, disabled, created_at, last_login_at }
    }
}

/// Everybody.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsersView {
    users: Vec<UserView>,
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUserBody {
    /// 1 to 100 characters.
    name: String,
    /// What they will sign in with.
    email: String,
    /// 12 to 256 characters; they should change it.
    password: Secret,
    role: PlatformRole,
}

impl Typed for NewUserBody {
    type Meant = (NewAccount, PlatformRole);

    fn parse(self, form: &mut Form) -> Option<Self::Meant> {
        Some((parse_account(form, self.name, &self.email, self.password)?, self.role))
    }
}

/// What is to be different; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserBody {
    /// 1 to 100 characters.
    name: Option<String>,
    email: Option<String>,
    role: Option<PlatformRole>,
    /// `true` keeps them out at once.
    disabled: Option<bool>,
}

impl Typed for UserBody {
    type Meant = AccountChanges;

    fn parse(self, form: &mut Form) -> Option<AccountChanges> {
        let name = form.optional("name", self.name.map(DisplayName::try_from));
        let email = form.optional("email", self.email.map(|email| email.parse()));
        Some(AccountChanges { name: name?, email: email?, role: self.role, disabled: self.disabled })
    }
}

/// A new password for somebody else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetPasswordBody {
    /// 12 to 256 characters.
    new: Secret,
}

impl Typed for ResetPasswordBody {
    type Meant = NewPassword;

    fn parse(self, form: &mut Form) -> Option<NewPassword> {
        form.field("new", self.new.try_into())
    }
}

/// Everybody, by name.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "users", tag = "people", responses((status = 200, body = UsersView)))]
pub(super) async fn list(
    State(platform): State<Platform>,
    _permit: Permit<ViewUsers>,
) -> Result<Json<UsersView>, ApiError> {
    let users = platform.store.users().await?.into_iter().map(UserView::from).collect();
    Ok(Json(UsersView { users }))
}

/// Adds a person.
#[utoipa::path(
    post, path = "/api/v1/users", operation_id = "create_user", tag = "people", request_body = NewUserBody,
    responses((status = 201, body = UserView))
)]
pub(super) async fn create(
    State(platform): State<Platform>,
    permit: Permit<AddUser>,
    Body((account, role)): Body<NewUserBody>,
) -> Result<impl IntoResponse, ApiError> {
    let user = platform.accounts.create(permit.actor(), account, role).await?;
    Ok((StatusCode::CREATED, Json(UserView::from(user))))
}

/// One person.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", operation_id = "user", tag = "people", params(("id" = UserId, Path)),
    responses((status = 200, body = UserView))
)]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewUser>,
) -> Result<Json<UserView>, ApiError> {
    let user = platform.store.user(*permit.subject()).await?.ok_or(AccountError::Unknown)?;
    Ok(Json(user.into()))
}

/// Changes a person.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", operation_id = "update_user", tag = "people", params(("id" = UserId, Path)), request_body = UserBody,
    responses((status = 200, body = UserView))
)]
pub(super) async fn update(
    State(platform): State<Platform>,
    permit: Permit<ManageUser>,
    Body(changes): Body<UserBody>,
) -> Result<Json<UserView>, ApiError> {
    Ok(Json(platform.accounts.update(permit.actor(), *permit.subject(), changes).await?.into()))
}

/// Removes a person; what they made in apps stays there.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}", operation_id = "delete_user", tag = "people", params(("id" = UserId, Path)), responses((status = 204))
)]
pub(super) async fn delete(
    State(platform): State<Platform>,
    permit: Permit<ManageUser>,
) -> Result<StatusCode, ApiError> {
    platform.accounts.delete(permit.actor(), *permit.subject()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets somebody's password; ends all their sessions and tokens.
#[utoipa::path(
    put, path = "/api/v1/users/{id}/password", operation_id = "reset_password", tag = "people", params(("id" = UserId, Path)),
    request_body = ResetPasswordBody, responses((status = 204))
)]
pub(super) async fn reset_password(
    State(platform): State<Platform>,
    permit: Permit<ManageUser>,
    Body(password): Body<ResetPasswordBody>,
) -> Result<StatusCode, ApiError> {
    platform.accounts.reset_password(permit.actor(), *permit.subject(), password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The apps that a person was given.
#[utoipa::path(
    get, path = "/api/v1/users/{id}/grants", operation_id = "user_grants", tag = "people", params(("id" = UserId, Path)),
    responses((status = 200, body = GrantsView))
)]
pub(super) async fn grants(
    State(platform): State<Platform>,
    permit: Permit<ViewUser>,
) -> Result<Json<GrantsView>, ApiError> {
    let id = *permit.subject();
    platform.access.person(id).ok_or(AccountError::Unknown)?;
    GrantsView::read(&platform, |grant| grant.user == id).await.map(Json)
}
