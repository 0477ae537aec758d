//! Why something failed and what to do about it, in words for people.
//!
//! A failure always has both halves: a cause without a cure leaves a person alone with it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::engine::error::{EngineError, Refusal};

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

    /// The engine, or the socket proxy before it, cannot be reached.
    pub fn engine_away(why: &str) -> Self {
        Self::new(
            format!("The container engine does not answer: {why}."),
            "Start the engine and the socket proxy; `atoll doctor` tells which of them is down. Atoll goes on by \
             itself as soon as they answer.",
        )
    }
}

impl From<&EngineError> for Failure {
    fn from(error: &EngineError) -> Self {
        match error {
            EngineError::Unreachable { message, .. } => Self::engine_away(message),
            EngineError::TimedOut { .. } => Self::engine_away(&error.to_string()),
            EngineError::Unreadable { .. } => Self::new(
                sentence(&error.to_string()),
                "Check with `atoll doctor` that this engine's version is supported, and read the socket proxy's log.",
            ),
            // Because the socket proxy's sentence about an image needs no "could not look" before it.
            EngineError::Refused { refusal, .. } if is_about_image(refusal) => {
                Self::new(sentence(&refusal.message), cure_of(refusal))
            }
            EngineError::Refused { refusal, .. } => Self::new(sentence(&error.to_string()), cure_of(refusal)),
        }
    }
}

/// The next step after a refusal. The codes are the socket proxy's; `engine` and no code are the engine's own words.
fn cure_of(refusal: &Refusal) -> &'static str {
    match refusal.reason.as_deref() {
        Some("image-missing" | "image-changed") => {
            "Build or load the approved image, or approve the one that is there with `atoll allowlist lock`."
        }
        Some("pull-failed" | "registry-credentials") => {
            "Check that this machine reaches the registry and that the socket proxy has credentials for it \
             (`--registry-credentials`), then try again."
        }
        Some("ceiling") => "Stop another app, or raise `host.limits` in the allowlist.",
        Some("not-allowed" | "field-differs" | "no-reference") => {
            "Check that the control plane and the socket proxy read the same allowlist and lock, then try again."
        }
        Some("not-gateway") => {
            "Give the control plane and the socket proxy the same `ATOLL_GATEWAY_CONTAINER`."
        }
        Some("name-taken") => {
            "Something that Atoll did not make has the name. Remove or rename it on the engine, then try again."
        }
        Some("effective-differs") => {
            "The engine did not do what it was asked. `atoll doctor` tells what this engine cannot enforce."
        }
        _ if mentions(refusal, "no space left") => "Free disk space on the engine's machine, then try again.",
        _ if mentions(refusal, "no such container") => {
            "Check that the control plane runs in the container that `ATOLL_GATEWAY_CONTAINER` names."
        }
        _ => "Read the engine's log for more, then try again.",
    }
}

fn is_about_image(refusal: &Refusal) -> bool {
    matches!(refusal.reason.as_deref(), Some("image-missing" | "image-changed"))
}

fn mentions(refusal: &Refusal, phrase: &str) -> bool {
    refusal.message.to_ascii_lowercase().contains(phrase)
}

/// An error's words as a sentence: a capital first and a full stop last.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.trim().chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(reason: Option<&str>, message: &str) -> Failure {
        let reason = reason.map(str::to_owned);
        let refusal = Refusal { status: 409, reason, message: message.to_owned() };
        Failure::from(&EngineError::Refused { doing: "create the container", refusal })
    }

    #[test]
    fn a_refusal_says_what_was_tried_why_it_failed_and_what_to_do() {
        let failure = refused(Some("ceiling"), "host.limits.memory would be exceeded");
        assert_eq!(failure.message, "Could not create the container: host.limits.memory would be exceeded.");
        assert!(failure.cure.contains("Stop another app"));
        assert!(refused(Some("engine"), "mkdir: No space left on device").cure.contains("Free disk space"));
        assert!(refused(None, "boom").cure.contains("engine's log"));
    }
}
