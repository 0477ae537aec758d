//! Takes connections from a listening socket: every thread that serves takes them itself, and hands one on only where
//! another has fewer.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, error, warn};

use super::{
    Front,
    door::{Door, Entered},
    speak,
    threads::{Seat, ThreadIndex},
};
use crate::gateway::client::Client;

/// Connections at once. Those beyond wait in the kernel's queue.
const MOST_CONNECTIONS: usize = 16 * 1024;
/// How long requests that are under way may take when the process is to end: less than the ten seconds after which
/// engines kill.
const DRAIN_WITHIN: Duration = Duration::from_secs(8);

/// What lies behind one listening socket. Clones share it.
#[derive(Clone)]
struct Entrance {
    door: Arc<Door>,
    front: Arc<Front>,
    connections: TaskTracker,
    places: Arc<Semaphore>,
    shutdown: CancellationToken,
}

/// Serves one listening socket until `shutdown`, then lets what is under way end.
pub async fn run_through(listener: TcpListener, door: Door, front: Arc<Front>, shutdown: CancellationToken) {
    let runtimes = front.threads.runtimes();
    let listeners = match share(listener, runtimes.len()) {
        Ok(listeners) => listeners,
        Err(error) => return error!(%error, "could not share a listening socket between the threads"),
    };
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let entrance =
        Entrance { door: Arc::new(door), front, connections: connections.clone(), places, shutdown };
    let mut accepting = JoinSet::new();
    for (index, (listener, runtime)) in listeners.into_iter().zip(&runtimes).enumerate() {
        accepting.spawn_on(entrance.clone().accept_on(ThreadIndex(index), listener), runtime);
    }
    while accepting.join_next().await.is_some() {}
    connections.close();
    if tokio::time::timeout(DRAIN_WITHIN, connections.wait()).await.is_err() {
        warn!(left = connections.len(), "closed requests that took too long to end");
    }
}

/// The socket, once for each thread; for fewer where too many files are open, since they hand connections on.
fn share(listener: TcpListener, threads: usize) -> io::Result<Vec<std::net::TcpListener>> {
    let mut all = vec![listener.into_std()?];
    while all.len() < threads {
        match all[0].try_clone() {
            Ok(listener) => all.push(listener),
            Err(error) => {
                warn!(%error, taking = all.len(), "not every thread takes connections");
                break;
            }
        }
    }
    Ok(all)
}

impl Entrance {
    /// Takes connections on this thread until the process is to end.
    async fn accept_on(self, own: ThreadIndex, listener: std::net::TcpListener) {
        let listener = match TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => return error!(%error, "could not listen on a thread"),
        };
        while let Some((stream, peer, place)) = self.shutdown.run_until_cancelled(self.next(&listener)).await
        {
            if self.is_inside(&stream, peer) {
                metrics::counter!("atoll_connections_from_islands_refused_total").increment(1);
                debug!("hung up on a connection from an app's network");
            } else if let Err(error) = self.seat(own, stream, peer, place) {
                debug!(%error, "a connection ended before it began");
            }
        }
    }

    /// The next connection, once there is a place for it.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, place),
                Err(error) => {
                    // Because `accept` reports what happened to one connection, or that we have too many files open:
                    // neither is a reason to stop, and the second needs a moment.
                    warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn is_inside(&self, stream: &TcpStream, peer: SocketAddr) -> bool {
        let islands = &self.front.islands;
        stream.local_addr().is_ok_and(|local| islands.contain(local.ip())) || islands.contain(peer.ip())
    }

    /// Gives a connection to this thread, or to one that has fewer.
    fn seat(
        &self,
        own: ThreadIndex,
        stream: TcpStream,
        peer: SocketAddr,
        place: OwnedSemaphorePermit,
    ) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let seat = self.front.threads.seat_near(own);
        if seat.thread == own {
            self.connections.spawn(self.clone().serve(stream, peer, seat, place));
            return Ok(());
        }
        // A stream belongs to the runtime that it was registered with.
        let (stream, runtime, entrance) = (stream.into_std()?, seat.runtime(), self.clone());
        let serving = async move {
            match TcpStream::from_std(stream) {
                Ok(stream) => entrance.serve(stream, peer, seat, place).await,
                Err(error) => warn!(%error, "could not serve a connection"),
            }
        };
        self.connections.spawn_on(serving, &runtime);
        Ok(())
    }

    async fn serve(self, stream: TcpStream, peer: SocketAddr, seat: Seat, place: OwnedSemaphorePermit) {
        let Self { door, front, shutdown, .. } = self;
        let client = Client::at(peer, seat.thread);
        match shutdown.run_until_cancelled(door.enter(stream)).await.flatten() {
            Some(Entered::Http1(stream)) => speak::http1(stream, client, door, front, shutdown).await,
            Some(Entered::Http2(stream)) => speak::http2(stream, client, front, shutdown).await,
            None => {}
        }
        drop((seat, place));
    }
}
