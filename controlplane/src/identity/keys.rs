//! The keys that sign sessions and identities: RSA 4096, RS256, in a folder of their own.
//!
//! The newest key signs. Older ones go on verifying until everything that they signed has expired, so a rotation logs
//! nobody out. Another process (`keys rotate`) may add a key at any time; [`Keys::reload`] sees it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Serialize, de::DeserializeOwned};
use tracing::info;

use crate::{clock::from_millis, private_file};

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

struct Key {
    kid: String,
    made_at: Timestamp,
    pair: KeyPair,
    verifier: DecodingKey,
    modulus: String,
    exponent: String,
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

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'static str,
}

impl Keys {
    /// Reads the keys of a folder, making the folder and a first key if there is none. Takes a second or two then.
    ///
    /// # Errors
    /// [`KeysError::File`], [`KeysError::NotKey`] or [`KeysError::Generate`].
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, KeysError> {
        make_folder(folder)?;
        let mut ring = read_folder(folder)?;
        if ring.is_empty() {
            info!("making the first signing key");
            ring.push(add_key(folder, now)?);
        }
        Ok(Self(Arc::new(Inner { folder: Some(folder.to_owned()), ring: RwLock::new(ring) })))
    }

    /// A key that lives as long as the process. For tests: 2048 bits, because those are made in no time.
    ///
    /// # Errors
    /// [`KeysError::Generate`].
    pub fn ephemeral(now: Timestamp) -> Result<Self, KeysError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeysError::Generate)?;
        Ok(Self(Arc::new(Inner { folder: None, ring: RwLock::new(vec![Arc::new(Key::new(pair, now))]) })))
    }

    /// Adds a key that signs from now on and removes those that nothing can need any more.
    ///
    /// # Errors
    /// [`KeysError::File`] or [`KeysError::Generate`].
    pub fn rotate(folder: &Path, now: Timestamp) -> Result<String, KeysError> {
        make_folder(folder)?;
        let ring = read_folder(folder)?;
        let added = add_key(folder, now)?;
        for key in expired(&ring, now) {
            remove_key(folder, key)?;
        }
        Ok(added.kid.clone())
    }

    /// Reads the folder again; keys that cannot be read leave everything as it was.
    ///
    /// # Errors
    /// [`KeysError::File`] or [`KeysError::NotKey`].
    pub fn reload(&self) -> Result<(), KeysError> {
        let Some(folder) = &self.0.folder else { return Ok(()) };
        let names = key_files(folder)?;
        if names.len() == self.ring().len()
            && self.ring().iter().all(|key| names.contains(&file(folder, key)))
        {
            return Ok(());
        }
        let ring = read_folder(folder)?;
        if !ring.is_empty() {
            info!(keys = ring.len(), "read the signing keys again");
            *self.0.ring.write().expect("nobody panics while holding the keys") = ring;
        }
        Ok(())
    }

    /// A compact JWS (RFC 7515) over the claims, signed with RS256 by the newest key.
    ///
    /// # Errors
    /// [`KeysError::Claims`] or [`KeysError::Sign`].
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeysError> {
        let key = Arc::clone(self.ring().first().expect("the ring is never empty"));
        let header = Header { alg: "RS256", kid: &key.kid, typ: "JWT" };
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let mut signature = vec![0; key.pair.public_modulus_len()];
        key.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| KeysError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The claims of a token that one of our keys signed for this audience. Times are the caller's affair.
    pub fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str, audience: &str) -> Option<T> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.ring().iter().find(|key| key.kid == kid).map(Arc::clone)?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Because jsonwebtoken asks the system's clock; the callers ask ours.
        rules.validate_exp = false;
        jsonwebtoken::decode(token, &key.verifier, &rules).ok().map(|token| token.claims)
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

impl Key {
    fn new(pair: KeyPair, made_at: Timestamp) -> Self {
        let public = pair.public_key();
        let modulus = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let verifier = DecodingKey::from_rsa_components(&modulus, &exponent)
            .expect("what was encoded a line above can be decoded");
        Self { kid: thumbprint(&modulus, &exponent), made_at, pair, verifier, modulus, exponent }
    }

