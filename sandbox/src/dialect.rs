//! Which form of the engine's API is spoken.
//!
//! One version is negotiated with the engine and offered to clients; rendering follows it, so that the same entry
//! means the same island on every engine.

use std::{fmt, str::FromStr};

/// An API version, such as 1.41.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

/// The engine family and version that requests are rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Docker Engine, or another that behaves as it does.
    Docker(ApiVersion),
    /// Podman's compatible API.
    Podman(ApiVersion),
}

/// An engine that none of our dialects fits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Older than the oldest dialect.
    #[error(
        "the engine speaks API {engine} at most; Atoll needs {OLDEST} or newer (Docker 20.10, Podman 4): update the engine"
    )]
    TooOld {
        /// The newest version that the engine speaks.
        engine: ApiVersion,
    },
    /// Newer than the newest dialect.
    #[error(
        "the engine speaks API {engine} at least; this Atoll knows versions up to {NEWEST}: update Atoll"
    )]
    TooNew {
        /// The oldest version that the engine still speaks.
        engine: ApiVersion,
    },
}

/// Docker 20.10.
pub const OLDEST: ApiVersion = ApiVersion { major: 1, minor: 41 };
/// Docker 28; newer engines still speak it.
pub const NEWEST: ApiVersion = ApiVersion { major: 1, minor: 48 };

impl Dialect {
    /// The newest dialect that an engine with these bounds speaks.
    pub fn negotiate(podman: bool, oldest: ApiVersion, newest: ApiVersion) -> Result<Self, Unsupported> {
        if newest < OLDEST {
            return Err(Unsupported::TooOld { engine: newest });
        }
        if oldest > NEWEST {
            return Err(Unsupported::TooNew { engine: oldest });
        }
        let version = newest.min(NEWEST);
        Ok(if podman { Self::Podman(version) } else { Self::Docker(version) })
    }

    /// The version that paths carry.
    pub fn version(self) -> ApiVersion {
        match self {
            Self::Docker(version) | Self::Podman(version) => version,
        }
    }

    /// Whether the engine itself can be told to give a bridge no host address (`gateway_mode_ipv4=isolated`).
    pub(crate) fn isolates_gateways(self) -> bool {
        self.version() >= ApiVersion { major: 1, minor: 48 }
    }

    /// Whether the engine must be asked to refuse a second network of the same name; from 1.44 on it always does.
    pub(crate) fn checks_duplicates_on_request(self) -> bool {
        self.version() < ApiVersion { major: 1, minor: 44 }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Not a version of the form `1.41`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an API version has the form 1.41")]
pub struct InvalidVersion;

impl FromStr for ApiVersion {
    type Err = InvalidVersion;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let number = |digits: &str| {
            let plain = (1..=4).contains(&digits.len())
                && digits.bytes().all(|b| b.is_ascii_digit())
                && (digits == "0" || !digits.starts_with('0'));
            plain.then(|| digits.parse().ok()).flatten().ok_or(InvalidVersion)
        };
        let (major, minor) = value.split_once('.').ok_or(InvalidVersion)?;
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> ApiVersion {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_common_version_is_spoken() {
        let docker = |oldest, newest| Dialect::negotiate(false, version(oldest), version(newest));
        assert_eq!(docker("1.12", "1.41"), Ok(Dialect::Docker(version("1.41"))));
        assert_eq!(docker("1.44", "1.52"), Ok(Dialect::Docker(NEWEST)));
        assert_eq!(docker("1.48", "1.60"), Ok(Dialect::Docker(NEWEST)));
        let old = docker("1.12", "1.40").unwrap_err().to_string();
        assert!(old.contains("speaks API 1.40 at most") && old.contains("update the engine"), "{old}");
        assert!(docker("1.60", "1.70").unwrap_err().to_string().contains("update Atoll"));
        for bad in ["1", "1.", ".41", "1.4.1", "v1.41", "1.+4", "1.99999", "1.041", "01.41"] {
            assert!(bad.parse::<ApiVersion>().is_err(), "{bad}");
        }
    }
}
