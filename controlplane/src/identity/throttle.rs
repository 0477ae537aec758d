//! Slows down those who guess.
//!
//! Failures are counted in a window, for the account at one address and for the address alone. An account is never
//! locked for everybody: that would let a stranger keep its owner out.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use jiff::{SignedDuration, Timestamp};

const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const FAILURES_OF_ACCOUNT_AT_ADDRESS: u32 = 10;
const FAILURES_OF_ADDRESS: u32 = 100;
const MOST_REMEMBERED: usize = 10_000;

/// Counts failures. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Throttle(Arc<Mutex<HashMap<Key, Failures>>>);

/// One guess: at what, from where.
#[derive(Debug, Clone)]
pub struct Guess {
    keys: [(Key, u32); 2],
}

/// Too many failures: come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts; try again in {retry_after_secs} seconds")]
pub struct TooMany {
    /// When trying again makes sense.
    pub retry_after_secs: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String, IpAddr),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    since: Timestamp,
    count: u32,
}

impl Guess {
    /// At an account (or a set-up code, under a name of its own), from an address.
    pub fn new(account: &str, from: IpAddr) -> Self {
        let from = network(from);
        let account = Key::Account(account.chars().take(254).collect(), from);
        Self { keys: [(account, FAILURES_OF_ACCOUNT_AT_ADDRESS), (Key::Address(from), FAILURES_OF_ADDRESS)] }
    }
}

impl Throttle {
    /// Counts the guess as failed before it is looked at, so that guesses made at once count too.
    ///
    /// # Errors
    /// [`TooMany`], and then it must not be looked at.
    pub fn begin(&self, guess: &Guess, now: Timestamp) -> Result<(), TooMany> {
        let mut counts = self.counts();
        if counts.len() >= MOST_REMEMBERED {
            counts.retain(|_, failures| !failures.over(now));
        }
        for (key, most) in &guess.keys {
            if let Some(failures) =
                counts.get(key).filter(|failures| !failures.over(now) && failures.count >= *most)
            {
                return Err(TooMany { retry_after_secs: failures.secs_left(now) });
            }
        }
        for (key, _) in &guess.keys {
            let failures = counts.entry(key.clone()).or_insert(Failures { since: now, count: 0 });
            if failures.over(now) {
                *failures = Failures { since: now, count: 0 };
            }
            failures.count += 1;
        }
        Ok(())
    }

    /// It was right after all: the account starts anew, and the address is not charged for it.
    pub fn succeeded(&self, guess: &Guess) {
        let mut counts = self.counts();
        for (key, _) in &guess.keys {
            match key {
                Key::Account(..) => {
                    counts.remove(key);
                }
                Key::Address(_) => {
                    if let Some(failures) = counts.get_mut(key) {
                        failures.count = failures.count.saturating_sub(1);
                    }
                }
            }
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Failures>> {
        self.0.lock().expect("nobody panics while counting")
    }
}

impl Failures {
    fn over(self, now: Timestamp) -> bool {
        now.duration_since(self.since) >= WINDOW
    }

    fn secs_left(self, now: Timestamp) -> u64 {
        let left = WINDOW - now.duration_since(self.since);
        u64::try_from(left.as_secs()).unwrap_or(0).max(1)
    }
}

/// Because whoever has one IPv6 address has a whole /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(secs).unwrap()
    }

    fn guess(account: &str, from: &str) -> Guess {
        Guess::new(account, from.parse().unwrap())
    }

    #[test]
    fn the_eleventh_guess_waits_for_the_window_to_pass() {
        let throttle = Throttle::default();
        let ada = guess("ada", "192.0.2.1");
        for _ in 0..10 {
            throttle.begin(&ada, at(0)).unwrap();
        }
        assert_eq!(throttle.begin(&ada, at(60)), Err(TooMany { retry_after_secs: 840 }));
        throttle.begin(&ada, at(900)).unwrap();
    }

    #[test]
    fn guessing_does_not_keep_the_owner_out_elsewhere() {
        let throttle = Throttle::default();
        while throttle.begin(&guess("ada", "192.0.2.1"), at(0)).is_ok() {}
        throttle.begin(&guess("ada", "192.0.2.2"), at(0)).unwrap();
        throttle.begin(&guess("bob", "192.0.2.1"), at(0)).unwrap();
    }

    #[test]
    fn one_address_cannot_try_all_accounts_not_even_from_its_whole_ipv6_network() {
        let throttle = Throttle::default();
        let tries = (0..200).take_while(|n| {
            throttle.begin(&guess(&format!("user{n}"), &format!("2001:db8::{n:x}")), at(0)).is_ok()
        });
        assert_eq!(tries.count(), 100);
    }

    #[test]
    fn success_clears_the_account() {
        let throttle = Throttle::default();
        let ada = guess("ada", "192.0.2.1");
        for _ in 0..50 {
            throttle.begin(&ada, at(0)).unwrap();
            throttle.succeeded(&ada);
        }
    }
}
