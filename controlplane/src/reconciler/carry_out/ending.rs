//! How an operation ends: everything that its end means is written in one change, together with the audit row.

use super::CarryOut;
use crate::{
    audit::{Entry, Outcome},
    permissions::{AccessChange, Actor},
    reconciler::{
        operation::{Operation, OperationKind, VolumeFate},
        raise::Raised,
        steps::StepName,
    },
    store::{Change, StoreError, installations::Installation, permissions::Grant},
};

/// What an operation came to.
pub(super) enum Ending {
    /// It was done; an install or start has raised something.
    Well(Option<Raised>),
    /// It was not, and nothing had to be undone.
    Failed,
    /// It was not, and what it had made of this installation is gone.
    Undone(Installation),
}

impl CarryOut<'_> {
    /// Writes how the operation ended and what follows from it, then shows it.
    pub(super) async fn end(self, ending: Ending) -> Option<Raised> {
        let now = self.shared.clock.now();
        let mut ended = self.live.now();
        let (raised, undone) = match ending {
            Ending::Well(raised) => {
                ended.step_done(StepName::Forget, None, now);
                (raised, None)
            }
            Ending::Failed => (None, None),
            Ending::Undone(installation) => (None, Some(installation)),
        };
        ended.finish(now);
        self.write_end(&ended, undone.as_ref()).await;
        if undone.is_some() {
            self.shared.islands.forget(&self.island);
        }
        self.shared.operations.close(&self.live, ended);
        raised
    }

    /// Because what was done is done, its end is written as soon as the database lets us.
    async fn write_end(&self, ended: &Operation, rolled_back: Option<&Installation>) {
        while let Err(error) = self.try_write_end(ended, rolled_back).await {
            tracing::error!(%error, operation = %ended.id, "could not write the end of an operation; trying again");
            self.shared.clock.sleep(super::AGAIN).await;
        }
    }

    async fn try_write_end(
        &self,
        ended: &Operation,
        rolled_back: Option<&Installation>,
    ) -> Result<(), StoreError> {
        let lost = self.access_lost(ended).await?;
        let mut change = self.shared.store.begin().await?;
        change.update_operation(ended).await?;
        for (position, step) in ended.steps.iter().enumerate() {
            change.upsert_step(ended.id, position, step).await?;
        }
        let mut gained = None;
        match (ended.kind, &ended.error, rolled_back) {
            (OperationKind::Install, None, _) => gained = self.grant_to_installer(&mut change, ended).await?,
            (OperationKind::Remove, None, _) => self.forget(&mut change, ended.volumes).await?,
            (OperationKind::Install, Some(_), Some(undone)) => self.undo_rows(&mut change, undone).await?,
            (OperationKind::Start | OperationKind::Stop, None, _) | (_, Some(_), _) => {}
        }
        change.commit(self.audited(ended)).await?;
        for change in lost.into_iter().chain(gained) {
            self.shared.access.refresh(change).await?;
        }
        Ok(())
    }

    /// The installing administrator may open what they installed, in its highest role. Who was given the app before
    /// keeps the role that they have.
    async fn grant_to_installer(
        &self,
        change: &mut Change,
        ended: &Operation,
    ) -> Result<Option<AccessChange>, StoreError> {
        let (user, app) = (ended.created_by, ended.app.clone());
        if self.shared.access.apps_of(user).iter().any(|(given, _)| *given == app) {
            return Ok(None);
        }
        let policy = self.shared.policy.current();
        let role = policy.app(&app).and_then(|entry| entry.roles.last()).map(|role| role.id.clone());
        let Some(role) = role else { return Ok(None) };
        let grant = Grant { user, app: app.clone(), role, granted_at: self.shared.clock.now() };
        Ok(change.upsert_grant(&grant).await?.then_some(AccessChange::Grant { user, app }))
    }

    /// The data, the secrets that open it and the grants to it go together or stay together.
    async fn forget(&self, change: &mut Change, volumes: VolumeFate) -> Result<(), StoreError> {
        change.delete_installation(&self.island).await?;
        match volumes {
            VolumeFate::Keep => Ok(()),
            VolumeFate::Delete => {
                change.delete_grants_of_app(&self.island.app).await?;
                change.delete_sealed_secrets(&self.island).await
            }
        }
    }

    /// Undoes what an install had written. Grants stay: they were given before it, and not by it.
    async fn undo_rows(&self, change: &mut Change, installation: &Installation) -> Result<(), StoreError> {
        change.delete_installation(&self.island).await?;
        if installation.adopted.is_empty() {
            change.delete_sealed_secrets(&self.island).await?;
        }
        Ok(())
    }

    /// Everybody who had been given an app that is now removed with its data.
    async fn access_lost(&self, ended: &Operation) -> Result<Vec<AccessChange>, StoreError> {
        let removed = ended.kind == OperationKind::Remove && ended.error.is_none();
        if !removed || ended.volumes == VolumeFate::Keep {
            return Ok(Vec::new());
        }
        let grants = self.shared.store.grants().await?.into_iter().filter(|grant| grant.app == ended.app);
        Ok(grants.map(|grant| AccessChange::Grant { user: grant.user, app: grant.app }).collect())
    }

    fn audited(&self, ended: &Operation) -> Entry {
        let action = match ended.kind {
            OperationKind::Install => "app.installed",
            OperationKind::Start => "app.started",
            OperationKind::Stop => "app.stopped",
            OperationKind::Remove => "app.removed",
        };
        let entry = self.shared.audit.entry(&Actor::System, action, format!("app:{}", ended.app));
        match &ended.error {
            None => entry.detail(format!("operation {}", ended.id)),
            Some(failure) => {
                entry.outcome(Outcome::Failure).detail(format!("operation {}: {}", ended.id, failure.message))
            }
        }
    }
}
