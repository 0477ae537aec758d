//! What is wrong with names and certificates, said so that whoever reads it knows what to do.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::inspect::Facts;

/// How long before its end a certificate that somebody else keeps fresh should have been replaced.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 14);
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

impl TlsProblem {
    pub(super) fn of_host(host: &str, message: String, cure: impl Into<String>) -> Self {
        Self { host: Some(host.to_owned()), message, cure: cure.into() }
    }
}

/// What is wrong with one certificate that is to serve all of `hosts`.
pub(super) fn certificate(facts: &Facts, hosts: &[String], now: Timestamp) -> Vec<TlsProblem> {
    let names = facts.names.join(", ");
    let missing = hosts.iter().filter(|host| !facts.covers(host)).map(|host| {
        let message = format!("The certificate is not for `{host}`, only for: {names}.");
        let parent = host.split_once('.').map_or(host.as_str(), |(_, parent)| parent);
        TlsProblem::of_host(
            host,
            message,
            format!("Have one issued that names `{host}` or `*.{parent}` too."),
        )
    });
    missing.chain(validity(facts, now)).collect()
}

fn validity(facts: &Facts, now: Timestamp) -> Option<TlsProblem> {
    let all = |message, cure: &str| Some(TlsProblem { host: None, message, cure: cure.to_owned() });
    let Facts { not_before, not_after, .. } = facts;
    let fresh = "Put a fresh certificate into the file; it is read again by itself.";
    if now >= *not_after {
        return all(format!("The certificate expired at {not_after}."), fresh);
    }
    if now < *not_before {
        return all(
            format!("The certificate is valid only from {not_before} on."),
            "Check this machine's clock.",
        );
    }
    if not_after.duration_since(now) < SOON {
        return all(format!("The certificate expires soon, at {not_after}."), fresh);
    }
    None
}

/// Which of `hosts` the resolver here does not know. Names below `.localhost` are known to browsers by themselves.
pub(super) async fn names(hosts: &[String]) -> Vec<TlsProblem> {
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
        problems.push(TlsProblem::of_host(
            host,
            format!("The name `{host}` does not resolve here: {why}."),
            "Add it to DNS with this machine's address, or once and for all a wildcard for the apps' names.",
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().unwrap()
    }

    fn facts(names: &[&str]) -> Facts {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Facts { names, not_before: at("2026-01-01"), not_after: at("2026-12-31") }
    }

    fn told(names: &[&str], hosts: &[&str], day: &str) -> Vec<String> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        certificate(&facts(names), &hosts, at(day)).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_certificate_for_all_hosts_has_no_problem() {
        let names = ["atoll.example.com", "*.atoll.example.com"];
        let hosts = ["atoll.example.com", "documents.atoll.example.com"];
        assert_eq!(told(&names, &hosts, "2026-06-01"), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_is_missing_is_named_with_those_that_are_there() {
        let hosts = ["documents.atoll.example.com", "a.b.atoll.example.com"];
        assert_eq!(
            told(&["*.atoll.example.com"], &hosts, "2026-06-01"),
            ["The certificate is not for `a.b.atoll.example.com`, only for: *.atoll.example.com."]
        );
    }

    #[test]
    fn the_end_is_told_before_it_comes() {
        let of = |day| told(&["a.example"], &["a.example"], day).concat();
        assert!(of("2026-12-20").contains("expires soon, at 2026-12-31"), "{}", of("2026-12-20"));
        assert!(of("2026-12-31").contains("expired at 2026-12-31"));
        assert!(of("2025-12-31").contains("valid only from 2026-01-01"));
    }
}
