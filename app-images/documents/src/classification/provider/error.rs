//! Why a provider gave no usable answer: in words for the administrator, and whether asking again later is worth it.

use std::time::Duration;

/// Why there is no answer. No message repeats the key or the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The platform does not let the app reach the provider.
    #[error(
        "the platform does not let this app reach the provider: the operator must add `{line}` to its entry in the allowlist"
    )]
    NotAllowed {
        /// What the allowlist needs.
        line: String,
    },
    /// The address is none that a provider may have.
    #[error("the provider's address was refused: {0}")]
    Address(String),
    /// Nobody answered, or the answer broke off.
    #[error("the provider could not be reached: {0}")]
    Unreachable(String),
    /// Too slow.
    #[error("the provider did not answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// 401 or 403, and money.
    #[error("the provider refused the key: {0}")]
    Key(String),
    /// 404.
    #[error("the provider does not know the model or the address: {0}")]
    NotFound(String),
    /// More text than the model takes, even after it was halved.
    #[error("the document is too long for the model: {0}")]
    TooLong(String),
    /// 429.
    #[error("the provider asks to slow down: {message}")]
    RateLimited {
        /// The provider's words.
        message: String,
        /// When it wants to be asked again.
        after: Option<Duration>,
    },
    /// 5xx and what else may pass.
    #[error("the provider is not well ({status}): {message}")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// The provider's words.
        message: String,
        /// When it wants to be asked again.
        after: Option<Duration>,
    },
    /// Any other 4xx.
    #[error("the provider refused the request ({status}): {message}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The provider's words.
        message: String,
    },
    /// 3xx: a redirect would carry key and text to a host that nobody chose.
    #[error(
        "the provider's address leads elsewhere ({0}), and redirects are not followed: enter the final address"
    )]
    Redirect(u16),
    /// More than any answer of ours.
    #[error("the provider's answer is larger than 1 MiB")]
    TooLarge,
    /// The model declined.
    #[error("the model declined to answer")]
    Declined,
    /// The answer is not what was asked for.
    #[error("the model's answer is not usable: {0}")]
    Unusable(String),
    /// After several failures in a row the provider is left alone for a while.
    #[error("the provider failed several times in a row and is left alone for {} s", .0.as_secs())]
    Paused(Duration),
    /// It said when it wants to be asked again, whatever the document.
    #[error("the provider asked to be left alone for {} s more", .0.as_secs())]
    AskedToWait(Duration),
}

/// When to try again where the provider does not say.
const LATER: Duration = Duration::from_secs(60);
/// A provider may ask for more patience than anybody has.
const LATEST: Duration = Duration::from_secs(24 * 60 * 60);

impl ProviderError {
    /// When another attempt is worth it; `None` where it would end the same way.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unreachable(_) | Self::TimedOut(_) => Some(LATER),
            Self::RateLimited { after, .. } | Self::Unavailable { after, .. } => {
                Some(after.unwrap_or(LATER).min(LATEST))
            }
            Self::Paused(left) | Self::AskedToWait(left) => Some(*left),
            Self::NotAllowed { .. }
            | Self::Address(_)
            | Self::Key(_)
            | Self::NotFound(_)
            | Self::TooLong(_)
            | Self::Rejected { .. }
            | Self::Redirect(_)
            | Self::TooLarge
            | Self::Declined
            | Self::Unusable(_) => None,
        }
    }

    /// How long the provider wants to be left alone, where it said so (`Retry-After`; RFC 9110, 10.2.3).
    pub(super) fn wished(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { after, .. } | Self::Unavailable { after, .. } => {
                after.map(|after| after.min(LATEST))
            }
            Self::NotAllowed { .. }
            | Self::Address(_)
            | Self::Unreachable(_)
            | Self::TimedOut(_)
            | Self::Key(_)
            | Self::NotFound(_)
            | Self::TooLong(_)
            | Self::Rejected { .. }
            | Self::Redirect(_)
            | Self::TooLarge
            | Self::Declined
            | Self::Unusable(_)
            | Self::Paused(_)
            | Self::AskedToWait(_) => None,
        }
    }

    /// Whether the provider was asked at all.
    pub fn was_asked(&self) -> bool {
        !matches!(self, Self::Paused(_) | Self::AskedToWait(_))
    }

    /// Whether it is about the provider, and so would meet the next document as well.
    pub(super) fn is_of_provider(&self) -> bool {
        match self {
            Self::NotAllowed { .. }
            | Self::Address(_)
            | Self::Unreachable(_)
            | Self::TimedOut(_)
            | Self::Key(_)
            | Self::NotFound(_)
            | Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Redirect(_) => true,
            Self::TooLong(_)
            | Self::Rejected { .. }
            | Self::TooLarge
            | Self::Declined
            | Self::Unusable(_)
            | Self::Paused(_)
            | Self::AskedToWait(_) => false,
        }
    }
}
