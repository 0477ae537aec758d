//! `atoll audit …`: what was done, by whom.

use clap::Subcommand;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    api::{Api, view::AuditEvent},
    exit::Exit,
    failure::Failure,
    output::{Output, Table, quantity},
};

/// `atoll audit …`
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// The newest events.
    List {
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Only those before this one; `next` of an earlier answer.
        #[arg(long, value_name = "ID")]
        before: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
struct Events {
    events: Vec<AuditEvent>,
    #[serde(default)]
    next: Option<Value>,
}

impl AuditCommand {
    /// Does it.
    pub(crate) async fn run(self, api: &Api, output: Output) -> Result<Exit, Failure> {
        let Self::List { limit, before } = self;
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(before.as_deref().map(|id| ("before", id)));
        let answer = api.get_with::<Events>(&["audit"], &query).await?;
        output.print(&answer.raw, |page| {
            let mut table = Table::new(&["TIME", "WHO", "WHAT", "TO", "OUTCOME"]);
            for event in &answer.view.events {
                let who = event.actor.as_ref().map_or_else(|| "-".to_owned(), shown);
                let at = quantity::moment(event.at);
                table.row([at, who, event.action.clone(), shown(&event.subject), event.outcome.clone()]);
            }
            table.write(page, "Nothing has been recorded.");
            if let Some(next) = &answer.view.next {
                page.line(&format!("Older ones: --before {}", shown(next)));
            }
        })?;
        Ok(Exit::Done)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}
