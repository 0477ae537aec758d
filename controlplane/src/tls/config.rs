//! How TLS is asked for: a pair of files, or an ACME server.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::secret::Secret;

/// Options as typed. Without any of them plain HTTP is served.
#[derive(Debug, Clone, Args)]
pub struct TlsOptions {
    /// Where to listen for TLS, when there are certificates.
    #[arg(long = "listen-tls", env = "ATOLL_LISTEN_TLS", default_value = "0.0.0.0:8443", global = true)]
    pub listen_tls: SocketAddr,
    /// A PEM file of the certificate and those above it, for the console's host and the apps' below it.
    #[arg(long = "tls-cert", env = "ATOLL_TLS_CERT", global = true)]
    pub tls_cert: Option<String>,
    /// A PEM file of its private key.
    #[arg(long = "tls-key", env = "ATOLL_TLS_KEY", global = true)]
    pub tls_key: Option<String>,
    /// The directory of an ACME server, such as https://acme-v02.api.letsencrypt.org/directory. By naming it you agree
    /// to its terms of service.
    #[arg(long = "acme-directory", env = "ATOLL_ACME_DIRECTORY", global = true)]
    pub acme_directory: Option<String>,
    /// Where the ACME server writes when something is wrong.
    #[arg(long = "acme-email", env = "ATOLL_ACME_EMAIL", global = true)]
    pub acme_email: Option<String>,
    /// A PEM file of the authority that vouches for the ACME server itself, where the system does not know it.
    #[arg(long = "acme-root", env = "ATOLL_ACME_ROOT", global = true)]
    pub acme_root: Option<String>,
}

/// Options as meant.
#[derive(Debug, Clone)]
pub enum TlsConfig {
    /// Files that somebody else keeps fresh.
    Files {
        /// Where to listen.
        listen: SocketAddr,
        /// The certificates.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// Certificates that are fetched.
    Acme(AcmeSettings),
    /// Options that do not fit together, and which.
    Unclear(&'static str),
}

/// Whom to ask for certificates, and where to keep them.
#[derive(Debug, Clone)]
pub struct AcmeSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The server's directory.
    pub directory: String,
    /// A `mailto:` address for the server. Masked, because it is a person's.
    pub email: Option<Secret>,
    /// Who vouches for the server.
    pub root: Option<PathBuf>,
    /// Where account and certificates are kept.
    pub folder: PathBuf,
}

impl TlsOptions {
    /// What is meant; `None` for plain HTTP. A variable that is set to nothing counts as not set, since that is how
    /// compose files pass on what an operator left out.
    pub fn meant(self, data: &Path) -> Option<TlsConfig> {
        let given = |value: Option<String>| value.filter(|value| !value.is_empty());
        let listen = self.listen_tls;
        let (certificate, key) = (given(self.tls_cert), given(self.tls_key));
        match (certificate, key, given(self.acme_directory)) {
            (None, None, None) => None,
            (Some(certificate), Some(key), None) => {
                Some(TlsConfig::Files { listen, certificate: certificate.into(), key: key.into() })
            }
            (None, None, Some(directory)) => {
                let email = given(self.acme_email).map(|email| Secret::new(format!("mailto:{email}")));
                let (root, folder) = (given(self.acme_root).map(PathBuf::from), data.join("acme"));
                Some(TlsConfig::Acme(AcmeSettings { listen, directory, email, root, folder }))
            }
            (Some(_), None, _) | (None, Some(_), _) => {
                Some(TlsConfig::Unclear("ATOLL_TLS_CERT and ATOLL_TLS_KEY go together; set both or none"))
            }
            (Some(_), Some(_), Some(_)) => Some(TlsConfig::Unclear(
                "ATOLL_TLS_CERT and ATOLL_ACME_DIRECTORY are both set; keep one of them",
            )),
        }
    }
}

impl TlsConfig {
    /// Where to listen, if it is clear what with.
    pub const fn listen(&self) -> Option<SocketAddr> {
        match self {
            Self::Files { listen, .. } | Self::Acme(AcmeSettings { listen, .. }) => Some(*listen),
            Self::Unclear(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Typed {
        #[command(flatten)]
        options: TlsOptions,
    }

    fn meant(words: &[&str]) -> Option<TlsConfig> {
        let words = [&["test"], words].concat();
        Typed::try_parse_from(words).unwrap().options.meant(Path::new("/data"))
    }

    #[test]
    fn nothing_and_empty_values_mean_plain_http() {
        assert!(meant(&[]).is_none());
        assert!(meant(&["--tls-cert=", "--tls-key=", "--acme-directory="]).is_none());
    }

    #[test]
    fn a_pair_of_files_or_an_acme_server_but_not_both() {
        assert!(matches!(meant(&["--tls-cert=c", "--tls-key=k"]), Some(TlsConfig::Files { .. })));
        let Some(TlsConfig::Acme(acme)) = meant(&["--acme-directory=https://a", "--acme-email=a@b"]) else {
            panic!("an ACME server was named")
        };
        assert_eq!(acme.folder, Path::new("/data/acme"));
        assert_eq!(acme.email.unwrap().expose(), "mailto:a@b");
        for words in [
            &["--tls-cert=c"][..],
            &["--tls-key=k"],
            &["--tls-key=k", "--acme-directory=https://a"],
            &["--tls-cert=c", "--tls-key=k", "--acme-directory=https://a"],
        ] {
            assert!(matches!(meant(words), Some(TlsConfig::Unclear(_))), "{words:?}");
        }
    }
}
