//! Why a call is not carried out: a status, a stable reason for machines and a sentence for people.

use std::fmt;

use http::StatusCode;

use crate::words::without_paths;

/// A call that is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) reason: Reason,
    pub(crate) message: String,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:ident;)*) => {
        /// Stable words that name why; each belongs to one status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// The word, as the answer's `reason` and its `Atoll-Reason` header.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }
        }
    };
}

reasons! {
    /// The head is not HTTP/1.1 as this proxy reads it.
    BadHead = "bad-head", BAD_REQUEST;
    /// The path or query holds something that the engine might read differently.
    BadTarget = "bad-target", BAD_REQUEST;
    /// Head or body is larger than any request of this API needs.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE;
    /// The client took too long to send its request.
    TooSlow = "too-slow", REQUEST_TIMEOUT;
    /// More connections at once than are served.
    TooMany = "too-many-connections", SERVICE_UNAVAILABLE;
    /// The body is not JSON that everybody reads alike.
    BadBody = "bad-body", BAD_REQUEST;
    /// A body where none belongs.
    UnexpectedBody = "unexpected-body", BAD_REQUEST;
    /// A query key that is unknown here, given twice, or with a value out of range.
    BadQuery = "bad-query", BAD_REQUEST;
    /// Another API version than the negotiated one.
    ApiVersion = "api-version", BAD_REQUEST;
    /// No such endpoint here.
    NotOffered = "not-offered", FORBIDDEN;
    /// The request does not say which app, instance or service it is about.
    NoReference = "no-reference", FORBIDDEN;
    /// A field differs from what the allowlist renders.
    FieldDiffers = "field-differs", FORBIDDEN;
    /// A field that no engine API knows.
    UnknownField = "unknown-field", FORBIDDEN;
    /// The allowlist does not describe it.
    NotAllowed = "not-allowed", FORBIDDEN;
    /// The process at the other end of the socket runs under a user id that is no client's.
    NotClient = "not-client", FORBIDDEN;
    /// The lock pins an image that was built on this engine, which no registry has.
    NotPullable = "not-pullable", CONFLICT;
    /// The registry credentials cannot be read.
    Credentials = "registry-credentials", INTERNAL_SERVER_ERROR;
    /// Only the control plane's container may join an island.
    NotGateway = "not-gateway", FORBIDDEN;
    /// A ceiling of `host.limits` would be exceeded.
    Ceiling = "ceiling", FORBIDDEN;
    /// Nothing of ours has that name or id.
    NoSuch = "no-such", NOT_FOUND;
    /// The name belongs to something that this proxy did not make.
    NameTaken = "name-taken", CONFLICT;
    /// The pinned image is not on the engine.
    ImageMissing = "image-missing", NOT_FOUND;
    /// The image's name means other bytes than the lock pins.
    ImageChanged = "image-changed", CONFLICT;
    /// The object was made from an entry that has changed since.
    Outdated = "outdated", CONFLICT;
    /// The engine's object is not what was asked for.
    EffectiveDiffers = "effective-differs", CONFLICT;
    /// The engine said no.
    Engine = "engine", BAD_GATEWAY;
    /// The engine cannot be reached, or cannot be used.
    EngineUnavailable = "engine-unavailable", SERVICE_UNAVAILABLE;
    /// The engine did not answer in time.
    EngineSlow = "engine-slow", GATEWAY_TIMEOUT;
    /// No policy could be read since the start.
    NoPolicy = "no-policy", SERVICE_UNAVAILABLE;
}

impl Refusal {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { status: reason.status(), reason, message: message.into() }
    }

    /// What the engine itself refused, with its status and at most one kilobyte of its words. All of them are in the
    /// log, for whoever has the host anyway.
    pub(crate) fn of_engine(status: StatusCode, message: &str) -> Self {
        let status = if status.is_client_error() || status.is_server_error() {
            status
        } else {
            StatusCode::BAD_GATEWAY
        };
        let seen = without_paths(message);
        if seen != message {
            tracing::info!(words = message, "the engine refused");
        }
        let message = seen.chars().filter(|c| !c.is_control()).take(1024).collect();
        Self { status, reason: Reason::Engine, message }
    }

    /// `No such container: x`, in the engine's own words, so that ordinary clients recognise it.
    pub(crate) fn no_such(kind: impl fmt::Display, name: &str) -> Self {
        Self::new(Reason::NoSuch, format!("No such {kind}: {name}"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_its_message() {
        assert_eq!(Refusal::no_such("volume", "x").to_string(), "No such volume: x");
    }
}
