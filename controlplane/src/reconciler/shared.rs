//! What every keeper of an island works with.

use std::sync::Arc;

use atoll_sandbox::names::IslandId;
use tokio::sync::{Notify, Semaphore, mpsc, watch};

use super::{islands::Islands, operations::Operations, probe::Prober, state::Difference, vault::Vault};
use crate::{
    audit::Audit,
    clock::Clock,
    engine::{Engine, error::EngineError, info::EngineInfo, inspect::Confinement},
    permissions::Access,
    policy_watch::PolicyWatch,
    random::Random,
    store::Store,
};

/// How many islands are raised at once. Because an engine works on one network at a time anyway, more would only make
/// each of them slower.
const RAISED_AT_ONCE: usize = 4;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) engine: Engine,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) policy: PolicyWatch,
    pub(super) access: Access,
    pub(super) audit: Audit,
    pub(super) vault: Vault,
    pub(super) prober: Prober,
    pub(super) accept_unenforced_limits: bool,
    pub(super) operations: Operations,
    pub(super) islands: Islands,
    pub(super) engine_seen: watch::Sender<EngineSeen>,
    pub(super) raising: Semaphore,
    /// Asks for a look at everything.
    pub(super) wake: Notify,
    /// Asks one island's keeper for something.
    pub(super) calls: mpsc::UnboundedSender<CallKeeper>,
}

/// What the last look at the engine found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineSeen {
    /// There was no look yet.
    NotYet,
    /// It answers.
    Here(Arc<EngineInfo>),
    /// It does not.
    Away {
        /// Why, in words.
        error: String,
    },
}

/// What an island's keeper is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CallKeeper {
    /// Something may differ there: look when there is time.
    Look(IslandId),
    /// An operation waits: leave what you are doing by yourself.
    Operate(IslandId),
}

impl Shared {
    pub(super) fn raising() -> Semaphore {
        Semaphore::new(RAISED_AT_ONCE)
    }

    /// What the engine is; asked for when that is not known yet.
    pub(super) async fn engine_info(&self) -> Result<Arc<EngineInfo>, EngineError> {
        if let EngineSeen::Here(info) = &*self.engine_seen.borrow() {
            return Ok(Arc::clone(info));
        }
        let info = Arc::new(self.engine.info().await?);
        self.engine_seen.send_replace(EngineSeen::Here(Arc::clone(&info)));
        Ok(info)
    }

    /// Limits that the engine leaves out are accepted where the operator said so; they are shown all the same.
    pub(super) fn accepts(&self, difference: &Difference) -> bool {
        self.accept_unenforced_limits && Confinement::LIMITS.contains(&difference.field.as_str())
    }

    /// Sends a keeper to an island. Nobody listens after the end, when nothing needs to be done any more.
    pub(super) fn call(&self, call: CallKeeper) {
        let _ = self.calls.send(call);
    }
}
