//! People's accounts: made, changed and removed by administrators; name, address and password also by their owners.

use std::{fmt, net::IpAddr, sync::Arc};

use tokio::sync::Mutex;
use tracing::info;

use super::{
    EmailAddress, Person, PlatformRole,
    password::{NewPassword, Passwords},
    session::{Session, Sessions},
    throttle::{Guess, Throttle, TooMany},
    tokens::AccessTokens,
};
use crate::{
    audit::{Audit, Entry},
    clock::Clock,
    ids::UserId,
    permissions::{Access, AccessChange, Actor},
    random::Random,
    secret::Secret,
    store::{
        Store, StoreError,
        users::{NewUser, UserRecord, Written},
    },
};

/// What people call somebody or something: 1 to 100 printable characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// A text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 100 characters, all of them printable")]
pub struct InvalidName;

/// An account to be.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What people call them.
    pub name: DisplayName,
    /// What they sign in with.
    pub email: EmailAddress,
    /// Their first password.
    pub password: NewPassword,
}

/// What is to be different about an account.
#[derive(Debug, Clone, Default)]
pub struct AccountChanges {
    /// Another name.
    pub name: Option<DisplayName>,
    /// Another address.
    pub email: Option<EmailAddress>,
    /// Another role on the platform.
    pub role: Option<PlatformRole>,
    /// Keep them out, or let them in again.
    pub disabled: Option<bool>,
}

/// Looks after accounts. Clones share the parts.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Password hashing.
    pub passwords: Passwords,
    /// Who is signed in.
    pub sessions: Sessions,
    /// By what programs act for people.
    pub tokens: AccessTokens,
    /// Who may do what.
    pub access: Access,
    /// What was done.
    pub audit: Audit,
    /// Slows down those who guess.
    pub throttle: Throttle,
    /// Held while an administrator might be lost, because two administrators who demote each other at the same
    /// moment each see the other one stay.
    pub changing: Arc<Mutex<()>>,
}

