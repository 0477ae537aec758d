//! Which key signs and which keys are published, as time goes by.
//!
//! Whoever verifies keeps the published keys for a while, so a new key is published before it signs, and an old one until
//! nothing that it signed counts any more.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Algorithm, key::Key};

/// For how long whoever asks for the public keys may keep them.
pub const PUBLIC_KEYS_KEPT: SignedDuration = SignedDuration::from_secs(60);
/// For how long a key is published before it signs: longer than an answer with the others may be kept, and than the ten
/// minutes for which common verifiers keep one by themselves.
pub const PUBLISHED_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// How long a key is published after a newer one was made: longer than until that one signs and what was signed before
/// has expired.
pub const KEPT_AFTER_ROTATION: SignedDuration = SignedDuration::from_hours(24);

/// All keys, newest first. Never empty.
#[derive(Debug)]
pub(super) struct Ring(Vec<Published>);

/// A key and since when everybody can know it.
#[derive(Debug, Clone)]
struct Published {
    key: Arc<Key>,
    since: Timestamp,
}

impl Ring {
    /// Keys that have been published since they were made.
    pub(super) fn of(keys: Vec<Arc<Key>>) -> Self {
        let published = keys.into_iter().map(|key| Published { since: key.made_at, key });
        Self::sorted(published.collect())
    }

    /// These keys in place of those: what was not here before is published from `now` on.
    pub(super) fn replaced_by(&self, keys: Vec<Arc<Key>>, now: Timestamp) -> Self {
        let since =
            |key: &Key| self.0.iter().find(|before| before.key.kid == key.kid).map(|before| before.since);
        let published = keys.into_iter().map(|key| Published { since: since(&key).unwrap_or(now), key });
        Self::sorted(published.collect())
    }

    fn sorted(mut published: Vec<Published>) -> Self {
        published.sort_by_key(|published| std::cmp::Reverse(published.key.made_at));
        Self(published)
    }

    /// The key of this kind that signs: the newest that has been published for long enough. Where none has, the oldest,
    /// since nobody can have kept an answer without it for longer than one without the others.
    pub(super) fn signer(&self, kind: Algorithm, now: Timestamp) -> Option<&Arc<Key>> {
        let of_kind = || self.0.iter().filter(|published| published.key.algorithm() == kind);
        let ripe = of_kind().find(|published| now.duration_since(published.since) >= PUBLISHED_BEFORE);
        ripe.or_else(|| of_kind().next_back()).map(|published| &published.key)
    }

    /// The keys that verify.
    pub(super) fn published(&self, now: Timestamp) -> impl Iterator<Item = &Arc<Key>> {
        self.all().filter(move |key| !self.is_expired(key, now))
    }

    /// The keys that nothing can need any more.
    pub(super) fn expired(&self, now: Timestamp) -> impl Iterator<Item = &Arc<Key>> {
        self.all().filter(move |key| self.is_expired(key, now))
    }

    /// All keys.
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.0.iter().map(|published| &published.key)
    }

    pub(super) fn has(&self, kind: Algorithm) -> bool {
        self.all().any(|key| key.algorithm() == kind)
    }

    /// Whether a successor of its kind has been published for so long that nothing is left that this one signed.
    fn is_expired(&self, key: &Key, now: Timestamp) -> bool {
        let mut newer = self.0.iter().take_while(|published| published.key.made_at > key.made_at);
        newer.any(|published| {
            let superseded = now.duration_since(published.since) > KEPT_AFTER_ROTATION;
            superseded && published.key.algorithm() == key.algorithm()
        })
    }
}
