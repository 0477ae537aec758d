//! `atoll app …`: install, watch and remove apps.

use clap::{Args, Subcommand};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Answer, Api, view},
    exit::Exit,
    failure::Failure,
    output::Output,
};

mod logs;
mod operation;
mod overview;
mod steps;

use logs::LogsArgs;

/// `atoll app …`
#[derive(Debug, Subcommand)]
pub(crate) enum AppCommand {
    /// The installed apps and how they are.
    List,
    /// One app: state, containers, verification, who may open it.
    Show {
        /// The app's id.
        app: String,
    },
    /// Install an app from the allowlist and start it.
    Install(Change),
    /// Start a stopped app.
    Start(Change),
    /// Stop an app; its data stays.
    Stop(Change),
    /// Remove an app's containers and network; its data stays unless said otherwise.
    Remove(Remove),
    /// What an app's containers wrote.
    Logs(LogsArgs),
}

/// An app that is changed.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// The app's id.
    app: String,
    /// Show the steps while they happen, and fail if it fails.
    #[arg(long, short)]
    wait: bool,
}

/// An app that is removed.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    #[command(flatten)]
    change: Change,
    /// Also delete the app's data. There is no way back.
    #[arg(long)]
    delete_volumes: bool,
}

#[derive(Debug, Deserialize)]
struct Apps {
    apps: Vec<view::App>,
}

impl AppCommand {
    /// Does it.
    pub(crate) async fn run(self, api: &Api, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::List => {
                let answer = api.get::<Apps>(&["apps"]).await?;
                output.print(&answer.raw, |page| overview::list(&answer.view.apps, page))?;
                Ok(Exit::Done)
            }
            Self::Show { app } => show(api, &app, output).await,
            Self::Install(change) => {
                let begun = api.send(Method::POST, &["apps"], &json!({ "app": change.app })).await?;
                change.follow(api, begun, output).await
            }
            Self::Start(change) => {
                let begun = api.post(&["apps", &change.app, "start"]).await?;
                change.follow(api, begun, output).await
            }
            Self::Stop(change) => {
                let begun = api.post(&["apps", &change.app, "stop"]).await?;
                change.follow(api, begun, output).await
            }
            Self::Remove(Remove { change, delete_volumes }) => {
                let volumes = if delete_volumes { "delete" } else { "keep" };
                let begun = api.delete_with(&["apps", &change.app], &[("volumes", volumes)]).await?;
                change.follow(api, begun, output).await
            }
            Self::Logs(args) => args.run(api, output).await,
        }
    }
}

impl Change {
    async fn follow(
        &self,
        api: &Api,
        begun: Answer<view::Operation>,
        output: Output,
    ) -> Result<Exit, Failure> {
        if self.wait {
            return operation::follow(api, begun, output).await;
        }
        output.print(&begun.raw, |page| {
            let view::Operation { kind, app, id, .. } = &begun.view;
            page.line(&format!("Begun: {kind} `{app}` (operation {id})."));
            page.line(&format!("`atoll app show {app}` tells how far it is; --wait shows the steps."));
        })?;
        Ok(Exit::Done)
    }
}

async fn show(api: &Api, app: &str, output: Output) -> Result<Exit, Failure> {
    let found = api.get::<view::App>(&["apps", app]).await?;
    let grants = api.get::<view::Grants>(&["apps", app, "grants"]).await?;
    let value = json!({ "app": found.raw, "grants": grants.raw["grants"] });
    output.print(&value, |page| overview::one(&found.view, &grants.view.grants, page))?;
    Ok(Exit::Done)
}
