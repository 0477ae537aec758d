//! How an app is reached: its service and port, and which role may ask for which path.

use serde::{Deserialize, Serialize};

use super::RoleId;
use crate::{
    names::ServiceName,
    units::{ByteSize, Duration},
};

/// The app's way in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Http {
    /// The service that answers requests.
    pub service: ServiceName,
    /// Its port.
    pub port: u16,
    /// Whether WebSocket upgrades are passed on.
    #[serde(default)]
    pub websocket: bool,
    /// The largest request body; a larger one is refused with 413.
    #[serde(default = "default_max_body_size")]
    pub max_body_size: ByteSize,
    /// How many requests, streams and sockets may be open at once; more are refused with 429 or 503.
    #[serde(default = "default_max_concurrent_requests")]
    pub max_concurrent_requests: u32,
    /// How long to wait for the app.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// First match wins; a path that no rule matches is refused.
    pub access: Vec<AccessRule>,
}

/// How long to wait for the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// From the end of the request to the head of the answer.
    pub response_header: Duration,
    /// For what a client sends: so long it may keep the gateway waiting in all, and 2 s more for each KiB that it has sent.
    pub request_body: Duration,
    /// Without a byte in either direction.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            response_header: Duration::from_secs(60),
            request_body: Duration::from_secs(60),
            idle: Duration::from_secs(3600),
        }
    }
}

/// Which role a path asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRule {
    /// A path prefix that starts with `/`; one that ends with `/` matches whole segments.
    pub path: String,
    /// The role that may ask for it.
    pub role: RoleId,
}

const fn default_max_concurrent_requests() -> u32 {
    1024
}

const fn default_max_body_size() -> ByteSize {
    ByteSize::from_mebibytes(10)
}
