//! Sleep: an app that nobody has used for as long as its entry says is stopped, and raised when somebody asks for it.

use atoll_sandbox::allowlist::IdleAction;
use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::{Keeper, Memory, Next};
use crate::{
    reconciler::{report::Report, site::Site, state::InstanceState, uses::Uses},
    store::StoreError,
};

/// Since when nobody has come, by the last count that was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quiet {
    begun: u64,
    since: Timestamp,
}

impl Quiet {
    /// Looks at the count again; `None` while something is open.
    fn seen(before: Option<Self>, uses: &Uses, now: Timestamp) -> Option<Self> {
        if uses.open() > 0 {
            return None;
        }
        let begun = uses.begun();
        let since = before.filter(|quiet| quiet.begun == begun).map_or(now, |quiet| quiet.since);
        Some(Self { begun, since })
    }
}

impl Keeper {
    /// The app answers: it is ready, or has been idle for so long that it is to sleep.
    pub(super) async fn stay_or_sleep(&mut self, site: Site<'_>) -> Next {
        if self.is_idle(site) {
            match self.fall_asleep().await {
                Ok(true) => return Next::Again,
                Ok(false) => {}
                Err(error) => warn!(%error, island = %self.island, "could not put an app to sleep"),
            }
        }
        self.shared.islands.set_state(&self.island, InstanceState::Ready { endpoint: site.endpoint() });
        self.after(site.interval().min(site.app.idle.after.as_std()))
    }

    fn is_idle(&mut self, site: Site<'_>) -> bool {
        let idle = &site.app.idle;
        match idle.action {
            IdleAction::Never => return false,
            // Because the socket proxy has no word for freezing, an app that asks for it is stopped instead.
            IdleAction::Stop | IdleAction::Pause => {}
        }
        let now = self.shared.clock.now();
        self.quiet = Quiet::seen(self.quiet, &self.uses, now);
        let after = SignedDuration::try_from(idle.after.as_std()).unwrap_or(SignedDuration::MAX);
        self.quiet.is_some_and(|quiet| now.duration_since(quiet.since) >= after)
    }

    /// `false` when somebody came in the last moment, or an administrator has asked for something else.
    async fn fall_asleep(&mut self) -> Result<bool, StoreError> {
        // Whoever asked for it while it was up has been served.
        self.uses.was_wanted();
        self.shared.islands.set_state(&self.island, InstanceState::Sleeping);
        if self.uses.open() > 0 || !self.note_asleep(true).await? {
            return Ok(false);
        }
        self.quiet = None;
        info!(island = %self.island, "`{}` goes to sleep: nobody uses it", self.island.app);
        Ok(true)
    }

    /// Keeps an app asleep until somebody asks for it.
    pub(super) async fn keep_asleep(&mut self) -> Next {
        self.memory = Memory::default();
        self.shared.islands.set_state(&self.island, InstanceState::Sleeping);
        // Before it is stopped, because an app that is wanted at once need not be stopped first.
        if self.uses.was_wanted() || self.uses.open() > 0 {
            return self.wake().await;
        }
        let stopped = self.shared.stop(&self.island, None).await;
        self.show_services().await;
        match stopped {
            Ok(()) if self.uses.open() > 0 => Next::Again,
            Ok(()) => Next::Wait,
            Err(error) => {
                warn!(%error, island = %self.island, "could not stop an app that is to sleep");
                self.soon()
            }
        }
    }

    async fn wake(&mut self) -> Next {
        match self.note_asleep(false).await {
            Ok(true) => {}
            // An operation has come between; it decides.
            Ok(false) => return Next::Again,
            Err(error) => {
                warn!(%error, island = %self.island, "could not note that an app wakes");
                return self.soon();
            }
        }
        info!(island = %self.island, "`{}` wakes: somebody asks for it", self.island.app);
        let report = Report::new(&self.shared, &self.island, None, self.shared.clock.now());
        match self.shared.raise(&self.island, &report).await {
            Ok(raised) => {
                self.memory.was_raised(raised);
                Next::Again
            }
            Err(trouble) => self.stumbled(trouble, None).await,
        }
    }

    async fn note_asleep(&self, asleep: bool) -> Result<bool, StoreError> {
        let mut change = self.shared.store.begin().await?;
        let noted = change.update_asleep(&self.island, asleep).await?;
        change.commit_unaudited().await?;
        Ok(noted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_quiet_since_nobody_came() {
        let (uses, at) = (Uses::default(), |secs| Timestamp::from_second(secs).unwrap());
        let first = Quiet::seen(None, &uses, at(1));
        assert_eq!(Quiet::seen(first, &uses, at(5)).unwrap().since, at(1));
        drop(uses.begin());
        let second = Quiet::seen(first, &uses, at(6));
        assert_eq!(second.unwrap().since, at(6));
        let open = uses.begin();
        assert!(Quiet::seen(second, &uses, at(7)).is_none());
        drop(open);
        assert_eq!(Quiet::seen(None, &uses, at(8)).unwrap().since, at(8));
    }
}
