//! `atoll token …`: by what programs use the API and open apps.

use clap::Subcommand;
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Answer, Api},
    exit::Exit,
    failure::Failure,
    output::{Output, Table, quantity},
    user::find,
};

/// `atoll token …`
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token. It is printed once, alone on standard output, and cannot be shown again.
    Create {
        /// What will use it, so that you know it again.
        name: String,
        /// What it is good for: api:read, api:write, or app: with an app's id. May be given several times.
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// For how many days, up to 366. Without it the token lives until it is revoked, which none for the API may.
        #[arg(long)]
        days: Option<u16>,
    },
    /// Your tokens, or somebody's, with when each was last used.
    List {
        /// Whose, by e-mail address or id [default: your own]. Administrators may.
        #[arg(long)]
        user: Option<String>,
    },
    /// End a token, and what it has open, at once.
    Revoke {
        /// Its id, as `list` shows it.
        id: String,
        /// Whose it is, by e-mail address or id [default: your own]. Administrators may.
        #[arg(long)]
        user: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
struct Tokens {
    tokens: Vec<Token>,
}

/// Unknown fields are let be, as everywhere in what the API answers.
#[derive(Debug, Deserialize)]
struct Token {
    id: String,
    name: String,
    scopes: Vec<String>,
    #[serde(default)]
    expires_at: Option<Timestamp>,
    #[serde(default)]
    last_used_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct NewToken {
    secret: String,
    token: Token,
}

impl TokenCommand {
    /// Does it.
    pub(crate) async fn run(self, api: &Api, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Create { name, scopes, days } => create(api, &name, &scopes, days, output).await?,
            Self::List { user } => list(api, user.as_deref(), output).await?,
            Self::Revoke { id, user } => {
                match user {
                    Some(user) => {
                        let owner = find::user(api, &user).await?.view.id;
                        api.delete(&["users", &owner, "tokens", &id]).await?;
                    }
                    None => api.delete(&["profile", "tokens", &id]).await?,
                }
                output.print(&json!({ "id": id, "revoked": true }), |page| page.line("Revoked."))?;
            }
        }
        Ok(Exit::Done)
    }
}

async fn create(
    api: &Api,
    name: &str,
    scopes: &[String],
    days: Option<u16>,
    output: Output,
) -> Result<(), Failure> {
    let mut body = json!({ "name": name, "scopes": scopes });
    if let Some(days) = days {
        body["expires_in_days"] = days.into();
    }
    let made: Answer<NewToken> = api.send(Method::POST, &["profile", "tokens"], &body).await?;
    let NewToken { secret, token } = made.view;
    let until = token
        .expires_at
        .map_or_else(|| "until it is revoked".to_owned(), |end| format!("until {}", quantity::moment(end)));
    // Beside the output, so that `TOKEN=$(atoll token create …)` holds the token and nothing else.
    output
        .note(&format!("Good for {} {until}. Keep it now: it is not shown again.", token.scopes.join(", ")));
    output.print(&made.raw, |page| page.line(&secret))
}

async fn list(api: &Api, user: Option<&str>, output: Output) -> Result<(), Failure> {
    let (answer, none) = match user {
        Some(user) => {
            let owner = find::user(api, user).await?.view;
            let answer = api.get::<Tokens>(&["users", &owner.id, "tokens"]).await?;
            (answer, format!("{} has none.", owner.who()))
        }
        None => {
            let none = "You have none. `atoll token create NAME --scope app:APP` makes one.";
            (api.get(&["profile", "tokens"]).await?, none.to_owned())
        }
    };
    output.print(&answer.raw, |page| {
        let mut table = Table::new(&["ID", "NAME", "SCOPES", "ENDS", "LAST USED"]);
        let moment = |moment: Option<Timestamp>| moment.map_or_else(|| "never".to_owned(), quantity::moment);
        for token in &answer.view.tokens {
            table.row([
                token.id.clone(),
                token.name.clone(),
                token.scopes.join(" "),
                moment(token.expires_at),
                moment(token.last_used_at),
            ]);
        }
        table.write(page, &none);
    })
}
