//! The keys that sign sessions and identities, in a folder of their own: RSA 4096 for RS256, which everybody understands,
//! and Ed25519 for apps whose entry asks for EdDSA.
//!
//! A new key is published before it signs, and older ones go on verifying until everything that they signed has expired
//! ([`ring`]), so a rotation logs nobody out and no app meets a key that it could not know. Another process
//! (`keys rotate`) may add and remove keys at any time; [`Keys::reload`] sees them.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use aws_lc_rs::rsa::KeySize;
use jsonwebtoken::Validation;
use serde::{Serialize, de::DeserializeOwned};
use tracing::info;

mod folder;
mod key;
mod ring;
#[cfg(test)]
mod tests;

pub use atoll_sandbox::allowlist::IdentityAlgorithm as Algorithm;
pub use ring::{KEPT_AFTER_ROTATION, PUBLIC_KEYS_KEPT, PUBLISHED_BEFORE};

use crate::clock::Clock;
use key::Key;
use ring::Ring;

/// Signs and verifies tokens. Clones share the keys.
#[derive(Debug, Clone)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    folder: Option<PathBuf>,
    ring: RwLock<Ring>,
}

/// Why new keys are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Because it is time to: the new ones sign once everybody can know them.
    Ordinary,
    /// Because somebody else has the old ones: those are gone at once, and everything that they signed with them.
    Stolen,
}

/// What can go wrong with the keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The folder or a file in it cannot be used.
    #[error("could not use the key file `{path}`")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file holds something else.
    #[error(
        "`{0}` is not an RSA private key in PKCS #8 form; remove it to have a new one made (all log in again)"
    )]
    NotKey(PathBuf),
    /// The cryptographic library gave up.
    #[error("could not make an RSA key")]
    Generate,
    /// Claims that are not JSON.
    #[error("could not write the claims of a token")]
    Claims(#[from] serde_json::Error),
    /// The cryptographic library gave up.
    #[error("could not sign a token")]
    Sign,
}

/// Every kind of key that there is.
const KINDS: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::EdDsa];

impl Keys {
    /// Reads the keys of a folder, making the folder and a first key of each kind if there is none. Takes a second or two
    /// then.
    ///
    /// # Errors
    /// [`KeysError::File`], [`KeysError::NotKey`] or [`KeysError::Generate`].
    pub fn open(folder: &Path, clock: Clock) -> Result<Self, KeysError> {
        folder::make(folder)?;
        let mut keys = folder::read(folder)?;
        for kind in KINDS {
            if keys.iter().all(|key| key.algorithm() != kind) {
                info!(algorithm = kind.name(), "making the first signing key");
                keys.push(folder::add(folder, Key::generate(kind, KeySize::Rsa4096, clock.now())?)?);
            }
        }
        let ring = RwLock::new(Ring::of(keys));
        Ok(Self(Arc::new(Inner { clock, folder: Some(folder.to_owned()), ring })))
    }

    /// A key that lives as long as the process. For tests: 2048 bits, because those are made in no time.
    ///
    /// # Errors
    /// [`KeysError::Generate`].
    pub fn ephemeral(clock: Clock) -> Result<Self, KeysError> {
        let key = |kind| Key::generate(kind, KeySize::Rsa2048, clock.now()).map(Arc::new);
        let ring = Ring::of(KINDS.into_iter().map(key).collect::<Result<_, _>>()?);
        Ok(Self(Arc::new(Inner { clock, folder: None, ring: RwLock::new(ring) })))
    }

    /// Adds new keys and removes those that nothing can need any more, or all others if they were stolen. Returns the
    /// names of the new ones.
    ///
    /// # Errors
    /// [`KeysError::File`] or [`KeysError::Generate`].
    pub fn rotate(folder: &Path, clock: &Clock, why: Rotation) -> Result<String, KeysError> {
        folder::make(folder)?;
        let (before, now) = (Ring::of(folder::read(folder)?), clock.now());
        let mut names = Vec::new();
        for kind in KINDS {
            let added = folder::add(folder, Key::generate(kind, KeySize::Rsa4096, now)?)?;
            names.push(format!("{} {}", kind.name(), added.kid));
        }
        let gone: Vec<_> = match why {
            Rotation::Ordinary => before.expired(now).collect(),
            Rotation::Stolen => before.all().collect(),
        };
        for key in gone {
            folder::remove(folder, key)?;
        }
        Ok(names.join("\n"))
    }

    /// Reads the folder again; keys that cannot be read leave everything as it was.
    ///
    /// # Errors
    /// [`KeysError::File`] or [`KeysError::NotKey`].
    pub fn reload(&self) -> Result<(), KeysError> {
        let Some(folder) = &self.0.folder else { return Ok(()) };
        let mut names = folder::files(folder)?;
        let mut known: Vec<_> = self.ring().all().map(|key| folder::file(folder, key)).collect();
        names.sort();
        known.sort();
        if names == known {
            return Ok(());
        }
        let keys = folder::read(folder)?;
        let ring = self.ring().replaced_by(keys, self.0.clock.now());
        if KINDS.into_iter().all(|kind| ring.has(kind)) {
            info!(keys = ring.all().count(), "read the signing keys again");
            *self.0.ring.write().expect("nobody panics while holding the keys") = ring;
        }
        Ok(())
    }

    /// A compact JWS (RFC 7515) over the claims, signed by the key of the kind whose turn it is.
    ///
    /// # Errors
    /// [`KeysError::Claims`] or [`KeysError::Sign`].
    pub fn sign(&self, algorithm: Algorithm, claims: &impl Serialize) -> Result<String, KeysError> {
        let key = self.ring().signer(algorithm, self.0.clock.now()).map(Arc::clone);
        key.expect("the ring has a key of every kind").sign(claims)
    }

    /// The claims of a token that one of our keys signed with RS256 for this audience. Times are the caller's affair.
    pub fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str, audience: &str) -> Option<T> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.ring().published(self.0.clock.now()).find(|key| key.kid == kid).map(Arc::clone)?;
        let mut rules = Validation::new(jsonwebtoken::Algorithm::RS256);
        rules.set_issuer(&[issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Because jsonwebtoken asks the system's clock; the callers ask ours.
        rules.validate_exp = false;
        jsonwebtoken::decode(token, key.rs256_verifier()?, &rules).ok().map(|token| token.claims)
    }

    /// The public halves as a JWK set (RFC 7517). Whoever asks may keep it for [`PUBLIC_KEYS_KEPT`].
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self.ring().published(self.0.clock.now()).map(|key| key.jwk()).collect();
        serde_json::json!({ "keys": keys })
    }

    fn ring(&self) -> std::sync::RwLockReadGuard<'_, Ring> {
        self.0.ring.read().expect("nobody panics while holding the keys")
    }
}
