//! `atoll app logs`: what an app's containers wrote.

use clap::Args;
use serde::Deserialize;

use crate::{
    api::{Api, view::LogLine},
    exit::Exit,
    failure::Failure,
    output::{Output, Page, Tone},
};

/// `atoll app logs …`
#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// The app's id.
    app: String,
    /// Go on printing what is written, until interrupted. With --json: one object a line.
    #[arg(long, short)]
    follow: bool,
    /// How many of the last lines to begin with.
    #[arg(long, default_value_t = 200, value_name = "LINES")]
    tail: u32,
    /// Only this service.
    #[arg(long)]
    service: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Lines {
    lines: Vec<LogLine>,
}

impl LogsArgs {
    /// Prints them.
    pub(crate) async fn run(&self, api: &Api, output: Output) -> Result<Exit, Failure> {
        let tail = self.tail.to_string();
        let mut query = vec![("tail", tail.as_str())];
        query.extend(self.service.as_deref().map(|service| ("service", service)));
        if self.follow {
            return self.follow(api, &query, output).await;
        }
        let answer = api.get_with::<Lines>(&["apps", &self.app, "logs"], &query).await?;
        output.print(&answer.raw, |page| answer.view.lines.iter().for_each(|line| write_line(line, page)))?;
        Ok(Exit::Done)
    }

    async fn follow(&self, api: &Api, query: &[(&str, &str)], output: Output) -> Result<Exit, Failure> {
        let mut events = api.events(&["apps", &self.app, "logs", "stream"], query).await?;
        loop {
            let line = tokio::select! {
                line = events.next::<LogLine>("line") => line?,
                _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
            };
            let Some(line) = line else { return Ok(Exit::Done) };
            output.print_item(&line.raw, |page| write_line(&line.view, page))?;
        }
    }
}

fn write_line(line: &LogLine, page: &mut Page) {
    let tone = if line.stream == "stderr" { Tone::Warn } else { Tone::Quiet };
    page.part(tone, &format!("{} | ", line.service)).part(Tone::Plain, &line.line).end();
}
