//! What the operator asked for: arguments as typed, then arguments as meant.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, thread};

use clap::{Args, Parser, Subcommand};

use crate::tls::{TlsConfig, TlsOptions};

mod base_url;

pub use base_url::{BaseUrl, InvalidBaseUrl};

/// The control plane of Atoll: API, console, reconciler and gateway.
#[derive(Debug, Parser)]
#[command(name = "atoll-controlplane", version)]
pub struct Arguments {
    /// What to do; `serve` when nothing is given.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options that every command takes.
    #[command(flatten)]
    pub options: Options,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Runs the control plane until it is told to stop.
    Serve,
    /// Prints a one-time code with which the first administrator is made, valid for one hour.
    SetupCode,
    /// Exits with 0 when the running control plane answers.
    Healthcheck,
    /// Looks after the keys that sign sessions and identities.
    Keys {
        /// What to do with them.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Looks after the audit trail.
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        command: AuditCommand,
    },
}

/// What to do with the keys.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// Makes new signing keys, which sign after a quarter of an hour, when everybody can know them. The old ones still verify
    /// what they signed until that has expired.
    Rotate {
        /// Somebody else has the old keys: remove them at once and sign with the new ones at once. Restart the control
        /// plane then; everybody has to log in again.
        #[arg(long)]
        stolen: bool,
    },
}

/// What to do with the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AuditCommand {
    /// Checks that no row was changed, removed or put in between.
    Verify,
}

/// Options as typed.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where to listen for browsers and API clients.
    #[arg(long, env = "ATOLL_LISTEN", default_value = "0.0.0.0:8080", global = true)]
    pub listen: SocketAddr,
    /// The console's address as browsers see it; apps are served at `<app>.` before its host.
    #[arg(long, env = "ATOLL_BASE_URL", default_value = "http://atoll.localhost:8080", global = true)]
    pub base_url: BaseUrl,
    /// The socket proxy, `unix:///path`.
    #[arg(long, env = "ATOLL_ENGINE", default_value = "unix:///run/atoll/proxy.sock", global = true)]
    pub engine: String,
    /// The name of the container that this control plane runs in.
    #[arg(long, env = "ATOLL_GATEWAY_CONTAINER", default_value = "atoll-controlplane", global = true)]
    pub gateway_container: String,
    /// The list of apps that may run.
    #[arg(long, env = "ATOLL_ALLOWLIST", default_value = "/etc/atoll/allowlist.yaml", global = true)]
    pub allowlist: PathBuf,
    /// The pins of their images.
    #[arg(long, env = "ATOLL_LOCK", default_value = "/etc/atoll/allowlist.lock", global = true)]
    pub lock: PathBuf,
    /// Whose signature the policy needs: an Ed25519 public key in PEM. Without one, unsigned files do.
    #[arg(long, env = "ATOLL_TRUSTED_KEY", global = true)]
    pub trusted_key: Option<PathBuf>,
    /// Where the database and the keys are kept.
    #[arg(long, env = "ATOLL_DATA", default_value = "/data", global = true)]
    pub data: PathBuf,
    /// `sqlite:///path/atoll.db` or `postgres://…`; SQLite in the data folder when absent.
    // Because the URL may hold a password, its value never shows in `--help`.
    #[arg(long, env = "ATOLL_DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// The folder of the built console.
    #[arg(long, env = "ATOLL_CONSOLE_DIR", default_value = "/usr/share/atoll/console", global = true)]
    pub console_dir: PathBuf,
    /// The port on which the keys and the egress proxy answer apps, on their own networks only.
    #[arg(long, env = "ATOLL_PLATFORM_PORT", default_value_t = 3128, global = true)]
    pub platform_port: u16,
    /// How many threads serve people's connections; as many as there are processors when absent.
    #[arg(long, env = "ATOLL_THREADS", global = true)]
    pub threads: Option<NonZeroUsize>,
    /// TLS.
    #[command(flatten)]
    pub tls: TlsOptions,
    /// Runs apps also where the engine cannot enforce their limits (rootless on cgroup v1).
    #[arg(long, env = "ATOLL_ACCEPT_UNENFORCED_LIMITS", global = true)]
    pub accept_unenforced_limits: bool,
}

/// Options as meant. Made once at start and shared.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen for browsers and API clients.
    pub listen: SocketAddr,
    /// The console's origin.
    pub base_url: BaseUrl,
    /// The socket proxy, `unix:///path`.
    pub engine: String,
    /// The container that this control plane runs in.
    pub gateway_container: String,
    /// The list of apps that may run.
    pub allowlist: PathBuf,
    /// The pins of their images.
    pub lock: PathBuf,
    /// The key whose signature the policy needs, if any.
    pub trusted_key: Option<PathBuf>,
    /// Where the database and the keys are kept.
    pub data: PathBuf,
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// The folder of the built console.
    pub console_dir: PathBuf,
    /// The port that answers on app networks.
    pub platform_port: u16,
    /// How many threads serve people's connections.
    pub threads: NonZeroUsize,
    /// How TLS is served; `None` for plain HTTP.
    pub tls: Option<TlsConfig>,
    /// Whether apps run where their limits cannot be enforced.
    pub accept_unenforced_limits: bool,
}

impl Config {
    /// The folder of the signing keys.
    pub fn keys_dir(&self) -> PathBuf {
        self.data.join("keys")
    }
}

impl From<Options> for Config {
    fn from(typed: Options) -> Self {
        let in_data = || format!("sqlite://{}", typed.data.join("atoll.db").display());
        Self {
            database_url: typed.database_url.clone().unwrap_or_else(in_data),
            listen: typed.listen,
            base_url: typed.base_url,
            engine: typed.engine,
            gateway_container: typed.gateway_container,
            allowlist: typed.allowlist,
            lock: typed.lock,
            trusted_key: typed.trusted_key,
            data: typed.data.clone(),
            console_dir: typed.console_dir,
            platform_port: typed.platform_port,
            threads: typed.threads.unwrap_or_else(processors),
            tls: typed.tls.meant(&typed.data),
            accept_unenforced_limits: typed.accept_unenforced_limits,
        }
    }
}

/// How many processors this process may use, a container's limit included.
fn processors() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_arguments_it_serves_from_the_data_folder() {
        let typed = Arguments::try_parse_from(["atoll-controlplane", "--data", "/srv/atoll"]).unwrap();
        assert_eq!(typed.command, None);
        assert_eq!(Config::from(typed.options).database_url, "sqlite:///srv/atoll/atoll.db");
    }

    #[test]
    fn options_may_follow_the_command() {
        let typed =
            Arguments::try_parse_from(["atoll-controlplane", "keys", "rotate", "--data", "/srv"]).unwrap();
        assert_eq!(typed.command, Some(Command::Keys { command: KeysCommand::Rotate { stolen: false } }));
        assert_eq!(typed.options.data, PathBuf::from("/srv"));
        let typed = Arguments::try_parse_from(["atoll-controlplane", "keys", "rotate", "--stolen"]).unwrap();
        assert_eq!(typed.command, Some(Command::Keys { command: KeysCommand::Rotate { stolen: true } }));
    }

    #[test]
    fn a_base_url_that_browsers_would_refuse_is_refused_with_the_way_out() {
        let typed = ["atoll-controlplane", "--base-url", "http://intranet.example"];
        let refusal = Arguments::try_parse_from(typed).unwrap_err().to_string();
        assert!(refusal.contains("use https"), "{refusal}");
    }
}
