//! Where the engine's socket is.

use std::{
    env,
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Engine, EngineError};

const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// Which engine.
#[derive(Debug, Clone, Args)]
pub(crate) struct EngineArgs {
    /// The engine's socket, such as unix:///var/run/docker.sock [default: the usual places].
    #[arg(long, env = "DOCKER_HOST", value_name = "SOCKET")]
    engine: Option<String>,
}

impl EngineArgs {
    /// The engine that was named, else the one in the first usual place that holds a socket.
    pub(crate) fn engine(&self) -> Result<Engine, EngineError> {
        Engine::at(match self.engine.as_deref().filter(|named| !named.is_empty()) {
            Some(named) => socket_path(named)?,
            None => usual_places().into_iter().find(|path| is_socket(path)).unwrap_or(DEFAULT_SOCKET.into()),
        })
    }
}

fn socket_path(named: &str) -> Result<PathBuf, EngineError> {
    let path = named.strip_prefix("unix://").unwrap_or(named);
    if path.starts_with('/') {
        Ok(path.into())
    } else {
        Err(EngineError::NoSocketName { named: named.to_owned() })
    }
}

fn usual_places() -> Vec<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let of_user = |name: &str| runtime.as_ref().map(|folder| folder.join(name));
    let places = [
        Some(DEFAULT_SOCKET.into()),
        of_user("docker.sock"),
        Some("/run/podman/podman.sock".into()),
        of_user("podman/podman.sock"),
    ];
    places.into_iter().flatten().collect()
}

fn is_socket(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.file_type().is_socket())
}
