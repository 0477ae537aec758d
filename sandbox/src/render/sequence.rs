//! Everything that installing and starting an app asks of the engine, in order: an auditor's view.

use serde_json::Value;

use super::{Context, Island, RenderError, Request, connect, container, network, volume};
use crate::{holes::Holes, names::VolumeName};

/// The requests in order: the network, the control plane's place on it, volumes, containers, starts (a service after
/// the ones that it depends on). Secrets stand as the placeholder `<secret>`.
pub fn start_sequence(
    context: &Context<'_>,
    island: &Island,
    gateway: &str,
) -> Result<Vec<Request>, RenderError> {
    let app = context.app(&island.id)?;
    let mut requests = vec![network(context, island)?, connect(context, island, gateway)?];
    let volumes: std::collections::BTreeSet<&VolumeName> = app.volumes().collect();
    for name in volumes {
        requests.push(volume(context, &island.id, name)?);
    }
    let order = app.start_order();
    for name in &order {
        requests.push(container(context, island, name, &Holes::placeholders(&app.services[name]))?);
    }
    requests.extend(order.iter().map(|name| {
        let path = format!("/containers/{}/start", island.id.container(name));
        Request::create(&path, Value::Null)
    }));
    Ok(requests)
}
