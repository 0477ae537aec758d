//! Sessions: tokens that name a row, so that log-out bites at once and everywhere.
//!
//! A token is an RS256 JWT. Verifying one costs an RSA operation the first time; afterwards the SHA-256 of the token
//! leads to the session itself, which knows whether it has ended. All live sessions are in memory, so a request costs
//! no SQL.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

mod audience;
mod last;
mod one;

pub use audience::Audience;
pub use last::LastSession;
pub use one::{Session, SessionRow};

use super::keys::{Algorithm, Keys, KeysError};
use crate::{
    audit::Entry,
    clock::Clock,
    ids::{SessionId, UserId},
    permissions::AccessChange,
    random::Random,
    secret::Secret,
    store::{Store, StoreError},
};

/// How long a login lasts.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// How many verified tokens are remembered. Only tokens that we signed get here, so this bounds a busy day, not an
/// attack.
const MOST_VERIFIED: usize = 20_000;

/// A session could not be made or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The user, or the session that this one continues, is gone.
    #[error("the user or the session to continue is gone")]
    Gone,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The token could not be signed.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

/// All sessions. Clones share them.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    keys: Keys,
    clock: Clock,
    random: Random,
    issuer: String,
    changes: broadcast::Sender<AccessChange>,
    live: RwLock<HashMap<SessionId, Arc<Session>>>,
    verified: RwLock<HashMap<TokenHash, Arc<Session>>>,
}

type TokenHash = [u8; 32];

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    jti: SessionId,
    iat: i64,
    exp: i64,
}

