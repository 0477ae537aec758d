//! Which hosts an app may reach.

use std::net::IpAddr;

use atoll_sandbox::allowlist::{App, RelaxedRule};
use http::Uri;

/// A host and port, as a CONNECT request names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The host.
    pub host: Host,
    /// The port.
    pub port: u16,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name in lower case, without the root's dot.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// What the list says of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The entry names it: a name that may resolve to public addresses only.
    Named,
    /// The entry names this very address, so that it need not be public.
    NamedLiterally,
    /// The entry is relaxed to any public host.
    Internet,
    /// The entry does not name it.
    Unlisted,
}

impl Target {
    /// Reads the authority of a CONNECT request; a port is needed.
    pub fn parse(uri: &Uri) -> Option<Self> {
        let authority = uri.authority()?;
        let port = authority.port_u16().filter(|port| *port != 0)?;
        // `user@host` would be read differently by others.
        if authority.as_str().contains('@') {
            return None;
        }
        let host = authority.host();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Some(Self { host: Host::Address(address.to_canonical()), port });
        }
        let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let is_name = (1..=253).contains(&name.len())
            && name.split('.').all(|label| (1..=63).contains(&label.len()))
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        is_name.then_some(Self { host: Host::Name(name), port })
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.host {
            Host::Name(name) => write!(f, "{name}:{}", self.port),
            Host::Address(address) => write!(f, "{}", std::net::SocketAddr::new(*address, self.port)),
        }
    }
}

/// Looks a target up in an app's list.
pub fn judge(app: &App, target: &Target) -> Verdict {
    let listed = app.egress.iter().any(|rule| rule.port == target.port && matches(&rule.host, &target.host));
    match (listed, &target.host) {
        (true, Host::Address(_)) => Verdict::NamedLiterally,
        (true, Host::Name(_)) => Verdict::Named,
        (false, _) if app.relax.iter().any(|relaxed| relaxed.rule == RelaxedRule::Internet) => {
            Verdict::Internet
        }
        (false, _) => Verdict::Unlisted,
    }
}

fn matches(rule: &str, host: &Host) -> bool {
    let rule = rule.strip_suffix('.').unwrap_or(rule).to_ascii_lowercase();
    match host {
        Host::Address(address) => {
            rule.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|named| named == *address)
        }
        Host::Name(name) => match rule.strip_prefix('*') {
            // `*.example.com` is every name below it, not itself, and not `badexample.com`.
            Some(suffix) => suffix.starts_with('.') && name.len() > suffix.len() && name.ends_with(suffix),
            None => *name == rule,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(authority: &str) -> Option<Target> {
        Target::parse(&Uri::try_from(authority).ok()?)
    }

    #[test]
    fn a_target_is_a_host_and_a_port() {
        assert_eq!(target("API.Example.com.:443").unwrap().to_string(), "api.example.com:443");
        assert_eq!(target("192.0.2.1:443").unwrap().host, Host::Address("192.0.2.1".parse().unwrap()));
        assert_eq!(target("[2001:db8::1]:443").unwrap().to_string(), "[2001:db8::1]:443");
        assert_eq!(target("[::ffff:10.0.0.1]:443").unwrap().host, Host::Address("10.0.0.1".parse().unwrap()));
        for bad in [
            "example.com",
            "example.com:0",
            "example.com:99999",
            "user@example.com:443",
            "a..b:443",
            ".:443",
            "a%2e:443",
            "/x",
        ] {
            assert_eq!(target(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_rule_is_a_name_a_suffix_or_an_address() {
        for (rule, host, reached) in [
            ("api.example.com", "api.example.com:443", true),
            ("API.example.com", "api.example.com:443", true),
            ("api.example.com", "api.example.com.:443", true),
            ("api.example.com", "xapi.example.com:443", false),
            ("api.example.com", "x.api.example.com:443", false),
            ("api.example.com", "api.example.com.evil.example:443", false),
            ("*.example.com", "a.example.com:443", true),
            ("*.example.com", "a.b.example.com:443", true),
            ("*.example.com", "example.com:443", false),
            ("*.example.com", "badexample.com:443", false),
            ("*.example.com", ".example.com:443", false),
            ("*example.com", "badexample.com:443", false),
            ("*", "anything.example:443", false),
            ("10.0.0.5", "10.0.0.5:443", true),
            ("10.0.0.5", "[::ffff:10.0.0.5]:443", true),
            ("10.0.0.5", "10.0.0.6:443", false),
            ("*.0.0.5", "10.0.0.5:443", false),
        ] {
            let matched = target(host).is_some_and(|target| matches(rule, &target.host));
            assert_eq!(matched, reached, "{rule} {host}");
        }
    }
}
