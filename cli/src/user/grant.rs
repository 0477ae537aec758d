//! Who may open what.

use reqwest::Method;
use serde_json::{Value, json};

use super::find;
use crate::{
    api::{Answer, Api, view},
    failure::Failure,
    output::Output,
};

/// Lets a person open an app.
pub(crate) async fn give(
    api: &Api,
    user: &str,
    app: &str,
    role: Option<String>,
    output: Output,
) -> Result<(), Failure> {
    let user = find::user(api, user).await?.view;
    let role = match role {
        Some(role) => role,
        None => default_role(api, app).await?,
    };
    let path = ["apps", app, "grants", &user.id];
    let given: Answer<Value> = api.send(Method::PUT, &path, &json!({ "role": role })).await?;
    output.print(&given.raw, |page| page.line(&format!("{} may open `{app}` as {role}.", user.who())))
}

/// Takes that back.
pub(crate) async fn take_back(api: &Api, user: &str, app: &str, output: Output) -> Result<(), Failure> {
    let user = find::user(api, user).await?.view;
    api.delete(&["apps", app, "grants", &user.id]).await?;
    let value = json!({ "app": app, "user_id": user.id, "revoked": true });
    output.print(&value, |page| page.line(&format!("{} may no longer open `{app}`.", user.who())))
}

/// The role that the allowlist marks as the one a plain grant means.
async fn default_role(api: &Api, app: &str) -> Result<String, Failure> {
    let entry = api.get::<view::CatalogueEntry>(&["catalogue", app]).await?.view;
    if let Some(role) = entry.roles.iter().find(|role| role.default) {
        return Ok(role.id.clone());
    }
    let roles = entry.roles.iter().map(|role| role.id.as_str()).collect::<Vec<_>>().join(", ");
    Err(Failure::new(format!("`{app}` has no default role")).cure(format!("name one with --role: {roles}")))
}
