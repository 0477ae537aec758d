//! The audit trail: who did what to which, and how it ended.
//!
//! Each event carries a hash over itself and its predecessor's hash, so a row that was changed, removed or put in
//! between shows. (Someone who can write the database can also recompute the whole chain; keep the newest hash
//! somewhere else to notice that.)

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Clock,
    ids::{AccessTokenId, AuditEventId, UserId},
    permissions::Actor,
    random::Random,
    store::{Store, StoreError},
};

/// What the first event follows.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const PAGE: u32 = 500;

/// Writes and checks the audit trail. Clones share it.
#[derive(Debug, Clone)]
pub struct Audit {
    store: Store,
    clock: Clock,
    random: Random,
}

/// An event to be: everything but its place in the chain.
#[derive(Debug, Clone)]
pub struct Entry {
    id: AuditEventId,
    at: Timestamp,
    actor: Option<UserId>,
    token: Option<AccessTokenId>,
    action: &'static str,
    subject: String,
    outcome: Outcome,
    detail: String,
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Counts from one without gaps.
    pub position: i64,
    /// Its id.
    pub id: AuditEventId,
    /// When.
    pub at: Timestamp,
    /// Who; nobody when the system did it by itself or the person is not known.
    pub actor: Option<UserId>,
    /// The access token by which they did it; absent when they had signed in.
    pub token: Option<AccessTokenId>,
    /// What, such as `app.install`.
    pub action: String,
    /// To which, such as `app:documents` or `user:<id>`.
    pub subject: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What else is worth knowing. Never a secret, never a person's address.
    pub detail: String,
    /// The predecessor's hash.
    pub previous_hash: String,
    /// Hex SHA-256 over everything above.
    pub hash: String,
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was not allowed.
    Refused,
    /// It was tried.
    Failure,
}

/// What a check of the whole trail found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing wrong in so many events.
    Intact {
        /// How many.
        events: u64,
        /// The newest hash, to be kept elsewhere.
        newest: String,
    },
    /// The first event that does not fit.
    Broken {
        /// Its position.
        position: i64,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Audit {
    /// A trail in this database.
    pub const fn new(store: Store, clock: Clock, random: Random) -> Self {
        Self { store, clock, random }
    }

    /// An event that is about to be, for [`crate::store::Change::commit`].
    pub fn entry(&self, actor: &Actor, action: &'static str, subject: impl fmt::Display) -> Entry {
        let at = self.clock.now();
        Entry {
            id: AuditEventId::new(&self.random, at),
            at,
            actor: actor.user_id(),
            token: actor.token_id(),
            action,
            subject: subject.to_string(),
            outcome: Outcome::Success,
            detail: String::new(),
        }
    }

    /// Writes an event of something that changed nothing in the database, such as a refused login.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(
        &self,
        actor: &Actor,
        action: &'static str,
        subject: impl fmt::Display,
        outcome: Outcome,
        detail: impl Into<String>,
    ) -> Result<(), StoreError> {
        let entry = self.entry(actor, action, subject).outcome(outcome).detail(detail);
        self.store.begin().await?.commit(entry).await
    }

    /// Walks the whole chain.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify(&self) -> Result<Verdict, StoreError> {
        let (mut position, mut newest) = (0, GENESIS.to_owned());
        loop {
            let page = self.store.audit_events_after(position, PAGE).await?;
            if page.is_empty() {
                return Ok(Verdict::Intact { events: position.unsigned_abs(), newest });
            }
            for event in page {
                if let Some(why) = event.fault(position, &newest) {
                    return Ok(Verdict::Broken { position: event.position, why });
                }
                (position, newest) = (event.position, event.hash);
            }
        }
    }
}

impl Entry {
    /// How it ended, when not well.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// What else is worth knowing. Never a secret, never a person's address.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub(crate) fn into_event(self, position: i64, previous_hash: String) -> Event {
        let mut event = Event {
            position,
            id: self.id,
            at: self.at,
            actor: self.actor,
            token: self.token,
            action: self.action.to_owned(),
            subject: self.subject,
            outcome: self.outcome,
            detail: self.detail,
            previous_hash,
            hash: String::new(),
        };
        event.hash = event.compute_hash();
        event
    }
}

impl Event {
    fn fault(&self, previous_position: i64, previous_hash: &str) -> Option<&'static str> {
        if self.position != previous_position + 1 {
            Some("an event before it is missing")
        } else if self.previous_hash != previous_hash {
            Some("it does not follow the event before it")
        } else if self.hash != self.compute_hash() {
            Some("it was changed after it was written")
        } else {
            None
        }
    }

    fn compute_hash(&self) -> String {
        let actor = self.actor.map_or_else(String::new, |id| id.to_string());
        let (position, at) = (self.position.to_string(), self.at.as_millisecond().to_string());
        let id = self.id.to_string();
        // Nothing at all when there is none: so the events of before there were tokens keep their hashes.
        let token = self.token.map(|token| token.to_string());
        let mut context = Context::new(&SHA256);
        // Each field with its length before it, so that no two events are written alike.
        for field in [
            &self.previous_hash,
            &position,
            &id,
            &at,
            &actor,
            &self.action,
            &self.subject,
            self.outcome.as_str(),
            &self.detail,
        ]
        .into_iter()
        .chain(token.as_deref())
        {
            context.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(field.as_bytes());
        }
        crate::hex::encode(context.finish().as_ref())
    }
}

impl Outcome {
    /// As the database keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Failure => "failure",
        }
    }
}

impl FromStr for Outcome {
    type Err = ();

    fn from_str(value: &str) -> Result<Self, ()> {
        match value {
            "success" => Ok(Self::Success),
            "refused" => Ok(Self::Refused),
            "failure" => Ok(Self::Failure),
            _ => Err(()),
        }
    }
}
