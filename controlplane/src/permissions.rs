//! Who may do what: the one place that decides.
//!
//! A [`Permit`] is the only way to an action, and [`Access`] is the only one who can make a permit. It reads users and
//! grants from memory; whoever changes them in the database calls [`Access::refresh`] after the commit.

use std::{
    collections::HashMap,
    marker::PhantomData,
    sync::{Arc, RwLock},
};

use atoll_sandbox::{allowlist::RoleId, names::AppId};
use tokio::sync::{Mutex, broadcast};

use crate::{
    identity::{
        Person, PlatformRole,
        session::{Audience, Session},
        tokens::Reach,
    },
    ids::{AccessTokenId, SessionId, UserId},
    store::{Store, StoreError},
};

pub mod actions;
pub mod grants;
mod permit;

pub use actions::{Action, Command, Need};
pub use permit::{OpenApp, Opening, Permit};

/// Who does something.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Somebody who is signed in.
    Person(Arc<Person>),
    /// A program that acts for somebody.
    Program {
        /// For whom.
        person: Arc<Person>,
        /// By which access token.
        token: AccessTokenId,
    },
    /// Atoll by itself: the reconciler, a command on the machine.
    System,
}

/// Who asks for something.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Nobody that we know.
    Anonymous,
    /// Somebody with a live session on the console, or a live token.
    SignedIn {
        /// Who.
        person: Arc<Person>,
        /// By which login or token.
        session: Arc<Session>,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in.
    #[error("not signed in")]
    NotSignedIn,
    /// Only administrators may.
    #[error("only administrators may do this")]
    NotAdministrator,
    /// They may, but not by this token.
    #[error("the token does not cover this; {}", needed(.needs))]
    Token {
        /// What would.
        needs: Reach,
    },
    /// The person was not given the app.
    #[error("no grant for app `{app}`")]
    NoGrant {
        /// Which.
        app: AppId,
    },
}

/// Something because of which what was allowed may no longer be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// A person was changed, disabled or removed.
    User(UserId),
    /// A session was ended.
    SessionEnded(SessionId),
    /// A person was given an app, another role in it, or lost it.
    Grant {
        /// Who.
        user: UserId,
        /// Which app.
        app: AppId,
    },
}

/// Decides. Clones share what they know.
#[derive(Debug, Clone)]
pub struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    known: RwLock<Known>,
    refreshing: Mutex<()>,
    changes: broadcast::Sender<AccessChange>,
}

/// Everybody and what they were given.
#[derive(Debug, Default)]
struct Known {
    people: HashMap<UserId, Arc<Person>>,
    grants: HashMap<UserId, HashMap<AppId, RoleId>>,
}

