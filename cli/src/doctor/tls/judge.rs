//! Turns what is wrong with a chain of certificates into checks.

use atoll_certificates::{Facts, Finding, Subject, findings, not_after_soon};
use jiff::{SignedDuration, Timestamp};

use crate::doctor::{
    finding::{Findings, State},
    hosts::AppHost,
};

/// Tells of a chain that is to serve all of `hosts`: names, validity and order, one check each.
pub(super) fn chain(chain: &[Facts], hosts: &[AppHost], now: Timestamp, to: &mut Findings) {
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let found = findings(chain, &names, now);
    let about = |wanted: &[Subject]| -> Vec<&Finding> {
        found.iter().filter(|finding| wanted.contains(&finding.about)).collect()
    };
    let order = about(&[Subject::Chain, Subject::Alone]);
    let alone = order.iter().all(|finding| finding.about == Subject::Alone);
    let (id, title) = ("tls.chain", "chain");
    told(
        to,
        id,
        title,
        &order,
        alone,
        format!("{} in order", crate::output::quantity::count(chain.len(), "certificate")),
    );

    let missing = about(&[Subject::Names]);
    let unused = |finding: &&Finding| {
        hosts.iter().any(|host| !host.is_installed && Some(&host.name) == finding.host.as_ref())
    };
    let title = "names it is for";
    told(to, "tls.names", title, &missing, missing.iter().all(unused), names.join(", "));

    let Some(own) = chain.first() else { return };
    let soon = own.not_before <= now && not_after_soon(own, now);
    told(to, "tls.validity", "validity", &about(&[Subject::Validity]), soon, until(own, now));
}

/// `until 2027-02-01, 66 days`
pub(super) fn until(own: &Facts, now: Timestamp) -> String {
    let left: SignedDuration = own.not_after.duration_since(now);
    format!("until {}, {} days", own.not_after.strftime("%Y-%m-%d"), left.as_hours() / 24)
}

/// One check out of any number of findings.
fn told(
    to: &mut Findings,
    id: &'static str,
    title: &'static str,
    found: &[&Finding],
    harmless: bool,
    ok: String,
) {
    let Some(first) = found.first() else { return to.ok(id, title, ok) };
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    let state = if harmless { State::Warning } else { State::Problem };
    to.wrong(id, title, state, messages.join(" "), first.cure.clone());
}
