//! Networks that this host reaches already. An island's subnet that lies in one of them would hide its hosts from the
//! control plane and the app.

use std::{fmt, fs, net::Ipv4Addr};

use atoll_sandbox::subnet::Pool;

const KERNEL_ROUTES: &str = "/proc/net/route";

/// One route of the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    interface: String,
    network: u32,
    prefix: u32,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} by {}", Ipv4Addr::from(self.network), self.prefix, self.interface)
    }
}

/// The routes of this host that meet the pool; none where the kernel tells no routes.
pub(crate) fn overlapping(pool: Pool) -> Vec<Route> {
    let table = fs::read_to_string(KERNEL_ROUTES).unwrap_or_default();
    parse(&table).into_iter().filter(|route| route.meets(pool)).collect()
}

/// Reads the kernel's table: columns of hexadecimal numbers, addresses in this machine's byte order.
fn parse(table: &str) -> Vec<Route> {
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let word = |index: usize| {
            let number = u32::from_str_radix(fields.get(index)?, 16).ok()?;
            Some(u32::from_be_bytes(number.to_ne_bytes()))
        };
        let interface = (*fields.first()?).to_owned();
        Some(Route { interface, network: word(1)?, prefix: word(7)?.count_ones() })
    };
    table.lines().skip(1).filter_map(route).collect()
}

impl Route {
    fn meets(&self, pool: Pool) -> bool {
        if self.prefix == 0 || self.is_island(pool) {
            return false;
        }
        let last = self.network | u32::MAX.checked_shr(self.prefix).unwrap_or(0);
        let ends_inside = [self.network, last].into_iter().any(|end| pool.contains(Ipv4Addr::from(end)));
        ends_inside || (self.network..=last).contains(&first_address(pool))
    }

    /// An island's own bridge, which is what the pool is for.
    fn is_island(&self, pool: Pool) -> bool {
        let bridge = self.interface.starts_with("br-") || self.interface.starts_with("podman");
        bridge && self.prefix == 28 && pool.contains(Ipv4Addr::from(self.network))
    }
}

fn first_address(pool: Pool) -> u32 {
    let text = pool.to_string();
    let address = text.split('/').next().and_then(|address| address.parse::<Ipv4Addr>().ok());
    address.map_or(0, u32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line as the kernel writes it on this machine.
    fn line(interface: &str, network: [u8; 4], mask: [u8; 4]) -> String {
        let hex = |address: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(address));
        format!("{interface}\t{}\t00000000\t0001\t0\t0\t0\t{}\t0\t0\t0\n", hex(network), hex(mask))
    }

    fn meeting(lines: &[String]) -> Vec<String> {
        let table = format!("Iface\tDestination\tGateway\n{}", lines.concat());
        let pool = "10.212.0.0/16".parse().unwrap();
        parse(&table).iter().filter(|route| route.meets(pool)).map(Route::to_string).collect()
    }

    #[test]
    fn networks_around_within_and_beside_the_pool_are_told_apart() {
        let met = meeting(&[
            line("eth0", [0, 0, 0, 0], [0, 0, 0, 0]),
            line("eth0", [10, 0, 0, 0], [255, 0, 0, 0]),
            line("eth1", [10, 212, 4, 0], [255, 255, 255, 0]),
            line("eth2", [10, 213, 0, 0], [255, 255, 0, 0]),
            line("eth3", [10, 212, 0, 1], [255, 255, 255, 255]),
            line("br-0a1b2c", [10, 212, 0, 16], [255, 255, 255, 240]),
        ]);
        assert_eq!(met, ["10.0.0.0/8 by eth0", "10.212.4.0/24 by eth1", "10.212.0.1/32 by eth3"]);
    }

    #[test]
    fn a_table_that_cannot_be_read_meets_nothing() {
        assert_eq!(parse("Iface\nnonsense\neth0 xyz\n"), []);
    }
}
