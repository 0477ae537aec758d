//! A permit instead of a check.

use std::{marker::PhantomData, sync::Arc};

use atoll_sandbox::{allowlist::RoleId, names::AppId};

use super::{Action, Actor};
use crate::identity::{Person, session::Session};

/// Proof that one actor may do one action. Private fields, no `Clone`.
#[derive(Debug)]
#[must_use]
pub struct Permit<A: Action> {
    pub(super) actor: Actor,
    pub(super) session: Option<Arc<Session>>,
    pub(super) subject: A::Subject,
    pub(super) action: PhantomData<A>,
}

/// Opening an app, as a request on the app's own origin does.
#[derive(Debug)]
pub struct OpenApp;

/// What is opened, and as what.
#[derive(Debug)]
pub struct Opening {
    pub(super) app: AppId,
    pub(super) role: RoleId,
}

impl<A: Action> Permit<A> {
    /// Who does it.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What it is done to.
    pub const fn subject(&self) -> &A::Subject {
        &self.subject
    }

    /// The login by which it was asked for.
    pub fn session(&self) -> Option<&Arc<Session>> {
        self.session.as_ref()
    }

    /// What it is done to, together with who does it.
    pub fn into_parts(self) -> (Actor, A::Subject) {
        (self.actor, self.subject)
    }
}

impl Permit<OpenApp> {
    /// Who opens it.
    pub fn user(&self) -> &Person {
        match &self.actor {
            Actor::Person(person) | Actor::Program { person, .. } => person,
            Actor::System => unreachable!("`open_app` alone makes these, for persons"),
        }
    }

    /// Which app.
    pub const fn app(&self) -> &AppId {
        &self.subject.app
    }

    /// As what.
    pub const fn role(&self) -> &RoleId {
        &self.subject.role
    }
}
