//! What an ACME server is answered that asks over plain HTTP whether a host is ours (RFC 8555, section 8.3).

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

/// Where it asks.
const PREFIX: &str = "/.well-known/acme-challenge/";

/// The answers to what is being asked now. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Challenges(Arc<RwLock<HashMap<String, String>>>);

impl Challenges {
    /// The answer to a path, if an ACME server is waiting for one.
    pub fn answer(&self, path: &str) -> Option<String> {
        let token = path.strip_prefix(PREFIX)?;
        self.0.read().expect(UNPOISONED).get(token).cloned()
    }

    /// From now on `token` is answered.
    pub fn set(&self, token: &str, answer: &str) {
        self.0.write().expect(UNPOISONED).insert(token.to_owned(), answer.to_owned());
    }

    /// Nobody waits for it any more.
    pub fn forget(&self, token: &str) {
        self.0.write().expect(UNPOISONED).remove(token);
    }
}

const UNPOISONED: &str = "nobody panics while holding the challenges";
