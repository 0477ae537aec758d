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
    /// What it speaks there.
    #[serde(default)]
    pub app_protocol: AppProtocol,
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
    /// How the app is told who asks.
    #[serde(default)]
    pub identity: Identity,
}

/// What an app speaks, in the words of a Kubernetes port's `appProtocol`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppProtocol {
    /// HTTP/1.1.
    #[default]
    #[serde(rename = "http")]
    Http,
    /// HTTP/2 without TLS, from the first byte (RFC 9113, section 3.3).
    #[serde(rename = "kubernetes.io/h2c")]
    H2c,
}

/// How the app is told who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// By which algorithm `Atoll-Identity` is signed.
    pub algorithm: IdentityAlgorithm,
}

/// A signature algorithm of JSON Web Tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdentityAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518), which every library knows.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519 (RFC 8037): short tokens.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl IdentityAlgorithm {
    /// As a token's `alg` and the allowlist write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
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
