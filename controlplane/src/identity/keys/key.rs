//! One key: what it signs with, what it is called, and what others may know of it.

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use serde::Serialize;

use super::{Algorithm, KeysError};

/// One key. `Debug` tells its name alone.
pub(super) struct Key {
    /// Its thumbprint by RFC 7638.
    pub(super) kid: String,
    pub(super) made_at: Timestamp,
    secret: Secret,
}

enum Secret {
    Rsa { pair: RsaKeyPair, verifier: Box<DecodingKey>, modulus: String, exponent: String },
    Ed25519 { pair: Ed25519KeyPair, public: String },
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'static str,
}

impl Key {
    /// A new one. An RSA key of 4096 bits takes a second or two.
    pub(super) fn generate(algorithm: Algorithm, size: KeySize, now: Timestamp) -> Result<Self, KeysError> {
        let secret = match algorithm {
            Algorithm::Rs256 => Secret::rsa(RsaKeyPair::generate(size).map_err(|_| KeysError::Generate)?),
            Algorithm::EdDsa => Secret::ed25519(Ed25519KeyPair::generate().map_err(|_| KeysError::Generate)?),
        };
        Ok(Self::new(secret, now))
    }

    /// Out of PKCS #8; `None` for something else.
    pub(super) fn from_pkcs8(der: &[u8], made_at: Timestamp) -> Option<Self> {
        let rsa = RsaKeyPair::from_pkcs8(der).ok().map(Secret::rsa);
        let secret = rsa.or_else(|| Ed25519KeyPair::from_pkcs8(der).ok().map(Secret::ed25519))?;
        Some(Self::new(secret, made_at))
    }

    pub(super) fn to_pkcs8(&self) -> Result<Vec<u8>, KeysError> {
        match &self.secret {
            Secret::Rsa { pair, .. } => {
                let der = AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map_err(|_| KeysError::Generate)?;
                Ok(der.as_ref().to_vec())
            }
            Secret::Ed25519 { pair, .. } => {
                Ok(pair.to_pkcs8v1().map_err(|_| KeysError::Generate)?.as_ref().to_vec())
            }
        }
    }

    fn new(secret: Secret, made_at: Timestamp) -> Self {
        Self { kid: secret.thumbprint(), made_at, secret }
    }

    /// By which algorithm it signs.
    pub(super) const fn algorithm(&self) -> Algorithm {
        match self.secret {
            Secret::Rsa { .. } => Algorithm::Rs256,
            Secret::Ed25519 { .. } => Algorithm::EdDsa,
        }
    }

    /// What checks an RS256 signature; sessions have no other.
    pub(super) fn rs256_verifier(&self) -> Option<&DecodingKey> {
        match &self.secret {
            Secret::Rsa { verifier, .. } => Some(verifier),
            Secret::Ed25519 { .. } => None,
        }
    }

    /// A compact JWS (RFC 7515) over the claims.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, KeysError> {
        let header = Header { alg: self.algorithm().name(), kid: &self.kid, typ: "JWT" };
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let signature = self.secret.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The public half (RFC 7517, 8037).
    pub(super) fn jwk(&self) -> serde_json::Value {
        let (alg, kid) = (self.algorithm().name(), &self.kid);
        match &self.secret {
            Secret::Rsa { modulus, exponent, .. } => serde_json::json!({
                "kty": "RSA", "use": "sig", "alg": alg, "kid": kid, "n": modulus, "e": exponent
            }),
            Secret::Ed25519 { public, .. } => serde_json::json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": alg, "kid": kid, "x": public
            }),
        }
    }
}

impl Secret {
    fn rsa(pair: RsaKeyPair) -> Self {
        let public = pair.public_key();
        let modulus = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let verifier = DecodingKey::from_rsa_components(&modulus, &exponent)
            .expect("what was encoded a line above can be decoded");
        Self::Rsa { pair, verifier: Box::new(verifier), modulus, exponent }
    }

    fn ed25519(pair: Ed25519KeyPair) -> Self {
        let public = URL_SAFE_NO_PAD.encode(pair.public_key());
        Self::Ed25519 { pair, public }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeysError> {
        match self {
            Self::Rsa { pair, .. } => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| KeysError::Sign)?;
                Ok(signature)
            }
            Self::Ed25519 { pair, .. } => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }

    /// The members that RFC 7638 (and RFC 8037, appendix A.3) asks for, in its order.
    fn thumbprint(&self) -> String {
        let canonical = match self {
            Self::Rsa { modulus, exponent, .. } => {
                format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#)
            }
            Self::Ed25519 { public, .. } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#),
        };
        URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}
