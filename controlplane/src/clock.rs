//! What time it is, as a parameter.
//!
//! Nothing else in this crate reads the system's clock, so a test moves time by hand instead of sleeping.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// Tells the time. Clones of a manual clock move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_millisecond()))))
    }

    /// Now, in whole milliseconds: what the database keeps, so that a value read back equals the one written.
    pub fn now(&self) -> Timestamp {
        from_millis(match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask the system")]
            Source::System => Timestamp::now().as_millisecond(),
            Source::Manual(millis) => millis.load(Ordering::SeqCst),
        })
    }

    /// Moves a manual clock forward; the system's clock cannot be moved.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(millis) = &self.0 {
            let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            millis.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// The instant of epoch milliseconds; what lies beyond the years that can be written is the nearest that can.
pub fn from_millis(millis: i64) -> Timestamp {
    let nearest = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        clock.advance(SignedDuration::from_secs(90));
        assert_eq!(other.now().as_second(), 90);
    }

    #[test]
    fn the_system_clock_is_after_this_line_was_written() {
        assert!(Clock::system().now() > "2026-11-01T00:00:00Z".parse().unwrap());
    }
}
