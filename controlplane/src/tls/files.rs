//! Certificates out of files that somebody else keeps fresh.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, SystemTime},
};

use atoll_certificates::{Facts, Finding, Pair, PairError, Subject, findings};
use jiff::Timestamp;
use tracing::{info, warn};

use super::{Hosts, TlsError, certificates::Certificates, check, problems::Problems};
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
    chain: Vec<Facts>,
}

impl Files {
    /// Reads the pair.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(certificate: PathBuf, key: PathBuf, certificates: &Certificates) -> Result<Self, TlsError> {
        let changed_at = [modified(&certificate), modified(&key)];
        let Pair { certified, chain } = read(&certificate, &key)?;
        certificates.set_for_all(certified);
        let seen = Mutex::new(Seen { changed_at, chain });
        Ok(Self { certificate, key, clock: Clock::system(), seen })
    }

    /// Reads the pair again whenever it changes, for ever. One that cannot be used leaves the old one in force.
    pub(super) async fn follow(&self, certificates: &Certificates, hosts: &Hosts, problems: &Problems) {
        loop {
            let hosts = hosts.now().await;
            let unresolved = match &hosts {
                Ok(hosts) => check::names(hosts).await,
                Err(error) => {
                    warn!(%error, "could not list the hosts that need a certificate");
                    Vec::new()
                }
            };
            // Nothing is waited for between a pair's coming into force and the word on it, so that who sees the one
            // is not told the other about the pair before.
            let mut found: Vec<Finding> = self.look(certificates).into_iter().collect();
            let chain = findings(&self.chain(), hosts.as_deref().unwrap_or_default(), self.clock.now());
            // Because a company's own authority may be known to its browsers, this is no problem by itself.
            found.extend(chain.into_iter().filter(|found| found.about != Subject::Alone));
            found.extend(unresolved);
            problems.tell(found);
            self.clock.sleep(LOOK_EVERY).await;
        }
    }

    /// Takes over what has changed.
    fn look(&self, certificates: &Certificates) -> Option<Finding> {
        let changed_at = [modified(&self.certificate), modified(&self.key)];
        if self.seen().changed_at == changed_at {
            return None;
        }
        match read(&self.certificate, &self.key) {
            Ok(pair) => {
                info!(expires_at = %pair.facts().not_after, "took over a new certificate");
                certificates.set_for_all(pair.certified);
                *self.seen() = Seen { changed_at, chain: pair.chain };
                None
            }
            // Not noted as seen, because a pair is often written one file after the other.
            Err(error) => Some(Finding::of_all(
                Subject::Files,
                format!("The new certificate is not used: {error}."),
                "Mend the files; they are read again by themselves. Until then the old one stays.",
            )),
        }
    }

    fn chain(&self) -> Vec<Facts> {
        self.seen().chain.clone()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().expect("nobody panics while holding what was seen")
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn read(certificate: &Path, key: &Path) -> Result<Pair, TlsError> {
    let bytes = |path: &Path| {
        fs::read(path).map_err(|source: io::Error| TlsError::Read { path: path.to_owned(), source })
    };
    Pair::read(&bytes(certificate)?, &bytes(key)?).map_err(|error| match error {
        PairError::NoCertificate => TlsError::NoCertificate { path: certificate.to_owned() },
        PairError::NoKey => TlsError::NoKey { path: key.to_owned() },
        PairError::Mismatch => {
            TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
        }
        PairError::NotFirst { first } => TlsError::NotFirst { path: certificate.to_owned(), first },
        PairError::Unusable(why) => TlsError::Unusable(why),
    })
}

/// Whether a certificate should be replaced: two thirds of its life are over (what Let's Encrypt advises).
pub(super) fn is_due(facts: &Facts, now: Timestamp) -> bool {
    let life = facts.not_after.duration_since(facts.not_before);
    now.duration_since(facts.not_before) >= life * 2 / 3
}
