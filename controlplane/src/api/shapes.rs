//! The shapes of what the reconciler will tell, until it tells them itself.
#![allow(missing_docs, dead_code)]

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{OperationId, UserId};

macro_rules! words {
    ($($name:ident { $($word:ident),* })*) => { $(
        #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { $($word),* }
    )* };
}

words! {
    OperationKind { Install, Start, Stop, Remove }
    OperationState { Queued, Running, Succeeded, Failed }
    StepState { Pending, Running, Done, Failed, Skipped }
    StepName { Policy, Images, Address, Network, Gateway, Volumes, Containers, Start, Verify, Ready, Stop, RemoveContainers, RemoveNetwork, RemoveVolumes, Forget, RollBack }
    ProgressUnit { Bytes, Items }
    Desired { Running, Stopped }
    AppState { Installing, Starting, Ready, Stopping, Stopped, Removing, Failed }
    Verdict { Verified, Differs }
    ServiceState { Missing, Created, Starting, Running, Stopped }
    LogStream { Stdout, Stderr }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Progress {
    pub(super) done: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<u64>,
    pub(super) unit: ProgressUnit,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Step {
    pub(super) name: StepName,
    pub(super) title: String,
    pub(super) state: StepState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) progress: Option<Progress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) finished_at: Option<Timestamp>,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) cure: String,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Operation {
    pub(super) id: OperationId,
    pub(super) kind: OperationKind,
    pub(super) app: String,
    pub(super) state: OperationState,
    pub(super) steps: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Failure>,
    pub(super) created_by: UserId,
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) finished_at: Option<Timestamp>,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Difference {
    pub(super) service: String,
    pub(super) field: String,
    pub(super) expected: String,
    pub(super) actual: String,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Verification {
    pub(super) verdict: Verdict,
    pub(super) checked_at: Timestamp,
    pub(super) differences: Vec<Difference>,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceStatus {
    pub(super) name: String,
    pub(super) state: ServiceState,
    pub(super) image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) started_at: Option<Timestamp>,
    pub(super) restarts: u32,
}
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogLine {
    pub(super) service: String,
    pub(super) stream: LogStream,
    pub(super) time: Timestamp,
    pub(super) line: String,
}
