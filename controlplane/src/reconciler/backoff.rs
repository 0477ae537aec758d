//! How long a service that dies waits before it is started again. Pure; time comes in as a parameter.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The longest wait: a broken app costs the host one start in five minutes.
const LONGEST: Duration = Duration::from_secs(300);
/// A service that ran this long before it died is not in a crash loop, so it starts afresh.
const STEADY: SignedDuration = SignedDuration::from_secs(600);
/// After so many deaths in a row people are told that the app fails; it is started again all the same.
const TOLD_AFTER: u32 = 3;

/// The deaths of one service in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    deaths: u32,
    due: Option<Timestamp>,
}

impl Backoff {
    /// The service died at `now`, having run for `ran`.
    pub fn died(&mut self, now: Timestamp, ran: SignedDuration) {
        if ran >= STEADY {
            self.deaths = 0;
        }
        self.deaths = self.deaths.saturating_add(1);
        let wait = SignedDuration::try_from(wait_after(self.deaths)).unwrap_or(STEADY);
        self.due = Some(now.checked_add(wait).unwrap_or(Timestamp::MAX));
    }

    /// When it may be started again; `None` when at once.
    pub const fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Deaths in a row.
    pub const fn deaths(&self) -> u32 {
        self.deaths
    }

    /// Whether it has died so often that people should know.
    pub const fn keeps_dying(&self) -> bool {
        self.deaths >= TOLD_AFTER
    }
}

/// Nothing after the first death, then 1, 2, 4, … seconds up to five minutes.
fn wait_after(deaths: u32) -> Duration {
    match deaths.checked_sub(2) {
        None => Duration::ZERO,
        Some(doublings) => Duration::from_secs(1_u64 << doublings.min(20)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_death_costs_no_wait_and_each_next_one_twice_as_much_up_to_five_minutes() {
        let mut backoff = Backoff::default();
        let now = Timestamp::UNIX_EPOCH;
        let mut waits = Vec::new();
        for _ in 0..12 {
            backoff.died(now, SignedDuration::from_secs(1));
            waits.push(backoff.due().unwrap().as_second());
        }
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn people_are_told_at_the_third_death_in_a_row() {
        let mut backoff = Backoff::default();
        let told: Vec<bool> = (0..3)
            .map(|_| {
                backoff.died(Timestamp::UNIX_EPOCH, SignedDuration::ZERO);
                backoff.keeps_dying()
            })
            .collect();
        assert_eq!(told, [false, false, true]);
    }

    #[test]
    fn a_death_after_a_long_life_counts_as_the_first() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.died(Timestamp::UNIX_EPOCH, SignedDuration::ZERO);
        }
        backoff.died(Timestamp::UNIX_EPOCH, STEADY);
        assert_eq!(backoff.deaths(), 1);
        assert!(!backoff.keeps_dying());
    }
}
