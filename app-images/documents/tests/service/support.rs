//! What the tests of the service share: a platform that signs tokens, the real server on a free port, a client.

pub(crate) mod client;
pub(crate) mod many;
pub(crate) mod pdf;
pub(crate) mod platform;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod server;

pub(crate) use client::{Answer, Client};
pub(crate) use platform::Platform;
pub(crate) use server::Server;

use std::future::Future;
use std::time::{Duration, Instant};

/// Asks again and again until there is an answer; fails after 90 s, because the machine may be busy with other tests.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never happened: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
