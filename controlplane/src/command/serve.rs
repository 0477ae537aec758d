//! `serve`: runs the control plane until it is told to stop.

use std::time::Duration;

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing::{error, info, warn};

use super::CommandError;
use crate::{clock::Clock, config::Config, platform::Platform, random::Random, telemetry};

/// How often expired sessions are removed, keys looked at and counters tidied.
const HOUSEKEEPING: Duration = Duration::from_secs(10);

/// Runs the control plane until SIGTERM or SIGINT.
///
/// # Errors
/// What could not be opened at start. Nothing that happens later ends it.
pub async fn serve(config: Config, clock: Clock, random: Random) -> Result<(), CommandError> {
    telemetry::metrics();
    let address = config.listen;
    // Before anything is opened: a second control plane on the same data must not get far.
    let listener =
        TcpListener::bind(address).await.map_err(|source| CommandError::Listen { address, source })?;
    let platform = Platform::open(config, clock, random).await?;
    report(&platform).await;
    let stop = platform.stop.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        info!("stopping");
        stop.cancel();
    });
    let watch = platform.policy.clone();
    tokio::spawn({
        let stop = platform.stop.clone();
        async move { watch.run(stop).await }
    });
    tokio::spawn(keep_house(platform.clone()));
    let router =
        crate::api::router(platform.clone()).into_make_service_with_connect_info::<std::net::SocketAddr>();
    let stop = platform.stop.clone();
    let served =
        axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    served.map_err(|source| CommandError::Listen { address, source })?;
    platform.store.close().await;
    info!("stopped");
    Ok(())
}

/// Says what an operator should know at start.
async fn report(platform: &Platform) {
    let base_url = &platform.config.base_url;
    info!(version = env!("CARGO_PKG_VERSION"), listen = %platform.config.listen, %base_url, "Atoll starts");
    if let Err(why) = base_url.resolve().await {
        error!(%base_url, %why, "the base URL's host name does not resolve here; browsers will not find it either \
               unless their resolver knows it: add it to DNS, with a wildcard for the apps below it");
    }
    if platform.setup.needed() {
        warn!("there is no administrator yet: run `atoll-controlplane setup-code` for a one-time code");
    }
}

async fn told_to_stop() {
    let term = signal(SignalKind::terminate());
    let int = signal(SignalKind::interrupt());
    match (term, int) {
        (Ok(mut term), Ok(mut int)) => {
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        }
        // Without signals it runs until it is killed, which it is made for.
        (Err(why), _) | (_, Err(why)) => {
            error!(%why, "cannot listen for signals");
            std::future::pending::<()>().await;
        }
    }
}

async fn keep_house(platform: Platform) {
    let mut round: u32 = 0;
    while platform.stop.run_until_cancelled(tokio::time::sleep(HOUSEKEEPING)).await.is_some() {
        telemetry::metrics().run_upkeep();
        if let Err(error) = platform.keys.reload() {
            warn!(error = &error as &dyn std::error::Error, "could not read the signing keys again");
        }
        round = round.wrapping_add(1);
        if round.is_multiple_of(60) {
            if let Err(error) = platform.sessions.sweep().await {
                warn!(error = &error as &dyn std::error::Error, "could not remove expired sessions");
            }
        }
    }
}
