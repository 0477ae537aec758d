//! What is known of an installed app: what it should be, what it is, and what was last seen of it.

use std::net::SocketAddr;

use atoll_sandbox::names::{IslandId, ServiceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{failure::Failure, operation::Operation, words::stored_words};

stored_words! {
    /// What an administrator wants of an installed app.
    Desired {
        /// It runs, and runs again after any failure.
        Running = "running",
        /// It stays down.
        Stopped = "stopped",
    }
}

/// What an instance is to those who want to reach it. Only a ready one has an endpoint, so only a ready one can be
/// proxied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceState {
    /// It does not run, nor should it; also where the app is not installed.
    Stopped,
    /// Nobody uses it, so it does not run; whoever asks for it has it woken.
    Sleeping,
    /// It will be ready soon.
    Starting {
        /// Since when.
        since: Timestamp,
        /// What it waits for, in words for people.
        step: String,
    },
    /// It answers.
    Ready {
        /// The address and port of the service that answers requests.
        endpoint: SocketAddr,
    },
    /// It should run but does not.
    Failed {
        /// Why, in words for people.
        cause: String,
        /// What to do.
        cure: String,
    },
}

stored_words! {
    /// What people read about an app as a whole.
    AppState {
        /// Its install is under way.
        Installing = "installing",
        /// It will be ready soon.
        Starting = "starting",
        /// It answers.
        Ready = "ready",
        /// It was stopped because nobody uses it; the next request wakes it.
        Sleeping = "sleeping",
        /// It is being stopped.
        Stopping = "stopping",
        /// It is down, as it should be.
        Stopped = "stopped",
        /// Its removal is under way.
        Removing = "removing",
        /// It should run but does not.
        Failed = "failed",
    }
}

stored_words! {
    /// What the last comparison of the running containers with the allowlist found.
    Verdict {
        /// They are as was asked for.
        Verified = "verified",
        /// They are not.
        Differs = "differs",
    }
}

/// One thing that a running container is not, though it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// In which service.
    #[schema(value_type = String)]
    pub service: ServiceName,
    /// The field, in the engine's words, such as `HostConfig.Memory`.
    pub field: String,
    /// What was asked for.
    pub expected: String,
    /// What the engine reports.
    pub actual: String,
}

/// The last comparison of the running containers with the allowlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verification {
    /// What it found.
    pub verdict: Verdict,
    /// When it was made.
    pub checked_at: Timestamp,
    /// What differs; empty when nothing does.
    pub differences: Vec<Difference>,
}

stored_words! {
    /// What a service is doing.
    ServiceState {
        /// It has no container.
        Missing = "missing",
        /// Its container was created and not yet started.
        Created = "created",
        /// It runs and has not answered yet.
        Starting = "starting",
        /// It runs and answers.
        Running = "running",
        /// It ran and has ended.
        Stopped = "stopped",
    }
}

/// One service of an app, as last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceStatus {
    /// Its name.
    #[schema(value_type = String)]
    pub name: ServiceName,
    /// What it is doing.
    pub state: ServiceState,
    /// The image reference of the allowlist.
    pub image: String,
    /// When it was last started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// How often it was started again after it died, since the control plane started.
    pub restarts: u32,
}

/// Everything that the API's view of an app is made of, beside the allowlist's own words.
#[derive(Debug, Clone)]
pub struct AppStatus {
    /// Which instance.
    pub island: IslandId,
    /// The allowlist's version of the app when it was installed.
    pub version: String,
    /// What an administrator wants of it.
    pub desired: Desired,
    /// What it is.
    pub state: AppState,
    /// Why it does not do what it should.
    pub failure: Option<Failure>,
    /// The last comparison with the allowlist; `None` before the first.
    pub verification: Option<Verification>,
    /// Its services, by name.
    pub services: Vec<ServiceStatus>,
    /// The operation that is under way.
    pub operation: Option<Operation>,
    /// Since when it is installed.
    pub installed_at: Timestamp,
}
