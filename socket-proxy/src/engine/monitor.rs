//! Finds out which engine is there, and notices when it goes, comes back or is replaced by another version.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use atoll_sandbox::{
    dialect::{ApiVersion, Dialect},
    lock::Platform,
};
use http::Method;
use serde::Deserialize;
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};
use tracing::{info, warn};

use super::{About, Engine, EngineState, Pool, request, whole};

/// From one look to the next while the engine answers.
const CALM: Duration = Duration::from_secs(5);
/// From one look to the next while it does not.
const EAGER: Duration = Duration::from_millis(500);
/// How long the engine may take to say its version.
const PATIENCE: Duration = Duration::from_secs(5);

/// The part of `GET /version` that matters.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionAnswer {
    api_version: String,
    #[serde(rename = "MinAPIVersion")]
    min_api_version: Option<String>,
    os: String,
    arch: String,
    version: String,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Component {
    name: String,
}

/// Starts watching an engine. The first look has happened when this returns.
pub(crate) async fn watch_engine(socket: PathBuf) -> Engine {
    let socket = Arc::new(socket);
    let doubt = Arc::new(Notify::new());
    let first = look(&socket).await;
    tell(&first);
    let (sender, state) = watch::channel(first);
    tokio::spawn(keep_looking(socket.clone(), sender, doubt.clone()));
    Engine { socket, state, kept: Arc::new(Pool::new()), doubt }
}

async fn keep_looking(socket: Arc<PathBuf>, state: watch::Sender<EngineState>, doubt: Arc<Notify>) {
    while !state.is_closed() {
        let pause = match &*state.borrow() {
            EngineState::Ready(_) => CALM,
            EngineState::Away(_) => EAGER,
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = doubt.notified() => {}
        }
        let now = look(&socket).await;
        state.send_if_modified(|before| {
            let changed = *before != now;
            if changed {
                tell(&now);
                *before = now;
            }
            changed
        });
    }
}

fn tell(state: &EngineState) {
    match state {
        EngineState::Ready(about) => {
            let api = about.dialect.version();
            info!(engine = about.name, version = about.version, api = %api, "the engine answers");
        }
        EngineState::Away(why) => warn!(reason = why, "no engine to work with; trying on"),
    }
}

async fn look(socket: &Path) -> EngineState {
    match timeout(PATIENCE, ask(socket)).await {
        Ok(Ok(about)) => EngineState::Ready(Arc::new(about)),
        Ok(Err(why)) => EngineState::Away(why),
        Err(_) => EngineState::Away(format!("the engine at {} does not answer", socket.display())),
    }
}

async fn ask(socket: &Path) -> Result<About, String> {
    let unreachable = |error: &dyn std::fmt::Display| {
        format!(
            "the engine at {} cannot be reached: {error}; is it running, and may this process open its socket?",
            socket.display()
        )
    };
    let response =
        request(socket, Method::GET, "/version", None, None).await.map_err(|error| unreachable(&error))?;
    let reply = whole(response).await.map_err(|error| unreachable(&error))?;
    let body = reply.success().map_err(|error| unreachable(&error))?;
    let answer: VersionAnswer = serde_json::from_value(body)
        .map_err(|_| "what answers at the engine's socket is no engine".to_owned())?;
    about(answer)
}

fn about(answer: VersionAnswer) -> Result<About, String> {
    let version = |text: &str| text.parse::<ApiVersion>().map_err(|error| error.to_string());
    let newest = version(&answer.api_version)?;
    let oldest = answer.min_api_version.as_deref().map_or(Ok(newest), version)?;
    let podman = answer.components.iter().any(|component| component.name == "Podman Engine");
    let dialect = Dialect::negotiate(podman, oldest, newest).map_err(|error| error.to_string())?;
    let platform = Platform::of_engine(&answer.os, &answer.arch).map_err(|error| error.to_string())?;
    let name = if podman { "Podman" } else { "Docker" };
    let version = answer.version.chars().filter(char::is_ascii_graphic).take(60).collect();
    Ok(About { dialect, platform, version, name })
}
