//! Which way out the platform gave us: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as curl reads them.

use std::env;

use url::Url;

/// The proxies of the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    https: Option<Proxy>,
    http: Option<Proxy>,
    direct: Vec<String>,
}

/// A proxy's host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Proxies {
    /// From this process's environment.
    pub fn from_environment() -> Self {
        Self::read(|name| env::var(name).ok())
    }

    /// From variables; a name in lower case counts as well. `HTTP_PROXY` in capitals is safe here: nobody runs us by CGI.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| {
            let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
            set(&name.to_lowercase()).or_else(|| set(name))
        };
        let direct = either("NO_PROXY").unwrap_or_default();
        let direct = direct.split(',').map(|name| name.trim().trim_start_matches('.').to_lowercase());
        Self {
            https: either("HTTPS_PROXY").as_deref().and_then(Proxy::parse),
            http: either("HTTP_PROXY").as_deref().and_then(Proxy::parse),
            direct: direct.filter(|name| !name.is_empty()).collect(),
        }
    }

    /// The proxy for an address; `None`: ask the host itself.
    pub(super) fn of(&self, url: &Url) -> Option<&Proxy> {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_lowercase();
        let is_direct = |name: &String| {
            name == "*"
                || *name == host
                || host.strip_suffix(name.as_str()).is_some_and(|front| front.ends_with('.'))
        };
        if self.direct.iter().any(is_direct) {
            return None;
        }
        if url.scheme() == "https" { self.https.as_ref() } else { self.http.as_ref() }
    }
}

impl Proxy {
    /// Plain HTTP to the proxy only: the platform's is on our own network.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&with_scheme).ok().filter(|url| url.scheme() == "http")?;
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        Some(Self { host, port: url.port_or_known_default()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_platform_sets_is_understood() {
        let proxies = Proxies::read(|name| match name {
            "HTTPS_PROXY" => Some("http://10.212.0.2:3128".into()),
            "HTTP_PROXY" => Some("10.212.0.2:3128".into()),
            "NO_PROXY" => Some("localhost,127.0.0.1,10.212.0.2,web,.lan".into()),
            _ => None,
        });
        let of = |url: &str| {
            proxies.of(&Url::parse(url).unwrap()).map(|proxy| format!("{}:{}", proxy.host, proxy.port))
        };
        for through in [
            "https://api.example.com/v1",
            "http://api.example.com",
            "http://weblan",
            "http://192.168.1.4:1234",
        ] {
            assert_eq!(of(through).as_deref(), Some("10.212.0.2:3128"), "{through}");
        }
        for direct in ["http://localhost:1234", "http://127.0.0.1:1", "http://web", "https://ai.lan"] {
            assert_eq!(of(direct), None, "{direct}");
        }
        assert_eq!(Proxies::read(|_| None), Proxies::default());
    }
}