/// Why an account is as it was.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is no such person.
    #[error("there is no such user")]
    Unknown,
    /// Somebody else has the address.
    #[error("another user has this e-mail address")]
    EmailTaken,
    /// Nobody could administer any more.
    #[error("this is the last administrator who can sign in")]
    LastAdministrator,
    /// The current password is another one.
    #[error("the current password is wrong")]
    WrongPassword,
    /// Too many wrong passwords.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// Adds a person.
    ///
    /// # Errors
    /// [`AccountError::EmailTaken`], or the database's.
    pub async fn create(
        &self,
        actor: &Actor,
        account: NewAccount,
        role: PlatformRole,
    ) -> Result<UserRecord, AccountError> {
        let created_at = self.clock.now();
        let (id, password) =
            (UserId::new(&self.random, created_at), self.passwords.hash(account.password).await);
        let person = Person { id, name: account.name.into(), email: account.email, role, disabled: false };
        let mut change = self.store.begin().await?;
        let user = NewUser { person: person.clone(), password, created_at };
        only_if_free(change.insert_user(&user).await?)?;
        change.commit(self.entry(actor, "user.create", id).detail(role.as_str())).await?;
        self.access.refresh(AccessChange::User(id)).await?;
        info!(user = %id, "added a user");
        Ok(UserRecord { person, created_at, last_login_at: None })
    }

    /// Changes an account. Somebody who is kept out is out at once.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub async fn update(
        &self,
        actor: &Actor,
        id: UserId,
        changes: AccountChanges,
    ) -> Result<UserRecord, AccountError> {
        let _one = self.changing.lock().await;
        let before = self.store.user(id).await?.ok_or(AccountError::Unknown)?;
        let detail = changes.describe();
        let person = changes.apply(before.person.clone());
        let mut change = self.store.begin().await?;
        if loses_administrator(&before.person, &person) && change.administrators_besides(Some(id)).await? == 0
        {
            return Err(AccountError::LastAdministrator);
        }
        change.update_user(&person).await?;
        only_if_free(change.update_profile(&person).await?)?;
        if person.disabled {
            change.delete_sessions_of(id, None).await?;
        }
        change.commit(self.entry(actor, "user.update", id).detail(detail)).await?;
        self.access.refresh(AccessChange::User(id)).await?;
        if person.disabled {
            self.sessions.forget_user(id, None);
        }
        Ok(UserRecord { person, ..before })
    }

    /// Removes a person with everything that is theirs on the platform; what they made in apps stays there.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub async fn delete(&self, actor: &Actor, id: UserId) -> Result<(), AccountError> {
        let _one = self.changing.lock().await;
        let before = self.store.user(id).await?.ok_or(AccountError::Unknown)?.person;
        let mut change = self.store.begin().await?;
        let gone = Person { disabled: true, ..before.clone() };
        if loses_administrator(&before, &gone) && change.administrators_besides(Some(id)).await? == 0 {
            return Err(AccountError::LastAdministrator);
        }
        change.delete_user(id).await?;
        change.commit(self.entry(actor, "user.delete", id)).await?;
        self.sessions.forget_user(id, None);
        self.tokens.forget_user(id);
        self.access.refresh(AccessChange::User(id)).await?;
        info!(user = %id, "removed a user");
        Ok(())
    }

    /// Sets somebody's password and ends all their sessions and tokens: this is what is done about an account that may
    /// be in the wrong hands.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], or the database's.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        id: UserId,
        password: NewPassword,
    ) -> Result<(), AccountError> {
        self.store.user(id).await?.ok_or(AccountError::Unknown)?;
        self.write_password(actor, id, password, None).await
    }

    /// Changes one's own password and ends one's other sessions.
    ///
    /// # Errors
    /// [`AccountError::WrongPassword`], [`AccountError::TooMany`], or the database's.
    pub async fn change_password(
        &self,
        actor: &Actor,
        session: &Session,
        (current, from): (Secret, IpAddr),
        new: NewPassword,
    ) -> Result<(), AccountError> {
        // Because whoever has got hold of a session must not be able to guess the password by it.
        let guess = Guess::new(&session.user.to_string(), from);
        self.throttle.begin(&guess, self.clock.now())?;
        let hash = self.store.password_hash(session.user).await?;
        if !self.passwords.verify(current, hash).await {
            return Err(AccountError::WrongPassword);
        }
        self.throttle.succeeded(&guess);
        self.write_password(actor, session.user, new, Some(session)).await
    }

    async fn write_password(
        &self,
        actor: &Actor,
        id: UserId,
        password: NewPassword,
        spared: Option<&Session>,
    ) -> Result<(), AccountError> {
        let hash = self.passwords.hash(password).await;
        let spared = spared.map(|session| session.id);
        let mut change = self.store.begin().await?;
        change.update_password(id, &hash).await?;
        change.delete_sessions_of(id, spared).await?;
        if spared.is_none() {
            change.delete_access_tokens_of(id).await?;
        }
        change.commit(self.entry(actor, "user.password", id)).await?;
        self.sessions.forget_user(id, spared);
        if spared.is_none() {
            self.tokens.forget_user(id);
        }
        Ok(())
    }

    fn entry(&self, actor: &Actor, action: &'static str, user: UserId) -> Entry {
        self.audit.entry(actor, action, format_args!("user:{user}"))
    }
}

impl AccountChanges {
    fn apply(self, person: Person) -> Person {
        Person {
            id: person.id,
            name: self.name.map_or(person.name, String::from),
            email: self.email.unwrap_or(person.email),
            role: self.role.unwrap_or(person.role),
            disabled: self.disabled.unwrap_or(person.disabled),
        }
    }

    /// Which fields, for the audit trail; not what they were set to where that is personal.
    fn describe(&self) -> String {
        let role = self.role.map(|role| format!("role={}", role.as_str()));
        let disabled = self.disabled.map(|disabled| format!("disabled={disabled}"));
        let name = self.name.as_ref().map(|_| "name".to_owned());
        let email = self.email.as_ref().map(|_| "email".to_owned());
        [name, email, role, disabled].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn loses_administrator(before: &Person, after: &Person) -> bool {
    let can = |person: &Person| person.role == PlatformRole::Admin && !person.disabled;
    can(before) && !can(after)
}

fn only_if_free(written: Written) -> Result<(), AccountError> {
    match written {
        Written::Done => Ok(()),
        Written::EmailTaken => Err(AccountError::EmailTaken),
    }
}

impl TryFrom<String> for DisplayName {
    type Error = InvalidName;

    fn try_from(typed: String) -> Result<Self, InvalidName> {
        let name = typed.trim();
        let printable = !name.chars().any(char::is_control);
        if printable && (1..=100).contains(&name.chars().count()) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidName)
        }
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
