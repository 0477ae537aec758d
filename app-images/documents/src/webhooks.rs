//! Webhooks: tells programs inside the island that a document is finished.
//!
//! Each delivery is a row that was written with the fact itself, so none is lost; one that cannot be made is tried again a
//! few times and then given up. A webhook reaches private addresses only ([`address`]), which are looked up and checked for
//! every single delivery, and what is sent is signed with the webhook's secret.

pub mod address;
pub mod deliver;
mod post;
mod tell;
mod url;

pub use deliver::Deliverer;
pub use post::PostError;
pub use tell::{AttemptError, Message, signature, tell};
pub use url::{HookUrl, HookUrlError};

use jiff::Timestamp;

use crate::document::{DocumentId, UserId, WebhookId};

/// One webhook of one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: UserId,
    /// Where it goes.
    pub url: HookUrl,
    /// Signs what is sent.
    pub secret: String,
}

impl std::fmt::Debug for Webhook {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("id", &self.id).field("owner", &self.owner).finish_non_exhaustive()
    }
}

/// How the last attempt to tell a webhook something ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// Why it failed; `None` if it did not.
    pub problem: Option<String>,
}

impl Attempt {
    /// An attempt that has just ended.
    pub fn now(told: &Result<(), AttemptError>) -> Self {
        let now = Timestamp::now();
        // As precise as it is stored.
        let at = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        Self { at, problem: told.as_ref().err().map(ToString::to_string) }
    }
}

/// Something to be told to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Names it for the receiver: the same for every attempt.
    pub id: String,
    /// To whom.
    pub webhook: Webhook,
    /// About which document.
    pub document: DocumentId,
    /// How often it was tried before.
    pub attempts: u32,
}
