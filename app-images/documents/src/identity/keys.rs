//! The platform's public keys: fetched when first needed, kept, fetched again when they may have changed.
//!
//! A token names its key. An unknown name may be a new key or a made-up one, so it causes a fetch, but never more
//! than one every few seconds: nobody can make us hammer the platform by inventing names. Keys age: one that the
//! platform no longer publishes is forgotten within [`REFRESH_AFTER`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use tokio::sync::{Mutex, RwLock};
use tokio::time::Instant;

use super::fetch::{self, FetchError};

/// Keys older than this are fetched anew before they are used, if the platform answers.
const REFRESH_AFTER: Duration = Duration::from_secs(300);
/// The least pause between two fetches after a good one.
const PAUSE: Duration = Duration::from_secs(5);
/// The least pause between two fetches after a failed one: shorter, because somebody is waiting.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// More keys than any rotation leaves behind.
const MOST_KEYS: usize = 32;

/// The keys could not be fetched, so a token with an unknown key can be neither accepted nor refused.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the platform's identity keys cannot be reached")]
pub struct KeysUnavailable(#[source] Arc<FetchError>);

/// The key cache.
#[derive(Debug)]
pub struct Keys {
    url: Uri,
    cache: RwLock<Cache>,
    fetching: Mutex<()>,
}

#[derive(Debug, Default)]
struct Cache {
    keys: HashMap<String, Arc<DecodingKey>>,
    /// When the keys above were published, as far as we know.
    fetched: Option<Instant>,
    /// When we last tried, and how it went wrong if it did.
    tried: Option<(Instant, Option<Arc<FetchError>>)>,
}

impl Keys {
    /// Keys published at `url`. Fetches nothing yet.
    pub fn new(url: Uri) -> Self {
        Self { url, cache: RwLock::default(), fetching: Mutex::default() }
    }

    /// The key of this name; `Ok(None)` if the platform does not publish it.
    ///
    /// # Errors
    /// When the key is unknown and the platform cannot be asked.
    pub async fn find(&self, kid: &str) -> Result<Option<Arc<DecodingKey>>, KeysUnavailable> {
        if let Some(key) = self.cache.read().await.fresh(kid) {
            return Ok(Some(key));
        }
        // One fetches, those who wait here find what it found, and callers with a fresh key never wait.
        let _turn = self.fetching.lock().await;
        if let Some(key) = self.cache.read().await.fresh(kid) {
            return Ok(Some(key));
        }
        if self.cache.read().await.may_try() {
            let fetched = fetch::json::<JwkSet>(&self.url).await;
            self.cache.write().await.store(fetched);
        }
        self.cache.read().await.answer(kid)
    }
}

impl Cache {
    fn fresh(&self, kid: &str) -> Option<Arc<DecodingKey>> {
        let young = self.fetched.is_some_and(|fetched| fetched.elapsed() < REFRESH_AFTER);
        if young { self.keys.get(kid).cloned() } else { None }
    }

    fn may_try(&self) -> bool {
        match &self.tried {
            None => true,
            Some((at, None)) => at.elapsed() >= PAUSE,
            Some((at, Some(_))) => at.elapsed() >= PAUSE_AFTER_FAILURE,
        }
    }

    fn store(&mut self, fetched: Result<JwkSet, FetchError>) {
        let now = Instant::now();
        match fetched {
            Ok(set) => {
                self.keys = set.keys.iter().filter_map(usable).take(MOST_KEYS).collect();
                self.fetched = Some(now);
                self.tried = Some((now, None));
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "could not fetch the platform's identity keys");
                self.tried = Some((now, Some(Arc::new(error))));
            }
        }
    }

    /// Old keys are better than none while the platform is out of reach: a token lives minutes, and it comes
    /// through the platform's own gateway.
    fn answer(&self, kid: &str) -> Result<Option<Arc<DecodingKey>>, KeysUnavailable> {
        match (self.keys.get(kid), &self.tried) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Some((_, Some(error)))) => Err(KeysUnavailable(error.clone())),
            (None, Some((_, None)) | None) => Ok(None),
        }
    }
}

/// An RSA key for RS256 signatures with a name; anything else in the set is not for us.
fn usable(jwk: &Jwk) -> Option<(String, Arc<DecodingKey>)> {
    let for_signing = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let for_rs256 = matches!(jwk.common.key_algorithm, None | Some(KeyAlgorithm::RS256));
    let AlgorithmParameters::RSA(_) = jwk.algorithm else { return None };
    if !for_signing || !for_rs256 {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((jwk.common.key_id.clone()?, Arc::new(key)))
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        std::iter::successors(self.0.source(), |error| error.source())
            .try_for_each(|cause| write!(f, ": {cause}"))
    }
}
