//! Giving apps to people and taking them away.

use atoll_sandbox::{
    allowlist::{App, RoleId},
    names::AppId,
};
use tracing::info;

use super::{Access, AccessChange, Actor};
use crate::{
    audit::Audit,
    clock::Clock,
    ids::UserId,
    policy_watch::PolicyWatch,
    store::{Store, StoreError, permissions::Grant},
};

/// Gives and takes. Clones share the parts.
#[derive(Debug, Clone)]
pub struct Grants {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Which apps and roles there are.
    pub policy: PolicyWatch,
    /// Who may do what.
    pub access: Access,
    /// What was done.
    pub audit: Audit,
}

/// Why a grant is as it was.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The app is not on the approved list.
    #[error("`{0}` is not on the approved list")]
    UnknownApp(AppId),
    /// The app has no such role.
    #[error("`{app}` has no role `{role}`; it has {known}")]
    UnknownRole {
        /// The app.
        app: AppId,
        /// What was asked for.
        role: String,
        /// The roles that there are.
        known: String,
    },
    /// There is no such person.
    #[error("there is no such user")]
    UnknownUser,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Grants {
    /// Gives a person an app, or another role in it. Without a role: the app's default one.
    ///
    /// # Errors
    /// See [`GrantError`].
    pub async fn give(
        &self,
        actor: &Actor,
        user: UserId,
        app: &AppId,
        role: Option<RoleId>,
    ) -> Result<Grant, GrantError> {
        let policy = self.policy.current();
        let entry = policy.app(app).ok_or_else(|| GrantError::UnknownApp(app.clone()))?;
        let role = known_role(entry, role)?;
        self.write(actor, Grant { user, app: app.clone(), role, granted_at: self.clock.now() }).await
    }

    /// Takes an app away from a person, at once and everywhere. Taking what they do not have changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(&self, actor: &Actor, user: UserId, app: &AppId) -> Result<(), StoreError> {
        let mut change = self.store.begin().await?;
        if !change.delete_grant(user, app).await? {
            return Ok(());
        }
        let entry = self.audit.entry(actor, "grant.take", format_args!("app:{app}"));
        change.commit(entry.detail(format!("user={user}"))).await?;
        self.access.refresh(AccessChange::Grant { user, app: app.clone() }).await?;
        info!(%user, %app, "took app `{app}` from a user");
        Ok(())
    }

    async fn write(&self, actor: &Actor, grant: Grant) -> Result<Grant, GrantError> {
        let (user, app) = (grant.user, grant.app.clone());
        let mut change = self.store.begin().await?;
        if !change.upsert_grant(&grant).await? {
            return Err(GrantError::UnknownUser);
        }
        let entry = self.audit.entry(actor, "grant.give", format_args!("app:{app}"));
        change.commit(entry.detail(format!("user={user} role={}", grant.role))).await?;
        self.access.refresh(AccessChange::Grant { user, app: app.clone() }).await?;
        info!(%user, %app, role = %grant.role, "gave app `{app}` to a user");
        Ok(grant)
    }
}

fn known_role(app: &App, asked: Option<RoleId>) -> Result<RoleId, GrantError> {
    let chosen = match &asked {
        Some(asked) => app.roles.iter().find(|role| role.id == *asked),
        None => app.roles.iter().find(|role| role.default).or_else(|| app.roles.first()),
    };
    chosen.map(|role| role.id.clone()).ok_or_else(|| GrantError::UnknownRole {
        app: app.id.clone(),
        role: asked.map_or_else(String::new, |role| role.0),
        known: app.roles.iter().map(|role| format!("`{}`", role.id)).collect::<Vec<_>>().join(", "),
    })
}
