//! TLS: which certificate each host shows, where certificates come from, and what is wrong with them.
//!
//! Certificates are files that somebody else keeps fresh ([`files`]), or are fetched by ACME ([`acme`]). Either way they
//! end up in [`Certificates`], which the listening socket asks at each handshake, so a new one takes effect without a
//! restart and without dropping a connection.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use atoll_certificates::SelfTest;
use rustls::{ServerConfig, crypto::aws_lc_rs};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

pub mod acme;
pub mod certificates;
pub mod challenges;
pub mod check;
pub mod config;
pub mod files;
mod hosts;
mod problems;

use acme::Acme;
use certificates::Certificates;
use challenges::Challenges;
use check::TlsProblem;
pub use config::{TlsConfig, TlsOptions};
use files::Files;
pub use hosts::Hosts;
use problems::Problems;

/// The protocol by which an ACME server sees for itself who answers on the TLS port (RFC 8737).
pub const ACME_TLS: &[u8] = b"acme-tls/1";
/// HTTP/2 and HTTP/1.1, as browsers ask for them (RFC 7301).
pub const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// What serves TLS. Clones share everything.
#[derive(Debug, Clone)]
pub struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    certificates: Certificates,
    challenges: Challenges,
    source: Source,
    problems: Problems,
    acceptor: Arc<ServerConfig>,
}

#[derive(Debug)]
enum Source {
    Files(Files),
    Acme(Acme),
}

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Options that do not fit together.
    #[error("{0}")]
    Unclear(&'static str),
    /// A file cannot be read.
    #[error(
        "could not read `{path}`: {source}; check its path and that the user of the control plane may read it"
    )]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file of certificates holds none.
    #[error("`{path}` holds no certificate; it must hold PEM blocks, the server's own first")]
    NoCertificate {
        /// Which.
        path: PathBuf,
    },
    /// The file of the key holds none.
    #[error("`{path}` holds no private key; it must hold one PEM block, unencrypted")]
    NoKey {
        /// Which.
        path: PathBuf,
    },
    /// The two do not belong together.
    #[error(
        "the key in `{key}` does not belong to the certificate in `{certificate}`; name the files of one pair"
    )]
    Mismatch {
        /// The certificates.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// The server's own certificate is not the first.
    #[error(
        "`{path}` begins with the certificate of `{first}`; put the server's own first, then each one's issuer"
    )]
    NotFirst {
        /// Which file.
        path: PathBuf,
        /// Whose comes first.
        first: String,
    },
    /// A certificate that cannot be understood, or a key of an unknown kind.
    #[error("the certificate or its key cannot be used: {0}")]
    Unusable(String),
    /// The folder of what ACME gave.
    #[error("could not keep certificates in `{path}`: {source}; make the data folder writable")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The ACME server.
    #[error("the ACME server refuses: {0}")]
    Acme(#[from] instant_acme::Error),
    /// The ACME server has looked and not found what it wanted to see.
    #[error("the ACME server could not see that `{host}` is ours: {why}")]
    Unproven {
        /// Which name.
        host: String,
        /// In the server's words.
        why: String,
    },
}

impl Tls {
    /// Reads the certificates that are there already. What is found wrong with them is kept in the folder `data`.
    ///
    /// # Errors
    /// When files that were named cannot be used: what they were named for could not work.
    pub fn open(config: &TlsConfig, data: &Path) -> Result<Self, TlsError> {
        let (certificates, challenges) = (Certificates::default(), Challenges::default());
        let source = match config {
            TlsConfig::Files { certificate, key, .. } => {
                Source::Files(Files::open(certificate.clone(), key.clone(), &certificates)?)
            }
            TlsConfig::Unclear(why) => return Err(TlsError::Unclear(why)),
            TlsConfig::Acme(settings) => {
                Source::Acme(Acme::open(settings.clone(), certificates.clone(), challenges.clone())?)
            }
        };
        let acceptor = Arc::new(acceptor(&certificates)?);
        let problems = Problems::new(source.name(), data.join(SelfTest::FILE));
        Ok(Self(Arc::new(Inner { certificates, challenges, source, problems, acceptor })))
    }

    /// Keeps certificates fresh, and says what is wrong with them, until told to stop.
    pub async fn run(&self, hosts: &Hosts, stop: CancellationToken) {
        let work = async {
            match &self.0.source {
                Source::Files(files) => files.follow(&self.0.certificates, hosts, &self.0.problems).await,
                Source::Acme(acme) => acme.keep(hosts, &self.0.problems).await,
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Answers handshakes.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0.acceptor))
    }

    /// What an ACME server is answered that asks over plain HTTP.
    pub fn challenges(&self) -> &Challenges {
        &self.0.challenges
    }

    /// What is wrong now, for administrators.
    pub fn problems(&self) -> Vec<TlsProblem> {
        self.0.problems.now().into_iter().map(TlsProblem::from).collect()
    }

    /// Where certificates come from: `files` or `acme`.
    pub fn source(&self) -> &'static str {
        self.0.source.name()
    }
}

impl Source {
    const fn name(&self) -> &'static str {
        match self {
            Self::Files(_) => "files",
            Self::Acme(_) => "acme",
        }
    }
}

fn acceptor(certificates: &Certificates) -> Result<ServerConfig, TlsError> {
    let unusable = |error: rustls::Error| TlsError::Unusable(error.to_string());
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certificates.clone()));
    config.alpn_protocols = [HTTP_2, HTTP_1, ACME_TLS].map(<[u8]>::to_vec).into();
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(unusable)?;
    Ok(config)
}
