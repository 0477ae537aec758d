//! Why an app does not get out, and how it is told.

use http::{HeaderValue, Response, StatusCode, header};

use super::{
    body::Body,
    rules::{Host, Target},
};

/// Why an app does not get out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// The request names no host and port.
    #[error("`{0}` is not a host and a port")]
    Unreadable(String),
    /// The entry does not name the target.
    #[error("`{0}` is not on the app's egress list")]
    Unlisted(Target),
    /// The name leads inside.
    #[error("`{0}` leads to an address that is not on the open internet")]
    NotPublic(Target),
    /// There are enough already.
    #[error("the app has too many connections to the outside open")]
    TooMany,
    /// The name has no address.
    #[error("`{0}` has no address")]
    Unresolved(Target),
    /// Nobody answers there.
    #[error("`{0}` does not answer")]
    Unreachable(Target),
    /// It is no request to a proxy, nor for the keys.
    #[error("only CONNECT, http addresses and /.well-known/jwks.json are answered here")]
    Other,
}

impl Blocked {
    /// A stable word for machines.
    pub const fn code(&self) -> &'static str {
        self.row().1
    }

    /// Where the app wanted to go.
    pub const fn target(&self) -> Option<&Target> {
        match self {
            Self::Unlisted(target)
            | Self::NotPublic(target)
            | Self::Unresolved(target)
            | Self::Unreachable(target) => Some(target),
            Self::Unreadable(_) | Self::TooMany | Self::Other => None,
        }
    }

    /// Whether the policy is what keeps the app in, and not the weather outside.
    pub const fn is_by_policy(&self) -> bool {
        matches!(self, Self::Unlisted(_) | Self::NotPublic(_))
    }

    /// What to do.
    pub fn cure(&self) -> String {
        match self {
            Self::Unlisted(target) => {
                format!("Add `{}` under `egress:` of the app's entry in the allowlist.", line_to_add(target))
            }
            Self::NotPublic(_) => {
                "To reach an address inside, the app's entry in the allowlist must name the address itself."
                    .to_owned()
            }
            Self::Unreadable(_) => "Ask with `CONNECT host:port`, or for `http://host/path`.".to_owned(),
            Self::TooMany => "Close some and try again.".to_owned(),
            Self::Unresolved(_) => "Check the name.".to_owned(),
            Self::Unreachable(_) => "Try again later.".to_owned(),
            Self::Other => "Use `CONNECT host:port` for https, and the whole address for http.".to_owned(),
        }
    }

    /// What the app is told: problem details (RFC 9457).
    pub(super) fn answer(&self) -> Response<Body> {
        let (status, code) = self.row();
        let problem = serde_json::json!({
            "type": format!("urn:atoll:problem:egress-{code}"),
            "title": "Not let out",
            "status": status.as_u16(),
            "detail": format!("{self}."),
            "cure": self.cure(),
        });
        let mut answer = Response::new(Body::own(problem.to_string()));
        *answer.status_mut() = status;
        let kind = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        answer
    }

    const fn row(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unreadable(_) => (StatusCode::BAD_REQUEST, "unreadable"),
            Self::Unlisted(_) => (StatusCode::FORBIDDEN, "unlisted"),
            Self::NotPublic(_) => (StatusCode::FORBIDDEN, "not-public"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too-many"),
            Self::Unresolved(_) => (StatusCode::BAD_GATEWAY, "unresolved"),
            Self::Unreachable(_) => (StatusCode::BAD_GATEWAY, "unreachable"),
            Self::Other => (StatusCode::METHOD_NOT_ALLOWED, "other"),
        }
    }
}

/// The line of the allowlist that would let an app reach a target.
pub fn line_to_add(target: &Target) -> String {
    let host = match &target.host {
        Host::Name(name) => name.clone(),
        // Because YAML reads a colon as the start of a value.
        Host::Address(address) if address.is_ipv6() => format!("\"{address}\""),
        Host::Address(address) => address.to_string(),
    };
    format!("- {{host: {host}, port: {}}}", target.port)
}
