//! The addresses of islands: one /28 for each app instance.
//!
//! In a /28, `.1` is the gateway that the engine's address manager reserves (no host has it), services get `.2` and
//! following, and the control plane always has the last host address, `.14`.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How many services fit on an island: `.2` to `.13`.
pub const MOST_SERVICES: usize = 12;

/// A private IPv4 range out of which islands get their subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    base: u32,
    prefix: u8,
}

/// Which /28 of the pool an island has, counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NetworkIndex(pub u32);

/// The /28 of one island.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    base: u32,
}

/// A range that cannot serve as a pool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a private IPv4 range between /8 and /28 without host bits, such as 10.212.0.0/16")]
pub struct InvalidPool {
    value: String,
}

impl Pool {
    /// How many islands fit.
    pub fn size(&self) -> u32 {
        1 << (28 - u32::from(self.prefix))
    }

    /// The subnet of an index, or `None` past the end of the pool.
    pub fn subnet(&self, index: NetworkIndex) -> Option<Subnet> {
        (index.0 < self.size()).then(|| Subnet { base: self.base + (index.0 << 4) })
    }

    /// Whether the address lies in the pool, so belongs to an island.
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        u32::from(address) >> (32 - u32::from(self.prefix)) == self.base >> (32 - u32::from(self.prefix))
    }

    /// The index of the island that an address belongs to.
    pub fn index_of(&self, address: Ipv4Addr) -> Option<NetworkIndex> {
        self.contains(address).then(|| NetworkIndex((u32::from(address) - self.base) >> 4))
    }
}

impl Subnet {
    /// `.1`: reserved by the engine's address manager; the bridge does not have it.
    pub fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::from(self.base + 1)
    }

    /// The address of the service at a position in the app's entry, counted from zero.
    pub fn service(&self, position: usize) -> Option<Ipv4Addr> {
        let position = u32::try_from(position).ok().filter(|_| position < MOST_SERVICES)?;
        Some(Ipv4Addr::from(self.base + 2 + position))
    }

    /// `.14`: the control plane's address on the island.
    pub fn control_plane(&self) -> Ipv4Addr {
        Ipv4Addr::from(self.base + 14)
    }
}

impl FromStr for Pool {
    type Err = InvalidPool;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        parse_pool(value).ok_or_else(|| InvalidPool { value: value.chars().take(40).collect() })
    }
}

fn parse_pool(value: &str) -> Option<Pool> {
    let (address, prefix) = value.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let prefix: u8 = prefix.parse().ok().filter(|bits| (8..=28).contains(bits))?;
    let base = u32::from(address);
    let host_bits = base & (u32::MAX >> prefix);
    (address.is_private() && host_bits == 0).then_some(Pool { base, prefix })
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.prefix)
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/28", Ipv4Addr::from(self.base))
    }
}

impl Serialize for Pool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_index_has_a_subnet_of_its_own() {
        let pool: Pool = "10.212.0.0/16".parse().unwrap();
        let island = pool.subnet(NetworkIndex(17)).unwrap();
        assert_eq!(island.to_string(), "10.212.1.16/28");
        assert_eq!(island.service(0).unwrap().to_string(), "10.212.1.18");
        assert_eq!(island.control_plane().to_string(), "10.212.1.30");
        assert_eq!(island.service(MOST_SERVICES), None);
        assert_eq!(pool.index_of(island.control_plane()), Some(NetworkIndex(17)));
        assert_eq!(pool.subnet(NetworkIndex(pool.size())), None);
        assert!(!pool.contains("10.213.0.1".parse().unwrap()));
    }

    #[test]
    fn a_pool_is_private_and_has_no_host_bits() {
        for bad in ["8.8.0.0/16", "10.212.0.1/16", "10.0.0.0/7", "10.0.0.0/29", "10.0.0.0", "fd00::/8"] {
            assert!(bad.parse::<Pool>().is_err(), "{bad}");
        }
    }
}
