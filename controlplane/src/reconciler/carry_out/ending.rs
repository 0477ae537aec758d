//! How an operation ends: everything that its end means is written in one change, together with the audit row.

use atoll_sandbox::allowlist::RoleId;

use super::CarryOut;
use crate::{
    audit::{Entry, Outcome},
    permissions::{AccessChange, Actor},
    reconciler::{
        operation::{Operation, OperationKind, VolumeFate},
        steps::StepName,
    },
    store::{Change, StoreError, installations::Installation, permissions::Grant},
};

impl CarryOut<'_> {
    /// Writes that the operation went well, and what follows from it.
    pub(super) async fn succeed(&self) {
        let now = self.shared.clock.now();
        let mut ended = self.live.now();
        ended.step_done(StepName::Forget, None, now);
        ended.finish(now);
        self.write_end(&ended, None).await;
        self.shared.operations.close(&self.live, ended);
    }

    /// Writes that the operation failed. `rolled_back` is the installation that is undone with it.
    pub(super) async fn end_failed(&self, rolled_back: Option<&Installation>) {
        let mut ended = self.live.now();
        ended.finish(self.shared.clock.now());
        self.write_end(&ended, rolled_back).await;
        self.shared.operations.close(&self.live, ended);
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
        let gained = match (ended.kind, ended.error.is_none()) {
            (OperationKind::Install, true) => self.grant_to_installer(&mut change, ended).await?,
            (OperationKind::Remove, true) => {
                self.forget(&mut change, ended.volumes).await?;
                None
            }
            (_, true) => None,
            (_, false) => {
                if let Some(installation) = rolled_back {
                    let nothing_kept = installation.adopted.is_empty();
                    self.forget(
                        &mut change,
                        if nothing_kept { VolumeFate::Delete } else { VolumeFate::Keep },
                    )
                    .await?;
                }
                None
            }
        };
        change.commit(self.audited(ended)).await?;
        for change in lost.into_iter().chain(gained) {
            self.shared.access.refresh(change).await?;
        }
        Ok(())
    }

    /// The installing administrator may open what they installed, in its highest role.
    async fn grant_to_installer(
        &self,
        change: &mut Change,
        ended: &Operation,
    ) -> Result<Option<AccessChange>, StoreError> {
        let policy = self.shared.policy.current();
        let role = policy.app(&ended.app).and_then(|app| app.roles.last()).map(|role| role.id.clone());
        let Some(role) = role else { return Ok(None) };
        let (user, app) = (ended.created_by, ended.app.clone());
        let grant =
            Grant { user, app: app.clone(), role: RoleId(role.0), granted_at: self.shared.clock.now() };
        Ok(change.upsert_grant(&grant).await?.then_some(AccessChange::Grant { user, app }))
    }

    /// Secrets go when the data that they open goes.
    async fn forget(&self, change: &mut Change, volumes: VolumeFate) -> Result<(), StoreError> {
        change.delete_installation(&self.island).await?;
        change.delete_grants_of_app(&self.island.app).await?;
        match volumes {
            VolumeFate::Keep => Ok(()),
            VolumeFate::Delete => change.delete_sealed_secrets(&self.island).await,
        }
    }

    /// Everybody who had been given an app that is now removed.
    async fn access_lost(&self, ended: &Operation) -> Result<Vec<AccessChange>, StoreError> {
        if ended.kind != OperationKind::Remove || ended.error.is_some() {
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