    fn jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": self.modulus, "e": self.exponent
        })
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The key's name: its thumbprint by RFC 7638.
fn thumbprint(modulus: &str, exponent: &str) -> String {
    let canonical = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}

fn expired(ring: &[Arc<Key>], now: Timestamp) -> impl Iterator<Item = &Arc<Key>> {
    // A key is superseded at the moment its successor, which stands before it, was made.
    let superseded = ring.iter().zip(ring.iter().skip(1));
    superseded
        .filter(move |(newer, _)| now.duration_since(newer.made_at) > KEPT_AFTER_ROTATION)
        .map(|(_, key)| key)
}

fn make_folder(folder: &Path) -> Result<(), KeysError> {
    private_file::make_folder(folder).map_err(|source| KeysError::File { path: folder.to_owned(), source })
}

fn key_files(folder: &Path) -> Result<Vec<PathBuf>, KeysError> {
    let failed = |source| KeysError::File { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ext| ext == "pk8") {
            files.push(path);
        }
    }
    Ok(files)
}

fn read_folder(folder: &Path) -> Result<Vec<Arc<Key>>, KeysError> {
    let mut ring = key_files(folder)?.iter().map(|path| read_key(path)).collect::<Result<Vec<_>, _>>()?;
    ring.sort_by_key(|key| std::cmp::Reverse(key.made_at));
    Ok(ring)
}

fn read_key(path: &Path) -> Result<Arc<Key>, KeysError> {
    let not_key = || KeysError::NotKey(path.to_owned());
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(not_key)?;
    let made_at = name.split('-').next().and_then(|millis| millis.parse().ok()).ok_or_else(not_key)?;
    let der = fs::read(path).map_err(|source| KeysError::File { path: path.to_owned(), source })?;
    let pair = KeyPair::from_pkcs8(&der).map_err(|_| not_key())?;
    let key = Key::new(pair, from_millis(made_at));
    if file_name(&key) == name { Ok(Arc::new(key)) } else { Err(not_key()) }
}

fn file_name(key: &Key) -> String {
    format!("{}-{}.pk8", key.made_at.as_millisecond(), key.kid)
}

fn file(folder: &Path, key: &Key) -> PathBuf {
    folder.join(file_name(key))
}

fn add_key(folder: &Path, now: Timestamp) -> Result<Arc<Key>, KeysError> {
    let pair = KeyPair::generate(KeySize::Rsa4096).map_err(|_| KeysError::Generate)?;
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| KeysError::Generate)?;
    let key = Key::new(pair, now);
    let path = file(folder, &key);
    private_file::write(&path, der.as_ref()).map_err(|source| KeysError::File { path, source })?;
    Ok(Arc::new(key))
}

fn remove_key(folder: &Path, key: &Key) -> Result<(), KeysError> {
    let path = file(folder, key);
    fs::remove_file(&path).map_err(|source| KeysError::File { path, source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

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
        let token = keys.sign(&claims()).unwrap();
        assert_eq!(keys.verify::<Value>(&token, "https://a.example", "notes"), Some(claims()));
        assert_eq!(keys.verify::<Value>(&token, "https://b.example", "notes"), None);
        assert_eq!(keys.verify::<Value>(&token, "https://a.example", "other"), None);
        let stranger = Keys::ephemeral(at(0)).unwrap();
        assert_eq!(stranger.verify::<Value>(&token, "https://a.example", "notes"), None);
    }

    #[test]
    fn a_token_without_a_signature_or_with_another_algorithm_is_refused() {
        let keys = Keys::ephemeral(at(0)).unwrap();
        let token = keys.sign(&claims()).unwrap();
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
        let old = keys.sign(&claims()).unwrap();
        Keys::rotate(&folder, at(1)).unwrap();
        keys.reload().unwrap();
        let new = keys.sign(&claims()).unwrap();
        for token in [&old, &new] {
            assert!(keys.verify::<Value>(token, "https://a.example", "notes").is_some());
        }
        assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 2);
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
        let path = key_files(&folder).unwrap().remove(0);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(&path, "not a key").unwrap();
        let message = Keys::open(&folder, at(0)).unwrap_err().to_string();
        assert!(message.contains(path.to_str().unwrap()), "{message}");
    }
}
