//! Can an app be put on an island, and how fast is the water around it?

use atoll_sandbox::dialect::{ApiVersion, Dialect};

use super::{engine::Reached, finding::Findings};
use crate::{engine::view::Network, output::quantity};

/// From so many bridges on, filtered frames cost more than they should.
const MANY_BRIDGES: usize = 50;

/// Since this API version an engine can leave the host without an address on a bridge by itself.
const ISOLATED_GATEWAY: ApiVersion = ApiVersion { major: 1, minor: 48 };

/// Looks at what the engine can do with bridges, and at the packet filter.
pub(crate) async fn examine(reached: &Reached, findings: &mut Findings) {
    host_address(reached, findings);
    match reached.engine.read::<Vec<Network>>("networks").await {
        Ok(networks) => {
            let bridges = networks.iter().filter(|network| network.driver == "bridge").count();
            filter(reached.info.bridge_nf_iptables, bridges, findings);
        }
        Err(error) => findings.problem("network.filter", "packet filter", error.to_string(), error.cure()),
    }
}

/// An island's bridge must not carry an address of the host: through it an app reaches whatever listens there.
fn host_address(reached: &Reached, findings: &mut Findings) {
    let (id, title) = ("network.isolated", "host address");
    match reached.dialect {
        Dialect::Docker(version) if version >= ISOLATED_GATEWAY => {
            findings.ok(id, title, "can be taken off a bridge (gateway_mode_ipv4=isolated)");
        }
        Dialect::Docker(_) => findings.ok(id, title, "can be taken off a bridge (inhibit_ipv4)"),
        Dialect::Podman(_) if reached.info.has("rootless") => {
            findings.ok(id, title, "not on the bridges: rootless networks lie in a namespace of their own");
        }
        Dialect::Podman(_) => findings.warning(
            id,
            title,
            "stays on the bridges: an app can reach services of this machine that listen on all addresses",
            "run Podman without root, use Docker, or keep those services from listening on all addresses",
        ),
    }
}

fn filter(filtered: bool, bridges: usize, findings: &mut Findings) {
    let (id, title) = ("network.filter", "packet filter");
    let now = quantity::count(bridges, "bridge");
    match (filtered, bridges) {
        (false, _) => findings.ok(id, title, format!("{now}; frames on a bridge do not cross it")),
        (true, 0..MANY_BRIDGES) => {
            findings.ok(id, title, format!("{now}; frames cross it, which is not felt below {MANY_BRIDGES} bridges"));
        }
        (true, _) => findings.warning(
            id,
            title,
            format!("{now}, and each frame between the control plane and an app crosses the filter rules of all of them"),
            "sysctl -w net.bridge.bridge-nf-call-iptables=0 if nothing else filters bridged frames, or accept them \
             first: iptables -I DOCKER-USER -m physdev --physdev-is-bridged -j ACCEPT",
        ),
    }
}
