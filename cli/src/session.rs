//! Signing in and out, and who one is.

use clap::Args;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::{Api, ApiError, view},
    exit::Exit,
    failure::Failure,
    output::{Output, quantity},
    prompt::{Password, PasswordSource},
    server::ServerArgs,
};

mod status;
mod stored;

pub(crate) use status::status;
pub(crate) use stored::StoredSession;

/// `atoll login`
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Your e-mail address.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Serialize)]
struct Credentials<'a> {
    email: &'a str,
    password: &'a Password,
}

#[derive(Debug, Deserialize)]
struct SessionView {
    user: view::User,
    expires_at: Timestamp,
}

impl LoginArgs {
    /// Signs in and stores the session.
    pub(crate) async fn run(&self, output: Output) -> Result<Exit, Failure> {
        let api = self.server.anonymous_api()?;
        if !api.is_private() {
            output.note("note: this address is plain http beyond this machine: your password crosses the network unencrypted");
        }
        let password = self.password.existing(&format!("Password of {}: ", self.email))?;
        let credentials = Credentials { email: &self.email, password: &password };
        let (token, answer) = api.sign_in::<SessionView>(&credentials).await?;
        let session = answer.view;
        let path = StoredSession { url: api.base().clone(), token, expires_at: session.expires_at }.save()?;
        let value = json!({ "url": api.base(), "user": answer.raw["user"], "expires_at": session.expires_at, "session_file": path });
        output.print(&value, |page| {
            let until = quantity::moment(session.expires_at);
            page.line(&format!("Signed in to {} as {} until {until}.", api.shown(), session.user.who()));
        })?;
        Ok(Exit::Done)
    }
}

/// `atoll logout`: ends the session everywhere and forgets it.
pub(crate) async fn logout(server: &ServerArgs, output: Output) -> Result<Exit, Failure> {
    let api = server.api()?;
    let had_one = api.is_signed_in();
    let told = if had_one { api.delete(&["session"]).await } else { Ok(()) };
    StoredSession::forget(api.base())?;
    match told {
        Ok(()) | Err(ApiError::NotSignedIn { .. }) => {}
        Err(error) => return Err(not_told(&api, error)),
    }
    output.print(&json!({ "url": api.base(), "signed_out": had_one }), |page| {
        page.line(&match had_one {
            true => format!("Signed out of {}.", api.shown()),
            false => format!("Nobody was signed in to {}: nothing to do.", api.shown()),
        });
    })?;
    Ok(Exit::Done)
}

fn not_told(api: &Api, error: ApiError) -> Failure {
    Failure::because(format!("the session is forgotten here, but {} could not be told", api.shown()), &error)
        .cure(
            "the session stays valid there until it runs out; sign in again and out again to end it at once",
        )
}
