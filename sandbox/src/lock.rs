//! `allowlist.lock`: which bytes each image reference of the allowlist means, written by `atoll allowlist lock`.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{error::PolicyError, yaml};

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lock {
    /// Always 1.
    pub schema_version: u32,
    /// Counts up with each change.
    pub revision: u64,
    /// Image reference, as the allowlist writes it → platform → pin.
    pub images: BTreeMap<String, BTreeMap<Platform, Pin>>,
}

/// The exact bytes that an image reference means on one platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pin {
    /// What exactly it is the digest of depends on `source`.
    pub digest: Digest,
    /// Where the image comes from.
    pub source: PinSource,
}

/// Where a pinned image comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PinSource {
    /// Built on this engine: the digest is the engine's image id.
    Local,
    /// Pulled: the digest is the registry's manifest digest.
    Registry,
}

/// A SHA-256 digest in the form `sha256:` and 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

/// An operating system and a processor, such as `linux/amd64` or `linux/arm/v7`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform(String);

/// A digest or platform that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}")]
pub struct InvalidPin {
    value: String,
    what: &'static str,
}

impl Lock {
    /// Reads the file strictly. `file` is the name that errors carry.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let lock: Self = yaml::read(file, text)?;
        if lock.schema_version != 1 {
            let hint = "run `atoll allowlist lock` to write it anew".to_owned();
            let message = format!("schemaVersion {} is not known here", lock.schema_version);
            return Err(PolicyError::whole_file(file, message, Some(hint)));
        }
        Ok(lock)
    }

    /// The file's text: JSON with sorted keys and a line feed at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a lock holds only texts and numbers");
        text.push('\n');
        text
    }

    /// The pin of an image reference on a platform.
    pub fn pin(&self, image: &str, platform: &Platform) -> Option<&Pin> {
        self.images.get(image)?.get(platform)
    }
}

impl Digest {
    /// The digest as text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Platform {
    /// From the two words that an engine says of itself, such as `linux` and `amd64`.
    pub fn of_engine(os: &str, architecture: &str) -> Result<Self, InvalidPin> {
        format!("{os}/{architecture}").parse()
    }

    /// The platform as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Digest {
    type Err = InvalidPin;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let hex = value.strip_prefix("sha256:").unwrap_or_default();
        if hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(value.to_owned()))
        } else {
            Err(invalid(value, "a digest: `sha256:` and 64 lower-case hex digits"))
        }
    }
}

impl FromStr for Platform {
    type Err = InvalidPin;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let word = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let parts: Vec<&str> = value.split('/').collect();
        if value.len() <= 40 && (2..=3).contains(&parts.len()) && parts.into_iter().all(word) {
            Ok(Self(value.to_owned()))
        } else {
            Err(invalid(value, "a platform such as linux/amd64"))
        }
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}
as_text!(Digest, Platform);

fn invalid(value: &str, what: &'static str) -> InvalidPin {
    InvalidPin { value: value.chars().take(80).collect(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"schemaVersion": 1, "revision": 3, "images": {"atoll/documents:1.0.0": {"linux/amd64": {
        "digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "source": "local"}}}}"#;

    #[test]
    fn a_lock_reads_back_what_it_writes() {
        let lock = Lock::parse("allowlist.lock", TEXT).unwrap();
        let pin = lock.pin("atoll/documents:1.0.0", &"linux/amd64".parse().unwrap()).unwrap();
        assert_eq!(pin.source, PinSource::Local);
        assert_eq!(pin.digest.as_str(), format!("sha256:{}", "a".repeat(64)));
        assert_eq!(Platform::of_engine("linux", "arm64").unwrap().as_str(), "linux/arm64");
        assert_eq!(Lock::parse("allowlist.lock", &lock.to_json()).unwrap(), lock);
        assert_eq!(lock.pin("atoll/documents:1.0.0", &"linux/arm64".parse().unwrap()), None);
    }

    #[test]
    fn a_pin_is_a_whole_lower_case_digest_and_nothing_less() {
        let hex = "a".repeat(64);
        let bad =
            [format!("sha512:{hex}"), hex.clone(), format!("sha256:{}", "A".repeat(64)), "sha256:abc".into()];
        for bad in bad {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
            let text = TEXT.replace(&format!("sha256:{hex}"), &bad);
            let error = Lock::parse("allowlist.lock", &text).unwrap_err();
            assert_eq!(error.line, Some(2), "{error}");
        }
        for bad in ["linux", "linux/", "Linux/amd64", "a/b/c/d", "linux/amd64;x"] {
            assert!(bad.parse::<Platform>().is_err(), "{bad}");
        }
    }
}
