//! Do the console's name and the apps' lead to this machine?

use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use nix::ifaddrs::getifaddrs;
use tokio::{net::lookup_host, time::timeout};

use super::{finding::Findings, hosts::AppHost};
use crate::api::loopback;

const RESOLVES: (&str, &str) = ("address.resolves", "names");
const LEADS_HERE: (&str, &str) = ("address.leads-here", "where they lead");
/// How long the resolver may take for one name.
const PATIENCE: Duration = Duration::from_secs(5);
/// With more apps than these, the rest is taken on trust: a wildcard, if there is one, holds for them too.
const MOST: usize = 50;

/// A name and its addresses; none when it does not resolve.
type Resolved<'a> = (&'a AppHost, BTreeSet<IpAddr>);

/// Looks them up. Returns whether the console's name leads anywhere.
pub(super) async fn examine(hosts: &[AppHost], findings: &mut Findings) -> bool {
    let console = hosts.first().map_or("", |host| host.name.as_str());
    if loopback::is_localhost(console) {
        let found = format!("{console} and the apps below it are this machine to every browser, without DNS");
        findings.ok(RESOLVES.0, RESOLVES.1, found);
        return true;
    }
    let mut resolved: Vec<Resolved<'_>> = Vec::new();
    for host in hosts.iter().take(MOST) {
        resolved.push((host, addresses(&host.name).await));
    }
    resolves(console, &resolved, findings);
    leads_here(&resolved, &own_addresses(), findings);
    resolved.first().is_some_and(|(_, addresses)| !addresses.is_empty())
}

async fn addresses(name: &str) -> BTreeSet<IpAddr> {
    match timeout(PATIENCE, lookup_host((name, 0))).await {
        Ok(Ok(found)) => found.map(|address| address.ip().to_canonical()).collect(),
        Ok(Err(_)) | Err(_) => BTreeSet::new(),
    }
}

fn resolves(console: &str, resolved: &[Resolved<'_>], findings: &mut Findings) {
    let (id, title) = RESOLVES;
    let lost: Vec<&AppHost> =
        resolved.iter().filter(|(_, found)| found.is_empty()).map(|(host, _)| *host).collect();
    let names = lost.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", ");
    let cure = format!("add {console} and *.{console} to DNS, pointing to this machine");
    if lost.is_empty() {
        let apps = crate::output::quantity::count(resolved.len().saturating_sub(1), "app");
        findings.ok(id, title, format!("{console} and those of {apps} resolve"));
    } else {
        findings.problem(id, title, format!("what does not resolve: {names}"), cure);
    }
}

/// A name that leads elsewhere may be right, since a router or a proxy may lead on to this machine.
fn leads_here(resolved: &[Resolved<'_>], own: &BTreeSet<IpAddr>, findings: &mut Findings) {
    let (id, title) = LEADS_HERE;
    let elsewhere: Vec<String> = resolved
        .iter()
        .filter(|(_, found)| !found.is_empty())
        .filter_map(|(host, found)| {
            let strange: Vec<String> = found
                .difference(own)
                .filter(|address| !address.is_loopback())
                .map(ToString::to_string)
                .collect();
            (!strange.is_empty()).then(|| format!("{} to {}", host.name, strange.join(" and ")))
        })
        .collect();
    if resolved.iter().all(|(_, found)| found.is_empty()) {
        findings.untried(id, title, "none of them resolves");
    } else if elsewhere.is_empty() {
        findings.ok(id, title, "to this machine");
    } else {
        let found = format!("{}, which this machine does not have", elsewhere.join(", "));
        let cure = "right if a router or a proxy there leads on to this machine; otherwise point DNS here";
        findings.warning(id, title, found, cure);
    }
}

/// The addresses of this machine's interfaces.
fn own_addresses() -> BTreeSet<IpAddr> {
    let interfaces = getifaddrs().into_iter().flatten();
    let addresses = interfaces.filter_map(|interface| {
        let address = interface.address?;
        let four = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        four.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
    });
    addresses.collect()
}
