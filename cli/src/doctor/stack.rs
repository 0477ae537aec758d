//! Are the platform's own containers up and well?

use url::Url;

use super::{confinement, engine::Reached, finding::Findings};
use crate::engine::view::{Container, ContainerState};

const SOCKET_PROXY: &str = "atoll-socket-proxy";
const CONTROL_PLANE: &str = "atoll-controlplane";
const CONTAINERS: [(&str, &str, &str); 2] =
    [("stack.proxy", "socket proxy", SOCKET_PROXY), ("stack.controlplane", "control plane", CONTROL_PLANE)];

/// What the running stack tells about itself.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// Whether the control plane runs.
    pub(crate) is_up: bool,
    /// Where it was told that people find it.
    pub(crate) base_url: Option<Url>,
    /// The control plane's container, running or not.
    pub(crate) control_plane: Option<Container>,
}

/// Looks at both containers.
pub(crate) async fn examine(engine: Option<&Reached>, findings: &mut Findings) -> Stack {
    let mut stack = Stack::default();
    for (id, title, name) in CONTAINERS {
        let Some(reached) = engine else {
            findings.untried(id, title, "the engine cannot be asked");
            continue;
        };
        match reached.engine.find::<Container>(&format!("containers/{name}/json")).await {
            Ok(None) => findings.warning(id, title, "not started", "`make up` starts it"),
            Ok(Some(container)) => {
                state(id, title, name, &container.state, findings);
                if name == SOCKET_PROXY && container.state.status == "running" {
                    confinement::examine(&container, findings).await;
                }
                if name == CONTROL_PLANE {
                    stack.is_up = container.state.status == "running";
                    stack.base_url = container.variable("ATOLL_BASE_URL").and_then(|url| url.parse().ok());
                    stack.control_plane = Some(container);
                }
            }
            Err(error) => findings.problem(id, title, error.to_string(), error.cure()),
        }
    }
    stack
}

fn state(id: &'static str, title: &'static str, name: &str, state: &ContainerState, findings: &mut Findings) {
    let health = state.health.as_ref().map(|health| health.status.as_str());
    let look = format!("its last words: docker logs --tail 50 {name}");
    match (state.status.as_str(), health) {
        ("running", Some("healthy") | None) => findings.ok(id, title, "up and healthy"),
        ("running", Some("starting")) => {
            findings.warning(id, title, "still starting", "look again in a few seconds")
        }
        ("running", Some(health)) => findings.problem(id, title, format!("up, but {health}"), look),
        (_, _) if state.oom_killed => {
            findings.problem(
                id,
                title,
                "killed for want of memory",
                format!("raise mem_limit in deploy/compose.yaml; {look}"),
            );
        }
        (status, _) => findings.problem(id, title, format!("{status} (exit code {})", state.exit_code), look),
    }
}
