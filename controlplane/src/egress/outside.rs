//! The world outside: names into addresses, and connections to them. Both are ours: an app's own answer does not count.

use std::{
    fmt,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use tokio::net::TcpStream;

/// Resolves and connects. Clones share both.
#[derive(Clone)]
pub struct Outside {
    lookup: Arc<Lookup>,
    dial: Arc<Dial>,
}

type Lookup = dyn Fn(String) -> Later<Vec<IpAddr>> + Send + Sync;
type Dial = dyn Fn(SocketAddr) -> Later<TcpStream> + Send + Sync;
type Later<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl Outside {
    /// By the system's resolver and network.
    pub fn system() -> Self {
        let lookup = |name: String| async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        };
        Self::new(lookup, TcpStream::connect::<SocketAddr>)
    }

    /// By these two.
    pub fn new<L, D>(
        lookup: impl Fn(String) -> L + Send + Sync + 'static,
        dial: impl Fn(SocketAddr) -> D + Send + Sync + 'static,
    ) -> Self
    where
        L: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static,
        D: Future<Output = io::Result<TcpStream>> + Send + 'static,
    {
        Self {
            lookup: Arc::new(move |name| Box::pin(lookup(name))),
            dial: Arc::new(move |address| Box::pin(dial(address))),
        }
    }

    /// The addresses of a name, in the order in which they are to be tried.
    ///
    /// # Errors
    /// The resolver's.
    pub async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        (self.lookup)(name.to_owned()).await
    }

    /// A connection to an address.
    ///
    /// # Errors
    /// The network's.
    pub async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        (self.dial)(address).await
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}
