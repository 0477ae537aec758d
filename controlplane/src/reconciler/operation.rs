//! An operation on an app: its kind, its steps and how it ended. Pure; time comes in as a parameter.
//!
//! Each step is an idempotent "make sure that", so the stored steps tell people where an operation stands; they do not
//! steer it. One that was cut short is run again from its first step.

use atoll_sandbox::{
    allowlist::App,
    names::{AppId, IslandId},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    failure::Failure,
    steps::{self, StepName},
    words::stored_words,
};
use crate::ids::{OperationId, UserId};

stored_words! {
    /// What is done to an app.
    OperationKind {
        /// It is installed and started.
        Install = "install",
        /// It is started, and stays up from then on.
        Start = "start",
        /// It is stopped, and stays down from then on.
        Stop = "stop",
        /// It is removed.
        Remove = "remove",
    }
}

stored_words! {
    /// How far an operation is.
    OperationState {
        /// Accepted; its turn has not come.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// Done.
        Succeeded = "succeeded",
        /// Ended without doing it; `error` says why.
        Failed = "failed",
    }
}

stored_words! {
    /// How far a step is.
    StepState {
        /// Its turn has not come.
        Pending = "pending",
        /// At work.
        Running = "running",
        /// Done.
        Done = "done",
        /// It is what made the operation fail.
        Failed = "failed",
        /// There was nothing to do, or an earlier step failed.
        Skipped = "skipped",
    }
}

stored_words! {
    /// What becomes of an app's volumes when it is removed.
    VolumeFate {
        /// They stay, for the next install of the app.
        Keep = "keep",
        /// They are deleted with all that is in them.
        Delete = "delete",
    }
}

stored_words! {
    /// What progress counts.
    ProgressUnit {
        /// Bytes.
        Bytes = "bytes",
        /// Things, such as containers.
        Items = "items",
    }
}

/// How much of a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Progress {
    /// So much is done.
    pub done: u64,
    /// Out of so much, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What is counted.
    pub unit: ProgressUnit,
}

/// One step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// What people read.
    pub title: String,
    /// How far it is.
    pub state: StepState,
    /// What is going on, or why it was skipped or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How much is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// An install, start, stop or removal of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// What is done.
    pub kind: OperationKind,
    /// To which app.
    #[schema(value_type = String)]
    pub app: AppId,
    /// How far it is.
    pub state: OperationState,
    /// Its steps, in the order in which people read them.
    pub steps: Vec<Step>,
    /// Why it failed; while it still runs, why it is being rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// Who asked for it.
    pub created_by: UserId,
    /// When they did.
    pub created_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// The instance; for now always the one that all users share.
    #[serde(skip)]
    pub island: IslandId,
    /// What a removal does with the volumes.
    #[serde(skip)]
    pub volumes: VolumeFate,
}

impl Step {
    /// A step whose turn has not come.
    pub fn pending(name: StepName, title: &str) -> Self {
        Self {
            name,
            title: title.to_owned(),
            state: StepState::Pending,
            detail: None,
            progress: None,
            started_at: None,
            finished_at: None,
        }
    }

    fn end(&mut self, state: StepState, detail: Option<String>, now: Timestamp) {
        self.state = state;
        self.detail = detail;
        self.finished_at = Some(now);
    }
}

impl Operation {
    /// An operation that was just asked for. `app` is the allowlist's entry, if it still has one.
    pub fn queued(
        id: OperationId,
        kind: OperationKind,
        island: IslandId,
        app: Option<&App>,
        volumes: VolumeFate,
        (created_by, created_at): (UserId, Timestamp),
    ) -> Self {
        Self {
            id,
            kind,
            app: island.app.clone(),
            state: OperationState::Queued,
            steps: steps::plan(kind, app, volumes),
            error: None,
            created_by,
            created_at,
            finished_at: None,
            island,
            volumes,
        }
    }

    /// Whether it has ended, so will never change again.
    pub const fn is_finished(&self) -> bool {
        match self.state {
            OperationState::Queued | OperationState::Running => false,
            OperationState::Succeeded | OperationState::Failed => true,
        }
    }

    /// It begins, or begins again after it was cut short: every step that had not failed is to be made sure of anew.
    pub fn begin(&mut self) {
        self.state = OperationState::Running;
        for step in self.steps.iter_mut().filter(|step| step.state == StepState::Running) {
            step.state = StepState::Pending;
        }
    }

    /// A step begins. One that was done before a crash keeps its first start.
    pub fn step_started(&mut self, name: StepName, now: Timestamp) {
        if let Some(step) = self.step(name) {
            step.state = StepState::Running;
            step.started_at.get_or_insert(now);
            step.finished_at = None;
        }
    }

    /// A running step says what it is waiting for.
    pub fn step_says(&mut self, name: StepName, detail: Option<String>) {
        if let Some(step) = self.step(name) {
            step.detail = detail;
        }
    }

    /// A running step says how much of it is done.
    pub fn step_progressed(&mut self, name: StepName, progress: Progress) {
        if let Some(step) = self.step(name) {
            step.progress = Some(progress);
        }
    }

