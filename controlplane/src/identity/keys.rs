//! The keys that sign sessions and identities, in a folder of their own: RSA 4096 for RS256, which everybody understands,
//! and Ed25519 for apps whose entry asks for EdDSA.
//!
//! Of each kind the newest key signs. Older ones go on verifying until everything that they signed has expired, so a
//! rotation logs nobody out. Another process (`keys rotate`) may add keys at any time; [`Keys::reload`] sees them.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use aws_lc_rs::rsa::KeySize;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::Validation;
use serde::{Serialize, de::DeserializeOwned};
use tracing::info;

mod folder;
mod key;

pub use atoll_sandbox::allowlist::IdentityAlgorithm as Algorithm;

use key::Key;

/// How long a key verifies after a newer one has taken over: longer than anything it signed lives.
pub const KEPT_AFTER_ROTATION: SignedDuration = SignedDuration::from_hours(24);

/// Signs and verifies tokens. Clones share the keys.
#[derive(Debug, Clone)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: Option<PathBuf>,
    /// Newest first, never empty.
    ring: RwLock<Vec<Arc<Key>>>,
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
    /// Reads the keys of a folder, making the folder and a first key if there is none. Takes a second or two then.
    ///
    /// # Errors
    /// [`KeysError::File`], [`KeysError::NotKey`] or [`KeysError::Generate`].
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, KeysError> {
        folder::make(folder)?;
        let mut ring = folder::read(folder)?;
        for kind in KINDS {
            if newest(&ring, kind).is_none() {
                info!(algorithm = kind.name(), "making the first signing key");
                ring.push(folder::add(folder, Key::generate(kind, KeySize::Rsa4096, now)?)?);
            }
        }
        Ok(Self(Arc::new(Inner { folder: Some(folder.to_owned()), ring: RwLock::new(ring) })))
    }

    /// A key that lives as long as the process. For tests: 2048 bits, because those are made in no time.
    ///
    /// # Errors
    /// [`KeysError::Generate`].
    pub fn ephemeral(now: Timestamp) -> Result<Self, KeysError> {
        let key = |kind| Key::generate(kind, KeySize::Rsa2048, now).map(Arc::new);
        let ring = KINDS.into_iter().map(key).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Inner { folder: None, ring: RwLock::new(ring) })))
    }

    /// Adds keys that sign from now on and removes those that nothing can need any more. Returns the names of the new ones.
    ///
    /// # Errors
    /// [`KeysError::File`] or [`KeysError::Generate`].
    pub fn rotate(folder: &Path, now: Timestamp) -> Result<String, KeysError> {
        folder::make(folder)?;
        let ring = folder::read(folder)?;
        let mut names = Vec::new();
        for kind in KINDS {
            let added = folder::add(folder, Key::generate(kind, KeySize::Rsa4096, now)?)?;
            names.push(format!("{} {}", kind.name(), added.kid));
            for key in expired(&ring, kind, now) {
                folder::remove(folder, key)?;
            }
        }
        Ok(names.join("\n"))
    }

    /// Reads the folder again; keys that cannot be read leave everything as it was.
    ///
    /// # Errors
    /// [`KeysError::File`] or [`KeysError::NotKey`].
    pub fn reload(&self) -> Result<(), KeysError> {
        let Some(folder) = &self.0.folder else { return Ok(()) };
        let names = folder::files(folder)?;
        if names.len() == self.ring().len()
            && self.ring().iter().all(|key| names.contains(&folder::file(folder, key)))
        {
            return Ok(());
        }
        let ring = folder::read(folder)?;
        if KINDS.into_iter().all(|kind| newest(&ring, kind).is_some()) {
            info!(keys = ring.len(), "read the signing keys again");
            *self.0.ring.write().expect("nobody panics while holding the keys") = ring;
        }
        Ok(())
    }

    /// A compact JWS (RFC 7515) over the claims, signed by the newest key of the kind.
    ///
    /// # Errors
    /// [`KeysError::Claims`] or [`KeysError::Sign`].
    pub fn sign(&self, algorithm: Algorithm, claims: &impl Serialize) -> Result<String, KeysError> {
        let key = newest(&self.ring(), algorithm).map(Arc::clone);
        key.expect("the ring has a key of every kind").sign(claims)
    }

    /// The claims of a token that one of our keys signed with RS256 for this audience. Times are the caller's affair.
    pub fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str, audience: &str) -> Option<T> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.ring().iter().find(|key| key.kid == kid).map(Arc::clone)?;
        let mut rules = Validation::new(jsonwebtoken::Algorithm::RS256);
        rules.set_issuer(&[issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Because jsonwebtoken asks the system's clock; the callers ask ours.
        rules.validate_exp = false;
        jsonwebtoken::decode(token, key.rs256_verifier()?, &rules).ok().map(|token| token.claims)
    }

    /// The public halves as a JWK set (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self.ring().iter().map(|key| key.jwk()).collect();
        serde_json::json!({ "keys": keys })
    }

    fn ring(&self) -> std::sync::RwLockReadGuard<'_, Vec<Arc<Key>>> {
        self.0.ring.read().expect("nobody panics while holding the keys")
    }
}

