//! One token in memory, as the sessions that it is to the rest of the platform.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use atoll_sandbox::names::AppId;
use jiff::Timestamp;

use super::Scopes;
use crate::{
    clock::from_millis,
    identity::session::{Audience, Session},
    ids::{AccessTokenId, SessionId, UserId},
    random::Random,
    store::access_tokens::AccessTokenRow,
};

/// A token, without the secret itself.
#[derive(Debug)]
pub struct AccessToken {
    /// Its id, which is no secret.
    pub id: AccessTokenId,
    /// For whom it acts.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: Scopes,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; `None` until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// In epoch milliseconds; [`NEVER`] before the first time.
    used_at: AtomicI64,
    /// What the database knows of that.
    saved_use: AtomicI64,
    api: Option<Arc<Session>>,
    apps: HashMap<AppId, Arc<Session>>,
}

const NEVER: i64 = i64::MIN;

impl AccessToken {
    pub(super) fn new(row: AccessTokenRow, random: &Random, now: Timestamp) -> Self {
        let AccessTokenRow { id, user, name, scopes, created_at, expires_at, last_used_at, hash: _ } = row;
        let end = expires_at.unwrap_or(Timestamp::MAX);
        let session = |audience, reach| {
            Arc::new(Session::of_token(id, SessionId::new(random, now), user, audience, reach, end))
        };
        let api = scopes.api().map(|reach| session(Audience::Console, Some(reach)));
        let apps =
            scopes.apps().map(|app| (app.clone(), session(Audience::App(app.clone()), None))).collect();
        let used_at = last_used_at.map_or(NEVER, Timestamp::as_millisecond);
        let (used_at, saved_use) = (AtomicI64::new(used_at), AtomicI64::new(used_at));
        Self { id, user, name, scopes, created_at, expires_at, used_at, saved_use, api, apps }
    }

    /// What it is to the API; nothing without a scope of the API's.
    pub const fn api_session(&self) -> Option<&Arc<Session>> {
        self.api.as_ref()
    }

    /// What it is to an app; nothing without the app's scope.
    pub fn app_session(&self, app: &AppId) -> Option<&Arc<Session>> {
        self.apps.get(app)
    }

    /// When it was last shown to us.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        Some(self.used_at.load(Ordering::Relaxed)).filter(|millis| *millis != NEVER).map(from_millis)
    }

    pub(super) fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.api.iter().chain(self.apps.values())
    }

    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    pub(super) fn note_use(&self, now: Timestamp) {
        self.used_at.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// The last use, if the database does not know of it.
    pub(super) fn unsaved_use(&self) -> Option<Timestamp> {
        let used_at = self.used_at.load(Ordering::Relaxed);
        (used_at != self.saved_use.load(Ordering::Relaxed)).then(|| from_millis(used_at))
    }

    pub(super) fn use_was_saved(&self, used_at: Timestamp) {
        self.saved_use.store(used_at.as_millisecond(), Ordering::Relaxed);
    }
}
