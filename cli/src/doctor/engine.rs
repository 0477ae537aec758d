//! Is there an engine, and is it new enough?

use std::error::Error;

use atoll_sandbox::dialect::{Dialect, OLDEST};

use super::finding::Findings;
use crate::{
    engine::{
        Engine, EngineArgs, EngineError,
        view::{Info, Version},
    },
    failure,
};

/// An engine that answers.
#[derive(Debug)]
pub(crate) struct Reached {
    /// The way to it.
    pub(crate) engine: Engine,
    /// Its version.
    pub(crate) version: Version,
    /// What it says about its host.
    pub(crate) info: Info,
    /// What Atoll would speak with it, if it can.
    pub(crate) dialect: Option<Dialect>,
}

/// Reaches the engine, or says why that is impossible.
pub(crate) async fn examine(args: &EngineArgs, findings: &mut Findings) -> Option<Reached> {
    match reach(args).await {
        Ok(reached) => {
            findings.ok("engine.reachable", "reachable", format!("at {}", reached.engine.socket().display()));
            version(&reached, findings);
            Some(reached)
        }
        Err(error) => {
            let because =
                error.source().map_or_else(String::new, |source| format!(": {}", failure::root(source)));
            let found = format!("{error}{because}");
            findings.problem("engine.reachable", "reachable", found, error.cure());
            None
        }
    }
}

async fn reach(args: &EngineArgs) -> Result<Reached, EngineError> {
    let engine = args.engine()?;
    let version = engine.version().await?;
    let info = engine.read("info").await?;
    let dialect = version.dialect().ok();
    Ok(Reached { engine, version, info, dialect })
}

fn version(reached: &Reached, findings: &mut Findings) {
    let Version { version, api_version, .. } = &reached.version;
    let family = reached.version.family();
    match reached.version.dialect() {
        Ok(dialect) => {
            let found =
                format!("{family} {version}, API {api_version}; Atoll speaks {} with it", dialect.version());
            findings.ok("engine.version", "version", found);
        }
        Err(why) => findings.problem(
            "engine.version",
            "version",
            format!("{family} {version}: {why}"),
            format!("install Docker 20.10 or newer (API {OLDEST}), or Podman 4 or newer"),
        ),
    }
}
