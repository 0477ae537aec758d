//! Who people are and how they prove it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::ids::UserId;

pub mod accounts;
pub mod keys;
pub mod login;
pub mod password;
pub mod session;
pub mod setup;
pub mod throttle;
pub mod tokens;

pub use password::PasswordHash;

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Never changes.
    pub id: UserId,
    /// What people call them.
    pub name: String,
    /// Where they are written to, and what they sign in with.
    pub email: EmailAddress,
    /// What they are on the platform.
    pub role: PlatformRole,
    /// Whether they are kept out.
    pub disabled: bool,
}

/// What a person is on the platform; what they are in an app is a grant's affair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlatformRole {
    /// Installs apps and looks after people.
    Admin,
    /// Opens the apps they were given.
    Member,
}

impl FromStr for PlatformRole {
    type Err = ();

    fn from_str(value: &str) -> Result<Self, ()> {
        match value {
            "admin" => Ok(Self::Admin),
            "member" => Ok(Self::Member),
            _ => Err(()),
        }
    }
}

/// An e-mail address as its owner writes it. Two that differ in case alone are the same person's.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// A text that is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address such as ada@example.com")]
pub struct InvalidEmail;

impl EmailAddress {
    /// As its owner writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;

    /// Takes what could be an address: something, an `@`, a host name. Only a letter sent there could tell more.
    fn from_str(value: &str) -> Result<Self, InvalidEmail> {
        let value = value.trim();
        let (local, host) = value.rsplit_once('@').ok_or(InvalidEmail)?;
        let printable = value.chars().all(|c| !c.is_whitespace() && !c.is_control());
        let host_is_name = !host.is_empty()
            && host.split('.').all(|label| !label.is_empty())
            && host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
        // RFC 5321, section 4.5.3.1: 64 octets before the @, 254 in all.
        let fits = (1..=64).contains(&local.len()) && value.len() <= 254;
        if printable && host_is_name && fits { Ok(Self(value.to_owned())) } else { Err(InvalidEmail) }
    }
}

/// Because an address is personal, it never slips into a log by way of `{:?}`.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_something_before_and_a_host_after_the_at() {
        for good in ["ada@example.com", " ada@example.com ", "a+b@intranet", "ü@bücher.example"] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
        for bad in ["", "ada", "@example.com", "ada@", "ada@a..b", "a b@c.d", "ada@exa\nmple.com"] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_compared_without_case_and_never_printed() {
        let one: EmailAddress = "Ada@Example.com".parse().unwrap();
        assert_eq!(one.key(), "ada@example.com");
        assert!(!format!("{one:?}").contains("Ada"));
    }
}
