//! Which addresses are the open internet.
//!
//! Everything else is somebody's inside: this machine's, the company's, the cloud's. A name on an app's list must not
//! lead there, whoever answers for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is, to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The open internet.
    Public,
    /// Somebody's inside; reached only when an entry names the address itself.
    Inside,
    /// This container, another island, or no single machine: never reached.
    Never,
}

/// Azure's metadata and agent service, the one such service on a public address.
const AZURE_WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// What an address is. Own islands are not known here: see [`super::Egress`].
pub fn reach(address: IpAddr) -> Reach {
    match address.to_canonical() {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// By IANA's special-purpose registry (RFC 6890 and later).
fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    if a == 0 || address.is_loopback() || address.is_multicast() || address.is_broadcast() {
        return Reach::Never;
    }
    let inside = address.is_private()
        || address.is_link_local()
        || address == AZURE_WIRE_SERVER
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || matches!((a, b, c), (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113))
        || a >= 240;
    if inside { Reach::Inside } else { Reach::Public }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
        return Reach::Never;
    }
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        reach_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) are IPv4 addresses in disguise; `::a.b.c.d` is the old form.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            embedded(high, low)
        }
        // Teredo, and other protocol assignments.
        [0x2001, 0..0x200, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => Reach::Inside,
        // Global unicast; nothing outside of it is routed on the internet.
        [0x2000..=0x3fff, ..] => Reach::Public,
        _elsewhere => Reach::Inside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_is_public() {
        use Reach::{Inside, Never, Public};
        for (address, expected) in [
            ("1.1.1.1", Public),
            ("93.184.216.34", Public),
            ("100.63.0.1", Public),
            ("172.32.0.1", Public),
            ("2606:4700::1111", Public),
            ("64:ff9b::101:101", Public),
            ("10.0.0.1", Inside),
            ("10.212.0.2", Inside),
            ("172.16.0.1", Inside),
            ("192.168.1.1", Inside),
            ("169.254.169.254", Inside),
            ("168.63.129.16", Inside),
            ("100.64.0.1", Inside),
            ("100.100.100.200", Inside),
            ("192.0.0.192", Inside),
            ("192.0.2.1", Inside),
            ("198.18.0.1", Inside),
            ("203.0.113.1", Inside),
            ("240.0.0.1", Inside),
            ("fd00:ec2::254", Inside),
            ("fe80::1", Inside),
            ("fec0::1", Inside),
            ("2001:db8::1", Inside),
            ("2001::1", Inside),
            ("64:ff9b::a9fe:a9fe", Inside),
            ("64:ff9b:1::1", Inside),
            ("2002:a00:1::", Inside),
            ("::ffff:10.0.0.1", Inside),
            ("::ffff:169.254.169.254", Inside),
            ("::10.0.0.1", Inside),
            ("5f00::1", Inside),
            ("127.0.0.1", Never),
            ("127.1.2.3", Never),
            ("0.0.0.0", Never),
            ("0.1.2.3", Never),
            ("224.0.0.1", Never),
            ("255.255.255.255", Never),
            ("::", Never),
            ("::1", Never),
            ("ff02::1", Never),
            ("::ffff:127.0.0.1", Never),
            ("64:ff9b::7f00:1", Never),
            ("2002:7f00:1::", Never),
        ] {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }
}
