//! Closes the difference between what is wanted (in the database) and what runs (on the engine).

pub mod backoff;
pub mod failure;
pub mod operation;
pub mod state;
pub mod steps;
pub mod words;

pub use failure::Failure;
pub use operation::{Operation, OperationKind, OperationState, Step, StepState, VolumeFate};
pub use state::{AppState, AppStatus, Desired, InstanceState, ServiceStatus, Verification};
pub use steps::StepName;
