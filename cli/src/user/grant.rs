//! Who may open what.

use reqwest::Method;
use serde_json::json;

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
    let path = ["apps", app, "grants", &user.id];
    // Because without a role the control plane gives the one that the allowlist marks as default.
    let body = role.map_or_else(|| json!({}), |role| json!({ "role": role }));
    let given: Answer<view::Grant> = api.send(Method::PUT, &path, &body).await?;
    let role = &given.view.role;
    output.print(&given.raw, |page| page.line(&format!("{} may open `{app}` as {role}.", user.who())))
}

/// Takes that back.
pub(crate) async fn take_back(api: &Api, user: &str, app: &str, output: Output) -> Result<(), Failure> {
    let user = find::user(api, user).await?.view;
    api.delete(&["apps", app, "grants", &user.id]).await?;
    let value = json!({ "app": app, "user_id": user.id, "revoked": true });
    output.print(&value, |page| page.line(&format!("{} may no longer open `{app}`.", user.who())))
}
