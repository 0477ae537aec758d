//! Following an operation to its end.
//!
//! The work goes on whether somebody watches or not, and survives a restart of the control plane. So a stream that
//! breaks is no failure of the operation: we look again until the control plane has been silent for too long.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use tokio::time::timeout;

use super::steps::Steps;
use crate::{
    api::{
        Answer, Api, ApiError,
        view::{Cause, Operation, OperationState},
    },
    exit::Exit,
    failure::{self, Failure},
    output::Output,
};

const LONGEST_SILENCE: Duration = Duration::from_secs(60);
/// A stream that says nothing for so long is looked after.
const QUIET: Duration = Duration::from_secs(30);
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// Shows an operation's steps until it ends, and whether it did what it was for.
pub(crate) async fn follow(api: &Api, begun: Answer<Operation>, output: Output) -> Result<Exit, Failure> {
    let app = begun.view.app.clone();
    let mut watch = Watch { api, steps: Steps::new(output), newest: begun };
    let ended = tokio::select! {
        ended = watch.until_ended() => ended,
        _ = tokio::signal::ctrl_c() => {
            output.note(&format!("Not watching any more; the work goes on. `atoll app show {app}` tells how far it is."));
            return Ok(Exit::Interrupted);
        }
    };
    ended?;
    watch.tell(output)
}

struct Watch<'a> {
    api: &'a Api,
    steps: Steps,
    newest: Answer<Operation>,
}

impl Watch<'_> {
    async fn until_ended(&mut self) -> Result<(), Failure> {
        let mut heard = Instant::now();
        self.steps.show(&self.newest.view)?;
        while !self.newest.view.state.is_final() {
            match self.listen(&mut heard).await {
                Ok(()) => {}
                Err(Lost::Output(failure)) => return Err(failure),
                Err(Lost::Api(error)) if error.is_passing() && heard.elapsed() < LONGEST_SILENCE => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                Err(Lost::Api(error)) => return Err(self.lost(error)),
            }
        }
        Ok(())
    }

    /// Takes in what one stream says; then looks, because a stream also ends with the control plane that sent it, and
    /// one that is quiet may be dead.
    async fn listen(&mut self, heard: &mut Instant) -> Result<(), Lost> {
        let id = self.newest.view.id.clone();
        if let Ok(opened) = timeout(QUIET, self.api.events(&["operations", &id, "events"], &[])).await {
            let mut events = opened?;
            while let Ok(event) = timeout(QUIET, events.next("operation")).await {
                let Some(operation) = event? else { break };
                *heard = Instant::now();
                self.take(operation)?;
            }
        }
        if !self.newest.view.state.is_final() {
            let operation = self.api.get::<Operation>(&["operations", &id]).await?;
            *heard = Instant::now();
            self.take(operation)?;
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        Ok(())
    }

    fn take(&mut self, operation: Answer<Operation>) -> Result<(), Lost> {
        self.newest = operation;
        self.steps.show(&self.newest.view).map_err(Lost::Output)
    }

    fn lost(&self, error: ApiError) -> Failure {
        let Operation { kind, app, .. } = &self.newest.view;
        let why = error.to_string();
        let root = error.source().map(failure::root);
        Failure::new(format!("lost sight of: {kind} `{app}`"))
            .causes([why].into_iter().chain(root).collect())
            .cure(format!("the work goes on without us; `atoll app show {app}` tells how far it is"))
    }

    fn tell(&self, output: Output) -> Result<Exit, Failure> {
        let operation = &self.newest.view;
        let what = format!("{} `{}`", operation.kind, operation.app);
        if operation.state == OperationState::Succeeded {
            output.print(&self.newest.raw, |page| page.line(&format!("Done: {what}.")))?;
            return Ok(Exit::Done);
        }
        output.print(&self.newest.raw, |_| {})?;
        let failure = Failure::new(format!("could not {what}"));
        Err(match &operation.error {
            None => failure,
            Some(Cause { message, cure: None }) => failure.causes(vec![message.clone()]),
            Some(Cause { message, cure: Some(cure) }) => failure.causes(vec![message.clone()]).cure(cure),
        })
    }
}

enum Lost {
    Api(ApiError),
    Output(Failure),
}

impl From<ApiError> for Lost {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl OperationState {
    const fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Succeeded | Self::Failed => true,
        }
    }
}
