//! What is wrong with names and certificates, for administrators.

use std::time::Duration;

use atoll_certificates::{Finding, Subject};
use serde::Serialize;
use utoipa::ToSchema;

/// How long the resolver may take.
const RESOLVED_WITHIN: Duration = Duration::from_secs(5);

/// Something that keeps browsers from a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TlsProblem {
    /// Which host; absent when it is about all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl From<Finding> for TlsProblem {
    fn from(Finding { about: _, host, message, cure }: Finding) -> Self {
        Self { host, message, cure }
    }
}

/// Which of `hosts` the resolver here does not know. Names below `.localhost` are known to browsers by themselves.
pub(super) async fn names(hosts: &[String]) -> Vec<Finding> {
    let mut problems = Vec::new();
    for host in hosts.iter().filter(|host| !host.ends_with(".localhost")) {
        let resolved =
            tokio::time::timeout(RESOLVED_WITHIN, tokio::net::lookup_host((host.as_str(), 443))).await;
        let why = match resolved {
            // A resolver that finds no address says so by an error.
            Ok(Ok(_)) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the resolver does not answer".to_owned(),
        };
        problems.push(Finding::of_host(
            Subject::Dns,
            host,
            format!("The name `{host}` does not resolve here: {why}."),
            "Add it to DNS with this machine's address, or once and for all a wildcard for the apps' names.",
        ));
    }
    problems
}
