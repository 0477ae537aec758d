//! The signature over the policy: proof that both files come from whoever holds the private key, as they are.
//!
//! Ed25519 over the bytes of [`message`]. Keys are PEM as `openssl genpkey -algorithm ed25519` writes them (RFC 8410),
//! so that they can be made and kept by the tools that an operator already trusts. What is signed are the files' bytes
//! and not what they mean: a reader that is fooled by its parser is not fooled here. Old files stay signed for ever,
//! hence [`Accepted`]: what was in force once is never followed by something older.

use std::{fmt, str::FromStr};

use ed25519_dalek::{
    Signature, Signer as _, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{error::PolicyError, policy::Policy, yaml};

/// Keeps a signature over a policy from ever being one over anything else.
const DOMAIN: &[u8] = b"atoll policy v1";

/// A public key whose policies are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey(VerifyingKey);

/// A private key. Never shown but by [`PrivateKey::to_pem`].
pub struct PrivateKey(SigningKey);

/// A key that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// No Ed25519 public key.
    #[error("it is no Ed25519 public key in PEM: `atoll allowlist keygen` writes one, `…/allowlist.pub`")]
    Public,
    /// No Ed25519 private key.
    #[error("it is no Ed25519 private key in PEM: `atoll allowlist keygen` writes one, `…/allowlist.key`")]
    Private,
}

/// `allowlist.sig`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureFile {
    /// Always 1.
    pub schema_version: u32,
    /// The fingerprint of the key that signed, so that a mix-up is named as one. It proves nothing.
    pub key: String,
    /// 64 bytes in lower-case hex.
    pub signature: String,
}

/// The files of a policy as they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedTexts<'a> {
    /// `allowlist.yaml`.
    pub allowlist: &'a str,
    /// `allowlist.lock`.
    pub lock: &'a str,
}

/// The newest policy that was in force: nothing older may follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Accepted {
    /// `revision` of the allowlist.
    pub allowlist_revision: u64,
    /// `revision` of the lock.
    pub lock_revision: u64,
    /// SHA-256 of what was signed, in hex.
    pub sha256: String,
}

/// The bytes that are signed: the domain, the allowlist and the lock, each after its length as eight bytes, the most
/// significant first. With the lengths no two pairs of files spell the same bytes.
pub fn message(texts: SignedTexts<'_>) -> Vec<u8> {
    let parts = [DOMAIN, texts.allowlist.as_bytes(), texts.lock.as_bytes()];
    parts.into_iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), part].concat()).collect()
}

impl PrivateKey {
    /// From 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// As PKCS#8 in PEM. A secret.
    pub fn to_pem(&self) -> String {
        // Because OpenSSL 1.1 reads no key that carries its public half.
        let bytes = ed25519_dalek::pkcs8::KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = bytes.to_pkcs8_pem(Default::default()).expect("32 bytes have a PEM");
        pem.as_str().to_owned()
    }

    /// The public half.
    pub fn public(&self) -> TrustedKey {
        TrustedKey(self.0.verifying_key())
    }

    /// Signs both files.
    pub fn sign(&self, texts: SignedTexts<'_>) -> SignatureFile {
        let signature = hex(&self.0.sign(&message(texts)).to_bytes());
        SignatureFile { schema_version: 1, key: self.public().fingerprint(), signature }
    }
}

impl FromStr for PrivateKey {
    type Err = InvalidKey;

    fn from_str(pem: &str) -> Result<Self, InvalidKey> {
        SigningKey::from_pkcs8_pem(pem.trim_ascii()).map(Self).map_err(|_| InvalidKey::Private)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

impl TrustedKey {
    /// As SubjectPublicKeyInfo in PEM.
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(Default::default()).expect("32 bytes have a PEM")
    }

    /// The first 16 hex digits of the SHA-256 of the raw key: enough to tell keys apart, not to prove anything.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes())[..8])
    }

    /// Checks the signature over both files. `file` is the signature's name, which errors carry.
    pub fn verify(
        &self,
        file: &str,
        signature: &SignatureFile,
        texts: SignedTexts<'_>,
    ) -> Result<(), PolicyError> {
        let (ours, theirs) = (self.fingerprint(), &signature.key);
        if ours != *theirs {
            return Err(refuse(
                file,
                format!("the policy is signed by key {theirs}, and key {ours} is the trusted one"),
                "sign it with the key that belongs to the trusted one, or trust the other",
            ));
        }
        let bytes = from_hex(&signature.signature).ok_or_else(|| {
            refuse(file, "`signature` is not 128 lower-case hex digits".to_owned(), SIGN_AGAIN)
        })?;
        // Strict, so that weak keys and second spellings of a signature do not count.
        self.0.verify_strict(&message(texts), &Signature::from_bytes(&bytes)).map_err(|_| {
            refuse(
                file,
                "the signature does not fit: allowlist or lock has changed since it was made".to_owned(),
                SIGN_AGAIN,
            )
        })
    }
}

impl FromStr for TrustedKey {
    type Err = InvalidKey;

    fn from_str(pem: &str) -> Result<Self, InvalidKey> {
        VerifyingKey::from_public_key_pem(pem.trim_ascii()).map(Self).map_err(|_| InvalidKey::Public)
    }
}

impl SignatureFile {
    /// Reads the file strictly. `file` is the name that errors carry.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let signature: Self = yaml::read(file, text)?;
        match signature.schema_version {
            1 => Ok(signature),
            other => Err(refuse(file, format!("schemaVersion {other} is not known here"), SIGN_AGAIN)),
        }
    }

    /// The file's text: JSON with a line feed at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a signature holds only texts and a number");
        text.push('\n');
        text
    }
}

impl Accepted {
    /// What is remembered of a policy that comes into force.
    pub fn of(policy: &Policy, texts: SignedTexts<'_>) -> Self {
        Self {
            allowlist_revision: policy.allowlist().revision,
            lock_revision: policy.lock().revision,
            sha256: hex(&Sha256::digest(message(texts))),
        }
    }

    /// Whether `next` may follow: no revision goes down, and other content has another revision. `file` is the
    /// allowlist's name, which errors carry.
    pub fn admits(&self, file: &str, next: &Self) -> Result<(), PolicyError> {
        let pairs = [
            ("allowlist", self.allowlist_revision, next.allowlist_revision),
            ("lock", self.lock_revision, next.lock_revision),
        ];
        if let Some((name, had, offered)) = pairs.into_iter().find(|(_, had, offered)| offered < had) {
            let message =
                format!("revision {offered} of the {name} is older than {had}, which was in force already");
            return Err(refuse(file, message, "raise `revision` above it and sign again if this is meant"));
        }
        let same_revision = pairs.iter().all(|(_, had, offered)| had == offered);
        if same_revision && self.sha256 != next.sha256 {
            let message = format!(
                "revision {} of the allowlist was in force with other content",
                next.allowlist_revision
            );
            return Err(refuse(file, message, "raise `revision` and sign again"));
        }
        Ok(())
    }
}

const SIGN_AGAIN: &str = "run `atoll allowlist sign` again";

fn refuse(file: &str, message: String, hint: &str) -> PolicyError {
    PolicyError::whole_file(file, message, Some(hint.to_owned()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 64]> {
    let digit = |b: u8| (b as char).to_digit(16).filter(|_| !b.is_ascii_uppercase());
    let pair = |pair: &[u8]| Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8);
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(pair).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests;
