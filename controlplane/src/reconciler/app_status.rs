//! What is installed and how it is, for people.

use atoll_sandbox::names::{AppId, IslandId};

use super::{
    Reconciler,
    failure::Failure,
    operation::{Operation, OperationKind},
    state::{AppState, AppStatus, Desired, InstanceState},
};
use crate::store::{StoreError, installations::Installation};

impl Reconciler {
    /// Every installed app, and those that are being installed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn apps(&self) -> Result<Vec<AppStatus>, StoreError> {
        let installations = self.shared.store.installations().await?;
        Ok(installations.into_iter().map(|installation| self.status(installation)).collect())
    }

    /// One installed app.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn app(&self, app: &AppId) -> Result<Option<AppStatus>, StoreError> {
        let island = IslandId::shared(app.clone());
        let installation = self.shared.store.installation(&island).await?;
        Ok(installation.map(|installation| self.status(installation)))
    }

    fn status(&self, installation: Installation) -> AppStatus {
        let shared = &self.shared;
        let island = installation.island;
        let operation = shared.operations.under_way(&island);
        let instance = shared.islands.state(&island);
        let (state, failure) = seen_as(installation.desired, instance, operation.as_ref());
        AppStatus {
            services: shared.islands.services(&island),
            island,
            version: installation.version,
            desired: installation.desired,
            state,
            failure,
            verification: installation.verification,
            operation,
            installed_at: installation.installed_at,
        }
    }
}

/// An operation says more than the state that it is changing.
fn seen_as(
    desired: Desired,
    instance: InstanceState,
    operation: Option<&Operation>,
) -> (AppState, Option<Failure>) {
    match operation.map(|operation| operation.kind) {
        Some(OperationKind::Install) => return (AppState::Installing, None),
        Some(OperationKind::Start) => return (AppState::Starting, None),
        Some(OperationKind::Stop) => return (AppState::Stopping, None),
        Some(OperationKind::Remove) => return (AppState::Removing, None),
        None => {}
    }
    match (instance, desired) {
        (InstanceState::Ready { .. }, _) => (AppState::Ready, None),
        (InstanceState::Sleeping, _) => (AppState::Sleeping, None),
        (InstanceState::Failed { cause, cure }, _) => (AppState::Failed, Some(Failure::new(cause, cure))),
        // Because an app that should run and is seen stopped was not looked at yet since the start.
        (InstanceState::Starting { .. }, _) | (InstanceState::Stopped, Desired::Running) => {
            (AppState::Starting, None)
        }
        (InstanceState::Stopped, Desired::Stopped) => (AppState::Stopped, None),
    }
}
