//! What the gateway tells an app in every request of one person: who asks, and by which address.
//!
//! It is the same for as long as a signature is good, so it is written down once with it, and each request carries it as
//! it stands. Nothing that a client says under one of its names goes along, in any of the versions of HTTP.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The signed identity.
pub const IDENTITY: HeaderName = HeaderName::from_static("atoll-identity");
/// The person's id.
pub const USER: HeaderName = HeaderName::from_static("x-forwarded-user");
/// The person's address.
pub const EMAIL: HeaderName = HeaderName::from_static("x-forwarded-email");
/// The person's roles in the app.
pub const GROUPS: HeaderName = HeaderName::from_static("x-forwarded-groups");
/// Host and port of the app's origin, which `Host` says too.
pub const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
/// `http` or `https`.
pub const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Fields that only the gateway says.
#[derive(Debug)]
pub struct Introduction {
    fields: Vec<(HeaderName, HeaderValue)>,
    lines: Vec<u8>,
}

impl Introduction {
    /// Of these fields, whose names [`is_introduced`] knows.
    pub fn of(fields: Vec<(HeaderName, HeaderValue)>) -> Self {
        debug_assert!(fields.iter().all(|(name, _)| is_introduced(name)), "a client could say it too");
        let mut lines = Vec::new();
        for (name, value) in &fields {
            for word in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                lines.extend_from_slice(word);
            }
        }
        Self { fields, lines }
    }

    /// As HTTP/1.1 writes it, each line with its end.
    pub fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// Adds it to a header, in place of anything that stands there under its names.
    pub fn insert_into(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.fields {
            headers.insert(name, value.clone());
        }
    }
}

/// Whether this field is said in an [`Introduction`], so that it may not stand beside one.
pub fn is_introduced(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "host"
            | "atoll-identity"
            | "x-forwarded-user"
            | "x-forwarded-email"
            | "x-forwarded-groups"
            | "x-forwarded-host"
            | "x-forwarded-proto"
    )
}
