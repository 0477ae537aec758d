//! Tells open pages what changes, each only about its own person's documents.

use tokio::sync::broadcast;

use crate::document::{Document, DocumentId, UserId};

/// Something happened to what a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new, or its status is.
    Document(Box<Document>),
    /// It is gone.
    Deleted {
        /// Whose it was.
        owner: UserId,
        /// Its id.
        id: DocumentId,
    },
    /// Many documents changed at once: read the list again.
    Many(UserId),
    /// A category is new, changed or gone.
    Categories(UserId),
    /// A saved view is new, changed or gone.
    Views(UserId),
}

impl Change {
    /// Whose it is.
    pub fn owner(&self) -> &UserId {
        match self {
            Change::Document(document) => &document.owner,
            Change::Deleted { owner, .. } => owner,
            Change::Many(owner) | Change::Categories(owner) | Change::Views(owner) => owner,
        }
    }
}

/// What a listener hears next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A change of one of its person's documents.
    Change(Change),
    /// Changes were missed, because the listener was too slow: read everything again.
    Missed,
}

/// How many changes may wait for the slowest listener.
const CAPACITY: usize = 256;

/// Where changes are announced and heard. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Changes(broadcast::Sender<Change>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Changes {
    /// Announces a change; nobody needs to be listening.
    pub fn announce(&self, change: Change) {
        // The error only says that nobody listens.
        drop(self.0.send(change));
    }

    /// Listens, from now on, to the changes of one person's documents.
    pub fn listen(&self, owner: UserId) -> Listener {
        Listener { owner, changes: self.0.subscribe() }
    }
}

/// Hears the changes of one person's documents.
#[derive(Debug)]
pub struct Listener {
    owner: UserId,
    changes: broadcast::Receiver<Change>,
}

impl Listener {
    /// Waits for the next change; `None` when there will be none any more.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            match self.changes.recv().await {
                Ok(change) if *change.owner() == self.owner => return Some(Heard::Change(change)),
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(Heard::Missed),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deleted(owner: &str) -> Change {
        Change::Deleted { owner: UserId::parse(owner).unwrap(), id: DocumentId::generate() }
    }

    #[tokio::test]
    async fn a_listener_hears_its_own_person_only() {
        let changes = Changes::default();
        let mut listener = changes.listen(UserId::parse("anna").unwrap());
        let hers = deleted("anna");
        changes.announce(deleted("ben"));
        changes.announce(hers.clone());
        assert_eq!(listener.next().await, Some(Heard::Change(hers)));
    }

    #[tokio::test]
    async fn a_listener_that_was_too_slow_is_told_so() {
        let changes = Changes::default();
        let mut listener = changes.listen(UserId::parse("anna").unwrap());
        for _ in 0..=CAPACITY {
            changes.announce(deleted("ben"));
        }
        assert_eq!(listener.next().await, Some(Heard::Missed));
    }
}
