//! The island's network, and the control plane's place on it.

use serde_json::{Value, json};

use super::{Context, Island, RenderError, Request, spec};
use crate::{dialect::Dialect, labels};

/// `POST /networks/create`: an internal bridge with one /28 and no host address on it.
///
/// `Internal` alone is not enough: the bridge would keep an address of the host, and through it an app reaches every
/// host service that listens on all addresses. Without `Internal` there would be a way out.
pub fn network(context: &Context<'_>, island: &Island) -> Result<Request, RenderError> {
    context.app(&island.id)?;
    let subnet = context.subnet(island.index)?;
    let mut body = json!({
        "Name": island.id.network(),
        "Driver": "bridge",
        "Internal": true,
        "EnableIPv6": false,
        "IPAM": {
            "Driver": "default",
            "Config": [{"Subnet": subnet.to_string(), "Gateway": subnet.gateway().to_string()}],
        },
        "Options": options(context.dialect),
    });
    if context.dialect.checks_duplicates_on_request() {
        body["CheckDuplicate"] = Value::Bool(true);
    }
    let own = [(labels::INDEX, island.index.0.to_string())];
    Ok(Request::create("/networks/create", spec::with_labels(body, &island.id, own)))
}

/// `POST /networks/<name>/connect`: the control plane joins at `.14`. Nobody else ever joins.
pub fn connect(context: &Context<'_>, island: &Island, gateway: &str) -> Result<Request, RenderError> {
    context.app(&island.id)?;
    let address = context.subnet(island.index)?.control_plane();
    let body = json!({
        "Container": gateway,
        "EndpointConfig": {"IPAMConfig": {"IPv4Address": address.to_string()}},
    });
    Ok(Request::create(&format!("/networks/{}/connect", island.id.network()), body))
}

/// What takes the host's address off the bridge, as each engine calls it.
fn options(dialect: Dialect) -> Value {
    match dialect {
        Dialect::Podman(_) => json!({"isolate": "true"}),
        Dialect::Docker(_) if dialect.isolates_gateways() => {
            json!({"com.docker.network.bridge.gateway_mode_ipv4": "isolated"})
        }
        Dialect::Docker(_) => json!({"com.docker.network.bridge.inhibit_ipv4": "true"}),
    }
}