fn newest(ring: &[Arc<Key>], kind: Algorithm) -> Option<&Arc<Key>> {
    ring.iter().find(|key| key.algorithm() == kind)
}

fn expired(ring: &[Arc<Key>], kind: Algorithm, now: Timestamp) -> impl Iterator<Item = &Arc<Key>> {
    let of_kind = move || ring.iter().filter(move |key| key.algorithm() == kind);
    // A key is superseded at the moment its successor, which stands before it, was made.
    let superseded = of_kind().zip(of_kind().skip(1));
    superseded
        .filter(move |(newer, _)| now.duration_since(newer.made_at) > KEPT_AFTER_ROTATION)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn claims() -> Value {
        json!({"iss": "https://a.example", "aud": "notes", "sub": "1", "exp": 1})
    }

    #[test]
    fn a_token_verifies_for_its_issuer_and_audience_only() {
        let keys = Keys::ephemeral(at(0)).unwrap();
        let token = keys.sign(Algorithm::Rs256, &claims()).unwrap();
        assert_eq!(keys.verify::<Value>(&token, "https://a.example", "notes"), Some(claims()));
        assert_eq!(keys.verify::<Value>(&token, "https://b.example", "notes"), None);
        assert_eq!(keys.verify::<Value>(&token, "https://a.example", "other"), None);
        let stranger = Keys::ephemeral(at(0)).unwrap();
        assert_eq!(stranger.verify::<Value>(&token, "https://a.example", "notes"), None);
    }

    #[test]
    fn a_token_without_a_signature_or_with_another_algorithm_is_refused() {
        let keys = Keys::ephemeral(at(0)).unwrap();
        let token = keys.sign(Algorithm::Rs256, &claims()).unwrap();
        let (unsigned, _) = token.rsplit_once('.').unwrap();
        let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
        let body = unsigned.split('.').nth(1).unwrap();
        for alg in ["none", "HS256", "PS256"] {
            let head = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "kid": kid}).to_string());
            let signature = token.rsplit('.').next().unwrap();
            for forged in [format!("{head}.{body}."), format!("{head}.{body}.{signature}")] {
                assert_eq!(keys.verify::<Value>(&forged, "https://a.example", "notes"), None, "{alg}");
            }
        }
    }

    #[test]
    fn after_a_rotation_old_tokens_verify_and_later_the_old_key_goes() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("keys");
        let keys = Keys::open(&folder, at(0)).unwrap();
        let old = keys.sign(Algorithm::Rs256, &claims()).unwrap();
        Keys::rotate(&folder, at(1)).unwrap();
        keys.reload().unwrap();
        let new = keys.sign(Algorithm::Rs256, &claims()).unwrap();
        for token in [&old, &new] {
            assert!(keys.verify::<Value>(token, "https://a.example", "notes").is_some());
        }
        assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 4);
        Keys::rotate(&folder, at(48)).unwrap();
        keys.reload().unwrap();
        assert_eq!(keys.verify::<Value>(&old, "https://a.example", "notes"), None);
        assert!(keys.verify::<Value>(&new, "https://a.example", "notes").is_some());
    }

    #[test]
    fn only_its_owner_can_read_a_key_and_another_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("keys");
        Keys::open(&folder, at(0)).unwrap();
        let path = folder::files(&folder).unwrap().remove(0);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(&path, "not a key").unwrap();
        let message = Keys::open(&folder, at(0)).unwrap_err().to_string();
        assert!(message.contains(path.to_str().unwrap()), "{message}");
    }

    #[test]
    fn an_ed25519_token_verifies_by_the_published_key_and_is_never_a_session() {
        let keys = Keys::ephemeral(at(0)).unwrap();
        let token = keys.sign(Algorithm::EdDsa, &claims()).unwrap();
        let published: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys.jwks()).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.alg, jsonwebtoken::Algorithm::EdDSA);
        let jwk = published.find(&header.kid.unwrap()).unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
        let mut rules = Validation::new(jsonwebtoken::Algorithm::EdDSA);
        rules.set_audience(&["notes"]);
        rules.validate_exp = false;
        assert_eq!(jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap().claims, claims());
        assert_eq!(keys.verify::<Value>(&token, "https://a.example", "notes"), None);
    }

    #[test]
    fn a_folder_from_before_there_was_a_kind_gets_a_key_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("keys");
        let keys = Keys::open(&folder, at(0)).unwrap();
        let old = keys.sign(Algorithm::Rs256, &claims()).unwrap();
        let newest_ed25519 = folder::file(&folder, newest(&keys.ring(), Algorithm::EdDsa).unwrap());
        fs::remove_file(newest_ed25519).unwrap();
        let keys = Keys::open(&folder, at(1)).unwrap();
        assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 2);
        assert!(keys.verify::<Value>(&old, "https://a.example", "notes").is_some());
    }
}
