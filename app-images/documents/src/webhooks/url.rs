//! Where a webhook goes: `http://host[:port]/path`.

use std::fmt;

use axum::http::Uri;

/// The address of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookUrl(Uri);

/// The text is no address that a webhook can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookUrlError {
    /// Not a URL, or a very long one.
    #[error("it is not a web address")]
    NotAnAddress,
    /// Another scheme.
    #[error("it must begin with http://")]
    Scheme,
    /// A user name in it.
    #[error("it must not hold a user name or password")]
    User,
}

impl HookUrl {
    /// The longest address, in bytes.
    pub const MOST_BYTES: usize = 1000;

    /// Takes an address as typed.
    ///
    /// # Errors
    /// When it is none that a webhook can have.
    pub fn parse(text: &str) -> Result<Self, HookUrlError> {
        if text.len() > Self::MOST_BYTES {
            return Err(HookUrlError::NotAnAddress);
        }
        let uri: Uri = text.trim().parse().map_err(|_| HookUrlError::NotAnAddress)?;
        let authority = uri.authority().ok_or(HookUrlError::NotAnAddress)?;
        if uri.scheme_str() != Some("http") {
            return Err(HookUrlError::Scheme);
        }
        if authority.as_str().contains('@') {
            return Err(HookUrlError::User);
        }
        if authority.host().is_empty() {
            return Err(HookUrlError::NotAnAddress);
        }
        Ok(Self(uri))
    }

    /// The name or literal address of the host, without brackets.
    pub fn host(&self) -> &str {
        self.0.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.0.port_u16().unwrap_or(80)
    }

    /// For the `Host` header.
    pub fn authority(&self) -> &str {
        self.0.authority().map_or("", |authority| authority.as_str())
    }

    /// Path and query, never empty.
    pub fn path(&self) -> &str {
        self.0.path_and_query().map_or("/", |path| path.as_str())
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_a_port_and_a_path() {
        let url = HookUrl::parse("http://[fd00::1]:8080/hook?x=1").unwrap();
        assert_eq!((url.host(), url.port(), url.path()), ("fd00::1", 8080, "/hook?x=1"));
        assert_eq!(HookUrl::parse("http://db").unwrap().path(), "/");
    }

    #[test]
    fn what_a_webhook_cannot_have_is_refused() {
        assert_eq!(HookUrl::parse("https://db/"), Err(HookUrlError::Scheme));
        assert_eq!(HookUrl::parse("file:///etc/passwd"), Err(HookUrlError::NotAnAddress));
        assert_eq!(HookUrl::parse("http://a@db/"), Err(HookUrlError::User));
        assert_eq!(HookUrl::parse("/hook"), Err(HookUrlError::NotAnAddress));
    }
}
