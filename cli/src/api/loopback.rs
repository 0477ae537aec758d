//! Names of this very machine.
//!
//! RFC 6761 gives `localhost` and every name below it to the loopback interface. Browsers follow it by themselves; many
//! system resolvers do not, and would send the question, and then the session, out to the network.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use reqwest::ClientBuilder;
use url::{Host, Url};

/// Whether the URL's host is this machine by its very name.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a name is `localhost` or below it.
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

/// Makes the client reach a host of this machine by itself: no resolver and no proxy is asked.
pub(crate) fn resolve_here(builder: ClientBuilder, base: &Url) -> ClientBuilder {
    if !is_loopback(base) {
        return builder;
    }
    match base.host_str() {
        Some(host) => builder.no_proxy().resolve(host, SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)),
        None => builder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_below_localhost_are_this_machine() {
        let url = |text: &str| text.parse::<Url>().unwrap();
        for here in [
            "http://localhost",
            "http://Atoll.LocalHost:8080",
            "http://127.0.0.9",
            "http://[::1]:1",
            "http://a.localhost.",
        ] {
            assert!(is_loopback(&url(here)), "{here}");
        }
        for elsewhere in [
            "http://notlocalhost",
            "http://localhost.example.org",
            "http://10.0.0.1",
            "https://atoll.example.org",
        ] {
            assert!(!is_loopback(&url(elsewhere)), "{elsewhere}");
        }
    }
}
