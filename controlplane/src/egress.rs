//! The way out: a proxy on the platform port of each island, for CONNECT and plain HTTP, with a list of hosts for each app.
//!
//! The port also hands out the keys by which apps verify identities. It answers on islands only, and knows the app by the
//! network that the connection came over: nothing that an app says about itself counts.

use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use atoll_sandbox::{
    names::{AppId, IslandId},
    policy::Policy,
    subnet::NetworkIndex,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, warn};

use crate::identity::keys::Keys;

pub mod address;
mod blocked;
mod body;
mod connection;
mod forward;
mod ledger;
mod listed;
mod outside;
pub mod rules;

pub use blocked::{Blocked, line_to_add};
pub use ledger::{Account, BlockedTarget, Ledger, ReachedTarget};
pub use outside::Outside;

/// Tunnels of one app at once.
const MOST_TUNNELS: usize = 128;
/// Connections of one app at once, those that only ask for keys included.
const MOST_CONNECTIONS: usize = 256;

/// Tells which island has an address range.
#[derive(Clone)]
pub struct Tenants(Arc<Lookup>);

type Lookup = dyn Fn(NetworkIndex) -> Option<IslandId> + Send + Sync;

impl Tenants {
    /// Asks `island`.
    pub fn new(island: impl Fn(NetworkIndex) -> Option<IslandId> + Send + Sync + 'static) -> Self {
        Self(Arc::new(island))
    }
}

impl fmt::Debug for Tenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tenants")
    }
}

/// The platform port. Clones share everything.
#[derive(Debug, Clone)]
pub struct Egress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Keys,
    policy: watch::Receiver<Arc<Policy>>,
    tenants: Tenants,
    outside: Outside,
    ledger: Ledger,
    bounds: Mutex<HashMap<AppId, Arc<Bounds>>>,
    closing: CancellationToken,
}

/// What one app may have open.
#[derive(Debug)]
struct Bounds {
    connections: Arc<Semaphore>,
    tunnels: Arc<Semaphore>,
}

impl Egress {
    /// A platform port that closes everything when `closing` is cancelled.
    pub fn new(
        keys: Keys,
        policy: watch::Receiver<Arc<Policy>>,
        tenants: Tenants,
        outside: Outside,
        ledger: Ledger,
        closing: CancellationToken,
    ) -> Self {
        let bounds = Mutex::default();
        Self(Arc::new(Inner { keys, policy, tenants, outside, ledger, bounds, closing }))
    }

    /// Whose connection this is: both its ends lie on the same island.
    pub fn tenant(&self, local: IpAddr, peer: IpAddr) -> Option<AppId> {
        let (IpAddr::V4(local), IpAddr::V4(peer)) = (local.to_canonical(), peer.to_canonical()) else {
            return None;
        };
        let pool = self.0.policy.borrow().allowlist().host.subnets;
        let index = pool.index_of(local).filter(|index| pool.index_of(peer) == Some(*index))?;
        // Because a service may use the control plane's address as its peer's, never its own.
        (self.0.tenants.0)(index).filter(|_| local != peer).map(|island| island.app)
    }

    fn bounds(&self, app: &AppId) -> Arc<Bounds> {
        let mut bounds = self.0.bounds.lock().expect("nobody panics while holding the bounds");
        let fresh = || {
            Arc::new(Bounds {
                connections: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
                tunnels: Arc::new(Semaphore::new(MOST_TUNNELS)),
            })
        };
        Arc::clone(bounds.entry(app.clone()).or_insert_with(fresh))
    }
}

/// Serves the platform port, on whatever addresses it listens, until the process is to end. What does not come from an
/// island is hung up on.
pub async fn run(listener: TcpListener, egress: Egress) {
    let connections = TaskTracker::new();
    let closing = egress.0.closing.clone();
    while let Some(accepted) = closing.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let tenant = stream.local_addr().ok().and_then(|local| egress.tenant(local.ip(), peer.ip()));
                let Some(app) = tenant else {
                    debug!("hung up on a connection that came from no island");
                    continue;
                };
                let egress = egress.clone();
                connections.spawn(async move { egress.connection(stream, app).await });
            }
            Err(error) => {
                warn!(%error, "could not accept a connection of an app");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    connections.close();
    connections.wait().await;
}

impl Egress {
    /// Serves one connection of an app, until it ends or the process is to.
    pub async fn connection(&self, stream: TcpStream, app: AppId) {
        let bounds = self.bounds(&app);
        let Ok(_place) = bounds.connections.try_acquire() else {
            metrics::counter!("atoll_egress_connections_total", "app" => app.to_string(), "outcome" => "too-many")
                .increment(1);
            return warn!(%app, "hung up on app `{app}`: it has {MOST_CONNECTIONS} connections open already");
        };
        let serving = connection::serve(self.clone(), stream, app, Arc::clone(&bounds.tunnels));
        self.0.closing.run_until_cancelled(serving).await;
    }
}
