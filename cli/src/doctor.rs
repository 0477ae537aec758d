//! `atoll doctor`: can this machine keep Atoll's promises, and if not, why and what to do.
//!
//! It looks and changes nothing. Each check ends well, with a warning, with a problem, or untried because an earlier
//! one failed; every warning and problem comes with a cure.

use clap::Args;

use crate::{
    allowlist::PolicyArgs,
    engine::EngineArgs,
    exit::Exit,
    failure::Failure,
    output::Output,
    server::{ServerArgs, default_url},
};

mod address;
mod confinement;
mod disk;
mod engine;
mod finding;
mod hosts;
mod images;
mod installed;
mod isolation;
mod limits;
mod names;
mod network;
mod policy;
mod stack;
mod tls;

use finding::Findings;

/// `atoll doctor …`
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    files: PolicyArgs,
    #[command(flatten)]
    server: ServerArgs,
}

impl DoctorArgs {
    /// Examines the machine and tells what it found.
    pub(crate) async fn run(&self, output: Output) -> Result<Exit, Failure> {
        let mut findings = Findings::default();
        let engine = engine::examine(&self.engine, &mut findings).await;
        if let Some(reached) = &engine {
            limits::examine(reached, &mut findings);
            isolation::examine(&reached.info, &mut findings);
            network::examine(reached, &mut findings).await;
            disk::examine(&reached.info, &mut findings);
        }
        let allowlist = policy::examine(&self.files, engine.as_ref(), &mut findings).await;
        let stack = stack::examine(engine.as_ref(), &mut findings).await;
        // Because the running stack knows best where it was told to be found.
        let base = match (self.server.named_url(), &stack.base_url) {
            (None, Some(url)) => url.clone(),
            (Some(_), _) | (None, None) => self.server.base_url().unwrap_or_else(|_| default_url()),
        };
        let hosts = hosts::of(&base, allowlist.as_ref(), engine.as_ref()).await;
        tls::examine(stack.control_plane.as_ref(), &base, &hosts, &mut findings);
        address::examine(&base, &hosts, stack.is_up, &mut findings).await;
        let report = findings.report();
        output.print(&report, |page| report.write(page))?;
        Ok(if report.is_healthy() { Exit::Done } else { Exit::ProblemsFound })
    }
}
