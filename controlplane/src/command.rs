//! What the program can be told to do.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    audit::{Audit, Verdict},
    clock::Clock,
    config::{AuditCommand, Command, Config, KeysCommand},
    identity::{
        keys::{Keys, KeysError, Rotation},
        setup::{SetupCodes, SetupError},
    },
    platform::StartError,
    random::Random,
    store::{Store, StoreError},
};

mod serve;

pub use serve::serve;

/// Why a command did not do what it was told to.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The platform could not be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address to listen on.
    #[error("could not listen on {address}: {}", why(.source))]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The threads that serve connections.
    #[error("could not start a thread that serves connections; ATOLL_THREADS says how many are asked for")]
    Threads(#[source] io::Error),
    /// The data folder cannot be used.
    #[error("could not use the data folder `{path}`")]
    Data {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another control plane uses the data folder.
    #[error("another control plane runs on the data folder `{path}`; stop it, or name another by ATOLL_DATA")]
    DataInUse {
        /// Which.
        path: PathBuf,
    },
    /// No set-up code.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The running control plane does not answer as it should.
    #[error("the control plane does not answer on port {port}: {why}")]
    Unhealthy {
        /// Where it was asked.
        port: u16,
        /// What happened.
        why: String,
    },
    /// The audit trail was tampered with.
    #[error("the audit trail is broken at event {position}: {why}")]
    BrokenTrail {
        /// The first event that does not fit.
        position: i64,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Does what the program was told to do, and returns what to print.
///
/// # Errors
/// See [`CommandError`].
pub async fn run(command: Command, config: Config) -> Result<String, CommandError> {
    let (clock, random) = (Clock::system(), Random::system());
    match command {
        Command::Serve => serve(config, clock, random).await.map(|()| String::new()),
        Command::SetupCode => {
            let store = Store::open(&config.database_url).await?;
            let audit = Audit::new(store.clone(), clock.clone(), random.clone());
            let code = SetupCodes { store, clock, random, audit }.issue_code().await?;
            Ok(code.expose().to_owned())
        }
        Command::Healthcheck => healthcheck(config.listen.port()).await.map(|()| String::new()),
        Command::Keys { command: KeysCommand::Rotate { stolen } } => {
            let why = if stolen { Rotation::Stolen } else { Rotation::Ordinary };
            Ok(Keys::rotate(&config.keys_dir(), &clock, why)?)
        }
        Command::Audit { command: AuditCommand::Verify } => {
            let store = Store::open(&config.database_url).await?;
            match Audit::new(store, clock, random).verify().await? {
                Verdict::Intact { events, newest } => {
                    Ok(format!("{events} events, intact; newest hash {newest}"))
                }
                Verdict::Broken { position, why } => Err(CommandError::BrokenTrail { position, why }),
            }
        }
    }
}

/// Asks the control plane in this container whether it is alive. Not whether it is ready: a container that is
/// restarted because its engine is away does not bring the engine back.
async fn healthcheck(port: u16) -> Result<(), CommandError> {
    let unhealthy = |why: String| CommandError::Unhealthy { port, why };
    let asked = tokio::time::timeout(Duration::from_secs(3), ask_health(port)).await;
    let answer = asked.map_err(|_| unhealthy("no answer within 3 seconds".to_owned()))?;
    let status = answer.map_err(|error| unhealthy(error.to_string()))?;
    if status.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(unhealthy(status)) }
}

async fn ask_health(port: u16) -> io::Result<String> {
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, port)), SocketAddr::from((Ipv6Addr::LOCALHOST, port))];
    let mut stream = TcpStream::connect(&here[..]).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).await?;
    Ok(answer.lines().next().unwrap_or("an empty answer").to_owned())
}

/// The ways out of what commonly happens.
fn why(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::AddrInUse {
        "another program uses this port; stop it or choose another by ATOLL_LISTEN".to_owned()
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        "ports below 1024 need a privilege; choose another by ATOLL_LISTEN".to_owned()
    } else {
        error.to_string()
    }
}
