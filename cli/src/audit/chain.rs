//! The chain that holds the audit trail together, computed here once more.
//!
//! Each event's hash is taken over its own fields and over the hash of the event before it. So an event that was
//! changed, removed or put in between shows, unless all later hashes were written anew; for that one keeps a hash
//! somewhere else and asks whether it is still there.

use aws_lc_rs::digest::{Context, SHA256};

use crate::api::view::AuditEvent;

/// What the first event follows.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Takes in events from the newest to the oldest.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The event whose predecessor has not been seen yet, and its position.
    open: Option<(i64, AuditEvent)>,
    events: u64,
    newest: Option<String>,
}

/// An event that does not follow from the one before it.
#[derive(Debug)]
pub(super) struct Fault(pub(super) Box<AuditEvent>);

impl Chain {
    /// The next older event; positions count from one at the oldest.
    pub(super) fn take(&mut self, position: i64, event: AuditEvent) -> Result<(), Fault> {
        self.close(&event.hash)?;
        self.newest.get_or_insert_with(|| event.hash.clone());
        self.events += 1;
        self.open = Some((position, event));
        Ok(())
    }

    /// There is no older one. How many there were, and the newest hash.
    pub(super) fn end(mut self) -> Result<(u64, String), Fault> {
        self.close(GENESIS)?;
        Ok((self.events, self.newest.unwrap_or_else(|| GENESIS.to_owned())))
    }

    fn close(&mut self, previous_hash: &str) -> Result<(), Fault> {
        match self.open.take() {
            Some((position, event)) if event.hash != hash(&event, position, previous_hash) => {
                Err(Fault(Box::new(event)))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// SHA-256 over each field with its length in front of it, in lower-case hex.
fn hash(event: &AuditEvent, position: i64, previous_hash: &str) -> String {
    let (position, at) = (position.to_string(), event.at.as_millisecond().to_string());
    let actor = event.actor.as_ref().map_or("", |actor| &actor.id);
    let fields = [
        previous_hash,
        &position,
        &event.id,
        &at,
        actor,
        &event.action,
        &event.subject,
        &event.outcome,
        &event.detail,
    ]
    .into_iter()
    // Nothing at all when it was done without one.
    .chain(event.token.as_deref());
    let mut context = Context::new(&SHA256);
    for field in fields {
        context.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(field.as_bytes());
    }
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
