//! Randomness, as a parameter.
//!
//! Tests seed it, so that a snapshot with ids in it stays the same; everything else asks the system.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use uuid::Uuid;

/// What an id takes of randomness (RFC 9562, section 5.7), in bytes, and for how many ids a thread draws it at once.
const OF_ID: usize = 10;
const IDS_DRAWN: usize = 256;

thread_local! {
    /// Because asking the generator costs about the same for one id as for many, and each request has one.
    static DRAWN: RefCell<Drawn> = const { RefCell::new(Drawn { bytes: [0; OF_ID * IDS_DRAWN], used: OF_ID * IDS_DRAWN }) };
}

/// Random bytes that were drawn ahead. Each is given out once and forgotten.
struct Drawn {
    bytes: [u8; OF_ID * IDS_DRAWN],
    used: usize,
}

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
        uuid::Builder::from_unix_timestamp_millis(millis, &self.of_id()).into_uuid()
    }

    fn of_id(&self) -> [u8; OF_ID] {
        match &self.0 {
            Source::System => DRAWN.with_borrow_mut(|drawn| drawn.next(self)),
            Source::Seeded { .. } => self.bytes(),
        }
    }
}

impl Drawn {
    fn next(&mut self, random: &Random) -> [u8; OF_ID] {
        if self.used == self.bytes.len() {
            random.fill(&mut self.bytes);
            self.used = 0;
        }
        let taken = &mut self.bytes[self.used..self.used + OF_ID];
        let mut id = [0; OF_ID];
        id.swap_with_slice(taken);
        self.used += OF_ID;
        id
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
    fn no_two_ids_share_their_randomness_over_many_draws_and_threads() {
        let draw = || {
            let random = Random::system();
            (0..IDS_DRAWN * 4).map(|_| random.uuid(Timestamp::UNIX_EPOCH)).collect::<Vec<_>>()
        };
        let other = std::thread::spawn(draw);
        let mut ids = draw();
        ids.extend(other.join().unwrap());
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        // Every bit that is not fixed is set in about half of them.
        for bit in (48..128).filter(|bit| !(48..52).contains(bit) && !(64..66).contains(bit)) {
            let set = ids.iter().filter(|id| id.as_u128() >> (127 - bit) & 1 == 1).count();
            assert!((all * 2 / 5..all * 3 / 5).contains(&set), "bit {bit}: {set} of {all}");
        }
    }

    #[test]
    fn ids_sort_by_time() {
        let random = Random::system();
        let at = |secs| random.uuid(Timestamp::from_second(secs).unwrap());
        assert!(at(1_000_000).to_string() < at(1_000_001).to_string());
        assert_eq!(at(1).get_version_num(), 7);
    }
}
