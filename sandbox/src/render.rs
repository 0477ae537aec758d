//! From an entry of the allowlist to the exact requests that the engine gets.
//!
//! Everything that an engine is ever asked to create is written here, and only here. What a client may add is a
//! handful of typed values: which app, which instance, which service, which subnet, and the [`Holes`]. The socket
//! proxy sends what these functions return; the control plane and the CLI call the same functions to show it.

use serde_json::{Value, json};

use crate::{
    allowlist::{App, Instances, Service},
    dialect::Dialect,
    holes::HoleError,
    labels,
    lock::Platform,
    names::{IslandId, ServiceName, VolumeName},
    policy::Policy,
    subnet::{NetworkIndex, Subnet},
};

mod container;
mod network;
mod sequence;
mod spec;

pub use container::{PLATFORM_PORT, bind, container};
pub use network::{connect, network};
pub use sequence::start_sequence;

/// What rendering depends on besides the object itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The allowlist and its lock.
    pub policy: &'a Policy,
    /// The form of the engine's API.
    pub dialect: Dialect,
    /// What the engine runs on.
    pub platform: &'a Platform,
}

/// One island: an app's instance and where its network lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Island {
    /// The app and the instance.
    pub id: IslandId,
    /// Which /28 of the pool it has.
    pub index: NetworkIndex,
}

/// One request to the engine. The path carries no version prefix.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Request {
    /// `POST`.
    pub method: &'static str,
    /// Without version prefix, such as `/containers/create`.
    pub path: String,
    /// The query, decoded.
    #[serde(serialize_with = "as_map")]
    pub query: Vec<(&'static str, String)>,
    /// The JSON body, or null for none.
    pub body: Value,
}

/// Why a request cannot be rendered: the allowlist or the lock does not describe it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// No entry.
    #[error("the app `{app}` is not on the allowlist")]
    UnknownApp {
        /// As it was asked for.
        app: String,
    },
    /// The entry has one shared instance, or none of that name.
    #[error("the app `{app}` has the one instance `main`, not `{instance}`")]
    UnknownInstance {
        /// The app.
        app: String,
        /// As it was asked for.
        instance: String,
    },
    /// The entry has no such service.
    #[error("the app `{app}` has no service `{service}`")]
    UnknownService {
        /// The app.
        app: String,
        /// As it was asked for.
        service: String,
    },
    /// The entry has no such volume.
    #[error("the app `{app}` has no volume `{volume}`")]
    UnknownVolume {
        /// The app.
        app: String,
        /// As it was asked for.
        volume: String,
    },
    /// The index lies outside `host.subnets`.
    #[error("the network index {index} lies outside `host.subnets` {pool}, which holds {size} islands")]
    NoSubnet {
        /// As it was asked for.
        index: u32,
        /// The pool.
        pool: String,
        /// How many islands fit.
        size: u32,
    },
    /// The lock has no pin for the image.
    #[error("the lock has no pin of image `{image}` for {platform}: run `atoll allowlist lock`")]
    NoPin {
        /// The image reference.
        image: String,
        /// What the engine runs on.
        platform: String,
    },
    /// A value that the entry does not declare, or a missing one.
    #[error(transparent)]
    Hole(#[from] HoleError),
}

impl<'a> Context<'a> {
    /// The entry of an island's app, if it may have such an instance.
    fn app(&self, island: &IslandId) -> Result<&'a App, RenderError> {
        let app = self
            .policy
            .app(&island.app)
            .ok_or_else(|| RenderError::UnknownApp { app: island.app.to_string() })?;
        let shared = island.instance.is_shared();
        match app.instances {
            Instances::Shared if !shared => Err(RenderError::UnknownInstance {
                app: island.app.to_string(),
                instance: island.instance.to_string(),
            }),
            Instances::Shared | Instances::PerUser => Ok(app),
        }
    }

    fn service(&self, island: &IslandId, name: &ServiceName) -> Result<&'a Service, RenderError> {
        self.app(island)?.services.get(name).ok_or_else(|| RenderError::UnknownService {
            app: island.app.to_string(),
            service: name.to_string(),
        })
    }

    fn subnet(&self, index: NetworkIndex) -> Result<Subnet, RenderError> {
        let pool = self.policy.allowlist().host.subnets;
        pool.subnet(index).ok_or_else(|| RenderError::NoSubnet {
            index: index.0,
            pool: pool.to_string(),
            size: pool.size(),
        })
    }
}

/// `POST /volumes/create`: a named volume on the local disk, without options.
///
/// No driver option is ever rendered: `type=none,o=bind` would make a volume a window onto the host.
pub fn volume(context: &Context<'_>, island: &IslandId, volume: &VolumeName) -> Result<Request, RenderError> {
    let app = context.app(island)?;
    if !app.volumes().any(|declared| declared == volume) {
        return Err(RenderError::UnknownVolume { app: island.app.to_string(), volume: volume.to_string() });
    }
    let body = json!({"Name": island.volume(volume), "Driver": "local"});
    let own = [(labels::VOLUME, volume.to_string())];
    Ok(Request::create("/volumes/create", spec::with_labels(body, island, own)))
}

impl Request {
    fn create(path: &str, body: Value) -> Self {
        Self { method: "POST", path: path.to_owned(), query: Vec::new(), body }
    }
}

fn as_map<S: serde::Serializer>(query: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(query.iter().map(|(key, value)| (key, value)))
}

#[cfg(test)]
mod tests;
