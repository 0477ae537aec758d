//! Which control plane a command talks to, and as whom.

use clap::Args;
use url::Url;

use crate::{
    api::{Api, Token},
    failure::Failure,
    session::StoredSession,
};

/// Where a control plane is when nothing else is said.
pub(crate) const DEFAULT_URL: &str = "http://atoll.localhost:8080";

/// Which control plane.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerArgs {
    /// The control plane's address [default: that of the last login, else http://atoll.localhost:8080].
    #[arg(long, global = true, env = "ATOLL_URL", value_name = "URL", value_parser = parse_url)]
    url: Option<Url>,
}

impl ServerArgs {
    /// The address that was named for this command.
    pub(crate) fn named_url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// The address to use.
    pub(crate) fn base_url(&self) -> Result<Url, Failure> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => Ok(StoredSession::load()?.map_or_else(default_url, |session| session.url)),
        }
    }

    /// A client that carries `ATOLL_TOKEN`, or the stored session if it was made at this very address.
    pub(crate) fn api(&self) -> Result<Api, Failure> {
        let base = self.base_url()?;
        let token = match std::env::var("ATOLL_TOKEN").ok().filter(|token| !token.is_empty()) {
            Some(token) => Some(Token::new(token)),
            // Because a session shown to another address is a session given away.
            None => StoredSession::load()?
                .filter(|session| session.url.origin() == base.origin())
                .map(|session| session.token),
        };
        Api::new(base, token)
    }

    /// A client that carries nothing.
    pub(crate) fn anonymous_api(&self) -> Result<Api, Failure> {
        Api::new(self.base_url()?, None)
    }
}

/// [`DEFAULT_URL`], parsed.
pub(crate) fn default_url() -> Url {
    DEFAULT_URL.parse().expect("the constant is a URL")
}

fn parse_url(value: &str) -> Result<Url, String> {
    let url: Url = value.parse().map_err(|error| format!("{error}; an address looks like {DEFAULT_URL}"))?;
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(_)) => Ok(url),
        _ => Err(format!("it must begin with http:// or https://, such as {DEFAULT_URL}")),
    }
}
