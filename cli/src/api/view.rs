//! What the API answers, as far as this tool shows it.
//!
//! Unknown fields are let be here, against the house rule, because a newer control plane may say more than this tool
//! knows; `--json` passes its answer on whole.

use jiff::Timestamp;
use serde::Deserialize;

/// A person.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    /// UUID.
    pub(crate) id: String,
    /// The name that people read.
    pub(crate) name: String,
    /// Unique.
    pub(crate) email: String,
    /// `admin` or `member`.
    pub(crate) role: String,
    /// May not sign in.
    #[serde(default)]
    pub(crate) disabled: bool,
    /// The last time that somebody signed in as this user.
    #[serde(default)]
    pub(crate) last_login_at: Option<Timestamp>,
}

impl User {
    /// `Ada <ada@example.org>`
    pub(crate) fn who(&self) -> String {
        format!("{} <{}>", self.name, self.email)
    }
}

/// Who may open an app, and as what.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Grant {
    /// The app.
    pub(crate) app: String,
    /// The person's name.
    pub(crate) name: String,
    /// The person's address.
    pub(crate) email: String,
    /// The role in the app.
    pub(crate) role: String,
}

/// Grants.
#[derive(Debug, Deserialize)]
pub(crate) struct Grants {
    /// All of them.
    pub(crate) grants: Vec<Grant>,
}

/// An installed app.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct App {
    /// Its id.
    pub(crate) app: String,
    /// The name that people read.
    pub(crate) title: String,
    /// The installed version.
    pub(crate) version: String,
    /// Where it is opened.
    pub(crate) url: String,
    /// `running` or `stopped`.
    pub(crate) desired: String,
    /// What it does just now.
    pub(crate) state: String,
    /// Why it failed.
    #[serde(default)]
    pub(crate) failure: Option<Cause>,
    /// What the comparison with the live containers found.
    #[serde(default)]
    pub(crate) verification: Option<Verification>,
    /// Its containers.
    #[serde(default)]
    pub(crate) services: Vec<Service>,
    /// What is being done with it.
    #[serde(default)]
    pub(crate) operation: Option<Operation>,
    /// When it was installed.
    #[serde(default)]
    pub(crate) installed_at: Option<Timestamp>,
}

/// Why something failed.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Cause {
    /// What happened.
    pub(crate) message: String,
    /// What to do now.
    #[serde(default)]
    pub(crate) cure: Option<String>,
}

/// The live containers compared with what was asked for.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Verification {
    /// `verified` or `differs`.
    pub(crate) verdict: String,
    /// When.
    pub(crate) checked_at: Timestamp,
    /// What differs.
    #[serde(default)]
    pub(crate) differences: Vec<Difference>,
}

/// One field that is not as asked for.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Difference {
    /// The service.
    pub(crate) service: String,
    /// The field.
    pub(crate) field: String,
    /// What was asked for.
    pub(crate) expected: serde_json::Value,
    /// What is.
    pub(crate) actual: serde_json::Value,
}

/// One container of an app.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Service {
    /// Its name.
    pub(crate) name: String,
    /// The engine's word for its state.
    pub(crate) state: String,
    /// Its image.
    pub(crate) image: String,
    /// How often it was started again.
    #[serde(default)]
    pub(crate) restarts: u64,
}

/// Something that takes a while.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Operation {
    /// UUID.
    pub(crate) id: String,
    /// `install`, `start`, …
    pub(crate) kind: String,
    /// The app.
    pub(crate) app: String,
    /// How far it is.
    pub(crate) state: OperationState,
    /// Its steps in order.
    pub(crate) steps: Vec<Step>,
    /// Why it failed.
    #[serde(default)]
    pub(crate) error: Option<Cause>,
}

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OperationState {
    /// Waits for another one.
    Queued,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Given up.
    Failed,
}

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Step {
    /// Its stable name.
    pub(crate) name: String,
    /// The words that people read.
    pub(crate) title: String,
    /// How far it is.
    pub(crate) state: StepState,
    /// What is special this time.
    #[serde(default)]
    pub(crate) detail: Option<String>,
    /// How much of it is done.
    #[serde(default)]
    pub(crate) progress: Option<Progress>,
    /// When it began.
    #[serde(default)]
    pub(crate) started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub(crate) finished_at: Option<Timestamp>,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    /// Not begun.
    Pending,
    /// At work.
    Running,
    /// Done.
    Done,
    /// Given up.
    Failed,
    /// Not needed.
    Skipped,
}

/// How much of a step is done.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Progress {
    /// So much.
    pub(crate) done: u64,
    /// Of so much, when it is known.
    #[serde(default)]
    pub(crate) total: Option<u64>,
    /// `bytes` or `items`.
    pub(crate) unit: String,
}

/// One line that a service wrote.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LogLine {
    /// The service.
    pub(crate) service: String,
    /// `stdout` or `stderr`.
    pub(crate) stream: String,
    /// The line, without its end.
    pub(crate) line: String,
}

/// One row of the audit trail.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AuditEvent {
    /// UUID.
    pub(crate) id: String,
    /// When, to the millisecond.
    pub(crate) at: Timestamp,
    /// Who; nobody when the platform itself did it or the person is not known.
    #[serde(default)]
    pub(crate) actor: Option<Actor>,
    /// The id of the access token by which they did it; nothing when they had signed in.
    #[serde(default)]
    pub(crate) token: Option<String>,
    /// What.
    pub(crate) action: String,
    /// To what.
    pub(crate) subject: String,
    /// How it ended.
    pub(crate) outcome: String,
    /// What else is worth knowing.
    pub(crate) detail: String,
    /// Over all of this and the hash of the event before it.
    pub(crate) hash: String,
}

/// Who did something.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Actor {
    /// UUID.
    pub(crate) id: String,
    /// Their name now; nothing when the account was removed.
    #[serde(default)]
    pub(crate) name: Option<String>,
}

impl AuditEvent {
    /// The name of who did it, as far as known.
    pub(crate) fn who(&self) -> &str {
        self.actor.as_ref().map_or("-", |actor| actor.name.as_deref().unwrap_or(&actor.id))
    }
}
