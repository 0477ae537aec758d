//! `atoll audit …`: what was done, by whom.

use clap::{Args, Subcommand};
use serde::Deserialize;

use crate::{
    api::{Answer, Api, ApiError, view::AuditEvent},
    exit::Exit,
    failure::Failure,
    output::{Output, Table, quantity},
};

mod chain;
mod verify;

/// `atoll audit …`
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// The newest events.
    List(ListArgs),
    /// Read the whole trail and compute its chain of hashes once more, here.
    Verify(verify::VerifyArgs),
}

/// `atoll audit list …`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// How many, at most 200.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Only those before this one; `next` of an earlier answer.
    #[arg(long, value_name = "POSITION")]
    before: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Page {
    events: Vec<AuditEvent>,
    /// The position of the last of `events`, where older ones follow.
    #[serde(default)]
    next: Option<i64>,
}

impl AuditCommand {
    /// Does it.
    pub(crate) async fn run(self, api: &Api, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::List(args) => args.run(api, output).await,
            Self::Verify(args) => args.run(api, output).await,
        }
    }
}

impl ListArgs {
    async fn run(&self, api: &Api, output: Output) -> Result<Exit, Failure> {
        let answer = page(api, self.before, self.limit).await?;
        output.print(&answer.raw, |page| {
            let mut table = Table::new(&["TIME", "WHO", "WHAT", "TO", "OUTCOME", "DETAIL"]);
            for event in &answer.view.events {
                table.row([
                    quantity::moment(event.at),
                    event.who().to_owned(),
                    event.action.clone(),
                    event.subject.clone(),
                    event.outcome.clone(),
                    event.detail.clone(),
                ]);
            }
            table.write(page, "Nothing has been recorded.");
            if let Some(next) = answer.view.next {
                page.line(&format!("Older ones: --before {next}"));
            }
        })?;
        Ok(Exit::Done)
    }
}

async fn page(api: &Api, before: Option<i64>, limit: u32) -> Result<Answer<Page>, ApiError> {
    let (limit, before) = (limit.to_string(), before.map(|position| position.to_string()));
    let mut query = vec![("limit", limit.as_str())];
    query.extend(before.as_deref().map(|position| ("before", position)));
    api.get_with(&["audit"], &query).await
}
