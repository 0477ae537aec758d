//! Setting passwords.

use serde_json::json;

use super::find;
use crate::{api::Api, failure::Failure, output::Output, prompt::PasswordSource};

/// Sets another person's password.
pub(crate) async fn of(api: &Api, user: &str, source: PasswordSource, output: Output) -> Result<(), Failure> {
    let user = find::user(api, user).await?.view;
    let new = source.new_one(&format!("New password of {}: ", user.email))?;
    api.put(&["users", &user.id, "password"], &json!({ "new": new })).await?;
    let value = json!({ "user_id": user.id, "changed": true });
    output.print(&value, |page| page.line(&format!("Set the password of {}.", user.who())))
}

/// Changes one's own. From standard input: the current one on the first line, the new one on the second.
pub(crate) async fn own(api: &Api, source: PasswordSource, output: Output) -> Result<(), Failure> {
    let current = source.existing("Current password: ")?;
    let new = source.new_one("New password: ")?;
    api.put(&["profile", "password"], &json!({ "current": current, "new": new })).await?;
    output.print(&json!({ "changed": true }), |page| page.line("Changed your password."))
}
