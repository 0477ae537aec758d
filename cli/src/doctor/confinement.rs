//! How far the socket proxy confined itself: asked of it through its socket, which lies in a volume of the engine's.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

use super::finding::Findings;
use crate::engine::{Engine, view::Container};

const ID: &str = "stack.confinement";
const TITLE: &str = "confinement";
const SOCKET: &str = "/run/atoll/proxy.sock";

/// What the proxy's `GET /info` says besides what an engine says.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    atoll: Atoll,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Atoll {
    /// Each means by its name: `enforced (…)` or `missing: …`.
    confinement: BTreeMap<String, String>,
}

/// Asks the proxy that runs in `container`.
pub(super) async fn examine(container: &Container, findings: &mut Findings) {
    let Some(socket) = socket(container) else {
        return findings.untried(ID, TITLE, "the engine does not say where its socket lies");
    };
    let info = match Engine::at(socket) {
        Ok(proxy) => proxy.read::<Info>("info").await,
        Err(error) => Err(error),
    };
    let means = match info {
        Ok(info) => info.atoll.confinement,
        // Because the volume is root's, an operator who is not cannot look into it.
        Err(error) => return findings.untried(ID, TITLE, format!("{error}; root may ask it")),
    };
    let said = |wanted: &str| {
        let named =
            |(name, how): (&String, &String)| how.starts_with(wanted).then(|| format!("{name} {how}"));
        means.iter().filter_map(named).collect::<Vec<_>>().join(", ")
    };
    let (missing, enforced) = (said("missing"), said("enforced"));
    if missing.is_empty() && !enforced.is_empty() {
        findings.ok(ID, TITLE, enforced);
    } else if enforced.is_empty() && missing.is_empty() {
        findings.problem(ID, TITLE, "the socket proxy has not confined itself", "update the socket proxy");
    } else {
        let cure = "run a kernel that has it; `--require-confinement` then makes sure of it";
        findings.warning(ID, TITLE, missing, cure);
    }
}

/// The proxy's socket as a path of the host.
fn socket(container: &Container) -> Option<PathBuf> {
    let inside =
        container.variable("ATOLL_LISTEN").map_or(SOCKET, |listen| listen.trim_start_matches("unix:"));
    container.on_host(inside)
}
