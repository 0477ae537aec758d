//! Leaves a provider alone for a while: when it fails again and again, so that a queue of documents does not wait for it, and
//! when it says when it wants to be asked again, because the next document would meet the same limit.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::ProviderError;

/// Failures in a row after which the circuit opens.
const MOST_FAILURES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
    /// Whether it was the provider that wished for this pause.
    wished: bool,
    last: Option<String>,
}

/// How a provider has been doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Failures in a row.
    pub failures: u32,
    /// How long it will not be asked.
    pub paused_for: Option<Duration>,
    /// The last of these failures, in words.
    pub last_failure: Option<String>,
}

impl Breaker {
    /// Lets a question pass. When a pause is over one question may try; the others wait for what becomes of it.
    pub(super) fn enter(&self, now: Instant) -> Result<(), ProviderError> {
        let mut state = self.state();
        let Some(until) = state.until else { return Ok(()) };
        let left = until.saturating_duration_since(now);
        if left.is_zero() {
            (state.until, state.wished) = (Some(now + pause(state.failures)), false);
            Ok(())
        } else if state.wished {
            Err(ProviderError::AskedToWait(left))
        } else {
            Err(ProviderError::Paused(left))
        }
    }

    /// Notes what became of a question.
    pub(super) fn note(&self, now: Instant, failure: Option<&ProviderError>) {
        let mut state = self.state();
        let Some(failure) = failure.filter(|failure| failure.is_of_provider()) else {
            *state = State::default();
            return;
        };
        state.failures = state.failures.saturating_add(1);
        state.last = Some(failure.to_string());
        let ours = (state.failures >= MOST_FAILURES).then(|| pause(state.failures));
        let wish = failure.wished();
        state.until = ours.max(wish).map(|pause| now + pause);
        state.wished = wish.is_some() && wish >= ours;
    }

    pub(super) fn circuit(&self, now: Instant) -> Circuit {
        let state = self.state();
        let left = state.until.map(|until| until.saturating_duration_since(now));
        Circuit {
            failures: state.failures,
            paused_for: left.filter(|left| !left.is_zero()),
            last_failure: state.last.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics while holding the breaker")
    }
}

/// A minute, twice as long after each further failure.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(MOST_FAILURES).min(8);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_five_failures_in_a_row_nobody_passes_for_a_minute_and_then_one() {
        let (breaker, failure) = (Breaker::default(), ProviderError::Key("no".into()));
        let mut now = Instant::now();
        for _ in 0..5 {
            assert_eq!(breaker.enter(now), Ok(()));
            breaker.note(now, Some(&failure));
        }
        assert_eq!(breaker.enter(now), Err(ProviderError::Paused(FIRST_PAUSE)));
        assert_eq!(breaker.circuit(now).paused_for, Some(FIRST_PAUSE));
        now += FIRST_PAUSE;
        assert_eq!(breaker.enter(now), Ok(()));
        assert!(breaker.enter(now).is_err(), "only one tries");
        breaker.note(now, Some(&failure));
        assert_eq!(breaker.enter(now), Err(ProviderError::Paused(2 * FIRST_PAUSE)));
        now += 2 * FIRST_PAUSE;
        assert_eq!(breaker.enter(now), Ok(()));
        breaker.note(now, None);
        assert_eq!((breaker.enter(now), breaker.circuit(now).failures), (Ok(()), 0));
    }

    #[test]
    fn a_provider_that_says_when_it_wants_to_be_asked_again_is_left_alone_until_then() {
        let (breaker, hour) = (Breaker::default(), Duration::from_secs(3600));
        let limited = |after| ProviderError::RateLimited { message: "slow".into(), after };
        let mut now = Instant::now();
        breaker.note(now, Some(&limited(Some(hour))));
        assert_eq!(breaker.enter(now), Err(ProviderError::AskedToWait(hour)));
        assert_eq!(breaker.circuit(now).paused_for, Some(hour));
        now += hour;
        assert_eq!(breaker.enter(now), Ok(()));
        assert!(matches!(breaker.enter(now), Err(ProviderError::Paused(_))), "only one tries");
        breaker.note(now, None);
        assert_eq!(breaker.enter(now), Ok(()));
        breaker.note(now, Some(&limited(None)));
        assert_eq!(breaker.enter(now), Ok(()), "it did not say when");
    }

    #[test]
    fn of_the_providers_wish_and_our_own_pause_the_longer_one_holds() {
        for (wish, left) in [
            (Duration::from_secs(5), ProviderError::Paused(FIRST_PAUSE)),
            (FIRST_PAUSE * 3, ProviderError::AskedToWait(FIRST_PAUSE * 3)),
            (Duration::MAX, ProviderError::AskedToWait(Duration::from_secs(24 * 60 * 60))),
        ] {
            let (breaker, now) = (Breaker::default(), Instant::now());
            let failure =
                ProviderError::Unavailable { status: 503, message: String::new(), after: Some(wish) };
            for _ in 0..MOST_FAILURES {
                breaker.note(now, Some(&failure));
            }
            assert_eq!(breaker.enter(now), Err(left));
        }
    }

    #[test]
    fn a_document_that_cannot_be_understood_is_no_failure_of_the_provider() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..9 {
            breaker.note(now, Some(&ProviderError::Declined));
        }
        assert_eq!(breaker.enter(now), Ok(()));
    }
}
