//! What an engine says, as far as this tool reads it. Podman leaves out some of it.

use std::path::{Path, PathBuf};

use atoll_sandbox::dialect::{ApiVersion, Dialect};
use serde::{Deserialize, Deserializer};

/// `GET /version`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Version {
    /// The engine's own version.
    pub(crate) version: String,
    /// The newest API version that it speaks.
    pub(crate) api_version: String,
    /// The oldest API version that it still speaks.
    #[serde(rename = "MinAPIVersion", default)]
    pub(crate) min_api_version: Option<String>,
    /// `linux`
    pub(crate) os: String,
    /// `amd64`, …
    pub(crate) arch: String,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Component {
    name: String,
}

impl Version {
    /// Whether this is Podman behind Docker's API.
    pub(crate) fn is_podman(&self) -> bool {
        self.components.iter().any(|component| component.name.starts_with("Podman"))
    }

    /// `Docker` or `Podman`.
    pub(crate) fn family(&self) -> &'static str {
        if self.is_podman() { "Podman" } else { "Docker" }
    }

    /// The dialect that Atoll would speak with it.
    ///
    /// # Errors
    /// A sentence that says why there is none.
    pub(crate) fn dialect(&self) -> Result<Dialect, String> {
        let newest: ApiVersion = read_version(&self.api_version)?;
        let oldest = self.min_api_version.as_deref().map_or(Ok(newest), read_version)?;
        Dialect::negotiate(self.is_podman(), oldest, newest).map_err(|error| error.to_string())
    }
}

fn read_version(text: &str) -> Result<ApiVersion, String> {
    text.parse().map_err(|error| format!("it says that it speaks API `{text}`: {error}"))
}

/// `GET /info`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Info {
    /// Where images, containers and volumes lie on the engine's host.
    pub(crate) docker_root_dir: String,
    /// `1` or `2`; absent before Docker 20.10.
    pub(crate) cgroup_version: Option<String>,
    /// `systemd`, `cgroupfs` or `none`.
    pub(crate) cgroup_driver: Option<String>,
    /// Whether memory can be limited.
    pub(crate) memory_limit: bool,
    /// Whether swap can be limited.
    pub(crate) swap_limit: bool,
    /// Whether the number of processes can be limited.
    pub(crate) pids_limit: bool,
    /// Whether processor time can be limited.
    pub(crate) cpu_cfs_quota: bool,
    /// Whether frames on a bridge cross the host's packet filter.
    pub(crate) bridge_nf_iptables: bool,
    /// `name=seccomp,profile=default`, `name=rootless`, …
    pub(crate) security_options: Option<Vec<String>>,
}

impl Info {
    /// Whether a security option such as `seccomp` is on.
    pub(crate) fn has(&self, option: &str) -> bool {
        let named = |entry: &String| entry.split(',').any(|part| part.strip_prefix("name=") == Some(option));
        self.security_options.iter().flatten().any(named)
    }
}

/// `GET /images/{name}/json`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Image {
    /// The image id: the digest of its configuration or, with the containerd store, of its manifest.
    #[serde(deserialize_with = "with_algorithm")]
    pub(crate) id: String,
    /// `repository@sha256:…` for each registry that it was pulled from or pushed to.
    #[serde(default)]
    pub(crate) repo_digests: Option<Vec<String>>,
    /// `linux`
    #[serde(default)]
    pub(crate) os: String,
    /// `amd64`, …
    #[serde(default)]
    pub(crate) architecture: String,
}

/// Because Podman writes ids without the algorithm.
fn with_algorithm<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    Ok(if id.contains(':') { id } else { format!("sha256:{id}") })
}

/// An entry of `GET /networks`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Network {
    /// `bridge`, …
    #[serde(default)]
    pub(crate) driver: String,
}

/// `GET /containers/{name}/json`
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Container {
    /// How it is.
    pub(crate) state: ContainerState,
    /// How it was made.
    pub(crate) config: ContainerConfig,
    #[serde(default)]
    mounts: Vec<Mount>,
}

/// A folder of the host that a container sees.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mount {
    #[serde(default)]
    source: PathBuf,
    destination: PathBuf,
}

/// How a container is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContainerState {
    /// `running`, `exited`, …
    pub(crate) status: String,
    /// With which it ended.
    #[serde(default)]
    pub(crate) exit_code: i64,
    /// Whether the kernel killed it for want of memory.
    #[serde(rename = "OOMKilled", default)]
    pub(crate) oom_killed: bool,
    /// What its health check finds.
    #[serde(default)]
    pub(crate) health: Option<Health>,
}

/// What a health check finds.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Health {
    /// `starting`, `healthy`, `unhealthy`
    pub(crate) status: String,
}

/// How a container was made.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContainerConfig {
    #[serde(default)]
    env: Option<Vec<String>>,
    #[serde(default)]
    user: String,
}

impl Container {
    /// The value of a variable that it was made with.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        let value = |entry: &'_ String| entry.split_once('=').is_some_and(|(key, _)| key == name);
        let entry = self.config.env.iter().flatten().find(|entry| value(entry))?;
        entry.split_once('=').map(|(_, value)| value)
    }

    /// User and group as which it runs, when they were given as numbers.
    pub(crate) fn user(&self) -> Option<(u32, u32)> {
        let (user, group) = self.config.user.split_once(':')?;
        Some((user.parse().ok()?, group.parse().ok()?))
    }

    /// Where a path of the container lies on the host, when it lies in something that is mounted.
    pub(crate) fn on_host(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        let below = |mount: &Mount| {
            path.as_ref().strip_prefix(&mount.destination).ok().map(|rest| mount.source.join(rest))
        };
        self.mounts.iter().find_map(below)
    }
}
