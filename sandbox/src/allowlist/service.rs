//! One container of an app, in the words of compose and Kubernetes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    names::{ServiceName, VolumeName},
    units::{ByteSize, Cpu, Duration},
};

/// One container of an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The image reference; the lock pins it to a digest.
    pub image: String,
    /// Numeric `uid:gid`, neither of them root.
    pub user: String,
    /// Replaces the image's command when given.
    #[serde(default)]
    pub command: Vec<String>,
    /// Fixed variables.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Named volumes.
    #[serde(default)]
    pub volumes: Vec<VolumeMount>,
    /// Memory-backed folders.
    #[serde(default)]
    pub tmpfs: Vec<TmpfsMount>,
    /// Values that Atoll makes and keeps.
    #[serde(default)]
    pub secrets: Vec<Secret>,
    /// Services that must be ready before this one starts.
    #[serde(default)]
    pub depends_on: Vec<ServiceName>,
    /// How to tell that it is ready.
    #[serde(default)]
    pub probe: Option<Probe>,
    /// How long it may take to stop before it is killed.
    #[serde(default = "default_stop_grace_period")]
    pub stop_grace_period: Duration,
    /// What it may take.
    pub resources: Resources,
}

impl Service {
    /// The image reference without its tag.
    pub fn repository(&self) -> &str {
        match self.image.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => repository,
            Some(_) | None => &self.image,
        }
    }
}

/// A named volume of the app, mounted into a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VolumeMount {
    /// The volume's name within the app.
    pub name: VolumeName,
    /// Absolute path in the container.
    pub mount_path: String,
    /// Whether the service may only read it.
    #[serde(default)]
    pub read_only: bool,
}

/// A memory-backed folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TmpfsMount {
    /// Absolute path in the container.
    pub mount_path: String,
    /// Its largest size.
    pub size: ByteSize,
}

/// A value that Atoll makes at install, stores encrypted and redacts everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Its name within the app; services that name the same secret share it.
    pub name: VolumeName,
    /// The variable that carries it.
    pub env: String,
}

/// How to tell that a service is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Ready when this request is answered with a 2xx or 3xx status.
    pub http: HttpProbe,
    /// From one try to the next.
    #[serde(default = "default_interval")]
    pub interval: Duration,
    /// How long one try may take.
    #[serde(default = "default_timeout")]
    pub timeout: Duration,
    /// Tries that must fail in a row before a ready service counts as failed.
    #[serde(default = "default_failures")]
    pub failures: u32,
    /// How long the first success may take.
    #[serde(default = "default_startup")]
    pub startup: Duration,
}

/// An HTTP request that tells whether a service is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpProbe {
    /// The path.
    pub path: String,
    /// The port.
    pub port: u16,
}

/// What a service may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resources {
    /// The limits in force.
    pub limits: Limits,
    /// How far an administrator may raise them.
    #[serde(default)]
    pub admin_max: AdminMax,
}

/// The limits of one container. None is optional: a container without a limit takes the host with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Processors.
    pub cpu: Cpu,
    /// Memory; swap is never added.
    pub memory: ByteSize,
    /// Processes and threads.
    pub pids: u64,
}

/// How far an administrator may raise limits; what is not named cannot be raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdminMax {
    /// Processors.
    pub cpu: Option<Cpu>,
    /// Memory.
    pub memory: Option<ByteSize>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

const fn default_stop_grace_period() -> Duration {
    Duration::from_secs(10)
}

const fn default_interval() -> Duration {
    Duration::from_secs(10)
}

const fn default_timeout() -> Duration {
    Duration::from_secs(2)
}

const fn default_failures() -> u32 {
    3
}

const fn default_startup() -> Duration {
    Duration::from_secs(60)
}