impl Sessions {
    /// Reads all live sessions. `issuer` is the base URL.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(
        store: Store,
        keys: Keys,
        clock: Clock,
        random: Random,
        issuer: String,
        changes: broadcast::Sender<AccessChange>,
    ) -> Result<Self, StoreError> {
        let rows = store.sessions(clock.now()).await?;
        let live = rows.into_iter().map(|row| (row.id, Arc::new(Session::from(row)))).collect();
        let (live, verified) = (RwLock::new(live), RwLock::default());
        Ok(Self(Arc::new(Inner { store, keys, clock, random, issuer, changes, live, verified })))
    }

    /// Makes a session and its token. With a parent it ends when the parent does.
    ///
    /// # Errors
    /// [`SessionError::Gone`] when the user or the parent has ended meanwhile; otherwise the database's or the keys'.
    pub async fn issue(
        &self,
        user: UserId,
        audience: Audience,
        parent: Option<SessionId>,
    ) -> Result<(Secret, Arc<Session>), SessionError> {
        let row = self.new_row(user, audience, parent)?;
        let mut change = self.0.store.begin().await?;
        if !change.insert_session(&row).await? {
            return Err(SessionError::Gone);
        }
        self.admit(row, change.commit_unaudited()).await
    }

    /// What a new session will be; its end is its parent's if that comes first.
    pub(super) fn new_row(
        &self,
        user: UserId,
        audience: Audience,
        parent: Option<SessionId>,
    ) -> Result<SessionRow, SessionError> {
        let issued_at = self.0.clock.now();
        let mut expires_at = issued_at + LIFETIME;
        if let Some(id) = parent {
            let parent =
                self.live(id).filter(|session| session.is_live(issued_at)).ok_or(SessionError::Gone)?;
            expires_at = expires_at.min(parent.expires_at);
        }
        Ok(SessionRow {
            id: SessionId::new(&self.0.random, issued_at),
            user,
            audience,
            parent,
            issued_at,
            expires_at,
        })
    }

    /// Lets a session count as soon as `commit` has put it into the database, and signs its token.
    pub(super) async fn admit(
        &self,
        row: SessionRow,
        commit: impl Future<Output = Result<(), StoreError>>,
    ) -> Result<(Secret, Arc<Session>), SessionError> {
        let claims = self.claims(&row);
        let session = Arc::new(Session::from(row));
        // Before the commit, because whoever ends sessions commits first and then forgets those that it finds here:
        // a session that came later would be missed.
        self.live_mut().insert(session.id, Arc::clone(&session));
        if let Err(refused) = commit.await {
            self.forget(|candidate| candidate.id == session.id);
            return Err(refused.into());
        }
        let keys = self.0.keys.clone();
        // Because signing takes milliseconds, which a thread that serves requests does not have.
        let signed = tokio::task::spawn_blocking(move || keys.sign(Algorithm::Rs256, &claims)).await;
        let token = signed.expect("signing does not panic")?;
        Ok((Secret::new(token), session))
    }

    fn claims(&self, row: &SessionRow) -> Claims {
        Claims {
            iss: self.0.issuer.clone(),
            aud: row.audience.token_audience(),
            sub: row.user,
            jti: row.id,
            iat: row.issued_at.as_second(),
            exp: row.expires_at.as_second(),
        }
    }

    /// The live session that a token stands for at this audience. No SQL; an RSA operation for the first sight of a
    /// token only.
    pub fn verify(&self, token: &str, audience: &Audience) -> Option<Arc<Session>> {
        let hash = token_hash(token);
        let known = self.0.verified.read().expect(UNPOISONED).get(&hash).cloned();
        let session = known.or_else(|| self.verify_signature(token, hash, audience))?;
        self.still_counts(&session, audience).then_some(session)
    }

    /// Whether a session still counts, at this audience.
    fn still_counts(&self, session: &Session, audience: &Audience) -> bool {
        session.is_live(self.0.clock.now()) && session.audience == *audience
    }

    fn verify_signature(&self, token: &str, hash: TokenHash, audience: &Audience) -> Option<Arc<Session>> {
        let claims: Claims = self.0.keys.verify(token, &self.0.issuer, &audience.token_audience())?;
        let session = self.live(claims.jti).filter(|session| session.user == claims.sub)?;
        let mut verified = self.0.verified.write().expect(UNPOISONED);
        if verified.len() >= MOST_VERIFIED {
            verified.clear();
        }
        verified.insert(hash, Arc::clone(&session));
        // Because it may have ended while we verified: what ends after this line is found in the cache.
        if session.has_ended() {
            verified.remove(&hash);
            return None;
        }
        Some(session)
    }

    /// Ends a session and those that were made from it.
    ///
    /// # Errors
    /// When the database fails; then it goes on.
    pub async fn revoke(&self, id: SessionId, entry: Entry) -> Result<(), StoreError> {
        let mut change = self.0.store.begin().await?;
        change.delete_session(id).await?;
        change.commit(entry).await?;
        self.forget(|session| session.id == id || session.parent == Some(id));
        Ok(())
    }

    /// Forgets sessions of a person that a committed change has removed: all, or all but one and its children.
    pub(crate) fn forget_user(&self, user: UserId, except: Option<SessionId>) {
        self.forget(|session| {
            let spared = except.is_some_and(|id| session.id == id || session.parent == Some(id));
            session.user == user && !spared
        });
    }

    /// Removes what has expired from memory and database. Called now and then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        self.forget(|session| session.expires_at <= now);
        let mut change = self.0.store.begin().await?;
        change.delete_expired_sessions(now).await?;
        change.commit_unaudited().await
    }

    fn forget(&self, which: impl Fn(&Session) -> bool) {
        let gone: Vec<_> = self.live_mut().extract_if(|_, session| which(session)).collect();
        for (_, session) in &gone {
            session.end();
        }
        self.0.verified.write().expect(UNPOISONED).retain(|_, session| !session.has_ended());
        for (id, _) in gone {
            // Nobody listening is fine: then nobody has a stream to close.
            let _ = self.0.changes.send(AccessChange::SessionEnded(id));
        }
    }

    fn live(&self, id: SessionId) -> Option<Arc<Session>> {
        self.0.live.read().expect(UNPOISONED).get(&id).cloned()
    }

    fn live_mut(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<SessionId, Arc<Session>>> {
        self.0.live.write().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nobody panics while holding the sessions";

fn token_hash(token: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}
