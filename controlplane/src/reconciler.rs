//! Closes the difference between what is wanted (in the database) and what runs (on the engine).
//!
//! Level-triggered: nobody tells the reconciler what to do, only to look. One keeper for each island reads what should
//! be, looks at what is, and makes the one the other. An install, start, stop or removal is a row that the island's
//! keeper carries out; a crash at any moment leaves the row, and the next start carries it out again.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use atoll_sandbox::{
    names::{AppId, IslandId},
    subnet::NetworkIndex,
};
use tokio::{
    sync::{Mutex, Notify, mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

mod address;
pub mod app_status;
pub mod backoff;
mod blueprint;
mod carry_out;
pub mod command;
pub mod failure;
mod gaps;
mod given;
pub mod islands;
mod keeper;
pub mod logs;
mod obstacle;
pub mod operation;
pub mod operations;
pub mod probe;
mod raise;
mod report;
mod shared;
mod site;
pub mod state;
pub mod steps;
pub mod uses;
pub mod vault;
mod verify;
mod watch_engine;
pub mod words;

use crate::{
    audit::Audit, clock::Clock, engine::Engine, permissions::Access, policy_watch::PolicyWatch,
    random::Random, store::Store,
};
pub use command::CommandError;
pub use failure::Failure;
pub use islands::Islands;
use keeper::{Calls, Keeper};
pub use operation::{Operation, OperationKind, OperationState, Step, StepState, VolumeFate};
pub use operations::Operations;
use probe::Prober;
pub use shared::EngineSeen;
use shared::{CallKeeper, Shared};
pub use state::{AppState, AppStatus, Desired, InstanceState, ServiceStatus, Verification};
pub use steps::StepName;
pub use uses::Uses;
use vault::{Vault, VaultError};

/// Installs, starts, stops and removes apps, and keeps them as they should be. Clones share everything.
#[derive(Debug, Clone)]
pub struct Reconciler {
    shared: Arc<Shared>,
    inbox: Arc<Mutex<mpsc::UnboundedReceiver<CallKeeper>>>,
}

/// What a reconciler is made of.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The engine behind the socket proxy.
    pub engine: Engine,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// What may run.
    pub policy: PolicyWatch,
    /// Who may open what: the installing administrator is given the app.
    pub access: Access,
    /// What was done.
    pub audit: Audit,
    /// How services are asked whether they are ready.
    pub prober: Prober,
    /// The folder of the key that seals secrets.
    pub keys_dir: PathBuf,
    /// Whether apps run where their limits cannot be enforced.
    pub accept_unenforced_limits: bool,
}

impl Reconciler {
    /// Opens the vault. Nothing is looked at before [`Reconciler::run`].
    ///
    /// # Errors
    /// When the key of the secrets cannot be read or made.
    pub fn open(parts: Parts) -> Result<Self, VaultError> {
        let vault = Vault::open(&parts.keys_dir, parts.random.clone())?;
        let (calls, inbox) = mpsc::unbounded_channel();
        let shared = Shared {
            operations: Operations::new(parts.store.clone()),
            store: parts.store,
            engine: parts.engine,
            clock: parts.clock,
            random: parts.random,
            policy: parts.policy,
            access: parts.access,
            audit: parts.audit,
            vault,
            prober: parts.prober,
            accept_unenforced_limits: parts.accept_unenforced_limits,
            islands: Islands::default(),
            engine_seen: watch::Sender::new(EngineSeen::NotYet),
            raising: Shared::raising(),
            wake: Notify::new(),
            calls,
        };
        Ok(Self { shared: Arc::new(shared), inbox: Arc::new(Mutex::new(inbox)) })
    }

    /// Works until told to stop. What was under way is then cut short, as by a crash: the next start goes on with it.
    pub async fn run(&self, stop: CancellationToken) {
        let work = async {
            tokio::join!(self.shared.watch(), self.shared.listen(), self.send_keepers());
        };
        stop.run_until_cancelled(work).await;
    }

    /// Asks for a look at everything.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// The operations, those that are under way and all others.
    pub fn operations(&self) -> &Operations {
        &self.shared.operations
    }

    /// What every island is doing.
    pub fn islands(&self) -> &Islands {
        &self.shared.islands
    }

    /// Follows an app's shared instance. What is not installed is stopped.
    pub fn island(&self, app: &AppId) -> watch::Receiver<InstanceState> {
        self.shared.islands.follow(app)
    }

    /// How an app's shared instance is used; whoever asks there has it woken.
    pub fn uses(&self, app: &AppId) -> Uses {
        self.shared.islands.uses(&IslandId::shared(app.clone()))
    }

    /// The app whose island has an address range: who it is that calls from there.
    pub fn island_at(&self, index: NetworkIndex) -> Option<IslandId> {
        self.shared.islands.at(index)
    }

    /// What the last look at the engine found.
    pub fn engine(&self) -> EngineSeen {
        self.shared.engine_seen.borrow().clone()
    }

    /// Sends a keeper to every island that one is called for. Keepers end with the future.
    async fn send_keepers(&self) {
        let mut inbox = self.inbox.lock().await;
        let mut keepers = JoinSet::new();
        let mut at_work: HashMap<IslandId, Arc<Calls>> = HashMap::new();
        loop {
            let (island, operate) = tokio::select! {
                Some(call) = inbox.recv() => match call {
                    CallKeeper::Look(island) => (island, false),
                    CallKeeper::Operate(island) => (island, true),
                },
                Some(ended) = keepers.join_next() => {
                    // Because a call may have come too late for a keeper that was about to end, we look again.
                    let ended: Result<IslandId, _> = ended;
                    match ended {
                        Ok(island) => drop(at_work.remove(&island)),
                        Err(error) => {
                            tracing::error!(%error, "a keeper ended in a bad way; all are sent anew");
                            keepers.shutdown().await;
                            at_work.clear();
                        }
                    }
                    self.wake();
                    continue;
                }
            };
            let calls = at_work.entry(island.clone()).or_insert_with(|| {
                let calls = Arc::new(Calls::default());
                keepers.spawn(Keeper::new(&self.shared, island, Arc::clone(&calls)).run());
                calls
            });
            if operate {
                calls.operate.notify_one();
            } else {
                calls.look.notify_one();
            }
        }
    }
}
