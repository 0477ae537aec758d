//! What can go wrong between the control plane and the engine.

use std::time::Duration;

/// A call to the engine that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Nobody answers: the socket proxy or the engine behind it is down.
    #[error("could not {doing}: {message}")]
    Unreachable {
        /// What we were doing.
        doing: &'static str,
        /// What went wrong on the way.
        message: String,
    },
    /// It took too long.
    #[error("could not {doing}: no answer within {} s", after.as_secs())]
    TimedOut {
        /// What we were doing.
        doing: &'static str,
        /// How long we waited.
        after: Duration,
    },
    /// The engine or the socket proxy said no.
    #[error("could not {doing}: {}", refusal.message)]
    Refused {
        /// What we were doing.
        doing: &'static str,
        /// The answer.
        refusal: Refusal,
    },
    /// The answer is not what this version of the engine's API says.
    #[error("could not {doing}: the engine's answer could not be read ({message})")]
    Unreadable {
        /// What we were doing.
        doing: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

/// A "no" of the engine or the socket proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The socket proxy's stable code; `None` when the engine itself refused.
    pub reason: Option<String>,
    /// The sentence.
    pub message: String,
}

impl Refusal {
    /// Whether the engine said it, and not the socket proxy on its own account.
    pub(crate) fn is_of_the_engine(&self) -> bool {
        matches!(self.reason.as_deref(), None | Some("engine"))
    }
}

impl EngineError {
    /// Whether the call may well succeed later without anybody changing anything: nobody answered it.
    pub const fn is_away(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Refused { .. } | Self::Unreadable { .. } => false,
        }
    }

    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// Whether the thing is not there.
    pub fn is_missing(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.status == 404)
    }

    /// Whether something of that name is there already: 409, or 500 where Podman says so.
    pub(crate) fn is_conflict(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.status == 409)
            || self.mentions("already exists")
            || self.mentions("already in use")
    }

    /// Whether the socket proxy refused for this reason.
    pub(crate) fn has_reason(&self, reason: &str) -> bool {
        self.refusal().is_some_and(|refusal| refusal.reason.as_deref() == Some(reason))
    }

    /// Whether the engine's words contain a phrase. Because engines tell some conflicts apart in words only, and with
    /// different statuses.
    pub(crate) fn mentions(&self, phrase: &str) -> bool {
        self.refusal().is_some_and(|refusal| refusal.message.to_ascii_lowercase().contains(phrase))
    }
}
