//! Every reason for which the gateway does not pass a request on, and how it is told.

use super::{headers::HeaderRefusal, path::PathRefusal};
use crate::{identity::throttle::TooMany, server::host::AmbiguousHost};

mod words;

pub use words::Setting;

/// Why a request was not passed on, or not answered by the app.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The host is none of ours.
    #[error("nothing is served at this address")]
    UnknownHost,
    /// The request does not name one host.
    #[error(transparent)]
    Host(#[from] AmbiguousHost),
    /// The path has no innocent reading.
    #[error(transparent)]
    Path(#[from] PathRefusal),
    /// The header cannot be made clean.
    #[error(transparent)]
    Header(#[from] HeaderRefusal),
    /// The head is longer than we read.
    #[error("the head of the request is larger than 64 KiB")]
    HeadTooLarge,
    /// CONNECT, TRACE.
    #[error("this method is not passed on")]
    Method,
    /// Nobody is signed in here, and a redirect would lose what was sent.
    #[error("nobody is signed in here")]
    NotSignedIn,
    /// The access token is not valid.
    #[error("the token is not valid")]
    Token,
    /// The access token is for something else.
    #[error("the token is not for this app")]
    TokenScope,
    /// Too many tokens that are none came from this address.
    #[error(transparent)]
    TooMany(TooMany),
    /// A page of another origin sent it.
    #[error("the request comes from another origin")]
    CrossOrigin,
    /// The person was not given the app, or there is no such app.
    #[error("the app was not given to this person")]
    NoGrant,
    /// No rule lets the person's role see this path.
    #[error("the person's role in the app does not reach this path")]
    Role,
    /// The allowlist says that the app has no WebSockets.
    #[error("the app takes no WebSockets")]
    WebSocket,
    /// Longer than `http.maxBodySize`.
    #[error("the request body is larger than {limit} bytes")]
    BodyTooLarge {
        /// In bytes.
        limit: u64,
    },
    /// The client broke its own body off, or framed it wrongly.
    #[error("the request body ended early")]
    BodyBroken,
    /// The client kept us waiting for its body.
    #[error("the request body came too slowly")]
    TooSlow,
    /// One session has everything open that the app takes.
    #[error("one session has {most} requests open at once")]
    TooManyOpen {
        /// `http.maxConcurrentRequests`.
        most: usize,
    },
    /// So many together have.
    #[error("{most} requests are open at once")]
    Busy {
        /// `http.maxConcurrentRequests`.
        most: usize,
    },
    /// The app does not run.
    #[error("the app is stopped")]
    Stopped,
    /// The app will run soon.
    #[error("the app is starting: {step}")]
    Starting {
        /// What it waits for, in words for people.
        step: String,
    },
    /// The app should run and does not.
    #[error("the app has failed: {cause}")]
    Failed {
        /// Why, in words for people.
        cause: String,
        /// What to do.
        cure: String,
    },
    /// The app does not take the connection, or breaks it off before it has answered.
    #[error("the app cannot be reached")]
    Unreachable,
    /// The app takes longer than its entry allows.
    #[error("the app did not answer in time")]
    TimedOut,
    /// Access ended while the app was still working.
    #[error("access ended")]
    Ended,
    /// There is no such page in the platform's corner of the origin.
    #[error("there is nothing here")]
    NotFound,
    /// The one-time code is wrong, used, too old, or another browser's.
    #[error("the one-time code cannot be used")]
    Code,
    /// Leaving must be confirmed, because another site asked for it.
    #[error("leaving must be confirmed")]
    ConfirmLeave,
    /// Something of ours failed; the log says what.
    #[error("something went wrong inside")]
    Internal,
}