    /// A step is done.
    pub fn step_done(&mut self, name: StepName, detail: Option<String>, now: Timestamp) {
        if let Some(step) = self.step(name) {
            step.end(StepState::Done, detail, now);
        }
    }

    /// A step had nothing to do.
    pub fn step_skipped(&mut self, name: StepName, why: &str, now: Timestamp) {
        if let Some(step) = self.step(name) {
            step.end(StepState::Skipped, Some(why.to_owned()), now);
        }
    }

    /// A step is why the operation cannot go on; one that this kind of operation does not show counts as the first
    /// that had not ended. Other steps that were at work beside it did not get to their end.
    pub fn step_failed(&mut self, name: StepName, failure: &Failure, now: Timestamp) {
        self.error = Some(failure.clone());
        let open = |step: &&Step| matches!(step.state, StepState::Pending | StepState::Running);
        let shown = self.steps.iter().find(|step| step.name == name).or_else(|| self.steps.iter().find(open));
        let failed = shown.map(|step| step.name);
        for step in &mut self.steps {
            if Some(step.name) == failed {
                step.end(StepState::Failed, Some(failure.message.clone()), now);
            } else if matches!(step.state, StepState::Pending | StepState::Running) {
                step.end(StepState::Skipped, None, now);
            }
        }
    }

    /// A failed install begins to remove what it had made. The step is added when it is needed, so that an install
    /// that goes well never shows it.
    pub fn roll_back_started(&mut self, now: Timestamp) {
        if self.step(StepName::RollBack).is_none() {
            let title = steps::title(StepName::RollBack, None, self.volumes);
            self.steps.push(Step::pending(StepName::RollBack, title));
        }
        self.step_started(StepName::RollBack, now);
    }

    /// It ended: failed when an error was noted, else well.
    pub fn finish(&mut self, now: Timestamp) {
        self.state = if self.error.is_some() { OperationState::Failed } else { OperationState::Succeeded };
        self.finished_at = Some(now);
    }

    fn step(&mut self, name: StepName) -> Option<&mut Step> {
        self.steps.iter_mut().find(|step| step.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(secs).unwrap()
    }

    fn install() -> Operation {
        let island = IslandId::shared("notes".parse().unwrap());
        let id = OperationId(uuid::Uuid::nil());
        let by = (UserId(uuid::Uuid::nil()), at(1));
        Operation::queued(id, OperationKind::Install, island, None, VolumeFate::Keep, by)
    }

    fn state(operation: &Operation, name: StepName) -> StepState {
        operation.steps.iter().find(|step| step.name == name).unwrap().state
    }

    #[test]
    fn an_operation_that_goes_well_succeeds() {
        let mut operation = install();
        operation.begin();
        for name in operation.steps.iter().map(|step| step.name).collect::<Vec<_>>() {
            operation.step_started(name, at(2));
            operation.step_done(name, None, at(3));
        }
        assert!(!operation.is_finished());
        operation.finish(at(4));
        assert_eq!(operation.state, OperationState::Succeeded);
        assert_eq!(operation.finished_at, Some(at(4)));
        assert!(operation.steps.iter().all(|step| step.state == StepState::Done));
    }

    #[test]
    fn a_failed_step_names_the_cause_and_what_comes_after_it_is_skipped() {
        let mut operation = install();
        operation.begin();
        operation.step_started(StepName::Network, at(2));
        operation.step_started(StepName::Volumes, at(2));
        operation.step_failed(StepName::Network, &Failure::new("no room", "make room"), at(3));
        operation.roll_back_started(at(4));
        operation.step_done(StepName::RollBack, None, at(5));
        operation.finish(at(5));
        assert_eq!(operation.state, OperationState::Failed);
        assert_eq!(state(&operation, StepName::Network), StepState::Failed);
        assert_eq!(state(&operation, StepName::Volumes), StepState::Skipped);
        assert_eq!(state(&operation, StepName::Ready), StepState::Skipped);
        assert_eq!(state(&operation, StepName::RollBack), StepState::Done);
    }

    #[test]
    fn an_operation_that_was_cut_short_begins_again_and_keeps_its_first_times() {
        let mut operation = install();
        operation.begin();
        operation.step_started(StepName::Policy, at(2));
        operation.begin();
        assert_eq!(state(&operation, StepName::Policy), StepState::Pending);
        operation.step_started(StepName::Policy, at(9));
        let policy = operation.steps.iter().find(|step| step.name == StepName::Policy).unwrap();
        assert_eq!(policy.started_at, Some(at(2)));
    }

    #[test]
    fn what_is_shown_has_only_what_is_known() {
        let shown = serde_json::to_value(install()).unwrap();
        let keys: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["app", "created_at", "created_by", "id", "kind", "state", "steps"]);
        assert_eq!(
            shown["steps"][0],
            serde_json::json!({
                "name": "policy", "title": "Check the approved list", "state": "pending"
            })
        );
    }
}
