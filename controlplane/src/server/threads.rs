//! The threads that serve connections, each with a runtime of its own.
//!
//! A connection stays on the thread that it was given to, and so do the connections to apps on which its requests go out:
//! what is read on one thread and written on another costs a wake-up between processors for each request. Everything else
//! (the console, the reconciler, the way out of the islands) shares the runtime that was there before, so that no handler
//! that computes holds up a thread's connections.

use std::{
    io,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use metrics::{Gauge, gauge};
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The threads that serve connections. Clones share them; they end with the last one.
#[derive(Debug, Clone)]
pub struct Threads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    serving: Vec<Serving>,
    rest: Handle,
    _end: Option<DropGuard>,
}

#[derive(Debug)]
struct Serving {
    runtime: Handle,
    load: Load,
}

/// How many connections a thread serves.
#[derive(Debug, Clone)]
struct Load {
    count: Arc<AtomicUsize>,
    shown: Gauge,
}

/// Which of the threads serves a connection, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadIndex(pub usize);

/// A connection's place on a thread, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    /// On which thread.
    pub thread: ThreadIndex,
    runtime: Handle,
    load: Load,
}

impl Threads {
    /// So many new threads; called on the runtime that does everything else.
    ///
    /// # Errors
    /// When a thread or its runtime cannot be made.
    pub fn start(count: NonZeroUsize) -> io::Result<Self> {
        let end = CancellationToken::new();
        let serving =
            (0..count.get()).map(|index| Serving::start(index, end.clone())).collect::<io::Result<_>>()?;
        Ok(Self(Arc::new(Inner { serving, rest: Handle::current(), _end: Some(end.drop_guard()) })))
    }

    /// No thread of its own: the present runtime serves connections too.
    pub fn here() -> Self {
        let serving = vec![Serving { runtime: Handle::current(), load: Load::of(ThreadIndex(0)) }];
        Self(Arc::new(Inner { serving, rest: Handle::current(), _end: None }))
    }

    /// A place on this thread, or on the one that has the fewest connections if that has fewer.
    pub fn seat_near(&self, own: ThreadIndex) -> Seat {
        let load = |index: usize| self.0.serving[index].load.now();
        let fewest = (0..self.0.serving.len()).min_by_key(|index| (load(*index), *index != own.0));
        let index = fewest.expect("there is always a thread");
        let Serving { runtime, load } = &self.0.serving[index];
        load.count.fetch_add(1, Ordering::Relaxed);
        load.shown.increment(1);
        Seat { thread: ThreadIndex(index), runtime: runtime.clone(), load: load.clone() }
    }

    /// The runtime of each thread.
    pub fn runtimes(&self) -> Vec<Handle> {
        self.0.serving.iter().map(|serving| serving.runtime.clone()).collect()
    }

    /// How many connections each thread serves.
    pub fn loads(&self) -> Vec<usize> {
        self.0.serving.iter().map(|serving| serving.load.now()).collect()
    }

    /// The runtime that does everything else.
    pub fn rest(&self) -> &Handle {
        &self.0.rest
    }
}

impl Serving {
    fn start(index: usize, end: CancellationToken) -> io::Result<Self> {
        let runtime =
            Builder::new_current_thread().enable_all().thread_name(format!("serve-{index}-io")).build()?;
        let handle = runtime.handle().clone();
        let serve = move || runtime.block_on(end.cancelled());
        thread::Builder::new().name(format!("serve-{index}")).spawn(serve)?;
        Ok(Self { runtime: handle, load: Load::of(ThreadIndex(index)) })
    }
}

impl Load {
    fn of(thread: ThreadIndex) -> Self {
        Self { count: Arc::default(), shown: gauge!("atoll_connections", "thread" => thread.0.to_string()) }
    }

    fn now(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

impl Seat {
    /// The runtime of the thread.
    pub fn runtime(&self) -> Handle {
        self.runtime.clone()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.load.count.fetch_sub(1, Ordering::Relaxed);
        self.load.shown.decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Threads {
        Threads::start(NonZeroUsize::new(2).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_connection_stays_on_its_thread_unless_another_has_fewer() {
        let threads = two();
        let near = |index| threads.seat_near(ThreadIndex(index));
        let (first, second, third) = (near(1), near(1), near(1));
        assert_eq!([first.thread, second.thread, third.thread], [1, 0, 1].map(ThreadIndex));
        assert_eq!(threads.loads(), [1, 2]);
        drop((first, third));
        assert_eq!(near(0).thread, ThreadIndex(1));
        assert_eq!(threads.loads(), [1, 0]);
    }

    #[tokio::test]
    async fn what_a_seat_runs_stays_on_its_thread() {
        let threads = two();
        for own in [0, 1].map(ThreadIndex) {
            let seat = threads.seat_near(own);
            let name = || thread::current().name().map(ToOwned::to_owned);
            let inner = async move { tokio::spawn(async move { name() }).await.unwrap() };
            let ran = seat.runtime().spawn(async move { (name(), inner.await) }).await.unwrap();
            let named = Some(format!("serve-{}", own.0));
            assert_eq!(ran, (named.clone(), named));
        }
    }

    #[tokio::test]
    async fn without_threads_of_its_own_the_present_one_serves() {
        let threads = Threads::here();
        let seat = threads.seat_near(ThreadIndex(0));
        let ran = seat.runtime().spawn(async { thread::current().id() }).await.unwrap();
        assert_eq!(ran, thread::current().id());
    }
}
