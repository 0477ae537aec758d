//! `atoll audit verify`: is the audit trail what it was?

use clap::Args;
use serde_json::json;

use super::{
    Page,
    chain::{Chain, Fault},
};
use crate::{
    api::Api,
    exit::Exit,
    failure::Failure,
    output::{Output, quantity},
};

const PAGE: u32 = 200;

/// `atoll audit verify …`
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// A hash that an earlier `verify` printed and that was kept elsewhere: it must still be there.
    #[arg(long, value_name = "HASH")]
    contains: Option<String>,
}

impl VerifyArgs {
    /// Walks from the newest event to the oldest.
    pub(super) async fn run(&self, api: &Api, output: Output) -> Result<Exit, Failure> {
        let mut chain = Chain::default();
        let mut seen = self.contains.is_none();
        let mut before = None;
        loop {
            let Page { events, next } = super::page(api, before, PAGE).await?.view;
            // Because positions have no gaps, the last event's position tells those of all.
            let newest = next.unwrap_or(1) + i64::try_from(events.len()).unwrap_or(i64::MAX) - 1;
            for (position, event) in (1..=newest).rev().zip(events) {
                seen |= self.contains.as_deref() == Some(&event.hash);
                chain.take(position, event).map_err(broken)?;
            }
            match next {
                Some(_) => before = next,
                None => break,
            }
        }
        let (events, newest) = chain.end().map_err(broken)?;
        if !seen {
            return Err(rewritten());
        }
        output.print(&json!({ "intact": true, "events": events, "newest": newest }), |page| {
            let count = quantity::count(usize::try_from(events).unwrap_or(usize::MAX), "event");
            page.line(&format!("Intact: {count}."));
            page.line(&format!("Newest hash: {newest}"));
            page.line("Keep it elsewhere; later, `atoll audit verify --contains HASH` notices a trail that was rewritten.");
        })?;
        Ok(Exit::Done)
    }
}

fn broken(Fault(event): Fault) -> Failure {
    let when = quantity::moment(event.at);
    Failure::new("the audit trail was tampered with")
        .causes(vec![format!(
            "`{}` of {when} (event {}) does not follow from the event before it: it was changed, or another was \
             removed or put in before it",
            event.action, event.id
        )])
        .cure("compare with a backup of the database from before that moment; treat the host as compromised")
}

fn rewritten() -> Failure {
    Failure::new("the audit trail was rewritten or cut off")
        .causes(vec!["its chain is unbroken, but the given hash is not in it".to_owned()])
        .cure("check that the hash is of this Atoll; then compare with a backup and treat the host as compromised")
}
