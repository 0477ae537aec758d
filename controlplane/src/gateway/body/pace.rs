//! How slowly a client may send.
//!
//! A client that sends a byte now and then holds a place and a connection for as long as it likes. What counts is how
//! long it has kept us waiting in all, not how long it took: while an app does not read, its client is not slow.

use std::{
    fmt,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;

use crate::alarm::Alarm;

/// How much patience each KiB earns: half of it is the slowest that a body may arrive for good.
const EARNED_BY_KIB: Duration = Duration::from_secs(2);

/// The patience with one client's body.
pub struct Pace {
    /// What a client is given before it has sent anything.
    given: Duration,
    spent: Duration,
    bytes: u64,
    waiting_since: Option<Instant>,
    alarm: Alarm,
}

impl Pace {
    pub(super) fn new(given: Duration) -> Self {
        Self { given, spent: Duration::ZERO, bytes: 0, waiting_since: None, alarm: Alarm::default() }
    }

    /// Something has come.
    pub(super) fn came(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if let Some(since) = self.waiting_since.take() {
            self.spent += since.elapsed();
        }
    }

    /// Nothing has come; ready when patience is at its end.
    pub(super) fn poll_out(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let end = since + self.left();
        self.alarm.poll_at(end, cx)
    }

    /// How much longer the client may keep us waiting.
    fn left(&self) -> Duration {
        let earned = EARNED_BY_KIB.saturating_mul(u32::try_from(self.bytes / 1024).unwrap_or(u32::MAX));
        self.given.saturating_add(earned).saturating_sub(self.spent).min(LONGEST)
    }
}

/// Because no timer reaches further than some years.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("spent", &self.spent).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_spends_patience_and_what_is_sent_earns_it() {
        let mut pace = Pace::new(Duration::from_secs(10));
        pace.spent = Duration::from_secs(9);
        pace.came(1023);
        assert_eq!(pace.left(), Duration::from_secs(1));
        pace.came(1);
        assert_eq!(pace.left(), Duration::from_secs(3));
        pace.spent = Duration::from_secs(13);
        assert_eq!(pace.left(), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_client_that_sends_nothing_is_given_up() {
        let mut pace = Pace::new(Duration::from_millis(50));
        let begun = Instant::now();
        std::future::poll_fn(|cx| pace.poll_out(cx)).await;
        assert!(begun.elapsed() >= Duration::from_millis(50));
    }

    #[tokio::test]
    async fn the_time_that_an_app_does_not_read_is_not_its_clients() {
        let mut pace = Pace::new(Duration::from_secs(10));
        // Nobody looks for a body, so nobody waits for one.
        tokio::time::sleep(Duration::from_millis(20)).await;
        pace.came(1);
        assert_eq!(pace.left(), Duration::from_secs(10));
    }
}
