//! Signing in and out.

use std::{net::IpAddr, sync::Arc};

use super::{
    EmailAddress,
    accounts::Accounts,
    session::{Audience, Session, SessionError},
    throttle::{Guess, TooMany},
};
use crate::{audit::Outcome, ids::UserId, permissions::Actor, secret::Secret, store::StoreError};

/// A new console session.
#[derive(Debug)]
pub struct Login {
    /// What the browser keeps.
    pub token: Secret,
    /// What it stands for.
    pub session: Arc<Session>,
}

/// Why nobody is signed in now.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// No such person, another password, or an account that is disabled: the caller does not learn which.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    /// Too many failures.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session could not be made.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl Accounts {
    /// Signs a person in. Takes the same time whether or not there is such a person.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub async fn sign_in(&self, email: &str, password: Secret, from: IpAddr) -> Result<Login, LoginError> {
        let email = email.parse::<EmailAddress>().ok();
        let account = email.as_ref().map(EmailAddress::key).unwrap_or_default();
        let guess = Guess::new(&account, from);
        self.throttle.begin(&guess, self.clock.now())?;
        let known = match &email {
            Some(email) => self.store.login(email).await?,
            None => None,
        };
        let (user, hash) = known.unzip();
        let matches = self.passwords.verify(password, hash).await;
        let allowed = user.filter(|id| matches && self.may_sign_in(*id));
        let Some(user) = allowed else {
            self.note_refusal(user).await?;
            return Err(LoginError::WrongCredentials);
        };
        self.throttle.succeeded(&guess);
        self.open_session(user).await
    }

    /// Ends a session and those on the apps' origins that were made from it.
    ///
    /// # Errors
    /// When the database fails; then the session goes on.
    pub async fn sign_out(&self, actor: &Actor, session: &Session) -> Result<(), StoreError> {
        let entry = self.audit.entry(actor, "session.end", format_args!("user:{}", session.user));
        self.sessions.revoke(session.id, entry).await
    }

    fn may_sign_in(&self, user: UserId) -> bool {
        self.access.person(user).is_some_and(|person| !person.disabled)
    }

    async fn open_session(&self, user: UserId) -> Result<Login, LoginError> {
        let actor = self.access.person(user).map_or(Actor::System, Actor::Person);
        let row = self.sessions.new_row(user, Audience::Console, None)?;
        let mut change = self.store.begin().await?;
        if !change.insert_session(&row).await? {
            return Err(LoginError::WrongCredentials);
        }
        change.update_last_login(user, row.issued_at).await?;
        let entry = self.audit.entry(&actor, "session.begin", format_args!("user:{user}"));
        let (token, session) = self.sessions.admit(row, change.commit(entry)).await?;
        Ok(Login { token, session })
    }

    async fn note_refusal(&self, user: Option<UserId>) -> Result<(), StoreError> {
        // Because what was typed for an unknown address may be a password in the wrong field.
        let subject = user.map_or_else(|| "unknown user".to_owned(), |id| format!("user:{id}"));
        self.audit.record(&Actor::System, "session.begin", subject, Outcome::Refused, "").await
    }
}
