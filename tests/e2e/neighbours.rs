//! Nobody on the LAN gets onto an island, not even who sends what is for it to this machine.
//!
//! Each test first shows that the thing that must not be reached does answer somebody else, so that silence proves something.

use atoll_tests::{
    Machine, Probe, Stack,
    machine::{LAN, Listener},
};

use crate::islands::{BOTH, Network, PROTOCOLS};

/// Where the control plane serves apps.
const PLATFORM_PORT: u16 = 3128;

#[tokio::test]
async fn a_neighbour_who_routes_to_an_island_reaches_neither_its_app_nor_the_control_plane() {
    let (stack, user) = Stack::with_probes().await;
    // The neighbour's way to 10.0.0.0/8 leads over this machine, and it gets through where nothing is in its way.
    let (_network, listener) = (Network::plain_internal(), Listener::on(0));
    for protocol in PROTOCOLS {
        assert!(stack.machine.neighbour_reaches(protocol, "10.99.0.1", listener.port), "{protocol}");
    }
    for app in BOTH {
        let probe = Probe::opened(app, &user).await;
        let (own, platform) = (probe.address(), probe.sibling(14));
        for (protocol, address, port) in
            [("tcp", &own, 8080), ("udp", &own, 8080), ("tcp", &platform, PLATFORM_PORT)]
        {
            let answers = stack.machine.container_reaches(&probe.container(), protocol, address, port);
            assert!(answers, "{protocol} {address}:{port} must answer on the island");
            shut_out(stack.machine, protocol, address, port);
        }
        // Nobody listens there, and nobody gets so far as to find that out.
        shut_out(stack.machine, "tcp", &platform, 8080);
    }
}

#[tokio::test]
async fn a_neighbour_does_not_reach_the_platform_port_by_another_address_of_the_control_plane() {
    let (stack, _user) = Stack::with_probes().await;
    let networks = stack.machine.inspect("atoll-controlplane")["NetworkSettings"]["Networks"].clone();
    let addresses = networks.as_object().expect("networks").values();
    let addresses = addresses.filter_map(|network| network["IPAddress"].as_str());
    let outside: Vec<_> = addresses.filter(|address| !address.starts_with("10.212.")).collect();
    assert!(!outside.is_empty(), "{networks:#}");
    for address in outside {
        let answers = stack.machine.container_reaches("atoll-controlplane", "tcp", address, PLATFORM_PORT);
        assert!(answers, "the control plane listens on {address}");
        shut_out(stack.machine, "tcp", address, PLATFORM_PORT);
    }
    shut_out(stack.machine, "tcp", LAN, PLATFORM_PORT);
}

#[track_caller]
fn shut_out(machine: Machine, protocol: &str, address: &str, port: u16) {
    let reached = machine.neighbour_reaches(protocol, address, port);
    assert!(!reached, "the neighbour reached {protocol} {address}:{port}");
}
