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

/// An engine that Atoll can work with.
#[derive(Debug)]
pub(crate) struct Reached {
    /// The way to it.
    pub(crate) engine: Engine,
    /// Its version.
    pub(crate) version: Version,
    /// What it says about its host.
    pub(crate) info: Info,
    /// What Atoll speaks with it.
    pub(crate) dialect: Dialect,
}

/// Reaches the engine, or says why that is impossible.
pub(crate) async fn examine(args: &EngineArgs, findings: &mut Findings) -> Option<Reached> {
    let (engine, version) = match reach(args).await {
        Ok(reached) => reached,
        Err(error) => {
            lost("engine.reachable", "reachable", &error, findings);
            return None;
        }
    };
    findings.ok("engine.reachable", "reachable", format!("at {}", engine.socket().display()));
    let dialect = dialect(&version, findings)?;
    match engine.read("info").await {
        Ok(info) => Some(Reached { engine, version, info, dialect }),
        Err(error) => {
            lost("engine.info", "its host", &error, findings);
            None
        }
    }
}

async fn reach(args: &EngineArgs) -> Result<(Engine, Version), EngineError> {
    let engine = args.engine()?;
    let version = engine.version().await?;
    Ok((engine, version))
}

fn lost(id: &'static str, title: &'static str, error: &EngineError, findings: &mut Findings) {
    let because = error.source().map_or_else(String::new, |source| format!(": {}", failure::root(source)));
    findings.problem(id, title, format!("{error}{because}"), error.cure());
}

fn dialect(version: &Version, findings: &mut Findings) -> Option<Dialect> {
    let (id, title) = ("engine.version", "version");
    let Version { version: number, api_version, .. } = version;
    let family = version.family();
    match version.dialect() {
        Ok(dialect) => {
            let spoken = dialect.version();
            findings.ok(
                id,
                title,
                format!("{family} {number}, API {api_version}; Atoll speaks {spoken} with it"),
            );
            Some(dialect)
        }
        Err(why) => {
            let cure = format!("install Docker 20.10 or newer (API {OLDEST}), or Podman 4 or newer");
            findings.problem(id, title, format!("{family} {number}: {why}"), cure);
            None
        }
    }
}
