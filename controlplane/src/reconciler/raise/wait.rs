//! Waits until services answer: asks often at first, since most are ready within milliseconds, then less and less.

use std::time::Duration;

use atoll_sandbox::names::ServiceName;
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use super::Raise;
use crate::reconciler::{
    obstacle::{Obstacle, Trouble},
    site::Readiness,
    steps::StepName,
};

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often a service that does not answer is looked at: it may have died.
const LOOK_EVERY: SignedDuration = SignedDuration::from_millis(250);
/// After so long people are told what is being waited for.
const WORTH_TELLING: SignedDuration = SignedDuration::from_secs(1);

impl Raise<'_> {
    /// Every service of a wave answers. The first that cannot ends the waiting for the others.
    pub(super) async fn ready(&self, wave: &[ServiceName]) -> Result<(), Trouble> {
        self.report.started(StepName::Ready);
        self.report.starting(StepName::Ready, Some(&self.blueprint.app));
        let site = self.blueprint.site();
        let asked = wave.iter().filter_map(|name| Some((name, site.readiness(name)?)));
        let wait = try_join_all(asked.map(|(name, readiness)| self.answers(name, readiness)));
        self.report.part(StepName::Ready, wait).await.map(drop)
    }

    async fn answers(&self, name: &ServiceName, readiness: Readiness) -> Result<(), Obstacle> {
        let clock = &self.shared.clock;
        let began = clock.now();
        let (mut pause, mut looked) = (FIRST_PAUSE, began);
        while let Err(why) = self.shared.prober.ask(&readiness.question).await {
            let waited = since(began, clock.now());
            if waited >= WORTH_TELLING {
                self.report.says(StepName::Ready, &format!("Service `{name}` {why}."));
            }
            if since(looked, clock.now()) >= LOOK_EVERY {
                looked = clock.now();
                self.look(name).await?;
            }
            if waited >= SignedDuration::try_from(readiness.startup).unwrap_or(SignedDuration::MAX) {
                let waited_secs = readiness.startup.as_secs();
                return Err(Obstacle::Silent { service: name.clone(), waited_secs, why });
            }
            clock.sleep(pause).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
        Ok(())
    }
}

fn since(start: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(start)
}
