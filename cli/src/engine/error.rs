//! What can go wrong between us and an engine.

use std::{
    error::Error,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::failure::{self, Failure};

/// An engine that does not answer as one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    /// Not the name of a unix socket.
    #[error("`{named}` is not the name of a unix socket")]
    NoSocketName {
        /// As it was given.
        named: String,
    },
    /// No such file.
    #[error("no container engine: there is no socket at {}", socket.display())]
    Absent {
        /// Where it should be.
        socket: PathBuf,
    },
    /// A socket that we may not open.
    #[error("permission denied at the engine's socket {}{}", socket.display(), whose(socket))]
    Denied {
        /// Where it is.
        socket: PathBuf,
    },
    /// A socket that nobody listens at.
    #[error("no container engine runs: nobody listens at {}", socket.display())]
    Deaf {
        /// Where it is.
        socket: PathBuf,
    },
    /// A connection that broke or took too long.
    #[error("the engine at {} did not answer", socket.display())]
    Broken {
        /// Where it is.
        socket: PathBuf,
        /// What the connection met.
        #[source]
        source: reqwest::Error,
    },
    /// An answer that no engine gives.
    #[error("what listens at {} is not a container engine: its answer to `/{path}` cannot be read", socket.display())]
    NotAnEngine {
        /// Where it is.
        socket: PathBuf,
        /// What was asked.
        path: String,
        /// What was wrong with the answer.
        #[source]
        source: serde_json::Error,
    },
    /// An error that the engine tells.
    #[error("the engine refused `/{path}` with {status}: {message}")]
    Refused {
        /// What was asked.
        path: String,
        /// The HTTP status.
        status: u16,
        /// Its words.
        message: String,
    },
}

impl EngineError {
    /// Tells apart the ways in which a connection to a socket fails.
    pub(super) fn of(socket: &Path, source: reqwest::Error) -> Self {
        let socket = socket.to_owned();
        match io_kind(&source) {
            Some(io::ErrorKind::NotFound) => Self::Absent { socket },
            Some(io::ErrorKind::PermissionDenied) => Self::Denied { socket },
            Some(io::ErrorKind::ConnectionRefused) => Self::Deaf { socket },
            Some(_) | None => Self::Broken { socket, source: source.without_url() },
        }
    }

    /// What to do now.
    pub(crate) fn cure(&self) -> String {
        match self {
            Self::NoSocketName { .. } => {
                "the socket proxy needs the engine's unix socket: use unix:///path/to/docker.sock".to_owned()
            }
            Self::Absent { .. } => {
                "install and start Docker 20.10 or newer (`make up` does on Debian), or name its socket with --engine"
                    .to_owned()
            }
            Self::Denied { socket } => match group(socket) {
                Some(group) => format!(
                    "join its group and sign in again: sudo usermod -aG {group} $USER (its members can become root)"
                ),
                None => "run this as a user who may open the socket, such as root".to_owned(),
            },
            Self::Deaf { .. } => "start it: sudo systemctl start docker".to_owned(),
            Self::Broken { .. } => "look at the engine's log: journalctl -u docker".to_owned(),
            Self::NotAnEngine { .. } => "name the engine's own socket with --engine".to_owned(),
            Self::Refused { .. } => "the engine's log may say more: journalctl -u docker".to_owned(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let causes = error.source().map(failure::root).into_iter().collect();
        Failure::new(error.to_string()).causes(causes).cure(error.cure())
    }
}

fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        next = error.source();
    }
    None
}

fn whose(socket: &Path) -> String {
    group(socket).map_or_else(String::new, |group| format!(", which belongs to group `{group}`"))
}

/// The name of the group that owns the socket, unless that is root's.
///
/// Read from the file itself, because a static binary cannot ask the system's name service.
fn group(socket: &Path) -> Option<String> {
    let gid = socket.metadata().ok()?.gid();
    let groups = fs::read_to_string("/etc/group").ok()?;
    let name = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == gid.to_string()).then(|| name.to_owned())
    });
    name.filter(|_| gid != 0)
}
