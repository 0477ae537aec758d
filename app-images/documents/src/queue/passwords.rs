//! Passwords on their way from the page to the reader: in memory alone, and only until the document was read with them.
//!
//! None is ever written to the disk. So a restart in between loses it, and the document ends as it began: it says that it
//! needs a password.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::DocumentId;
use crate::extraction::Password;

/// The passwords that wait. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Passwords(Arc<Mutex<HashMap<DocumentId, Password>>>);

/// How many wait at most; one more replaces any other.
const MOST: usize = 1000;

impl Passwords {
    /// Keeps a password for the next reading of a document.
    pub fn keep(&self, id: DocumentId, password: Password) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST
            && let Some(any) = waiting.keys().next().copied()
        {
            waiting.remove(&any);
        }
        waiting.insert(id, password);
    }

    /// The password to read a document with.
    pub fn of(&self, id: DocumentId) -> Option<Password> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Forgets a document's password.
    pub fn forget(&self, id: DocumentId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}
