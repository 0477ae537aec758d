//! One session: whose it is, where it counts, and whether it still does.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use super::Audience;
use crate::{
    clock::from_millis,
    identity::tokens::Reach,
    ids::{AccessTokenId, SessionId, UserId},
};

/// A login, its continuation on one app's origin, or what a program's token is there.
#[derive(Debug)]
pub struct Session {
    /// Also the token's `jti`.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// Where it counts.
    pub audience: Audience,
    /// The session that it was made from and ends with.
    pub parent: Option<SessionId>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// How much of the API it covers: all for a login, what the scopes say for a token.
    pub reach: Option<Reach>,
    /// The access token that it is; `None` for a login.
    pub token: Option<AccessTokenId>,
    ended: AtomicBool,
}

/// A session as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Also the token's `jti`.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// Where it counts.
    pub audience: Audience,
    /// The session that it was made from and ends with.
    pub parent: Option<SessionId>,
    /// Since when.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Session {
    /// What an access token is at one audience. It is in no table: the token's row is all that there is of it.
    pub(in crate::identity) const fn of_token(
        token: AccessTokenId,
        id: SessionId,
        user: UserId,
        audience: Audience,
        reach: Option<Reach>,
        expires_at: Timestamp,
    ) -> Self {
        let (parent, token, ended) = (None, Some(token), AtomicBool::new(false));
        Self { id, user, audience, parent, expires_at, reach, token, ended }
    }

    /// Ends it. Whoever calls this tells of it.
    pub(in crate::identity) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// Whether it was ended before its time.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Whether it still counts: neither ended nor expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        !self.has_ended() && now < self.expires_at
    }
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        // The token says whole seconds; both must mean the same instant.
        let expires_at = from_millis(row.expires_at.as_second() * 1000);
        let SessionRow { id, user, audience, parent, .. } = row;
        let (reach, token, ended) = (Some(Reach::Login), None, AtomicBool::new(false));
        Self { id, user, audience, parent, expires_at, reach, token, ended }
    }
}
