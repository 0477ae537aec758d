//! The session of the request before, on one connection.
//!
//! A browser says the same long token in every request of a connection. Comparing it with the one before costs less than
//! the hash by which [`Sessions`] finds it, and tells the same: the session itself knows whether it has ended.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{Audience, Session, Sessions};

/// A token that was verified, and the session that it stands for.
#[derive(Default)]
pub struct LastSession(Mutex<Option<Known>>);

struct Known {
    token: String,
    session: Arc<Session>,
}

impl LastSession {
    /// As [`Sessions::verify`].
    pub fn verify(&self, sessions: &Sessions, token: &str, audience: &Audience) -> Option<Arc<Session>> {
        if let Some(session) = self.of(token) {
            return sessions.still_counts(&session, audience).then_some(session);
        }
        let session = sessions.verify(token, audience)?;
        *self.last() = Some(Known { token: token.to_owned(), session: Arc::clone(&session) });
        Some(session)
    }

    fn of(&self, token: &str) -> Option<Arc<Session>> {
        let last = self.last();
        // In constant time, because a proxy before us may send several people's requests over one connection.
        let same = |known: &&Known| verify_slices_are_equal(known.token.as_bytes(), token.as_bytes()).is_ok();
        last.as_ref().filter(same).map(|known| Arc::clone(&known.session))
    }

    fn last(&self) -> MutexGuard<'_, Option<Known>> {
        self.0.lock().expect("nobody panics while holding the last session")
    }
}

/// Because the token is a secret.
impl fmt::Debug for LastSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LastSession").finish_non_exhaustive()
    }
}
