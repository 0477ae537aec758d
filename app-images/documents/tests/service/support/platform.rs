//! A platform for tests: signs identity tokens, good and bad ones, and publishes its keys.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _};
use axum::Json;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Signs and publishes.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) jwks_url: String,
    pub(crate) address: SocketAddr,
    published: Arc<Mutex<Vec<Value>>>,
    fetches: Arc<AtomicUsize>,
}

/// A signing key with its name.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) kid: String,
    pair: Arc<KeyPair>,
}

impl Key {
    /// One of two keys; making one takes a while, so a test process makes each once.
    pub(crate) fn new(kid: &str) -> Self {
        static FIRST: OnceLock<Arc<KeyPair>> = OnceLock::new();
        static SECOND: OnceLock<Arc<KeyPair>> = OnceLock::new();
        let slot = if kid == "first" { &FIRST } else { &SECOND };
        let pair = slot.get_or_init(|| Arc::new(KeyPair::generate(KeySize::Rsa2048).unwrap())).clone();
        Self { kid: kid.into(), pair }
    }

    /// The public half as the platform publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let der = self.pair.public_key().as_ref().to_vec();
        // RSAPublicKey of a 2048-bit key (RFC 8017, A.1.1): 9 bytes of headers, then the modulus.
        let modulus = &der[9..9 + 256];
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": BASE64.encode(modulus), "e": "AQAB"})
    }

    /// The public half as a file would hold it: what an HMAC forger would use as the secret.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        self.pair.public_key().as_der().unwrap().as_ref().to_vec()
    }

    /// Signs any header and claims with RS256.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = signing_input(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .unwrap();
        format!("{message}.{}", BASE64.encode(signature))
    }

    /// A good token for a person.
    pub(crate) fn token(&self, user: &str) -> String {
        self.sign(&json!({"alg": "RS256", "typ": "JWT", "kid": self.kid}), &claims(user))
    }
}

/// The part of a token that is signed.
pub(crate) fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

/// What the platform says of a person who may use the app `documents` for the next five minutes.
pub(crate) fn claims(user: &str) -> Value {
    json!({
        "iss": "http://atoll.localhost:8080", "aud": "documents", "sub": user, "name": format!("Name of {user}"),
        "email": format!("{user}@example.org"), "roles": ["user"], "iat": now(), "exp": now() + 300, "jti": "1",
    })
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

impl Platform {
    /// Publishes the key `first` at a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform = Self::at(listener.local_addr().unwrap());
        platform.serve(listener);
        platform
    }

    /// A platform that will publish at this address, but does not answer yet.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let published = Arc::new(Mutex::new(vec![Key::new("first").jwk()]));
        let jwks_url = format!("http://{address}/.well-known/jwks.json");
        Self { jwks_url, address, published, fetches: Arc::default() }
    }

    /// Begins to answer.
    pub(crate) fn serve(&self, listener: TcpListener) {
        let (published, fetches) = (self.published.clone(), self.fetches.clone());
        let jwks = async move || {
            fetches.fetch_add(1, Ordering::SeqCst);
            let keys = published.lock().unwrap().clone();
            Json(json!({"keys": keys}))
        };
        let router = axum::Router::new().route("/.well-known/jwks.json", get(jwks));
        tokio::spawn(async move { axum::serve(listener, router).await });
    }

    /// Publishes other keys from now on.
    pub(crate) fn publish(&self, keys: &[&Key]) {
        *self.published.lock().unwrap() = keys.iter().map(|key| key.jwk()).collect();
    }

    /// How often somebody asked for the keys.
    pub(crate) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}
