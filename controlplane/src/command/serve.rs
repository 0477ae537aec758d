//! `serve`: runs the control plane until it is told to stop.

use std::{
    fs::{File, TryLockError},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use jiff::SignedDuration;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{error, info, warn};

use super::CommandError;
use crate::{
    api,
    clock::Clock,
    config::Config,
    egress::{self, Egress, Outside, Tenants},
    gateway::{
        Gateway, Needs,
        site::{Instance, Instances},
    },
    platform::Platform,
    random::Random,
    server::{self, threads::Threads},
    telemetry,
    tls::{Hosts, TlsConfig},
};

/// How often keys are looked at and counters tidied.
const HOUSEKEEPING: Duration = Duration::from_secs(10);
/// How often expired sessions are removed; they are worth nothing anyway.
const SWEEP: SignedDuration = SignedDuration::from_mins(10);

/// Runs the control plane until SIGTERM or SIGINT.
///
/// # Errors
/// What could not be opened at start. Nothing that happens later ends it.
pub async fn serve(config: Config, clock: Clock, random: Random) -> Result<(), CommandError> {
    telemetry::metrics();
    is_free(config.listen).await?;
    if let Some(address) = config.tls.as_ref().and_then(TlsConfig::listen) {
        is_free(address).await?;
    }
    let for_apps = SocketAddr::from((Ipv4Addr::UNSPECIFIED, config.platform_port));
    // On all addresses, because islands come and go by the second; what does not come from one is hung up on.
    let bound = TcpListener::bind(for_apps).await;
    let for_apps = bound.map_err(|source| CommandError::Listen { address: for_apps, source })?;
    let _data = claim(&config.data)?;
    // Until the end, because a connection to the database that was opened on one of them needs it.
    let threads = Threads::start(config.threads).map_err(CommandError::Threads)?;
    let platform = Platform::open(config, clock, random).await?;
    report(&platform).await;
    let tasks = TaskTracker::new();
    tasks.spawn(wait_for_signal(platform.stop.clone()));
    tasks.spawn({
        let (policy, stop) = (platform.policy.clone(), platform.stop.clone());
        async move { policy.run(stop).await }
    });
    tasks.spawn({
        let (reconciler, stop) = (platform.reconciler.clone(), platform.stop.clone());
        async move { reconciler.run(stop).await }
    });
    if let Some(tls) = platform.tls.clone() {
        let hosts = Hosts::new(platform.config.base_url.clone(), platform.store.clone());
        let stop = platform.stop.clone();
        tasks.spawn(async move { tls.run(&hosts, stop).await });
    }
    tasks.spawn(keep_house(platform.clone()));
    tasks.spawn(egress::run(for_apps, egress(&platform)));
    let instances = Instances::new({
        let reconciler = platform.reconciler.clone();
        move |app| Instance { state: reconciler.island(app), uses: reconciler.uses(app) }
    });
    let gateway = Gateway::new(Needs::of(&platform, instances), platform.stop.clone());
    let console = api::router(platform.clone());
    let served = server::serve(&platform, console, gateway, threads.clone(), platform.stop.clone()).await;
    // Also when the sockets have failed, so that the other tasks end.
    platform.stop.cancel();
    tasks.close();
    tasks.wait().await;
    platform.store.close().await;
    info!("stopped");
    served.map_err(|source| CommandError::Listen { address: platform.config.listen, source })
}

/// The platform port, which knows islands by their addresses.
fn egress(platform: &Platform) -> Egress {
    let reconciler = platform.reconciler.clone();
    let tenants = Tenants::new(move |index| reconciler.island_at(index));
    let policy = platform.policy.subscribe();
    let (keys, ledger, stop) = (platform.keys.clone(), platform.egress.clone(), platform.stop.clone());
    Egress::new(keys, policy, tenants, Outside::system(), ledger, stop)
}

/// Tries the address before anything is opened, so that a used port is the first thing that is said.
async fn is_free(address: SocketAddr) -> Result<(), CommandError> {
    let tried = TcpListener::bind(address).await;
    tried.map(drop).map_err(|source| CommandError::Listen { address, source })
}

/// Takes the data folder for this process alone: two that work on the same apps would undo each other's doing. The
/// kernel gives it back when the process ends, in whatever way.
fn claim(data: &Path) -> Result<File, CommandError> {
    let failed = |source| CommandError::Data { path: data.to_owned(), source };
    std::fs::create_dir_all(data).map_err(failed)?;
    let file = File::options().create(true).append(true).open(data.join("atoll.pid")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CommandError::DataInUse { path: data.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Says what an operator should know at start.
async fn report(platform: &Platform) {
    let base_url = &platform.config.base_url;
    info!(version = env!("CARGO_PKG_VERSION"), listen = %platform.config.listen, %base_url, "Atoll starts");
    if let Err(why) = base_url.resolve().await {
        error!(%base_url, %why, "the base URL's host name does not resolve here; browsers will not find it either \
               unless their resolver knows it: add it to DNS, with a wildcard for the apps below it");
    }
    if platform.accounts.setup_needed() {
        warn!("there is no administrator yet: run `atoll-controlplane setup-code` for a one-time code");
    }
}

/// Cancels `stop` at SIGTERM or SIGINT; ends with it.
async fn wait_for_signal(stop: CancellationToken) {
    let (mut term, mut int) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(term), Ok(int)) => (term, int),
        // Without signals it runs until it is killed, which it is made for.
        (Err(why), _) | (_, Err(why)) => return error!(%why, "cannot listen for signals"),
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        () = stop.cancelled() => {}
    }
    info!("stopping");
    stop.cancel();
}

async fn keep_house(platform: Platform) {
    let mut swept_at = platform.clock.now();
    while platform.stop.run_until_cancelled(tokio::time::sleep(HOUSEKEEPING)).await.is_some() {
        telemetry::metrics().run_upkeep();
        if let Err(error) = platform.keys.reload() {
            warn!(error = &error as &dyn std::error::Error, "could not read the signing keys again");
        }
        save_uses(&platform).await;
        if platform.clock.now().duration_since(swept_at) >= SWEEP {
            swept_at = platform.clock.now();
            if let Err(error) = platform.sessions.sweep().await {
                warn!(error = &error as &dyn std::error::Error, "could not remove expired sessions");
            }
        }
    }
    // Once more, so that a restart forgets nothing.
    save_uses(&platform).await;
}

async fn save_uses(platform: &Platform) {
    if let Err(error) = platform.tokens.save().await {
        warn!(error = &error as &dyn std::error::Error, "could not write down when tokens were last used");
    }
}
