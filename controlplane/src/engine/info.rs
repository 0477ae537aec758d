//! What the engine is, and what it can enforce.

use atoll_sandbox::lock::{InvalidPin, Pin, PinSource, Platform};
use serde::Deserialize;

/// What the engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    /// Its name, such as `Docker`, where the socket proxy tells it.
    pub name: Option<String>,
    /// Its own version.
    pub version: String,
    /// The API version that is spoken with it.
    pub api_version: String,
    /// Operating system and processor, as the lock writes them.
    os: String,
    architecture: String,
    /// The limits that it cannot enforce, in words for people; empty when it can enforce all.
    pub unenforced: Vec<&'static str>,
    /// Whether it cannot hold apps off swap. Harmless where the machine has none, so it is not refused.
    pub swap_unlimited: bool,
}

/// An image on the engine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageInfo {
    /// The image id, `sha256:…`.
    pub id: String,
    /// Where it came from, `repository@sha256:…`; empty for an image that was built here.
    #[serde(default)]
    repo_digests: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VersionAnswer {
    engine: Option<String>,
    #[serde(default)]
    version: String,
    #[serde(default)]
    os: String,
    #[serde(default)]
    arch: String,
}

/// What `/info` does not name is taken as enforced: the comparison after each start finds out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InfoAnswer {
    memory_limit: Option<bool>,
    cpu_cfs_quota: Option<bool>,
    pids_limit: Option<bool>,
    swap_limit: Option<bool>,
}

impl EngineInfo {
    pub(super) fn read(api_version: String, version: VersionAnswer, info: InfoAnswer) -> Self {
        let limits = [
            (info.memory_limit, "memory"),
            (info.cpu_cfs_quota, "processor time"),
            (info.pids_limit, "process"),
        ];
        let unenforced = limits.into_iter().filter(|(can, _)| *can == Some(false)).map(|(_, name)| name);
        Self {
            name: version.engine,
            version: version.version,
            api_version,
            os: version.os,
            architecture: version.arch,
            unenforced: unenforced.collect(),
            swap_unlimited: info.swap_limit == Some(false),
        }
    }

    /// The platform that pins are looked up for.
    ///
    /// # Errors
    /// When the engine names one that no lock could hold.
    pub fn platform(&self) -> Result<Platform, InvalidPin> {
        Platform::of_engine(&self.os, &self.architecture)
    }
}

impl ImageInfo {
    /// Whether it is what the lock pins.
    pub fn is(&self, pin: &Pin) -> bool {
        match pin.source {
            // Because Podman writes image ids without the algorithm.
            PinSource::Local => {
                self.id.trim_start_matches("sha256:") == pin.digest.as_str().trim_start_matches("sha256:")
            }
            PinSource::Registry => {
                let mut digests = self.repo_digests.iter().flatten().filter_map(|name| name.split_once('@'));
                digests.any(|(_, found)| found == pin.digest.as_str())
            }
        }
    }
}
