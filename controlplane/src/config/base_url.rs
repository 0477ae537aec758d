//! The console's origin, out of which every app's origin is made.

use std::{fmt, net::SocketAddr, str::FromStr};

use atoll_sandbox::names::AppId;
use url::{Host, Url};

/// `http(s)://host[:port]`, with nothing after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    https: bool,
    host: String,
    port: Option<u16>,
}

/// A base URL that cannot work, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// Not a URL.
    #[error("`{0}` is not a URL such as https://atoll.example.com or http://atoll.localhost:8080")]
    NotUrl(String),
    /// Neither `http` nor `https`.
    #[error("`{0}` must begin with http:// or https://")]
    Scheme(String),
    /// An address cannot have sub-domains, and each app needs one.
    #[error("`{0}` must name a host: each app is served at a name below it, and an address has none")]
    Address(String),
    /// More than an origin.
    #[error("`{0}` must end after the host and port: no path, query, fragment or user name")]
    NotOrigin(String),
    /// Plain HTTP on a name for which browsers refuse `Secure` cookies.
    #[error(
        "`{0}` is plain http, and browsers keep Atoll's cookies over plain http only for names that end in \
         .localhost: use https, or a name such as http://atoll.localhost:8080"
    )]
    PlainHttp(String),
}

impl BaseUrl {
    /// The origin as browsers write it, such as `http://atoll.localhost:8080`; a default port is left out.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.authority())
    }

    /// The origin of an app, such as `http://documents.atoll.localhost:8080`.
    pub fn app_origin(&self, app: &AppId) -> String {
        format!("{}://{app}.{}", self.scheme(), self.authority())
    }

    /// The host's name in lower case, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Host and port as they stand in a `Host` header; a default port is left out.
    pub fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// Whether browsers speak TLS to us (or to what stands before us).
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// `http` or `https`.
    pub const fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    /// Asks the system's resolver for the host. Names below `.localhost` are not asked for: browsers and curl know
    /// them by themselves (RFC 6761, section 6.3), and few resolvers do.
    ///
    /// # Errors
    /// The resolver's own.
    pub async fn resolve(&self) -> std::io::Result<Vec<SocketAddr>> {
        if is_localhost(&self.host) {
            return Ok(Vec::new());
        }
        Ok(tokio::net::lookup_host((self.host.as_str(), self.port.unwrap_or(443))).await?.collect())
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let shown = || value.chars().take(200).collect::<String>();
        let url = Url::parse(value).map_err(|_| InvalidBaseUrl::NotUrl(shown()))?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(InvalidBaseUrl::Scheme(shown())),
        };
        let Some(Host::Domain(host)) = url.host() else { return Err(InvalidBaseUrl::Address(shown())) };
        let bare = url.username().is_empty() && url.password().is_none() && url.path() == "/";
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::NotOrigin(shown()));
        }
        if !https && !is_localhost(host) {
            return Err(InvalidBaseUrl::PlainHttp(shown()));
        }
        Ok(Self { https, host: host.to_ascii_lowercase(), port: url.port() })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apps_origin_is_a_name_below_the_console() {
        let base: BaseUrl = "http://Atoll.localhost:8080".parse().unwrap();
        assert_eq!(base.origin(), "http://atoll.localhost:8080");
        assert_eq!(base.app_origin(&"documents".parse().unwrap()), "http://documents.atoll.localhost:8080");
        let secure: BaseUrl = "https://atoll.example.com:443/".parse().unwrap();
        assert_eq!(secure.authority(), "atoll.example.com");
    }

    #[test]
    fn what_cannot_work_is_refused() {
        use InvalidBaseUrl as Bad;
        let refused = |value: &str| value.parse::<BaseUrl>().unwrap_err();
        assert!(matches!(refused("atoll.example.com"), Bad::NotUrl(_)));
        assert!(matches!(refused("ftp://atoll.example.com"), Bad::Scheme(_)));
        assert!(matches!(refused("https://192.0.2.1"), Bad::Address(_)));
        assert!(matches!(refused("https://a.example/console"), Bad::NotOrigin(_)));
        assert!(matches!(refused("https://me@a.example"), Bad::NotOrigin(_)));
        assert!(matches!(refused("http://a.example"), Bad::PlainHttp(_)));
        assert!(matches!(refused("http://localhost.example"), Bad::PlainHttp(_)));
    }
}
