//! Which addresses a provider may have.
//!
//! The platform's way out has rules of its own. These hold where there is no such way: an AI provider is never a cloud's
//! metadata service, and it is in a private network only where an administrator says so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the open internet.
    Public,
    /// This machine or a private network: an administrator must allow it.
    Private,
    /// Link-local, a metadata service, or no single machine: never.
    Forbidden,
}

/// Metadata and agent services outside of the link-local ranges: Azure, Alibaba, Oracle.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
/// The same for IPv6: Amazon and Google.
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

/// What an address is.
pub fn place(address: IpAddr) -> Place {
    match address.to_canonical() {
        IpAddr::V4(address) => place_v4(address),
        IpAddr::V6(address) => place_v6(address),
    }
}

/// Whether a name is known to lead to a metadata service, whatever it resolves to.
pub fn is_metadata_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    matches!(name.as_str(), "metadata" | "metadata.google.internal" | "metadata.goog" | "instance-data")
        || name.ends_with(".metadata.google.internal")
}

fn place_v4(address: Ipv4Addr) -> Place {
    let [a, b, ..] = address.octets();
    if a == 0
        || a >= 240
        || address.is_link_local()
        || address.is_multicast()
        || METADATA_V4.contains(&address)
    {
        return Place::Forbidden;
    }
    let shared = a == 100 && (64..128).contains(&b);
    let private = address.is_loopback() || address.is_private() || shared;
    if private { Place::Private } else { Place::Public }
}

fn place_v6(address: Ipv6Addr) -> Place {
    let embedded = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        place_v4(Ipv4Addr::new(a, b, c, d))
    };
    if address.is_loopback() {
        return Place::Private;
    }
    if address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        || METADATA_V6.contains(&address)
    {
        return Place::Forbidden;
    }
    match address.segments() {
        // NAT64 (RFC 6052), 6to4 (RFC 3056) and the old `::a.b.c.d` are IPv4 addresses in disguise.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            embedded(high, low)
        }
        [0x2000..=0x3fff, ..] => Place::Public,
        _elsewhere => Place::Private,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_and_link_local_addresses_are_never_a_provider_in_any_disguise() {
        use Place::{Forbidden, Private, Public};
        for (address, expected) in [
            ("1.1.1.1", Public),
            ("2606:4700::1111", Public),
            ("127.0.0.1", Private),
            ("10.1.2.3", Private),
            ("192.168.0.9", Private),
            ("172.16.0.1", Private),
            ("100.64.0.1", Private),
            ("::1", Private),
            ("fd12::1", Private),
            ("::ffff:10.0.0.1", Private),
            ("169.254.169.254", Forbidden),
            ("169.254.0.1", Forbidden),
            ("::ffff:169.254.169.254", Forbidden),
            ("64:ff9b::a9fe:a9fe", Forbidden),
            ("2002:a9fe:a9fe::", Forbidden),
            ("100.100.100.200", Forbidden),
            ("168.63.129.16", Forbidden),
            ("fd00:ec2::254", Forbidden),
            ("fe80::1", Forbidden),
            ("0.0.0.0", Forbidden),
            ("::", Forbidden),
            ("224.0.0.1", Forbidden),
            ("255.255.255.255", Forbidden),
        ] {
            assert_eq!(place(address.parse().unwrap()), expected, "{address}");
        }
        assert!(is_metadata_name("Metadata.Google.Internal."));
        assert!(!is_metadata_name("api.anthropic.com"));
    }
}
