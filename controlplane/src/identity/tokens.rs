//! Tokens by which programs act for a person: on the API by `Authorization: Bearer`, on an app's origin also by Basic.
//!
//! A token is looked up by its SHA-256 in memory, so a request costs neither SQL nor a slow hash: it has 190 random bits,
//! which nobody finds by trying. To the rest of the platform a token is one session for the API and one for each app that
//! it opens, and ends as they do.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast;

mod form;
mod scope;
mod token;

pub use form::PREFIX;
pub use scope::{InvalidScope, Reach, Scope, Scopes};
pub use token::AccessToken;

use super::{
    accounts::DisplayName,
    throttle::{Guess, Throttle, TooMany},
};
use crate::{
    audit::Audit,
    clock::Clock,
    ids::{AccessTokenId, UserId},
    permissions::{AccessChange, Actor},
    random::Random,
    secret::Secret,
    store::{Store, StoreError, access_tokens::AccessTokenRow},
};

/// The longest life of a token that has an end.
pub const LONGEST_DAYS: u16 = 366;
/// More than anybody keeps an eye on.
const MOST_OF_A_PERSON: usize = 50;

/// A token to be.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// What its owner will know it by.
    pub name: DisplayName,
    /// What it is to be good for.
    pub scopes: Scopes,
    /// For how many days; `None` until it is revoked.
    pub days: Option<u16>,
}

/// Why there is no new token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It would be good for the API for ever.
    #[error("a token for the API ends within {LONGEST_DAYS} days")]
    Endless,
    /// It would live too long, or not at all.
    #[error("a token lives for 1 to {LONGEST_DAYS} days")]
    Lifetime,
    /// There are so many already that nobody keeps an eye on them.
    #[error("there are {MOST_OF_A_PERSON} tokens already")]
    TooManyTokens,
    /// There is no such token, or it is somebody else's.
    #[error("there is no such token")]
    Unknown,
    /// The owner is gone.
    #[error("the owner of the token is gone")]
    Gone,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a token that was shown does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Mistyped, never made, revoked or expired: the caller does not learn which.
    #[error("the token is not valid")]
    Invalid,
    /// Too many of those.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

/// All tokens. Clones share them.
#[derive(Debug, Clone)]
pub struct AccessTokens(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    random: Random,
    audit: Audit,
    throttle: Throttle,
    changes: broadcast::Sender<AccessChange>,
    live: RwLock<HashMap<form::Hash, Arc<AccessToken>>>,
}

