//! `atoll egress APP`: where an app may go, where it went, and what it was kept from.

use clap::Args;
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    api::Api,
    exit::Exit,
    failure::Failure,
    output::{Output, Page, Table, quantity},
    server::ServerArgs,
};

/// `atoll egress …`
#[derive(Debug, Args)]
pub(crate) struct EgressArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The app's id.
    app: String,
}

/// Unknown fields are let be, as everywhere in what the API answers.
#[derive(Debug, Deserialize)]
struct Egress {
    since: Timestamp,
    allowed: Vec<Allowed>,
    reached: u64,
    sent_bytes: u64,
    received_bytes: u64,
    hosts: Vec<Reached>,
    blocked: Vec<Blocked>,
}

#[derive(Debug, Deserialize)]
struct Allowed {
    host: String,
    port: u16,
}

#[derive(Debug, Deserialize)]
struct Reached {
    target: String,
    connections: u64,
    sent_bytes: u64,
    received_bytes: u64,
    last_at: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Blocked {
    target: String,
    detail: String,
    attempts: u64,
    last_at: Timestamp,
    /// Absent where no line of the allowlist would let it through.
    #[serde(default)]
    line: Option<String>,
}

impl EgressArgs {
    /// Shows it.
    pub(crate) async fn run(self, api: &Api, output: Output) -> Result<Exit, Failure> {
        let answer = api.get::<Egress>(&["apps", &self.app, "egress"]).await?;
        output.print(&answer.raw, |page| answer.view.write(&self.app, page))?;
        Ok(Exit::Done)
    }
}

impl Egress {
    fn write(&self, app: &str, page: &mut Page) {
        page.heading("May reach");
        for Allowed { host, port } in &self.allowed {
            page.line(&format!("{host}:{port}"));
        }
        if self.allowed.is_empty() {
            page.line("Nothing outside its island.");
        }
        self.write_reached(page);
        self.write_blocked(app, page);
    }

    fn write_reached(&self, page: &mut Page) {
        page.heading("Reached");
        let mut table = Table::new(&["HOST", "CONNECTIONS", "SENT", "RECEIVED", "LAST"]);
        for host in &self.hosts {
            table.row([
                host.target.clone(),
                host.connections.to_string(),
                quantity::bytes(host.sent_bytes),
                quantity::bytes(host.received_bytes),
                quantity::moment(host.last_at),
            ]);
        }
        table.write(page, "Nothing yet.");
        let connections = quantity::count(usize::try_from(self.reached).unwrap_or(usize::MAX), "connection");
        let (sent, received) = (quantity::bytes(self.sent_bytes), quantity::bytes(self.received_bytes));
        let since = quantity::moment(self.since);
        page.line(&format!("In all {connections}, {sent} sent, {received} received since {since}."));
    }

    fn write_blocked(&self, app: &str, page: &mut Page) {
        page.heading("Was kept from");
        let mut table = Table::new(&["HOST", "ATTEMPTS", "LAST", "WHY"]);
        for blocked in &self.blocked {
            table.row([
                blocked.target.clone(),
                blocked.attempts.to_string(),
                quantity::moment(blocked.last_at),
                blocked.detail.clone(),
            ]);
        }
        table.write(page, "Nothing.");
        let lines: Vec<_> = self.blocked.iter().filter_map(|blocked| blocked.line.as_deref()).collect();
        if !lines.is_empty() {
            page.end();
            page.line(&format!("What would allow it, under `egress:` of `{app}` in the allowlist:"));
            for line in lines {
                page.line(&format!("  {line}"));
            }
        }
    }
}
