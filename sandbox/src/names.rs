//! The names of things, parsed once.
//!
//! Instances, services and volumes carry no hyphen, so an object's name such as `atoll-notes-main-web` can be taken
//! apart in one way only: everything before the last parts is the app.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What every object of ours on an engine is called first.
pub const PREFIX: &str = "atoll";

/// A name that does not follow its rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a valid {what}: {rule}")]
pub struct InvalidName {
    what: &'static str,
    value: String,
    rule: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                let follows: fn(&str) -> bool = $check;
                if follows(value) {
                    Ok(Self(value.to_owned()))
                } else {
                    Err(InvalidName { what: $what, value: value.chars().take(80).collect(), rule: $rule })
                }
            }
        }

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
    };
}

name!(
    /// An app's id: a DNS-1123 label, since it is a host name, a name prefix and a token audience at once.
    AppId, "app id", "1 to 40 of a-z, 0-9 and hyphens, a letter first and no hyphen last",
    |value| value.len() <= 40 && starts_with_letter(value) && !value.ends_with('-')
        && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);
name!(
    /// A running copy of an app. The copy that everybody shares is [`InstanceId::shared`].
    InstanceId, "instance", "1 to 20 of a-z and 0-9, a letter first", |value| is_word(value, 20, false)
);
name!(
    /// One container of an app; also its host name inside the island.
    ServiceName, "service name", "1 to 20 of a-z and 0-9, a letter first", |value| is_word(value, 20, false)
);
name!(
    /// A named volume of an app.
    VolumeName, "volume name", "1 to 30 of a-z, 0-9 and underscores, a letter first", |value| is_word(value, 30, true)
);

impl InstanceId {
    /// The instance of an app that all its users share: `main`.
    pub fn shared() -> Self {
        Self("main".to_owned())
    }

    /// Whether this is the copy that everybody shares.
    pub fn is_shared(&self) -> bool {
        self.0 == "main"
    }
}

/// The island of one app instance: the names of everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IslandId {
    /// The app.
    pub app: AppId,
    /// Which copy of it.
    pub instance: InstanceId,
}

impl IslandId {
    /// The island of the instance that all users of `app` share.
    pub fn shared(app: AppId) -> Self {
        Self { app, instance: InstanceId::shared() }
    }

    /// `atoll-<app>-<instance>`.
    pub fn network(&self) -> String {
        format!("{PREFIX}-{}-{}", self.app, self.instance)
    }

    /// `atoll-<app>-<instance>-<service>`.
    pub fn container(&self, service: &ServiceName) -> String {
        format!("{}-{service}", self.network())
    }

    /// `atoll-<app>-<instance>-<volume>`.
    pub fn volume(&self, volume: &VolumeName) -> String {
        format!("{}-{volume}", self.network())
    }
}

impl fmt::Display for IslandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.app, self.instance)
    }
}

fn starts_with_letter(value: &str) -> bool {
    value.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
}

fn is_word(value: &str, longest: usize, underscore: bool) -> bool {
    value.len() <= longest
        && starts_with_letter(value)
        && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || (underscore && b == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_id_is_a_dns_label() {
        for good in ["a", "documents", "probe-a", "x1"] {
            assert!(good.parse::<AppId>().is_ok(), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "1a", "a.b", "a_b", "ä", &"a".repeat(41)] {
            assert!(bad.parse::<AppId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_volume_may_have_underscores_and_nothing_else_besides() {
        for good in ["a", "a_b", "data2", &"a".repeat(30)] {
            assert!(good.parse::<VolumeName>().is_ok(), "{good}");
        }
        for bad in ["", "_a", "2a", "a-b", "a.b", "a/b", "aB", &"a".repeat(31)] {
            assert!(bad.parse::<VolumeName>().is_err(), "{bad}");
        }
        assert!("a_b".parse::<ServiceName>().is_err());
    }

    #[test]
    fn object_names_of_different_islands_never_meet() {
        let one = IslandId { app: "a-b".parse().unwrap(), instance: "c".parse().unwrap() };
        assert_eq!(one.network(), "atoll-a-b-c");
        assert_eq!(one.to_string(), "a-b/c");
        assert!("b-c".parse::<InstanceId>().is_err());
        assert!("b-c".parse::<ServiceName>().is_err());
    }
}
