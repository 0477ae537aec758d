//! At most one request at a time works on an upload.
//!
//! Whose it is has not been asked yet when a request enters. So each person has their own list: a stranger's request for the same
//! id is neither in the way of the owner's nor told that there is one.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::{UploadId, UserId};

/// The uploads that a request works on. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Busy(Arc<Mutex<HashSet<(UserId, UploadId)>>>);

/// The right to work on an upload; given back when dropped.
#[derive(Debug)]
pub(super) struct Alone {
    busy: Busy,
    whose: (UserId, UploadId),
}

impl Busy {
    /// The right to work on one's own upload, unless another request of the same person has it.
    pub(super) fn enter(&self, person: &UserId, id: UploadId) -> Option<Alone> {
        let whose = (person.clone(), id);
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(whose.clone());
        entered.then(|| Alone { busy: self.clone(), whose })
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.busy.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.whose);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_request_comes_in_when_the_first_is_done() {
        let (busy, id, anna) = (Busy::default(), UploadId::generate(), UserId::parse("anna").unwrap());
        let first = busy.enter(&anna, id).unwrap();
        assert!(busy.enter(&anna, id).is_none());
        assert!(busy.enter(&anna, UploadId::generate()).is_some());
        drop(first);
        assert!(busy.enter(&anna, id).is_some());
    }

    #[test]
    fn a_stranger_neither_meets_the_owners_request_nor_is_in_its_way() {
        let (busy, id) = (Busy::default(), UploadId::generate());
        let [anna, ben] = ["anna", "ben"].map(|name| UserId::parse(name).unwrap());
        let _hers = busy.enter(&anna, id).unwrap();
        let his = busy.enter(&ben, id);
        assert!(his.is_some(), "he is told that there is no such upload");
        drop(his);
        assert!(busy.enter(&anna, id).is_none(), "hers goes on");
    }
}
