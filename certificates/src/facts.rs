//! What a certificate says of itself.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use crate::PairError;

/// For whom it is, from when until when, and who issued it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its DNS names in lower case; one may begin with `*.`.
    pub names: Vec<String>,
    /// From when on it is valid.
    pub not_before: Timestamp,
    /// From when on it is valid no more.
    pub not_after: Timestamp,
    /// Whose it is, such as `CN=R11, O=Let's Encrypt`.
    pub subject: String,
    /// Who vouches for it, in the same form.
    pub issuer: String,
}

impl Facts {
    /// Reads one certificate.
    ///
    /// # Errors
    /// [`PairError::Unusable`] when it is none.
    pub fn of(certificate: &CertificateDer<'_>) -> Result<Self, PairError> {
        let unusable = |error: &dyn std::fmt::Display| PairError::Unusable(error.to_string());
        let (_, parsed) = parse_x509_certificate(certificate).map_err(|error| unusable(&error))?;
        let names = parsed.subject_alternative_name().map_err(|error| unusable(&error))?;
        let names = names.map(|extension| &extension.value.general_names).into_iter().flatten();
        let dns = |name: &GeneralName<'_>| {
            if let GeneralName::DNSName(name) = name { Some(name.to_ascii_lowercase()) } else { None }
        };
        let at = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        Ok(Self {
            names: names.filter_map(dns).collect(),
            not_before: at(parsed.validity().not_before.timestamp()),
            not_after: at(parsed.validity().not_after.timestamp()),
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
        })
    }

    /// Whether it is for a host (RFC 9525, section 6.3: a star stands for one whole label, the first).
    pub fn covers(&self, host: &str) -> bool {
        let below = host.split_once('.').map(|(_, parent)| parent);
        self.names
            .iter()
            .any(|name| name == host || name.strip_prefix("*.").is_some_and(|p| Some(p) == below))
    }

    /// Whether nobody but itself vouches for it.
    pub fn is_self_signed(&self) -> bool {
        self.subject == self.issuer
    }
}
