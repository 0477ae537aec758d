//! What can be said at the start, as typed, and what it means.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use atoll_sandbox::signature::TrustedKey;
use atoll_socket_proxy::{PolicyFiles, Reach, Trust};
use clap::{Parser, Subcommand};

/// The only process that speaks to the container engine: it renders requests from the allowlist.
#[derive(Debug, Parser)]
#[command(name = "atoll-socket-proxy", version)]
pub(crate) struct Arguments {
    /// Where clients connect.
    #[arg(long, env = "ATOLL_LISTEN", default_value = "unix:/run/atoll/proxy.sock", value_parser = socket)]
    pub(crate) listen: PathBuf,
    /// The engine's socket.
    #[arg(long, env = "ATOLL_UPSTREAM", default_value = "unix:/run/engine/docker.sock", value_parser = socket)]
    pub(crate) upstream: PathBuf,
    /// What may run.
    #[arg(long, env = "ATOLL_ALLOWLIST", default_value = "/etc/atoll/allowlist.yaml")]
    pub(crate) allowlist: PathBuf,
    /// Which bytes that means.
    #[arg(long, env = "ATOLL_LOCK", default_value = "/etc/atoll/allowlist.lock")]
    pub(crate) lock: PathBuf,
    /// Where the key of the seals is kept. Losing it means losing hold of every app.
    #[arg(long, env = "ATOLL_STATE", default_value = "/state")]
    pub(crate) state: PathBuf,
    /// The one container that may join islands.
    #[arg(long, env = "ATOLL_GATEWAY_CONTAINER", default_value = "atoll-controlplane")]
    pub(crate) gateway_container: String,
    /// Start apps even where the engine does not enforce memory, processor or process limits.
    #[arg(long, env = "ATOLL_ACCEPT_UNENFORCED_LIMITS")]
    pub(crate) accept_unenforced_limits: bool,
    /// The least important lines that are logged: error, warn, info, debug.
    #[arg(long, env = "RUST_LOG", default_value = "info")]
    pub(crate) log: String,
    /// Whose signature the policy needs: an Ed25519 public key in PEM. Without one, unsigned files do.
    #[arg(long, env = "ATOLL_TRUSTED_KEY", value_name = "FILE")]
    pub(crate) trusted_key: Option<PathBuf>,
    /// Credentials for registries, in the form of docker's config.json.
    #[arg(long, env = "ATOLL_REGISTRY_CREDENTIALS", value_name = "FILE")]
    pub(crate) registry_credentials: Option<PathBuf>,
    /// User ids that clients may run under [default: this process's own, and root].
    #[arg(long = "client-uid", env = "ATOLL_CLIENT_UID", value_name = "UID", value_delimiter = ',')]
    pub(crate) client_uids: Vec<u32>,
    /// Where `GET /metrics` is answered, such as unix:/run/atoll/metrics.sock.
    #[arg(long, env = "ATOLL_METRICS", value_parser = socket)]
    pub(crate) metrics: Option<PathBuf>,
    /// Refuse to start where the kernel cannot confine this process in every way.
    #[arg(long, env = "ATOLL_REQUIRE_CONFINEMENT")]
    pub(crate) require_confinement: bool,
    /// Look at every file, say what is wrong with them, and exit with 0 or 1.
    #[arg(long)]
    pub(crate) check: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Command {
    /// Serve (the default).
    Serve,
    /// Ask the running proxy whether it and the engine work; exit with 0 or 1.
    Healthcheck,
}

impl Arguments {
    /// Where the policy is and, with a trusted key, what its signature needs.
    pub(crate) fn policy_files(&self) -> anyhow::Result<PolicyFiles> {
        let trust = self.trusted_key.as_deref().map(|file| self.trust(file)).transpose()?;
        Ok(PolicyFiles { allowlist: self.allowlist.clone(), lock: self.lock.clone(), trust })
    }

    fn trust(&self, file: &Path) -> anyhow::Result<Trust> {
        let read = || anyhow::Ok(fs::read_to_string(file)?.parse::<TrustedKey>()?);
        let key = read().with_context(|| format!("could not read the trusted key in {}", file.display()))?;
        let signature = self.allowlist.with_extension("sig");
        Ok(Trust { key, signature, accepted: self.state.join("policy.json") })
    }

    /// The user ids that clients may run under.
    pub(crate) fn client_uids(&self) -> Vec<u32> {
        match self.client_uids.as_slice() {
            // Because root has the engine's socket itself, keeping it out would only keep out whoever looks for a fault.
            [] => vec![rustix::process::geteuid().as_raw(), 0],
            named => named.to_vec(),
        }
    }

    /// The folders that are still needed after the start.
    pub(crate) fn reach(&self) -> Reach {
        let folder = |path: &Path| path.parent().map(Path::to_owned);
        let read = [Some(&self.allowlist), Some(&self.lock), self.registry_credentials.as_ref()];
        let sockets = [Some(&self.listen), Some(&self.upstream), self.metrics.as_ref()];
        Reach {
            read: read.into_iter().flatten().filter_map(|path| folder(path)).collect(),
            write: vec![self.state.clone()],
            sockets: sockets.into_iter().flatten().filter_map(|path| folder(path)).collect(),
        }
    }
}

/// `unix:/path`, also `unix:///path` and a plain path.
fn socket(text: &str) -> Result<PathBuf, String> {
    let path = text.strip_prefix("unix:").unwrap_or(text);
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.starts_with('/') {
        Ok(PathBuf::from(path))
    } else {
        Err("write it as unix:/path/to/socket".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_written_as_docker_writes_them() {
        for text in ["unix:/run/a.sock", "unix:///run/a.sock", "/run/a.sock"] {
            assert_eq!(socket(text).unwrap(), Path::new("/run/a.sock"));
        }
        assert!(socket("tcp://0.0.0.0:2375").is_err() && socket("unix:a.sock").is_err());
    }
}
