//! What can go wrong between us and a control plane.

use std::error::Error;

use reqwest::{Response, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::{
    exit::Exit,
    failure::{self, Failure},
};

/// A request that did not do what it was for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No connection, or one that broke.
    #[error("could not reach Atoll at {}", shown(url))]
    Unreachable {
        /// Where it should be.
        url: Url,
        /// What the connection met.
        #[source]
        source: reqwest::Error,
    },
    /// Something answered that does not speak our API.
    #[error(
        "what answers at {} is not an Atoll control plane that this tool understands: {because}",
        shown(url)
    )]
    NotAtoll {
        /// Where it is.
        url: Url,
        /// What gave it away.
        because: String,
    },
    /// 401: the session is missing, over or ended.
    #[error("not signed in to {}: {}", shown(url), problem.sentence())]
    NotSignedIn {
        /// Where.
        url: Url,
        /// What it said.
        problem: Box<Problem>,
    },
    /// 403: signed in, but this is for somebody else.
    #[error("{}", problem.sentence())]
    NotAllowed {
        /// What it said.
        problem: Box<Problem>,
    },
    /// Any other refusal.
    #[error("{}", problem.sentence())]
    Refused {
        /// What it said.
        problem: Box<Problem>,
    },
}

/// RFC 9457 problem details, with our additions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    /// `urn:atoll:problem:<code>`
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: Option<String>,
    cure: Option<String>,
    request_id: Option<String>,
    errors: Vec<FieldError>,
}

#[derive(Debug, Deserialize)]
struct FieldError {
    field: String,
    message: String,
}

impl Problem {
    /// The stable code, such as `already-installed`.
    fn code(&self) -> &str {
        self.kind.strip_prefix("urn:atoll:problem:").unwrap_or_default()
    }

    fn sentence(&self) -> &str {
        self.detail.as_deref().filter(|detail| !detail.is_empty()).unwrap_or(&self.title)
    }

    /// What is wrong with which field.
    fn field_errors(&self) -> impl Iterator<Item = String> {
        self.errors.iter().map(|FieldError { field, message }| format!("{field}: {message}"))
    }
}

impl ApiError {
    pub(super) fn unreachable(url: &Url, source: reqwest::Error) -> Self {
        Self::Unreachable { url: url.clone(), source: source.without_url() }
    }

    /// What an answer that tells no success means.
    pub(super) async fn refused(url: &Url, response: Response) -> Self {
        let status = response.status();
        let body = response.bytes().await.unwrap_or_default();
        let problem: Box<Problem> = match serde_json::from_slice(&body) {
            Ok(problem) => problem,
            Err(_) => return Self::NotAtoll { url: url.clone(), because: format!("it says {status}") },
        };
        match status {
            StatusCode::UNAUTHORIZED if problem.code() != "wrong-credentials" => {
                Self::NotSignedIn { url: url.clone(), problem }
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Self::NotAllowed { problem },
            _ => Self::Refused { problem },
        }
    }

    /// Whether the control plane may answer differently in a moment.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { problem } => problem.status >= 500,
            Self::NotAtoll { .. } | Self::NotSignedIn { .. } | Self::NotAllowed { .. } => false,
        }
    }

    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::NotSignedIn { problem, .. } | Self::NotAllowed { problem } | Self::Refused { problem } => {
                Some(problem)
            }
            Self::Unreachable { .. } | Self::NotAtoll { .. } => None,
        }
    }

    fn cure(&self) -> Option<String> {
        match self {
            Self::Unreachable { .. } => {
                Some("is it running? `make up` starts it, `atoll doctor` looks for the cause; --url names another address".to_owned())
            }
            Self::NotAtoll { .. } => {
                Some("check the address (--url or ATOLL_URL), and that this tool is as new as the control plane".to_owned())
            }
            Self::NotSignedIn { .. } => Some("sign in: atoll login --email you@example.org".to_owned()),
            // Because what is wrong with a field already says what it should be.
            Self::NotAllowed { problem } | Self::Refused { problem } => {
                problem.cure.clone().filter(|_| problem.errors.is_empty())
            }
        }
    }

    const fn exit(&self) -> Exit {
        match self {
            Self::NotSignedIn { .. } | Self::NotAllowed { .. } => Exit::NotAllowed,
            Self::Unreachable { .. } | Self::NotAtoll { .. } | Self::Refused { .. } => Exit::Failed,
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let fields = error.problem().into_iter().flat_map(Problem::field_errors);
        let causes = error.source().map(failure::root).into_iter().chain(fields).collect();
        let request_id = error.problem().and_then(|problem| problem.request_id.clone());
        let failure =
            Failure::new(error.to_string()).causes(causes).exit(error.exit()).request_id(request_id);
        match error.cure() {
            Some(cure) => failure.cure(cure),
            None => failure,
        }
    }
}

fn shown(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}
