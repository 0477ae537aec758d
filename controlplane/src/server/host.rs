//! Decides whom a request is for.
//!
//! The host name alone decides: a path or a header can be forged by another app's page, an origin cannot.

use atoll_sandbox::names::AppId;
use http::{HeaderMap, Uri, header};

/// Whom a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The console and its API.
    Console,
    /// An app by its name; whether it exists is not said to anybody who has no right to know.
    App(AppId),
    /// A name that we do not serve.
    Unknown,
}

/// A request that names no host, or more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request does not name exactly one host")]
pub struct AmbiguousHost;

/// Reads the `Host` header, which RFC 9112, section 3.2 wants exactly once, and compares it with the target's authority
/// if that has one. `console` is the console's host name in lower case.
///
/// The port is not compared: behind a published port it is not the one that we listen on.
///
/// # Errors
/// [`AmbiguousHost`].
pub fn destination(uri: &Uri, headers: &HeaderMap, console: &str) -> Result<Destination, AmbiguousHost> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(AmbiguousHost) };
    let host = host.to_str().map_err(|_| AmbiguousHost)?;
    if uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
        return Err(AmbiguousHost);
    }
    Ok(name(host).map_or(Destination::Unknown, |name| named(name, console)))
}

fn named(name: &str, console: &str) -> Destination {
    if name.eq_ignore_ascii_case(console) {
        return Destination::Console;
    }
    let Some(at) = name.len().checked_sub(console.len() + 1) else { return Destination::Unknown };
    match (name.get(..at), name.get(at..at + 1), name.get(at + 1..)) {
        (Some(label), Some("."), Some(parent)) if parent.eq_ignore_ascii_case(console) => {
            label.to_ascii_lowercase().parse().map_or(Destination::Unknown, Destination::App)
        }
        _ => Destination::Unknown,
    }
}

/// The name without its port and without the root's dot.
fn name(host: &str) -> Option<&str> {
    let name = match host.split_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && port.len() <= 5 => name,
        Some(_) => return None,
        None => host,
    };
    Some(name.strip_suffix('.').unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(hosts: &[&str], uri: &'static str) -> Result<Destination, AmbiguousHost> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_str(host).unwrap());
        }
        destination(&Uri::from_static(uri), &headers, "atoll.localhost")
    }

    fn app(id: &str) -> Result<Destination, AmbiguousHost> {
        Ok(Destination::App(id.parse().unwrap()))
    }

    #[test]
    fn the_host_name_decides() {
        assert_eq!(of(&["atoll.localhost:8080"], "/"), Ok(Destination::Console));
        assert_eq!(of(&["ATOLL.localhost."], "/"), Ok(Destination::Console));
        assert_eq!(of(&["documents.atoll.localhost:8080"], "/"), app("documents"));
        assert_eq!(of(&["Documents.Atoll.Localhost"], "/"), app("documents"));
        for unknown in [
            "",
            ":8080",
            "localhost",
            "atoll.localhost.evil.example",
            "xatoll.localhost",
            ".atoll.localhost",
            "a.b.atoll.localhost",
            "a_b.atoll.localhost",
            "-.atoll.localhost",
            "atoll.localhost:80:80",
            "atoll.localhost:http",
            "user@atoll.localhost",
            "[::1]:8080",
            "127.0.0.1",
        ] {
            assert_eq!(of(&[unknown], "/"), Ok(Destination::Unknown), "{unknown}");
        }
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        assert_eq!(of(&[], "/"), Err(AmbiguousHost));
        assert_eq!(of(&["atoll.localhost", "atoll.localhost"], "/"), Err(AmbiguousHost));
        assert_eq!(of(&["atoll.localhost"], "http://a.atoll.localhost/"), Err(AmbiguousHost));
        assert_eq!(of(&["a.atoll.localhost"], "http://A.atoll.localhost/"), app("a"));
    }
}
