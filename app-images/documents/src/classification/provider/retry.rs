//! When the same request is sent again at once, and after what wait.

use std::future::Future;
use std::time::{Duration, SystemTime};

use axum::http::HeaderMap;
use jiff::fmt::rfc2822::DateTimeParser;

use super::ProviderError;

/// Attempts beyond the first.
const MOST_RETRIES: u32 = 2;
/// A longer wait is the queue's: the document is put back.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const FIRST_WAIT: Duration = Duration::from_millis(500);
const MOST_BACKOFF: Duration = Duration::from_secs(8);

/// Asks up to three times, as long as the failure is one that passes. `jitter` is 0 to 1: what part of a quarter of each wait
/// is left out, so that many documents do not come back at the same moment. `pause` waits.
pub(super) async fn patiently<T, F: Future<Output = Result<T, ProviderError>>>(
    jitter: f64,
    pause: impl AsyncFn(Duration),
    mut ask: impl FnMut() -> F,
) -> Result<T, ProviderError> {
    for retry in 0..MOST_RETRIES {
        let error = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let Some(wait) = wait(&error, retry, jitter) else { return Err(error) };
        pause(wait).await;
    }
    ask().await
}

/// How long to wait before the same request; `None`: not at once.
fn wait(error: &ProviderError, retry: u32, jitter: f64) -> Option<Duration> {
    let after = match error {
        ProviderError::Unreachable(_) => None,
        ProviderError::RateLimited { after, .. } | ProviderError::Unavailable { after, .. } => *after,
        // Because an answer that took minutes and did not come will not come at once.
        ProviderError::TimedOut(_)
        | ProviderError::NotAllowed { .. }
        | ProviderError::Address(_)
        | ProviderError::Key(_)
        | ProviderError::NotFound(_)
        | ProviderError::TooLong(_)
        | ProviderError::Rejected { .. }
        | ProviderError::Redirect(_)
        | ProviderError::TooLarge
        | ProviderError::Declined
        | ProviderError::Unusable(_)
        | ProviderError::Paused(_)
        | ProviderError::AskedToWait(_) => return None,
    };
    match after {
        Some(after) if after > LONGEST_WAIT => None,
        Some(after) => Some(after),
        None => {
            let backoff = (FIRST_WAIT * 2_u32.pow(retry)).min(MOST_BACKOFF);
            Some(backoff.mul_f64(1.0 - 0.25 * jitter.clamp(0.0, 1.0)))
        }
    }
}

/// What an answer says about asking again: `retry-after-ms`, else `retry-after` in seconds or as a date (RFC 9110, 10.2.3).
pub(super) fn after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    if let Some(milliseconds) = text("retry-after-ms").and_then(number) {
        return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
    }
    let text = text("retry-after")?;
    if let Some(seconds) = number(text) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    SystemTime::from(date).duration_since(now).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn limited(after: Option<u64>) -> ProviderError {
        ProviderError::RateLimited { message: String::new(), after: after.map(Duration::from_secs) }
    }

    #[tokio::test]
    async fn a_failure_that_passes_is_asked_about_three_times_with_the_waits_that_the_provider_wants() {
        for (error, attempts, waited) in [
            (limited(Some(7)), 3, 14_000),
            (limited(None), 3, 1_500),
            (ProviderError::Unreachable(String::new()), 3, 1_500),
            (limited(Some(61)), 1, 0),
            (ProviderError::Key(String::new()), 1, 0),
            (ProviderError::TimedOut(Duration::from_secs(120)), 1, 0),
        ] {
            let (asked, waits) = (Cell::new(0), Cell::new(Duration::ZERO));
            let pause = async |wait| waits.set(waits.get() + wait);
            let ask = || {
                asked.set(asked.get() + 1);
                std::future::ready(Err::<(), _>(error.clone()))
            };
            assert_eq!(patiently(0.0, pause, ask).await, Err(error.clone()));
            assert_eq!((asked.get(), waits.get().as_millis()), (attempts, waited), "{error}");
        }
    }

    #[tokio::test]
    async fn an_answer_ends_the_waiting() {
        let asked = Cell::new(0);
        let ask = || {
            asked.set(asked.get() + 1);
            std::future::ready(if asked.get() == 2 { Ok(()) } else { Err(limited(Some(1))) })
        };
        assert_eq!(patiently(1.0, async |_| {}, ask).await, Ok(()));
    }

    #[test]
    fn the_wait_is_read_in_each_of_its_forms() {
        let now = SystemTime::from("2026-11-26T12:00:00Z".parse::<jiff::Timestamp>().unwrap());
        for (name, value, expected) in [
            ("retry-after", "30", Some(30_000)),
            ("retry-after", "0.5", Some(500)),
            ("retry-after", "Thu, 26 Nov 2026 12:00:20 GMT", Some(20_000)),
            ("retry-after", "Thu, 26 Nov 2026 11:00:00 GMT", None),
            ("retry-after", "0", None),
            ("retry-after", "-1", None),
            ("retry-after", "inf", None),
            ("retry-after", "soon", None),
            ("retry-after-ms", "250", Some(250)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let found = after(&headers, now).map(|wait| wait.as_millis());
            assert_eq!(found, expected, "{name}: {value}");
        }
    }
}
