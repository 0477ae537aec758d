//! The gateway alone, before one app and for one person: what the benchmark measures. Everything is real but the engine.
//!
//! `gateway <listen> <app's address> <folder>` serves, and writes the person's session cookie to `<folder>/cookie`.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use atoll_controlplane::{
    clock::Clock,
    config::{Config, Options},
    gateway::{
        Gateway, Needs,
        site::{Instance, Instances},
    },
    identity::{PlatformRole, accounts::NewAccount, keys::Keys, session::Audience},
    permissions::Actor,
    platform::Platform,
    random::Random,
    reconciler::{InstanceState, Uses},
    secret::Secret,
    server::{Front, listen::IslandAddresses, run, threads::Threads},
    telemetry,
};
use clap::Parser;
use tokio::{net::TcpListener, sync::watch};

const ALLOWLIST: &str = include_str!("../../bench/gateway/allowlist.yaml");
const LOCK: &str = r#"{"schemaVersion": 1, "revision": 1, "images": {}}"#;

#[derive(Parser)]
struct Arguments {
    listen: SocketAddr,
    app: SocketAddr,
    folder: std::path::PathBuf,
}

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    options: Options,
}

// On one processor, as the peers are measured: one thread that serves and one that does the rest, as in `serve`.
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    // As `serve` does, so that counting costs what it costs there.
    tokio::spawn(keep_counters(telemetry::metrics()));
    let platform = platform(&arguments.folder).await?;
    let state = watch::Sender::new(InstanceState::Ready { endpoint: arguments.app });
    let gateway = Gateway::new(
        Needs::of(
            &platform,
            Instances::new(move |_| Instance { state: state.subscribe(), uses: Uses::default() }),
        ),
        platform.stop.clone(),
    );
    let front = Arc::new(Front {
        host: "atoll.localhost".to_owned(),
        origin: platform.config.base_url.origin(),
        console: axum::Router::new(),
        gateway: gateway.clone(),
        threads: Threads::start(platform.config.threads)?,
        islands: IslandAddresses::new(platform.policy.subscribe()),
        random: platform.random.clone(),
        clock: platform.clock.clone(),
    });
    tokio::spawn(async move { gateway.follow().await });
    let token = session(&platform).await?;
    std::fs::write(arguments.folder.join("cookie"), format!("__Host-atoll-app={token}"))?;
    let listener = TcpListener::bind(arguments.listen).await?;
    run(listener, front, platform.stop).await;
    Ok(())
}

/// Empties what counting piles up: as `serve` does, but often enough for a measurement of seconds to contain it.
async fn keep_counters(metrics: &metrics_exporter_prometheus::PrometheusHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        metrics.run_upkeep();
    }
}

async fn platform(folder: &Path) -> Result<Platform, Box<dyn std::error::Error>> {
    let place = |name: &str| folder.join(name).display().to_string();
    std::fs::create_dir_all(folder.join("data"))?;
    std::fs::write(place("allowlist.yaml"), ALLOWLIST)?;
    std::fs::write(place("allowlist.lock"), LOCK)?;
    let (data, allowlist, lock) = (place("data"), place("allowlist.yaml"), place("allowlist.lock"));
    let typed = ["gateway", "--data", &data, "--allowlist", &allowlist, "--lock", &lock];
    let config = Config::from(Typed::parse_from(typed).options);
    let keys = Keys::open(&config.keys_dir(), Clock::system())?;
    Ok(Platform::with_keys(config, Clock::system(), Random::system(), keys).await?)
}

/// A person who may use `notes`, and their session there.
async fn session(platform: &Platform) -> Result<String, Box<dyn std::error::Error>> {
    let account = NewAccount {
        name: "Ada".to_owned().try_into()?,
        email: "ada@example.com".parse()?,
        password: Secret::new("correct horse battery").try_into()?,
    };
    let person = platform.accounts.create(&Actor::System, account, PlatformRole::Member).await?.person;
    let notes: atoll_sandbox::names::AppId = "notes".parse()?;
    platform.grants.give(&Actor::System, person.id, &notes, None).await?;
    let (_, console) = platform.sessions.issue(person.id, Audience::Console, None).await?;
    let (token, _) = platform.sessions.issue(person.id, Audience::App(notes), Some(console.id)).await?;
    Ok(token.expose().to_owned())
}