impl AccessTokens {
    /// Reads all tokens that have not expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(
        store: Store,
        clock: Clock,
        random: Random,
        audit: Audit,
        changes: broadcast::Sender<AccessChange>,
    ) -> Result<Self, StoreError> {
        let mut live = HashMap::new();
        for row in store.access_tokens(clock.now()).await? {
            let hash = read_hash(&row.hash)?;
            live.insert(hash, Arc::new(AccessToken::new(row, &random, clock.now())));
        }
        let (throttle, live) = (Throttle::default(), RwLock::new(live));
        Ok(Self(Arc::new(Inner { store, clock, random, audit, throttle, changes, live })))
    }

    /// Makes a token. The secret is in this answer and nowhere else.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn create(
        &self,
        actor: &Actor,
        user: UserId,
        new: NewAccessToken,
    ) -> Result<(Secret, Arc<AccessToken>), TokenError> {
        let Inner { store, clock, random, audit, .. } = &*self.0;
        let now = clock.now();
        let expires_at = new.end(now)?;
        if self.of(user).len() >= MOST_OF_A_PERSON {
            return Err(TokenError::TooManyTokens);
        }
        let secret = form::draw(random);
        let hash = form::sha256(secret.expose());
        let row = AccessTokenRow {
            id: AccessTokenId::new(random, now),
            user,
            name: new.name.into(),
            scopes: new.scopes,
            hash: crate::hex::encode(&hash),
            created_at: now,
            expires_at,
            last_used_at: None,
        };
        let mut change = store.begin().await?;
        if !change.insert_access_token(&row).await? {
            return Err(TokenError::Gone);
        }
        let entry = audit.entry(actor, "token.create", format_args!("token:{}", row.id));
        let end = expires_at.map_or_else(|| "never".to_owned(), |end| end.to_string());
        change.commit(entry.detail(format!("scopes={} ends={end}", row.scopes))).await?;
        let token = Arc::new(AccessToken::new(row, random, now));
        self.live_mut().insert(hash, Arc::clone(&token));
        Ok((secret, token))
    }

    /// A person's tokens, oldest first.
    pub fn of(&self, user: UserId) -> Vec<Arc<AccessToken>> {
        let now = self.0.clock.now();
        let live = self.0.live.read().expect(UNPOISONED);
        let mut tokens: Vec<_> =
            live.values().filter(|token| token.user == user && token.is_live(now)).cloned().collect();
        tokens.sort_by_key(|token| token.id);
        tokens
    }

    /// Ends a token and everything that was opened by it.
    ///
    /// # Errors
    /// [`TokenError::Unknown`], or the database's; then it goes on.
    pub async fn revoke(&self, actor: &Actor, user: UserId, id: AccessTokenId) -> Result<(), TokenError> {
        let mut change = self.0.store.begin().await?;
        if !change.delete_access_token(user, id).await? {
            return Err(TokenError::Unknown);
        }
        let entry = self.0.audit.entry(actor, "token.revoke", format_args!("token:{id}"));
        let own = actor.user_id() == Some(user);
        let entry = if own { entry } else { entry.detail(format!("of user:{user}")) };
        change.commit(entry).await?;
        self.forget(|token| token.id == id);
        Ok(())
    }

    /// Forgets the tokens of a person that a committed change has removed.
    pub(crate) fn forget_user(&self, user: UserId) {
        self.forget(|token| token.user == user);
    }

    /// The live token that this text is. What is none is counted against the address that it comes from.
    ///
    /// # Errors
    /// See [`TokenRefusal`].
    pub fn find(&self, text: &str, from: IpAddr) -> Result<Arc<AccessToken>, TokenRefusal> {
        let now = self.0.clock.now();
        let hash = form::hash(text);
        let known = hash.and_then(|hash| self.0.live.read().expect(UNPOISONED).get(&hash).cloned());
        if let Some(token) = known.filter(|token| token.is_live(now)) {
            token.note_use(now);
            return Ok(token);
        }
        // A right token is never kept waiting, because a client that repeats a wrong one may share its address.
        self.0.throttle.begin(&Guess::new("an access token", from), now)?;
        Err(TokenRefusal::Invalid)
    }

    /// Writes down when tokens were last used, and removes those that have expired. Called now and then, because a write
    /// for each request would make the database the slowest part of it.
    ///
    /// # Errors
    /// When the database fails; then the next call tries again.
    pub async fn save(&self) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        self.forget(|token| !token.is_live(now));
        let live: Vec<_> = self.0.live.read().expect(UNPOISONED).values().cloned().collect();
        let used: Vec<_> = live.iter().filter_map(|token| Some((token, token.unsaved_use()?))).collect();
        let mut change = self.0.store.begin().await?;
        change.delete_expired_access_tokens(now).await?;
        for (token, used_at) in &used {
            change.update_access_token_use(token.id, *used_at).await?;
        }
        change.commit_unaudited().await?;
        for (token, used_at) in used {
            token.use_was_saved(used_at);
        }
        Ok(())
    }

    fn forget(&self, which: impl Fn(&AccessToken) -> bool) {
        let gone: Vec<_> = self.live_mut().extract_if(|_, token| which(token)).collect();
        for session in gone.iter().flat_map(|(_, token)| token.sessions()) {
            session.end();
            // Nobody listening is fine: then nobody has a stream to close.
            let _ = self.0.changes.send(AccessChange::SessionEnded(session.id));
        }
    }

    fn live_mut(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<form::Hash, Arc<AccessToken>>> {
        self.0.live.write().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nobody panics while holding the tokens";

impl NewAccessToken {
    /// When it will end.
    fn end(&self, now: Timestamp) -> Result<Option<Timestamp>, TokenError> {
        match self.days {
            // Because a phone's calendar is set up once, while a key to the platform that nobody remembers is a danger.
            None if self.scopes.api().is_none() => Ok(None),
            None => Err(TokenError::Endless),
            Some(days @ 1..=LONGEST_DAYS) => Ok(Some(now + SignedDuration::from_hours(24 * i64::from(days)))),
            Some(_) => Err(TokenError::Lifetime),
        }
    }
}

fn read_hash(hex: &str) -> Result<form::Hash, StoreError> {
    let unreadable = || StoreError::Unreadable { what: "hash of a token", value: hex.to_owned() };
    crate::hex::decode(hex).and_then(|bytes| bytes.try_into().ok()).ok_or_else(unreadable)
}
