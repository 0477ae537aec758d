//! Which apps are installed, told from their containers.

use atoll_sandbox::{allowlist::App, names::IslandId};
use serde::de::IgnoredAny;

use super::engine::Reached;
use crate::engine::EngineError;

/// Whether an app has a container, running or not.
pub(super) async fn is_installed(app: &App, reached: &Reached) -> Result<bool, EngineError> {
    let island = IslandId::shared(app.id.clone());
    for service in app.services.keys() {
        let path = format!("containers/{}/json", island.container(service));
        if reached.engine.find::<IgnoredAny>(&path).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
