//! What administrators ask for: each command becomes a row that a keeper carries out.

use atoll_sandbox::names::{AppId, IslandId};

use super::{
    Reconciler,
    blueprint::listed,
    failure::Failure,
    operation::{Operation, OperationKind, VolumeFate},
    shared::CallKeeper,
    state::Desired,
};
use crate::{
    ids::OperationId,
    permissions::{
        Actor, Permit,
        actions::{InstallApp, RemoveApp, StartApp, StopApp},
    },
    store::StoreError,
};

/// Why a command is not taken up.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No entry of that name.
    #[error("`{app}` is not on the allowlist")]
    UnknownApp {
        /// As it was asked for.
        app: AppId,
    },
    /// The entry cannot be installed by this version.
    #[error("{}", .0.message)]
    NotInstallable(Failure),
    /// It cannot be installed twice.
    #[error("`{app}` is installed already")]
    AlreadyInstalled {
        /// Which.
        app: AppId,
    },
    /// It cannot be started, stopped or removed.
    #[error("`{app}` is not installed")]
    NotInstalled {
        /// Which.
        app: AppId,
    },
    /// One operation on an app at a time.
    #[error("another operation on `{app}` is under way")]
    Busy {
        /// Which.
        app: AppId,
        /// The operation that is under way, where it is still known.
        operation: Option<OperationId>,
    },
    /// The command needs a person.
    #[error("only a person can ask for this")]
    Nobody,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A command as it goes into the database.
struct Command {
    kind: OperationKind,
    app: AppId,
    actor: Actor,
    volumes: VolumeFate,
}

impl Reconciler {
    /// Installs an app and starts it. The installing administrator is given it in its highest role.
    ///
    /// # Errors
    /// [`CommandError`]
    pub async fn install(&self, permit: Permit<InstallApp>, app: AppId) -> Result<Operation, CommandError> {
        let island = IslandId::shared(app.clone());
        let policy = self.shared.policy.current();
        if policy.app(&app).is_none() {
            return Err(CommandError::UnknownApp { app });
        }
        listed(&policy, &island).map_err(CommandError::NotInstallable)?;
        let (actor, ()) = permit.into_parts();
        self.accept(Command { kind: OperationKind::Install, app, actor, volumes: VolumeFate::Keep }).await
    }

    /// Starts an app; it stays up from then on.
    ///
    /// # Errors
    /// [`CommandError`]
    pub async fn start(&self, permit: Permit<StartApp>) -> Result<Operation, CommandError> {
        let (actor, app) = permit.into_parts();
        self.accept(Command { kind: OperationKind::Start, app, actor, volumes: VolumeFate::Keep }).await
    }

    /// Stops an app; it stays down from then on.
    ///
    /// # Errors
    /// [`CommandError`]
    pub async fn stop(&self, permit: Permit<StopApp>) -> Result<Operation, CommandError> {
        let (actor, app) = permit.into_parts();
        self.accept(Command { kind: OperationKind::Stop, app, actor, volumes: VolumeFate::Keep }).await
    }

    /// Removes an app, with or without its volumes, and takes it away from everybody.
    ///
    /// # Errors
    /// [`CommandError`]
    pub async fn remove(
        &self,
        permit: Permit<RemoveApp>,
        volumes: VolumeFate,
    ) -> Result<Operation, CommandError> {
        let (actor, app) = permit.into_parts();
        self.accept(Command { kind: OperationKind::Remove, app, actor, volumes }).await
    }

    /// Writes down what is wanted and calls the island's keeper. What an administrator wants of an app counts from
    /// here on, also if the operation fails.
    async fn accept(&self, command: Command) -> Result<Operation, CommandError> {
        let Command { kind, app, actor, volumes } = command;
        let by = actor.user_id().ok_or(CommandError::Nobody)?;
        let shared = &self.shared;
        let (island, now) = (IslandId::shared(app.clone()), shared.clock.now());
        let policy = shared.policy.current();
        let id = OperationId::new(&shared.random, now);
        let operation = Operation::queued(id, kind, island.clone(), policy.app(&app), volumes, (by, now));
        let installed = shared.store.installation(&island).await?.is_some();
        let mut change = shared.store.begin().await?;
        if !change.insert_operation(&operation).await? {
            let operation = shared.operations.under_way(&island).map(|operation| operation.id);
            return Err(CommandError::Busy { app, operation });
        }
        match (kind, installed) {
            (OperationKind::Install, true) => return Err(CommandError::AlreadyInstalled { app }),
            (OperationKind::Install, false) => {}
            (OperationKind::Start, true) => change.update_desired(&island, Desired::Running).await?,
            (OperationKind::Stop | OperationKind::Remove, true) => {
                change.update_desired(&island, Desired::Stopped).await?;
            }
            (OperationKind::Start | OperationKind::Stop | OperationKind::Remove, false) => {
                return Err(CommandError::NotInstalled { app });
            }
        }
        let entry = shared.audit.entry(&actor, kind.asked(), format!("app:{app}"));
        change.commit(entry.detail(format!("operation {id}"))).await?;
        shared.operations.open(operation.clone());
        shared.call(CallKeeper::Operate(island));
        Ok(operation)
    }
}

impl OperationKind {
    /// As the audit trail names the asking.
    const fn asked(self) -> &'static str {
        match self {
            Self::Install => "app.install",
            Self::Start => "app.start",
            Self::Stop => "app.stop",
            Self::Remove => "app.remove",
        }
    }
}
