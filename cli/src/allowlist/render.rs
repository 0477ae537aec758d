//! `atoll allowlist render`: exactly what the engine is asked, for whoever audits or tests it.

use atoll_sandbox::{
    dialect::{ApiVersion, Dialect},
    lock::Platform,
    names::{AppId, InstanceId, IslandId},
    render::{Context, Island, start_sequence},
    subnet::NetworkIndex,
};
use clap::Args;

use super::{PolicyArgs, host_platform};
use crate::{exit::Exit, failure::Failure, output::Output};

/// `atoll allowlist render …`. What is printed is JSON, with `--json` or without.
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// The app's id.
    app: AppId,
    #[command(flatten)]
    files: PolicyArgs,
    /// The instance of the app.
    #[arg(long, default_value = "main")]
    instance: InstanceId,
    /// Which /28 of `host.subnets` the island has, counted from zero.
    #[arg(long, default_value_t = 0)]
    index: u32,
    /// The engine's API version.
    #[arg(long, default_value = "1.41")]
    api: ApiVersion,
    /// Render for Podman.
    #[arg(long)]
    podman: bool,
    /// The engine's platform [default: this machine's].
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
    /// The name of the control plane's container, which joins the network.
    #[arg(long, env = "ATOLL_GATEWAY_CONTAINER", default_value = "atoll-controlplane", value_name = "NAME")]
    gateway_container: String,
}

impl RenderArgs {
    /// Prints the requests as a JSON array.
    pub(crate) fn run(self, _: Output) -> Result<Exit, Failure> {
        let policy = self.files.policy()?;
        let dialect = Dialect::negotiate(self.podman, self.api, self.api)
            .map_err(|error| Failure::because(format!("cannot render for API {}", self.api), &error))?;
        let platform = self.platform.unwrap_or_else(host_platform);
        let context = Context { policy: &policy, dialect, platform: &platform };
        let island = Island {
            id: IslandId { app: self.app, instance: self.instance },
            index: NetworkIndex(self.index),
        };
        let requests = start_sequence(&context, &island, &self.gateway_container)
            .map_err(|error| Failure::because(format!("cannot render {}", island.id), &error))?;
        Output::new(true).print(&requests, |_| {})?;
        Ok(Exit::Done)
    }
}
