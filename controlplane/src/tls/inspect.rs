//! What a certificate says of itself.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use super::TlsError;

/// For whom it is, and from when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Its names in lower case; one may begin with `*.`.
    pub(super) names: Vec<String>,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
}

impl Facts {
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Result<Self, TlsError> {
        let unusable = |error: String| TlsError::Unusable(error);
        let (_, parsed) = parse_x509_certificate(certificate).map_err(|error| unusable(error.to_string()))?;
        let names = parsed.subject_alternative_name().map_err(|error| unusable(error.to_string()))?;
        let names = names.map(|extension| &extension.value.general_names).into_iter().flatten();
        let dns = |name: &GeneralName<'_>| {
            if let GeneralName::DNSName(name) = name { Some(name.to_ascii_lowercase()) } else { None }
        };
        let at = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        Ok(Self {
            names: names.filter_map(dns).collect(),
            not_before: at(parsed.validity().not_before.timestamp()),
            not_after: at(parsed.validity().not_after.timestamp()),
        })
    }

    /// Whether it is for a host (RFC 9525, section 6.3: a star stands for one whole label, the first).
    pub(super) fn covers(&self, host: &str) -> bool {
        let below = host.split_once('.').map(|(_, parent)| parent);
        self.names
            .iter()
            .any(|name| name == host || name.strip_prefix("*.").is_some_and(|p| Some(p) == below))
    }
}
