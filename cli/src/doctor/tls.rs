//! Will browsers accept what the console and the apps show them under TLS?
//!
//! The very files are looked at that the control plane serves by, where they lie on this machine, so that it can be told
//! what is wrong with them also when the control plane refuses to start for it.

use jiff::Timestamp;
use url::Url;

use super::{finding::Findings, hosts::AppHost};
use crate::{api::loopback, engine::view::Container};

mod acme;
mod files;
mod judge;

const ID: &str = "tls.source";
const TITLE: &str = "certificates";

/// Where the control plane was told to get certificates from. A variable that is empty counts as not set.
enum Source<'a> {
    None,
    Files { certificate: &'a str, key: &'a str },
    Acme { directory: &'a str },
    Unclear(&'static str),
}

/// Looks at the certificates of the control plane that runs in `container`, or should.
pub(super) fn examine(container: Option<&Container>, base: &Url, hosts: &[AppHost], findings: &mut Findings) {
    let Some(container) = container else {
        return findings.untried(ID, TITLE, "there is no control plane to be asked where it has them from");
    };
    let now = Timestamp::now();
    match source(container) {
        Source::None => plain(base, findings),
        Source::Unclear(why) => findings.problem(ID, TITLE, why, "mend deploy/.env, then run `make up`"),
        Source::Files { certificate, key } => {
            findings.ok(ID, TITLE, format!("from the files {certificate} and {key} of the control plane"));
            files::examine(container, certificate, key, hosts, now, findings);
        }
        Source::Acme { directory } => {
            findings.ok(ID, TITLE, format!("fetched from {directory}"));
            acme::examine(container, hosts, now, findings);
        }
    }
}

fn source(container: &Container) -> Source<'_> {
    let given = |name| container.variable(name).filter(|value| !value.is_empty());
    match (given("ATOLL_TLS_CERT"), given("ATOLL_TLS_KEY"), given("ATOLL_ACME_DIRECTORY")) {
        (None, None, None) => Source::None,
        (Some(certificate), Some(key), None) => Source::Files { certificate, key },
        (None, None, Some(directory)) => Source::Acme { directory },
        (Some(_), None, _) => Source::Unclear("ATOLL_TLS_CERT is set without ATOLL_TLS_KEY"),
        (None, Some(_), _) => Source::Unclear("ATOLL_TLS_KEY is set without ATOLL_TLS_CERT"),
        (Some(_), Some(_), Some(_)) => {
            Source::Unclear("ATOLL_TLS_CERT and ATOLL_ACME_DIRECTORY are both set")
        }
    }
}

fn plain(base: &Url, findings: &mut Findings) {
    if base.scheme() == "https" {
        findings.ok(ID, TITLE, "none here: what stands in front of Atoll has them");
    } else if loopback::is_loopback(base) {
        findings.ok(ID, TITLE, "none, and none needed: nothing leaves this machine");
    } else {
        findings.warning(
            ID,
            TITLE,
            "none: passwords and sessions cross the network for everybody to read",
            "name certificate files or an ACME server in deploy/.env (docs/tls.md)",
        );
    }
}
