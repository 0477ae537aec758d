//! Why something failed and what to do about it, in words for people.
//!
//! A failure always has both halves: a cause without a cure leaves a person alone with it.

use serde::Serialize;
use utoipa::ToSchema;

/// What a person reads when something failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Failure {
    /// The cause, a sentence that names the thing.
    pub message: String,
    /// The next step.
    pub cure: String,
}

impl Failure {
    /// A cause and its cure.
    pub fn new(message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { message: message.into(), cure: cure.into() }
    }
}
