//! Where an app answers, once it does: a sleeping one is woken for whoever may open it, and for nobody else.
//!
//! A person's window is told at once what it waits for, and asks again by itself. A program is held instead, since it
//! would take the telling for the answer; so is a person's form, which would be lost.

use std::{net::SocketAddr, sync::Arc};

use http::Method;
use tokio::time::{Instant, sleep_until};

use super::{Exchange, admission::Admission, notice::Reader, refusal::Refused, site::Site};
use crate::reconciler::InstanceState;

/// The address of a ready app. Whoever calls has shown by an [`Admission`] that they may open it, and is counted as a
/// use of it already: see [`crate::reconciler::uses`].
///
/// # Errors
/// What the app does instead of getting ready in time.
pub(super) async fn endpoint(
    exchange: &Exchange,
    site: &Arc<Site>,
    admission: &Admission,
) -> Result<SocketAddr, Refused> {
    let waiting = match site.endpoint() {
        Err(waiting @ Refused::Starting { .. }) => waiting,
        settled => return settled,
    };
    site.wake_if_asleep();
    let shows = [Method::GET, Method::HEAD].contains(&exchange.method) && exchange.reader == Reader::Person;
    if shows {
        return Err(waiting);
    }
    let (mut state, deadline) = (site.follow(), Instant::now() + site.start_timeout);
    loop {
        tokio::select! {
            biased;
            () = admission.ended.cancelled() => return Err(Refused::Ended),
            changed = state.changed() => if changed.is_err() { return site.endpoint() },
            () = sleep_until(deadline) => return site.endpoint(),
        }
        let waits = match &*state.borrow_and_update() {
            InstanceState::Sleeping | InstanceState::Starting { .. } => true,
            InstanceState::Ready { .. } | InstanceState::Stopped | InstanceState::Failed { .. } => false,
        };
        if !waits {
            return site.endpoint();
        }
        // It may have gone back to sleep: whoever woke it first may have been content sooner.
        site.wake_if_asleep();
    }
}
