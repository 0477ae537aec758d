//! Randomness, as a parameter.
//!
//! Tests seed it, so that a snapshot with ids in it stays the same; everything else asks the system.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use uuid::Uuid;

/// A source of random bytes. Clones of a seeded source share one sequence.
#[derive(Debug, Clone)]
pub struct Random(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Seeded { seed: u64, drawn: Arc<AtomicU64> },
}

impl Random {
    /// The operating system's generator.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The same sequence for the same seed. For tests only: it is not secret.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { seed, drawn: Arc::new(AtomicU64::new(0)) })
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::System => SystemRandom::new()
                .fill(bytes)
                .expect("the kernel's generator never fails once the machine has started"),
            Source::Seeded { seed, drawn } => {
                for chunk in bytes.chunks_mut(32) {
                    let count = drawn.fetch_add(1, Ordering::SeqCst);
                    let block = [seed.to_be_bytes(), count.to_be_bytes()].concat();
                    chunk.copy_from_slice(&digest(&SHA256, &block).as_ref()[..chunk.len()]);
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// `N` random bytes as URL-safe base64 without padding.
    pub fn token<const N: usize>(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<N>())
    }

    /// A UUIDv7 (RFC 9562, section 5.7): sorts by `now`.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_sequence_and_the_system_gives_another() {
        let (one, two) = (Random::seeded(7), Random::seeded(7));
        assert_eq!(one.bytes::<48>(), two.bytes::<48>());
        assert_ne!(one.bytes::<48>(), one.bytes::<48>());
        assert_ne!(Random::system().bytes::<16>(), Random::system().bytes::<16>());
    }

    #[test]
    fn ids_sort_by_time() {
        let random = Random::system();
        let at = |secs| random.uuid(Timestamp::from_second(secs).unwrap());
        assert!(at(1_000_000).to_string() < at(1_000_001).to_string());
        assert_eq!(at(1).get_version_num(), 7);
    }
}