impl Access {
    /// Reads users and grants. Changes are told on `changes`, which the sessions share.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(store: Store, changes: broadcast::Sender<AccessChange>) -> Result<Self, StoreError> {
        let known = RwLock::new(Known::read(&store).await?);
        Ok(Self(Arc::new(Inner { store, known, refreshing: Mutex::new(()), changes })))
    }

    /// May this caller do `A` to anything?
    ///
    /// # Errors
    /// The reason why not.
    pub fn admit<A: Command>(&self, caller: &Caller) -> Result<(), Refusal> {
        let Caller::SignedIn { person, session } = caller else { return Err(Refusal::NotSignedIn) };
        match (A::NEEDS, person.role) {
            (Need::SignIn, PlatformRole::Admin | PlatformRole::Member)
            | (Need::Administrator, PlatformRole::Admin) => {}
            (Need::Administrator, PlatformRole::Member) => return Err(Refusal::NotAdministrator),
        }
        // `None` is less than any reach.
        if session.reach < Some(A::REACH) { Err(Refusal::Token { needs: A::REACH }) } else { Ok(()) }
    }

    /// May this caller do `A` to `subject`?
    ///
    /// # Errors
    /// The reason why not.
    pub fn decide<A: Command>(&self, caller: &Caller, subject: A::Subject) -> Result<Permit<A>, Refusal> {
        self.admit::<A>(caller)?;
        let Caller::SignedIn { person, session } = caller else { return Err(Refusal::NotSignedIn) };
        let (actor, session) = (Actor::by(Arc::clone(person), session), Some(Arc::clone(session)));
        Ok(Permit { actor, session, subject, action: PhantomData })
    }

    /// May the holder of this session open this app? Administrators need a grant like everybody else.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] when the person is gone or disabled, or the session is for another app;
    /// [`Refusal::NoGrant`].
    pub fn open_app(&self, session: &Session, app: &AppId) -> Result<Permit<OpenApp>, Refusal> {
        let for_here = match &session.audience {
            Audience::Console => true,
            Audience::App(audience) => audience == app,
        };
        let known = self.known();
        let person = known.people.get(&session.user).filter(|person| for_here && !person.disabled);
        let person = person.ok_or(Refusal::NotSignedIn)?;
        let grants = known.grants.get(&session.user);
        let role =
            grants.and_then(|apps| apps.get(app)).ok_or_else(|| Refusal::NoGrant { app: app.clone() })?;
        Ok(Permit {
            actor: Actor::by(Arc::clone(person), session),
            session: None,
            subject: Opening { app: app.clone(), role: role.clone() },
            action: PhantomData,
        })
    }

    /// Who holds this console session; nobody when it ended or they were disabled.
    pub fn caller(&self, session: Option<Arc<Session>>) -> Caller {
        let Some(session) = session else { return Caller::Anonymous };
        match self.person(session.user).filter(|person| !person.disabled) {
            Some(person) => Caller::SignedIn { person, session },
            None => Caller::Anonymous,
        }
    }

    /// A person by id.
    pub fn person(&self, id: UserId) -> Option<Arc<Person>> {
        self.known().people.get(&id).cloned()
    }

    /// The apps that a person was given, with their role in each.
    pub fn apps_of(&self, user: UserId) -> Vec<(AppId, RoleId)> {
        let known = self.known();
        let mut apps: Vec<_> = known.grants.get(&user).into_iter().flatten().map(own).collect();
        apps.sort();
        apps
    }

    /// Whether there is an administrator who can sign in.
    pub fn has_administrator(&self) -> bool {
        self.known().people.values().any(|person| person.role == PlatformRole::Admin && !person.disabled)
    }

    /// Tells of what may no longer be allowed. Whoever holds a connection open asks again then.
    pub fn changes(&self) -> broadcast::Receiver<AccessChange> {
        self.0.changes.subscribe()
    }

    /// Reads users and grants again after a committed change, then tells of it.
    ///
    /// # Errors
    /// When the database fails; then the old picture stays and the caller must not report success.
    pub async fn refresh(&self, change: AccessChange) -> Result<(), StoreError> {
        // One at a time, so that an older picture never replaces a newer one.
        let _one = self.0.refreshing.lock().await;
        let fresh = Known::read(&self.0.store).await?;
        *self.0.known.write().expect(UNPOISONED) = fresh;
        // Nobody listening is fine: then nobody has a connection to close.
        let _ = self.0.changes.send(change);
        Ok(())
    }

    fn known(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.0.known.read().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nobody panics while holding the permissions";

const fn needed(reach: &Reach) -> &'static str {
    match reach {
        Reach::Read => "it needs the scope `api:read`",
        Reach::Write => "it needs the scope `api:write`",
        Reach::Login => "only a person who has signed in may do it",
    }
}

impl Known {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for user in store.users().await? {
            known.people.insert(user.person.id, Arc::new(user.person));
        }
        for grant in store.grants().await? {
            known.grants.entry(grant.user).or_default().insert(grant.app, grant.role);
        }
        Ok(known)
    }
}

fn own((app, role): (&AppId, &RoleId)) -> (AppId, RoleId) {
    (app.clone(), role.clone())
}

impl Actor {
    /// Whoever holds this session: a person who signed in, or a program of theirs.
    fn by(person: Arc<Person>, session: &Session) -> Self {
        match session.token {
            Some(token) => Self::Program { person, token },
            None => Self::Person(person),
        }
    }

    /// The person's id.
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Person(person) | Self::Program { person, .. } => Some(person.id),
            Self::System => None,
        }
    }

    /// The access token by which it acts.
    pub const fn token_id(&self) -> Option<AccessTokenId> {
        match self {
            Self::Program { token, .. } => Some(*token),
            Self::Person(_) | Self::System => None,
        }
    }
}
