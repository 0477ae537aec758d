//! `/apps/{app}/grants`: who was given an app.

use atoll_sandbox::{allowlist::RoleId, names::AppId};
use axum::{Json, extract::State};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    form::{Body, Form, Typed},
};
use crate::{
    identity::Person,
    ids::UserId,
    permissions::{
        Permit,
        actions::{ManageGrant, ViewGrants},
        grants::GrantError,
    },
    platform::Platform,
    store::permissions::Grant,
};

/// A person and an app that they may open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantView {
    #[schema(value_type = String)]
    app: AppId,
    user_id: UserId,
    /// The person's name.
    name: String,
    /// The person's address.
    email: String,
    /// The id of one of the app's roles.
    role: String,
    granted_at: Timestamp,
}

/// Grants, by app and then by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantsView {
    grants: Vec<GrantView>,
}

impl GrantsView {
    /// The grants that `wanted` picks.
    pub(super) async fn read(platform: &Platform, wanted: impl Fn(&Grant) -> bool) -> Result<Self, ApiError> {
        let picked = platform.store.grants().await?.into_iter().filter(wanted);
        // A person who was removed since the rows were read has lost their grants too.
        let mut grants: Vec<_> =
            picked.filter_map(|grant| Some(view(&*platform.access.person(grant.user)?, grant))).collect();
        grants.sort_by_cached_key(|grant: &GrantView| (grant.app.clone(), grant.name.to_lowercase()));
        Ok(Self { grants })
    }
}

fn view(person: &Person, grant: Grant) -> GrantView {
    GrantView {
        app: grant.app,
        user_id: grant.user,
        name: person.name.clone(),
        email: person.email.as_str().to_owned(),
        role: grant.role.0,
        granted_at: grant.granted_at,
    }
}

/// What somebody is to be in an app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantBody {
    /// The id of one of the app's roles; its default one when absent.
    role: Option<String>,
}

impl Typed for GrantBody {
    type Meant = Option<RoleId>;

    fn parse(self, _: &mut Form) -> Option<Self::Meant> {
        Some(self.role.map(RoleId))
    }
}

/// Who was given an app.
#[utoipa::path(
    get, path = "/api/v1/apps/{app}/grants", operation_id = "app_grants", tag = "people", params(("app" = String, Path)),
    responses((status = 200, body = GrantsView))
)]
pub(super) async fn list(
    State(platform): State<Platform>,
    permit: Permit<ViewGrants>,
) -> Result<Json<GrantsView>, ApiError> {
    let app = permit.subject();
    GrantsView::read(&platform, |grant| grant.app == *app).await.map(Json)
}

/// Gives an app to a person, or another role in it.
#[utoipa::path(
    put, path = "/api/v1/apps/{app}/grants/{user_id}", operation_id = "give_grant", tag = "people",
    params(("app" = String, Path), ("user_id" = UserId, Path)), request_body = GrantBody,
    responses((status = 200, body = GrantView))
)]
pub(super) async fn give(
    State(platform): State<Platform>,
    permit: Permit<ManageGrant>,
    Body(role): Body<GrantBody>,
) -> Result<Json<GrantView>, ApiError> {
    let (app, user) = permit.subject();
    let person = platform.access.person(*user).ok_or(GrantError::UnknownUser)?;
    let grant = platform.grants.give(permit.actor(), *user, app, role).await?;
    Ok(Json(view(&person, grant)))
}

/// Takes an app away from a person, at once; open connections are closed.
#[utoipa::path(
    delete, path = "/api/v1/apps/{app}/grants/{user_id}", operation_id = "take_grant", tag = "people",
    params(("app" = String, Path), ("user_id" = UserId, Path)), responses((status = 204))
)]
pub(super) async fn take(
    State(platform): State<Platform>,
    permit: Permit<ManageGrant>,
) -> Result<StatusCode, ApiError> {
    let (app, user) = permit.subject();
    platform.grants.take(permit.actor(), *user, app).await?;
    Ok(StatusCode::NO_CONTENT)
}
