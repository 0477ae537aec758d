//! A chain of certificates and the key of the first, out of PEM.

use rustls::{
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};

use crate::Facts;

/// A chain with its key, which belong together.
#[derive(Debug)]
pub struct Pair {
    /// What a server serves by.
    pub certified: CertifiedKey,
    /// What each certificate of the chain says, in the order of the file; never empty.
    pub chain: Vec<Facts>,
}

/// Why bytes are no pair.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// No certificate, or one that is broken.
    #[error("there is no certificate in it; it must hold PEM blocks, the server's own first")]
    NoCertificate,
    /// No key.
    #[error("there is no private key in it; it must hold one PEM block, unencrypted")]
    NoKey,
    /// The key belongs to none of the certificates.
    #[error("the key does not belong to the certificate")]
    Mismatch,
    /// The key belongs to a certificate that is not the first.
    #[error("the file begins with the certificate of `{first}`, and the server's own comes later")]
    NotFirst {
        /// Whose comes first.
        first: String,
    },
    /// A certificate that cannot be understood, or a key of an unknown kind.
    #[error("it cannot be used: {0}")]
    Unusable(String),
}

impl Pair {
    /// Reads a chain and a key, which may be in one PEM text.
    ///
    /// # Errors
    /// What keeps them from being used together.
    pub fn read(certificate: &[u8], key: &[u8]) -> Result<Self, PairError> {
        let ders = certificates(certificate)?;
        let chain = facts(&ders)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| PairError::NoKey)?;
        match certified(ders.clone(), key.clone_key()) {
            Ok(certified) => Ok(Self { certified, chain }),
            Err(rustls::Error::InconsistentKeys(_)) => {
                let belongs =
                    |der: &CertificateDer<'static>| certified(vec![der.clone()], key.clone_key()).is_ok();
                let first = chain.first().map(|facts| facts.subject.clone()).unwrap_or_default();
                Err(if ders.iter().skip(1).any(belongs) {
                    PairError::NotFirst { first }
                } else {
                    PairError::Mismatch
                })
            }
            Err(error) => Err(PairError::Unusable(error.to_string())),
        }
    }

    /// What the certificates of a PEM text say, in its order; never empty.
    ///
    /// # Errors
    /// When there is none, or one is broken.
    pub fn chain_of(certificate: &[u8]) -> Result<Vec<Facts>, PairError> {
        facts(&certificates(certificate)?)
    }

    /// What the server's own certificate says.
    ///
    /// # Panics
    /// Never, because a chain has at least one certificate.
    pub fn facts(&self) -> &Facts {
        self.chain.first().expect("a chain is read from at least one certificate")
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, PairError> {
    let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    read.ok().filter(|ders| !ders.is_empty()).ok_or(PairError::NoCertificate)
}

fn facts(ders: &[CertificateDer<'_>]) -> Result<Vec<Facts>, PairError> {
    ders.iter().map(Facts::of).collect()
}

fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, rustls::Error> {
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
}
