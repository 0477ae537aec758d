//! A timer for one wait after the other.
//!
//! Most waits end long before their time is over, so a timer that is set and cleared for each costs more than one that
//! is left as it is and set anew when it rings too early.

use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is kept from one wait to the next.
#[derive(Debug, Default)]
pub(crate) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready once it is `end`.
    pub(crate) fn poll_at(&mut self, end: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if end < sleep.deadline() {
            sleep.as_mut().reset(end);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if end <= Instant::now() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(end);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, time::Duration};

    use super::*;

    const STEP: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn each_wait_ends_at_its_own_time_whether_that_is_later_or_sooner_than_the_one_before() {
        let (mut alarm, begun) = (Alarm::default(), Instant::now());
        let first = poll_fn(|cx| Poll::Ready(alarm.poll_at(begun + STEP, cx))).await;
        assert!(first.is_pending());
        poll_fn(|cx| alarm.poll_at(begun + STEP * 3, cx)).await;
        assert!(begun.elapsed() >= STEP * 3);
        let longer = poll_fn(|cx| Poll::Ready(alarm.poll_at(begun + STEP * 1000, cx))).await;
        assert!(longer.is_pending());
        poll_fn(|cx| alarm.poll_at(begun + STEP * 4, cx)).await;
        assert!(begun.elapsed() >= STEP * 4);
        assert!(begun.elapsed() < STEP * 500);
    }
}
