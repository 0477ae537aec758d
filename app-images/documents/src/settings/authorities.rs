//! Certificate authorities that an administrator trusts beside the public ones: a company's own.

use std::fmt;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// One or more certificates, as they were written (PEM) and as they are used.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorities {
    pem: String,
    certificates: Vec<CertificateDer<'static>>,
}

/// What cannot be certificate authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthoritiesError {
    /// In characters.
    #[error("has more than 65,536 characters: only the authority's own certificate is needed")]
    TooLong,
    /// No certificate in PEM.
    #[error("holds no certificate: it takes PEM, which begins with -----BEGIN CERTIFICATE-----")]
    Empty,
    /// A key or something else stands among the certificates.
    #[error(
        "holds a private key: a certificate is all that is needed, and the key should be nowhere but with its authority"
    )]
    PrivateKey,
    /// One of them cannot be understood.
    #[error("holds something that is no certificate")]
    Unusable,
}

const MOST_BYTES: usize = 64 << 10;

impl Authorities {
    /// Understands certificates in PEM.
    ///
    /// # Errors
    /// Says what is wrong, without repeating any of it.
    pub fn parse(pem: &str) -> Result<Self, AuthoritiesError> {
        let pem = pem.trim();
        if pem.len() > MOST_BYTES {
            return Err(AuthoritiesError::TooLong);
        }
        if pem.contains("PRIVATE KEY-----") {
            return Err(AuthoritiesError::PrivateKey);
        }
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| AuthoritiesError::Unusable)?;
        if certificates.is_empty() {
            return Err(AuthoritiesError::Empty);
        }
        let authorities = Self { pem: pem.to_owned(), certificates };
        authorities.add_to(&mut RootCertStore::empty())?;
        Ok(authorities)
    }

    /// As it was written.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Has these trusted as well.
    ///
    /// # Errors
    /// When one of them cannot be an authority.
    pub fn add_to(&self, roots: &mut RootCertStore) -> Result<(), AuthoritiesError> {
        for certificate in &self.certificates {
            roots.add(certificate.clone()).map_err(|_| AuthoritiesError::Unusable)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.certificates.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_named() {
        let broken = "-----BEGIN CERTIFICATE-----\nMTIz\n-----END CERTIFICATE-----";
        let key = "-----BEGIN PRIVATE KEY-----\nMTIz\n-----END PRIVATE KEY-----";
        for (text, error) in [
            ("", AuthoritiesError::Empty),
            ("/etc/ssl/certs/company.pem", AuthoritiesError::Empty),
            (broken, AuthoritiesError::Unusable),
            ("-----BEGIN CERTIFICATE-----\nMTIz", AuthoritiesError::Unusable),
            (key, AuthoritiesError::PrivateKey),
        ] {
            assert_eq!(Authorities::parse(text), Err(error), "{text}");
        }
        assert_eq!(Authorities::parse(&"x".repeat(MOST_BYTES + 1)), Err(AuthoritiesError::TooLong));
    }

    #[test]
    fn certificates_are_kept_as_they_were_written() {
        let made = || rcgen::generate_simple_self_signed(["ai.example.com".to_owned()]).unwrap().cert.pem();
        let pem = format!("{}\n{}", made().trim(), made().trim());
        let authorities = Authorities::parse(&format!("\n{pem}\n")).unwrap();
        let mut roots = RootCertStore::empty();
        authorities.add_to(&mut roots).unwrap();
        assert_eq!((authorities.pem(), roots.len()), (pem.as_str(), 2));
    }
}
