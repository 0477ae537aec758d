//! Which addresses a webhook may reach: private ones, which on an island are its own containers.
//!
//! Not the public internet, because documents leave through the platform's egress only; not this container itself, and not
//! link-local addresses, where clouds answer with their machines' secrets.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use super::HookUrl;

/// Where the metadata service of a cloud answers in IPv6, amid private addresses (AWS, EC2 user guide).
const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// How far webhooks reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Private addresses only.
    #[default]
    Private,
    /// This machine too: for development and tests.
    PrivateAndLoopback,
}

/// Why a webhook cannot go there.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The name leads nowhere.
    #[error("`{host}` cannot be found")]
    Unknown {
        /// The host.
        host: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The name leads outside.
    #[error("`{host}` is not in a private network")]
    Outside {
        /// The host.
        host: String,
    },
}

impl Reach {
    /// Looks the host up; every address that it has must be allowed, so that which one is chosen does not matter.
    ///
    /// # Errors
    /// When it is unknown, or not allowed.
    pub async fn resolve(self, url: &HookUrl) -> Result<SocketAddr, ReachError> {
        let host = url.host();
        let unknown = |source| ReachError::Unknown { host: host.into(), source };
        let found: Vec<SocketAddr> =
            tokio::net::lookup_host((host, url.port())).await.map_err(unknown)?.collect();
        let first = found.first().copied().ok_or_else(|| unknown(io::ErrorKind::NotFound.into()))?;
        if found.iter().all(|address| self.allows(address.ip())) {
            Ok(first)
        } else {
            Err(ReachError::Outside { host: host.into() })
        }
    }

    fn allows(self, address: IpAddr) -> bool {
        match address.to_canonical() {
            address if address.is_loopback() => self == Self::PrivateAndLoopback,
            IpAddr::V4(address) => address.is_private(),
            IpAddr::V6(address) => address.is_unique_local() && address != METADATA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_reached_and_no_others() {
        for (address, allowed) in [
            ("10.212.0.3", true),
            ("172.16.0.1", true),
            ("192.168.1.1", true),
            ("fd12::1", true),
            ("::ffff:10.0.0.1", true),
            ("127.0.0.1", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("0.0.0.0", false),
            ("169.254.169.254", false),
            ("fe80::1", false),
            ("fd00:ec2::254", false),
            ("100.64.0.1", false),
            ("93.184.216.34", false),
            ("2606:2800::1", false),
            ("224.0.0.1", false),
        ] {
            assert_eq!(Reach::Private.allows(address.parse().unwrap()), allowed, "{address}");
        }
        assert!(Reach::PrivateAndLoopback.allows("127.0.0.1".parse().unwrap()));
    }
}
