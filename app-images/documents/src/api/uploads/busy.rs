//! At most one request at a time works on an upload.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::UploadId;

/// The uploads that a request works on. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Busy(Arc<Mutex<HashSet<UploadId>>>);

/// The right to work on an upload; given back when dropped.
#[derive(Debug)]
pub(super) struct Alone {
    busy: Busy,
    id: UploadId,
}

impl Busy {
    /// The right to work on an upload, unless another request has it.
    pub(super) fn enter(&self, id: UploadId) -> Option<Alone> {
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        entered.then(|| Alone { busy: self.clone(), id })
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.busy.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_request_comes_in_when_the_first_is_done() {
        let (busy, id) = (Busy::default(), UploadId::generate());
        let first = busy.enter(id).unwrap();
        assert!(busy.enter(id).is_none());
        assert!(busy.enter(UploadId::generate()).is_some());
        drop(first);
        assert!(busy.enter(id).is_some());
    }
}
