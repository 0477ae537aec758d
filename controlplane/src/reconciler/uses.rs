//! Who uses an app right now: the gateway counts, the island's keeper reads.
//!
//! An app is idle while no request, stream or socket is open. Whoever opens one counts first and looks at the app's
//! state then; the keeper says that the app sleeps first and looks at the count then. So one of the two always sees the
//! other, and no request meets an app that is just going to sleep.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use tokio::sync::Notify;

/// How an app is used. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Uses(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    open: AtomicUsize,
    begun: AtomicU64,
    wanted: AtomicBool,
    called: Notify,
}

/// One request, stream or socket; it counts until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Use(Uses);

impl Uses {
    /// One more.
    pub fn begin(&self) -> Use {
        self.0.open.fetch_add(1, Ordering::SeqCst);
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Use(self.clone())
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.0.open.load(Ordering::SeqCst)
    }

    /// How many have ever begun: when this stays the same, nobody came.
    pub fn begun(&self) -> u64 {
        self.0.begun.load(Ordering::SeqCst)
    }

    /// Asks that the app be woken. However many ask at once, its keeper is called once.
    pub fn wake(&self) {
        if !self.0.wanted.swap(true, Ordering::SeqCst) {
            self.0.called.notify_one();
        }
    }

    /// Whether somebody has asked since the last look; forgets that they did.
    pub fn was_wanted(&self) -> bool {
        self.0.wanted.swap(false, Ordering::SeqCst)
    }

    /// Waits until somebody asks.
    pub async fn called(&self) {
        self.0.called.notified().await;
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thousand_who_ask_call_once() {
        let uses = Uses::default();
        (0..1000).for_each(|_| uses.wake());
        uses.called().await;
        assert!(uses.was_wanted());
        assert!(!uses.was_wanted());
        let again = tokio::time::timeout(std::time::Duration::ZERO, uses.called()).await;
        assert!(again.is_err());
    }

    #[test]
    fn what_is_open_counts_until_it_ends() {
        let uses = Uses::default();
        let (one, two) = (uses.begin(), uses.begin());
        drop(one);
        assert_eq!((uses.open(), uses.begun()), (1, 2));
        drop(two);
        assert_eq!((uses.open(), uses.begun()), (0, 2));
    }
}
