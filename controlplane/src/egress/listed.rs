//! What a connection to the outside stands on, for as long as it lasts.

use std::{future, sync::Arc};

use atoll_sandbox::{names::AppId, policy::Policy};
use tokio::sync::watch;

use super::rules::{Target, Verdict, judge};

/// What the list says of a target.
#[derive(Debug)]
pub(super) struct Listed {
    policy: watch::Receiver<Arc<Policy>>,
    app: AppId,
    target: Target,
    verdict: Verdict,
}

impl Listed {
    /// By the policy that is in force; `None` when the target is not listed.
    pub(super) fn find(policy: &watch::Receiver<Arc<Policy>>, app: &AppId, target: &Target) -> Option<Self> {
        let verdict = verdict(&policy.borrow(), app, target);
        let (policy, app, target) = (policy.clone(), app.clone(), target.clone());
        (verdict != Verdict::Unlisted).then_some(Self { policy, app, target, verdict })
    }

    /// What it said when the connection was asked for.
    pub(super) const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Waits until it says something else.
    pub(super) async fn ended(mut self) {
        let changed = |policy: &Arc<Policy>| verdict(policy, &self.app, &self.target) != self.verdict;
        if self.policy.wait_for(changed).await.is_err() {
            // Because nobody changes the policy any more: the process is about to end.
            future::pending().await
        }
    }
}

fn verdict(policy: &Policy, app: &AppId, target: &Target) -> Verdict {
    policy.app(app).map_or(Verdict::Unlisted, |entry| judge(entry, target))
}
