//! The certificates that are in force, by host.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::ACME_TLS;

/// What each host shows. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Certificates(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    for_all: Option<Arc<CertifiedKey>>,
    by_host: HashMap<String, Arc<CertifiedKey>>,
    proofs: HashMap<String, Arc<CertifiedKey>>,
}

impl Certificates {
    /// One pair for every host.
    pub fn set_for_all(&self, pair: CertifiedKey) {
        self.known_mut().for_all = Some(Arc::new(pair));
    }

    /// One pair for one host.
    pub fn set(&self, host: &str, pair: CertifiedKey) {
        self.known_mut().by_host.insert(host.to_owned(), Arc::new(pair));
    }

    /// What an ACME server is shown that asks for `host` by [`ACME_TLS`].
    pub fn set_proof(&self, host: &str, pair: CertifiedKey) {
        self.known_mut().proofs.insert(host.to_owned(), Arc::new(pair));
    }

    /// The ACME server has seen it.
    pub fn forget_proof(&self, host: &str) {
        self.known_mut().proofs.remove(host);
    }

    fn find(&self, host: &str, proof: bool) -> Option<Arc<CertifiedKey>> {
        let known = self.0.read().expect(UNPOISONED);
        if proof {
            return known.proofs.get(host).cloned();
        }
        known.by_host.get(host).or(known.for_all.as_ref()).cloned()
    }

    fn known_mut(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.0.write().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nobody panics while holding the certificates";

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Because a proof is worth nothing as a certificate, it is shown to those only who ask for nothing else.
        let proof = hello
            .alpn()
            .is_some_and(|mut protocols| protocols.next() == Some(ACME_TLS) && protocols.next().is_none());
        let host = hello.server_name().unwrap_or_default().to_ascii_lowercase();
        self.find(&host, proof)
    }
}
