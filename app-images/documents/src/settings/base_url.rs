//! Where a provider is.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::address::{Place, is_metadata_name, place};

/// The address that a provider's paths are below: http or https, a host, perhaps a path; no password, query or fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why an address is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It is no web address.
    #[error("is not a web address: write it like https://api.example.com")]
    Unreadable,
    /// Another scheme.
    #[error("must begin with http:// or https://")]
    Scheme,
    /// A password in an address ends up in logs.
    #[error("must not hold a user name or password: the API key has a field of its own")]
    Password,
    /// More than a place.
    #[error("must end before any `?` or `#`")]
    Query,
    /// A metadata service.
    #[error("leads to a link-local or metadata address, where no provider is")]
    Forbidden,
}

impl BaseUrl {
    /// Reads an address as a person writes it.
    ///
    /// # Errors
    /// See [`BaseUrlError`].
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let mut url = Url::parse(text.trim()).map_err(|_| BaseUrlError::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Password);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        let trimmed = url.path().trim_end_matches('/').to_owned();
        url.set_path(&trimmed);
        let base = Self(url);
        let forbidden = match base.literal() {
            Some(address) => place(address) == Place::Forbidden,
            None => is_metadata_name(base.host()),
        };
        if forbidden { Err(BaseUrlError::Forbidden) } else { Ok(base) }
    }

    /// The whole address of a path such as `/v1/messages`. A base that already ends in `/v1` does not get a second one.
    pub fn endpoint(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let base = self.0.path().trim_end_matches('/');
        let base = if path.starts_with("/v1/") { base.strip_suffix("/v1").unwrap_or(base) } else { base };
        url.set_path(&format!("{base}{path}"));
        url
    }

    /// The host's name or address, without brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// The port, that of the scheme where none is written.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The address, where the host is one and not a name.
    pub fn literal(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// Whether the host is certainly this machine or in a private network; a name may still lead there.
    pub fn is_private(&self) -> bool {
        let host = self.host();
        let local = host == "localhost" || host.ends_with(".localhost") || !host.contains('.');
        self.literal().map_or(local, |address| place(address) == Place::Private)
    }

    /// Whether both are the same server: scheme, host and port.
    pub fn is_same_server(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }

    /// The line that the app's entry in the allowlist needs, so that the platform lets the app reach this host.
    pub fn egress_line(&self) -> String {
        let host = match self.literal() {
            // Because YAML reads a colon as the start of a value.
            Some(IpAddr::V6(address)) => format!("\"{address}\""),
            Some(IpAddr::V4(_)) | None => self.host().to_owned(),
        };
        format!("egress: [{{host: {host}, port: {}}}]", self.port())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_an_endpoint_and_the_line_that_allows_it() {
        for (text, endpoint, line) in [
            (
                "https://api.anthropic.com/",
                "https://api.anthropic.com/v1/messages",
                "egress: [{host: api.anthropic.com, port: 443}]",
            ),
            (" http://lm:1234/v1 ", "http://lm:1234/v1/messages", "egress: [{host: lm, port: 1234}]"),
            (
                "http://[2001:db8::1]:8080/ai",
                "http://[2001:db8::1]:8080/ai/v1/messages",
                "egress: [{host: \"2001:db8::1\", port: 8080}]",
            ),
        ] {
            let base = BaseUrl::parse(text).unwrap();
            assert_eq!(base.endpoint("/v1/messages").as_str(), endpoint);
            assert_eq!(base.egress_line(), line);
        }
    }

    #[test]
    fn what_is_no_place_for_a_provider_is_refused() {
        for (text, expected) in [
            ("api.anthropic.com", BaseUrlError::Unreadable),
            ("", BaseUrlError::Unreadable),
            ("ftp://example.com", BaseUrlError::Scheme),
            ("file:///etc/passwd", BaseUrlError::Scheme),
            ("https://user@example.com", BaseUrlError::Password),
            ("https://:secret@example.com", BaseUrlError::Password),
            ("https://example.com/?key=1", BaseUrlError::Query),
            ("https://example.com/#a", BaseUrlError::Query),
            ("http://169.254.169.254/latest", BaseUrlError::Forbidden),
            ("http://2852039166/", BaseUrlError::Forbidden),
            ("http://[::ffff:169.254.169.254]/", BaseUrlError::Forbidden),
            ("http://metadata.google.internal/", BaseUrlError::Forbidden),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_private_host_is_known_as_one() {
        for (text, private) in [
            ("http://localhost:1234", true),
            ("http://127.0.0.1", true),
            ("http://192.168.1.4:11434", true),
            ("http://ollama:11434", true),
            ("https://api.example.com", false),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().is_private(), private, "{text}");
        }
    }
}
