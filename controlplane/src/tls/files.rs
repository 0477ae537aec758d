//! Certificates out of files that somebody else keeps fresh.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use rustls::{
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use tokio::sync::watch;
use tracing::{info, warn};

use super::{Hosts, TlsError, certificates::Certificates, check, check::TlsProblem, inspect::Facts};
use crate::clock::Clock;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A pair of files.
#[derive(Debug)]
pub struct Files {
    certificate: PathBuf,
    key: PathBuf,
    clock: Clock,
    seen: Mutex<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    changed_at: [Option<SystemTime>; 2],
    facts: Facts,
}

impl Files {
    /// Reads the pair.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(certificate: PathBuf, key: PathBuf, certificates: &Certificates) -> Result<Self, TlsError> {
        let changed_at = [modified(&certificate), modified(&key)];
        let (pair, facts) = read(&certificate, &key)?;
        certificates.set_for_all(pair);
        let seen = Mutex::new(Seen { changed_at, facts });
        Ok(Self { certificate, key, clock: Clock::system(), seen })
    }

    /// Reads the pair again whenever it changes, for ever. One that cannot be used leaves the old one in force.
    pub(super) async fn follow(
        &self,
        certificates: &Certificates,
        hosts: &Hosts,
        problems: &watch::Sender<Vec<TlsProblem>>,
    ) {
        loop {
            let mut found: Vec<TlsProblem> = self.look(certificates).into_iter().collect();
            match hosts.now().await {
                Ok(hosts) => {
                    found.extend(check::certificate(&self.facts(), &hosts, self.clock.now()));
                    found.extend(check::names(&hosts).await);
                }
                Err(error) => warn!(%error, "could not list the hosts that need a certificate"),
            }
            tell(problems, found);
            self.clock.sleep(LOOK_EVERY).await;
        }
    }

    /// Takes over what has changed.
    fn look(&self, certificates: &Certificates) -> Option<TlsProblem> {
        let changed_at = [modified(&self.certificate), modified(&self.key)];
        if self.seen().changed_at == changed_at {
            return None;
        }
        match read(&self.certificate, &self.key) {
            Ok((pair, facts)) => {
                info!(expires_at = %facts.not_after, "took over a new certificate");
                certificates.set_for_all(pair);
                *self.seen() = Seen { changed_at, facts };
                None
            }
            // Not noted as seen, because a pair is often written one file after the other.
            Err(error) => Some(TlsProblem {
                host: None,
                message: format!("The new certificate is not used: {error}."),
                cure: "Mend the files; they are read again by themselves. Until then the old one stays."
                    .to_owned(),
            }),
        }
    }

    fn facts(&self) -> Facts {
        self.seen().facts.clone()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().expect("nobody panics while holding what was seen")
    }
}

/// Shows problems to administrators, and logs those that are new.
pub(super) fn tell(problems: &watch::Sender<Vec<TlsProblem>>, found: Vec<TlsProblem>) {
    problems.send_if_modified(|known| {
        for problem in found.iter().filter(|problem| !known.contains(problem)) {
            warn!(host = problem.host, cure = problem.cure, "{}", problem.message);
        }
        let changed = *known != found;
        *known = found;
        changed
    });
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn read(certificate: &Path, key: &Path) -> Result<(CertifiedKey, Facts), TlsError> {
    let bytes = |path: &Path| {
        fs::read(path).map_err(|source: io::Error| TlsError::Read { path: path.to_owned(), source })
    };
    let chain = chain(&bytes(certificate)?)
        .ok_or_else(|| TlsError::NoCertificate { path: certificate.to_owned() })?;
    let private =
        PrivateKeyDer::from_pem_slice(&bytes(key)?).map_err(|_| TlsError::NoKey { path: key.to_owned() })?;
    let facts = Facts::of(&chain[0])?;
    let pair = pair(chain, private).map_err(|error| {
        if matches!(error, rustls::Error::InconsistentKeys(_)) {
            TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
        } else {
            TlsError::Unusable(error.to_string())
        }
    })?;
    Ok((pair, facts))
}

/// The certificates of a PEM text, at least one; `None` when there is none or one is broken.
fn chain(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    (!chain.is_empty()).then_some(chain)
}

/// A chain with its key, if they belong together.
fn pair(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, rustls::Error> {
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
}

/// A pair out of one PEM text that holds both, as it is kept after it was fetched.
pub(super) fn pair_of(pem: &[u8]) -> Result<(CertifiedKey, Facts), TlsError> {
    let unusable = |what: &str| TlsError::Unusable(what.to_owned());
    let chain = chain(pem).ok_or_else(|| unusable("there is no certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| unusable("there is no key"))?;
    let facts = Facts::of(&chain[0])?;
    let pair = pair(chain, key).map_err(|error| TlsError::Unusable(error.to_string()))?;
    Ok((pair, facts))
}

/// Whether a certificate should be replaced: two thirds of its life are over (what Let's Encrypt advises).
pub(super) fn is_due(facts: &Facts, now: Timestamp) -> bool {
    let life = facts.not_after.duration_since(facts.not_before);
    now.duration_since(facts.not_before) >= life * 2 / 3
}
