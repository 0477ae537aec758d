//! Certificates that the control plane fetches: what it has, and what kept it from the rest, in the ACME server's words.

use std::{fs, io, path::Path};

use atoll_certificates::{Facts, Pair, SelfTest};
use jiff::Timestamp;

use super::judge;
use crate::{
    doctor::{finding::Findings, hosts::AppHost},
    engine::view::Container,
    output::quantity,
};

const STATE: (&str, &str) = ("tls.acme", "ACME");
const CERTIFICATE: (&str, &str) = ("tls.certificate", "certificate");
const VALIDITY: (&str, &str) = ("tls.validity", "validity");

/// Looks into the control plane's data folder, which is root's where the engine is.
pub(super) fn examine(container: &Container, hosts: &[AppHost], now: Timestamp, findings: &mut Findings) {
    let data = container.variable("ATOLL_DATA").unwrap_or("/data");
    let Some(data) = container.on_host(data) else {
        return findings.untried(STATE.0, STATE.1, "the engine does not say where the data folder lies");
    };
    state(&data, findings);
    let wanted: Vec<&AppHost> = hosts.iter().filter(|host| host.is_installed).collect();
    match kept(&data.join("acme"), &wanted) {
        Err(_) => {
            findings.untried(CERTIFICATE.0, CERTIFICATE.1, format!("root may look into {}", data.display()));
        }
        Ok(kept) => tell(&kept, now, findings),
    }
}

/// What the control plane's own test has found.
fn state(data: &Path, findings: &mut Findings) {
    let (id, title) = STATE;
    let path = data.join(SelfTest::FILE);
    let test = match fs::read(&path).map(|bytes| serde_json::from_slice::<SelfTest>(&bytes)) {
        Ok(Ok(test)) => test,
        Ok(Err(error)) => {
            return findings.untried(id, title, format!("{} is not understood: {error}", path.display()));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return findings.untried(id, title, "the control plane has not looked yet since it started");
        }
        Err(error) => {
            return findings.untried(id, title, format!("{}: {error}; root may read it", path.display()));
        }
    };
    let Some(first) = test.problems.first() else { return findings.ok(id, title, "no refusal") };
    let messages: Vec<&str> = test.problems.iter().map(|problem| problem.message.as_str()).collect();
    findings.problem(id, title, messages.join(" "), first.cure.clone());
}

/// A host and what is kept for it, which may be nothing.
type Kept<'a> = (&'a str, Option<Facts>);

fn kept<'a>(folder: &Path, hosts: &[&'a AppHost]) -> io::Result<Vec<Kept<'a>>> {
    let of = |host: &&'a AppHost| match fs::read(folder.join(format!("{}.pem", host.name))) {
        Ok(pem) => Ok((host.name.as_str(), Pair::read(&pem, &pem).ok().map(|pair| pair.facts().clone()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((host.name.as_str(), None)),
        Err(error) => Err(error),
    };
    hosts.iter().map(of).collect()
}

fn tell(kept: &[Kept<'_>], now: Timestamp, findings: &mut Findings) {
    let (id, title) = CERTIFICATE;
    let without: Vec<&str> =
        kept.iter().filter(|(_, facts)| facts.is_none()).map(|(host, _)| *host).collect();
    if without.is_empty() {
        findings.ok(id, title, format!("one for {}", quantity::count(kept.len(), "host")));
    } else {
        let found = format!("there is none for {}", without.join(", "));
        findings.problem(id, title, found, "the line above says what the ACME server did not like");
    }
    let (id, title) = VALIDITY;
    let first_to_end = kept.iter().filter_map(|(host, facts)| Some((*host, facts.as_ref()?)));
    let Some((host, facts)) = first_to_end.min_by_key(|(_, facts)| facts.not_after) else {
        return findings.untried(id, title, "there is no certificate");
    };
    let found = format!("{host}: {}", judge::until(facts, now));
    let cure = "it should have been replaced by now: the line about ACME says why not";
    if now >= facts.not_after {
        findings.problem(id, title, format!("{host}: expired at {}", facts.not_after), cure);
    } else if atoll_certificates::not_after_soon(facts, now) {
        findings.warning(id, title, found, cure);
    } else {
        findings.ok(id, title, found);
    }
}
