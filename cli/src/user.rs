//! `atoll user …`: people and what they may open.

use clap::{Subcommand, ValueEnum};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::{Answer, Api, view},
    exit::Exit,
    failure::Failure,
    output::{Output, Table, Tone, quantity},
    prompt::PasswordSource,
};

pub(crate) mod find;
mod grant;
mod password;

/// `atoll user …`
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Everybody.
    List,
    /// Add a person.
    Add {
        /// Their e-mail address, with which they sign in.
        #[arg(long)]
        email: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Administrators manage apps and people; members open what they were given.
        #[arg(long, value_enum, default_value_t = PlatformRole::Member)]
        role: PlatformRole,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// One person and what they may open.
    Show {
        /// E-mail address or id.
        user: String,
    },
    /// Shut a person out at once; their data stays.
    Disable {
        /// E-mail address or id.
        user: String,
    },
    /// Let a disabled person in again.
    Enable {
        /// E-mail address or id.
        user: String,
    },
    /// Let a person open an app.
    Grant {
        /// E-mail address or id.
        user: String,
        /// The app's id.
        app: String,
        /// The role in the app [default: the one that the allowlist marks as default].
        #[arg(long)]
        role: Option<String>,
    },
    /// Take back what `grant` gave. What they have open closes.
    Revoke {
        /// E-mail address or id.
        user: String,
        /// The app's id.
        app: String,
    },
    /// Set a password: a person's, or your own when none is named.
    Passwd {
        /// E-mail address or id.
        user: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
    },
}

/// What a person is to the platform.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PlatformRole {
    /// Manages apps and people.
    Admin,
    /// Opens what they were given.
    Member,
}

#[derive(Debug, Deserialize)]
struct Users {
    users: Vec<view::User>,
}

impl UserCommand {
    /// Does it.
    pub(crate) async fn run(self, api: &Api, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::List => list(api, output).await?,
            Self::Add { email, name, role, password } => {
                let password = password.new_one(&format!("Password for {email}: "))?;
                let body = json!({ "name": name, "email": email, "role": role, "password": password });
                let added: Answer<view::User> = api.send(Method::POST, &["users"], &body).await?;
                let who = added.view.who();
                output
                    .print(&added.raw, |page| page.line(&format!("Added {who} as {}.", added.view.role)))?;
            }
            Self::Show { user } => show(api, &user, output).await?,
            Self::Disable { user } => set_disabled(api, &user, true, output).await?,
            Self::Enable { user } => set_disabled(api, &user, false, output).await?,
            Self::Grant { user, app, role } => grant::give(api, &user, &app, role, output).await?,
            Self::Revoke { user, app } => grant::take_back(api, &user, &app, output).await?,
            Self::Passwd { user: Some(user), password } => password::of(api, &user, password, output).await?,
            Self::Passwd { user: None, password } => password::own(api, password, output).await?,
        }
        Ok(Exit::Done)
    }
}

async fn list(api: &Api, output: Output) -> Result<(), Failure> {
    let answer = api.get::<Users>(&["users"]).await?;
    output.print(&answer.raw, |page| {
        let mut table = Table::new(&["EMAIL", "NAME", "ROLE", "STATE", "LAST SIGNED IN"]);
        for user in &answer.view.users {
            let (tone, state) =
                if user.disabled { (Tone::Warn, "disabled") } else { (Tone::Plain, "active") };
            table.toned_row([
                (Tone::Plain, user.email.clone()),
                (Tone::Plain, user.name.clone()),
                (Tone::Plain, user.role.clone()),
                (tone, state.to_owned()),
                (Tone::Plain, user.last_login_at.map_or_else(|| "never".to_owned(), quantity::moment)),
            ]);
        }
        table.write(page, "There is nobody.");
    })
}

async fn show(api: &Api, user: &str, output: Output) -> Result<(), Failure> {
    let found = find::user(api, user).await?;
    let grants = api.get::<view::Grants>(&["users", &found.view.id, "grants"]).await?;
    let value = json!({ "user": found.raw, "grants": grants.raw["grants"] });
    output.print(&value, |page| {
        page.part(Tone::Strong, &found.view.who()).part(Tone::Quiet, &format!("  {}", found.view.role)).end();
        if found.view.disabled {
            page.part(Tone::Warn, "disabled: cannot sign in").end();
        }
        page.heading("May open");
        let mut table = Table::new(&["APP", "ROLE"]);
        for grant in &grants.view.grants {
            table.row([grant.app.clone(), grant.role.clone()]);
        }
        table.write(page, &format!("Nothing yet. `atoll user grant {user} APP` changes that."));
    })
}

async fn set_disabled(api: &Api, user: &str, disabled: bool, output: Output) -> Result<(), Failure> {
    let id = find::user(api, user).await?.view.id;
    let body = json!({ "disabled": disabled });
    let changed: Answer<view::User> = api.send(Method::PATCH, &["users", &id], &body).await?;
    let word = if disabled { "Disabled" } else { "Enabled" };
    output.print(&changed.raw, |page| page.line(&format!("{word} {}.", changed.view.who())))
}
