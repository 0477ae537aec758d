//! Where we listen: on every address of this machine except those on app networks.
//!
//! The control plane is a member of every app's network, so a socket on `0.0.0.0` would answer apps too. Instead each
//! address gets a socket of its own, and on an island's address there is none: the kernel itself refuses. Networks come
//! and go, so the addresses are looked at again now and then.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use atoll_sandbox::policy::Policy;
use nix::{ifaddrs::getifaddrs, sys::socket::SockaddrStorage};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Front, door::Door, run_through};

/// How often the machine's addresses are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Which addresses belong to islands, by the policy that is in force.
#[derive(Debug, Clone)]
pub struct IslandAddresses(watch::Receiver<Arc<Policy>>);

impl IslandAddresses {
    /// By this policy.
    pub const fn new(policy: watch::Receiver<Arc<Policy>>) -> Self {
        Self(policy)
    }

    /// Whether an address is an island's.
    pub fn contain(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => self.0.borrow().allowlist().host.subnets.contains(address),
            // IslandAddresses have no IPv6 address but a link-local one, which no other network of ours uses.
            IpAddr::V6(address) => address.is_unicast_link_local(),
        }
    }
}

/// Listens on `address`; on an unspecified one (`0.0.0.0`, `::`) everywhere but on islands. Ends after `shutdown`.
///
/// # Errors
/// When there is no address to listen on, or the first look cannot bind what it finds.
pub async fn everywhere(
    address: SocketAddr,
    door: Door,
    front: Arc<Front>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let mut open: HashMap<IpAddr, CancellationToken> = HashMap::new();
    let mut running = JoinSet::new();
    loop {
        let wanted = wanted(address.ip(), &front.islands, local_addresses()?);
        open.retain(|ip, stop| {
            let stays = wanted.contains(ip);
            if !stays {
                info!(%ip, "no longer listening on an address that is gone");
                stop.cancel();
            }
            stays
        });
        for ip in wanted.into_iter().filter(|ip| !open.contains_key(ip)).collect::<Vec<_>>() {
            match TcpListener::bind((ip, address.port())).await {
                Ok(listener) => {
                    info!(address = %SocketAddr::new(ip, address.port()), "listening");
                    let stop = shutdown.child_token();
                    open.insert(ip, stop.clone());
                    running.spawn(run_through(listener, door.clone(), Arc::clone(&front), stop));
                }
                Err(error) if open.is_empty() => return Err(error),
                Err(error) => warn!(%ip, %error, "could not listen on an address"),
            }
        }
        if shutdown.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
            break;
        }
    }
    while running.join_next().await.is_some() {}
    Ok(())
}

/// The addresses to listen on.
fn wanted(asked: IpAddr, islands: &IslandAddresses, local: Vec<IpAddr>) -> Vec<IpAddr> {
    if !asked.is_unspecified() {
        return vec![asked];
    }
    // As a socket on `::` would, one that is asked for IPv6 takes IPv4 too.
    let mut wanted: Vec<_> =
        local.into_iter().filter(|ip| (asked.is_ipv6() || ip.is_ipv4()) && !islands.contain(*ip)).collect();
    // Loopback first, because it is always there: when even that cannot be bound, the port is taken.
    wanted.sort_by_key(|ip| (!ip.is_loopback(), *ip));
    wanted.dedup();
    wanted
}

/// The addresses of all network interfaces of this machine, or of this container.
fn local_addresses() -> io::Result<Vec<IpAddr>> {
    let address = |storage: SockaddrStorage| {
        let v4 = storage.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        v4.or_else(|| storage.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
    };
    Ok(getifaddrs()?.filter_map(|interface| interface.address.and_then(address)).collect())
}

#[cfg(test)]
mod tests {
    use atoll_sandbox::{allowlist::Allowlist, lock::Lock};

    use super::*;

    fn islands() -> IslandAddresses {
        let text = "schemaVersion: 1\nrevision: 1\nhost:\n  subnets: 10.212.0.0/16\n  \
                    limits: {instances: 1, cpu: \"1\", memory: 1Gi, pids: 64}\napps: []\n";
        let list = Allowlist::parse("allowlist.yaml", text).unwrap();
        let lock =
            Lock::parse("allowlist.lock", r#"{"schemaVersion": 1, "revision": 1, "images": {}}"#).unwrap();
        IslandAddresses::new(watch::Sender::new(Arc::new(Policy::new(list, lock))).subscribe())
    }

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn we_listen_everywhere_but_on_islands() {
        let local = ips(&[
            "10.212.0.14",
            "172.18.0.2",
            "127.0.0.1",
            "10.212.255.254",
            "::1",
            "fe80::1",
            "fd00::2",
            "10.213.0.1",
        ]);
        let on = |asked: &str| wanted(asked.parse().unwrap(), &islands(), local.clone());
        assert_eq!(on("0.0.0.0"), ips(&["127.0.0.1", "10.213.0.1", "172.18.0.2"]));
        assert_eq!(on("::"), ips(&["127.0.0.1", "::1", "10.213.0.1", "172.18.0.2", "fd00::2"]));
        assert_eq!(on("127.0.0.1"), ips(&["127.0.0.1"]));
    }

    #[test]
    fn an_island_is_recognised_by_its_mapped_address_too() {
        assert!(islands().contain("::ffff:10.212.0.2".parse().unwrap()));
        assert!(!islands().contain("::ffff:10.211.0.2".parse().unwrap()));
    }

    #[test]
    fn this_machine_has_a_loopback_address() {
        assert!(local_addresses().unwrap().contains(&"127.0.0.1".parse().unwrap()));
    }
}
