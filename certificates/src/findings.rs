//! What is wrong with a certificate, said so that whoever reads it knows what to do.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Facts;

/// How long before its end a certificate that somebody else keeps fresh should have been replaced.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 14);
const FRESH: &str = "Put a fresh certificate into the file; it is read again by itself.";

/// Something that keeps browsers from a host, or soon will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What it is about.
    pub about: Subject,
    /// Which host; absent when it is about all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Which hosts the certificate names.
    Names,
    /// From when until when it is valid.
    Validity,
    /// The order of the certificates in the file.
    Chain,
    /// The certificate of whoever issued the server's own is not in the file. Right where browsers know that issuer
    /// itself, as in a company with an authority of its own.
    Alone,
    /// A name that does not resolve.
    Dns,
    /// The files themselves, which cannot be used.
    Files,
    /// The ACME server, which gave none.
    Acme,
}

impl Finding {
    /// About all hosts.
    pub fn of_all(about: Subject, message: String, cure: impl Into<String>) -> Self {
        Self { about, host: None, message, cure: cure.into() }
    }

    /// About one host.
    pub fn of_host(about: Subject, host: &str, message: String, cure: impl Into<String>) -> Self {
        Self { about, host: Some(host.to_owned()), message, cure: cure.into() }
    }
}

/// What is wrong with a chain that is to serve all of `hosts`. The chain's first certificate is the server's own.
pub fn findings(chain: &[Facts], hosts: &[String], now: Timestamp) -> Vec<Finding> {
    let Some(own) = chain.first() else { return Vec::new() };
    names(own, hosts).chain(validity(own, now)).chain(order(chain)).chain(alone(chain)).collect()
}

/// Whether a certificate is valid now, and ends within two weeks.
pub fn not_after_soon(facts: &Facts, now: Timestamp) -> bool {
    now < facts.not_after && facts.not_after.duration_since(now) < SOON
}

fn names<'a>(own: &'a Facts, hosts: &'a [String]) -> impl Iterator<Item = Finding> + 'a {
    hosts.iter().filter(|host| !own.covers(host)).map(|host| {
        let message = format!("The certificate is not for `{host}`, only for: {}.", own.names.join(", "));
        let parent = host.split_once('.').map_or(host.as_str(), |(_, parent)| parent);
        let cure = format!("Have one issued that names `{host}` or `*.{parent}` too.");
        Finding::of_host(Subject::Names, host, message, cure)
    })
}

fn validity(own: &Facts, now: Timestamp) -> Option<Finding> {
    let all = |message, cure| Some(Finding::of_all(Subject::Validity, message, cure));
    let Facts { not_before, not_after, .. } = own;
    if now >= *not_after {
        return all(format!("The certificate expired at {not_after}."), FRESH);
    }
    if now < *not_before {
        let message = format!("The certificate is valid only from {not_before} on.");
        return all(message, "Check this machine's clock.");
    }
    if not_after_soon(own, now) {
        return all(format!("The certificate expires soon, at {not_after}."), FRESH);
    }
    None
}

/// Each certificate must be followed by that of its issuer (RFC 8446, section 4.4.2, lets clients insist on it).
fn order(chain: &[Facts]) -> Option<Finding> {
    let broken = chain.windows(2).find(|two| two[0].issuer != two[1].subject)?;
    let (below, after) = (&broken[0], &broken[1]);
    Some(Finding::of_all(
        Subject::Chain,
        format!(
            "In the file, the certificate of `{}` is followed by that of `{}`, but `{}` issued it.",
            below.subject, after.subject, below.issuer
        ),
        "Put the certificates in order: the server's own first, then each one's issuer.",
    ))
}

fn alone(chain: &[Facts]) -> Option<Finding> {
    let [own] = chain else { return None };
    (!own.is_self_signed()).then(|| {
        Finding::of_all(
            Subject::Alone,
            format!("The file holds the server's own certificate only, not that of `{}`, who issued it.", own.issuer),
            "Where browsers do not know that issuer by themselves, put its certificate after the server's own.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().unwrap()
    }

    fn facts(names: &[&str], subject: &str, issuer: &str) -> Facts {
        Facts {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            not_before: at("2026-01-01"),
            not_after: at("2026-12-31"),
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
        }
    }

    fn told(chain: &[Facts], hosts: &[&str], day: &str) -> Vec<String> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        findings(chain, &hosts, at(day)).into_iter().map(|found| found.message).collect()
    }

    fn for_names(names: &[&str], hosts: &[&str], day: &str) -> Vec<String> {
        told(&[facts(names, "CN=server", "CN=R1"), facts(&[], "CN=R1", "CN=Root")], hosts, day)
    }

    #[test]
    fn a_certificate_for_all_hosts_has_no_problem() {
        let names = ["atoll.example.com", "*.atoll.example.com"];
        let hosts = ["atoll.example.com", "documents.atoll.example.com"];
        assert_eq!(for_names(&names, &hosts, "2026-06-01"), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_is_missing_is_named_with_those_that_are_there() {
        let hosts = ["documents.atoll.example.com", "a.b.atoll.example.com"];
        assert_eq!(
            for_names(&["*.atoll.example.com"], &hosts, "2026-06-01"),
            ["The certificate is not for `a.b.atoll.example.com`, only for: *.atoll.example.com."]
        );
    }

    #[test]
    fn the_end_is_told_before_it_comes() {
        let of = |day| for_names(&["a.example"], &["a.example"], day).concat();
        assert!(of("2026-12-20").contains("expires soon, at 2026-12-31"), "{}", of("2026-12-20"));
        assert!(of("2026-12-31").contains("expired at 2026-12-31"));
        assert!(of("2025-12-31").contains("valid only from 2026-01-01"));
        assert_eq!(of("2026-12-16"), "");
    }

    #[test]
    fn each_certificate_is_followed_by_its_issuers() {
        let own = facts(&["a.example"], "CN=server", "CN=R1");
        let (middle, root) = (facts(&[], "CN=R1", "CN=Root"), facts(&[], "CN=Root", "CN=Root"));
        let of = |chain: &[&Facts]| {
            told(
                &chain.iter().map(|facts| (*facts).clone()).collect::<Vec<_>>(),
                &["a.example"],
                "2026-06-01",
            )
            .concat()
        };
        assert_eq!(of(&[&own, &middle]), "");
        assert_eq!(of(&[&own, &middle, &root]), "");
        assert!(
            of(&[&own, &root, &middle])
                .contains("`CN=server` is followed by that of `CN=Root`, but `CN=R1` issued it")
        );
        assert!(of(&[&own]).contains("not that of `CN=R1`"));
        assert_eq!(
            of(&[&facts(&["a.example"], "CN=me", "CN=me")]),
            "",
            "nobody stands above one that vouches for itself"
        );
    }
}
