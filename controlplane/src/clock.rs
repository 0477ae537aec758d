//! What time it is, as a parameter.
//!
//! Nothing else in this crate reads the system's clock, so a test moves time by hand instead of sleeping.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Tells the time. Clones of a manual clock move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<watch::Sender<i64>>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(watch::Sender::new(start.as_millisecond()))))
    }

    /// Now, in whole milliseconds: what the database keeps, so that a value read back equals the one written.
    pub fn now(&self) -> Timestamp {
        from_millis(match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask the system")]
            Source::System => Timestamp::now().as_millisecond(),
            Source::Manual(millis) => *millis.borrow(),
        })
    }

    /// Moves a manual clock forward; the system's clock cannot be moved.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(millis) = &self.0 {
            let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            millis.send_modify(|now| *now = now.saturating_add(by));
        }
    }

    /// Waits for so long. On a manual clock that ends when the clock has been moved that far.
    pub async fn sleep(&self, span: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(span).await,
            Source::Manual(millis) => {
                let mut moves = millis.subscribe();
                let until =
                    moves.borrow().saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
                if moves.wait_for(|now| *now >= until).await.is_err() {
                    // Because nobody can move the clock any more, this never ends.
                    std::future::pending().await
                }
            }
        }
    }

    /// Waits until an instant, which may have passed.
    pub async fn sleep_until(&self, instant: Timestamp) {
        let left = instant.duration_since(self.now());
        if let Ok(left) = Duration::try_from(left) {
            self.sleep(left).await;
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

    #[tokio::test]
    async fn a_sleep_ends_when_the_clock_was_moved_far_enough() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(10)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(SignedDuration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(SignedDuration::from_secs(1));
        sleeper.await.unwrap();
        clock.sleep_until(Timestamp::UNIX_EPOCH).await;
    }

    #[test]
    fn the_system_clock_is_after_this_line_was_written() {
        assert!(Clock::system().now() > "2026-11-01T00:00:00Z".parse().unwrap());
    }
}
