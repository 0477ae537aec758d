//! The connections to one app: kept open, used again, one request at a time on each.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::SizeHint;
use tokio::{runtime::Handle, time::Instant};
use tracing::debug;

use super::{
    Answer, AppBody, Question, UpstreamError,
    http1::{Answered, Outgoing, Reply, Resting},
};

/// How many unused connections are kept for each app.
const MOST_IDLE: usize = 1024;
/// How long a connection is kept unused. Shorter than the five seconds after which common servers (Node, uvicorn) close
/// theirs, so that we seldom write into a connection that is just being closed.
const KEPT: Duration = Duration::from_secs(4);
/// A connection that lay unused for longer may have been closed at the other end without our having heard of it.
const SURELY_OPEN: Duration = Duration::from_millis(200);

/// The unused connections to one app. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Pool(Arc<Mutex<Vec<Idle>>>);

#[derive(Debug)]
struct Idle {
    resting: Resting,
    since: Instant,
}

/// A connection on which an answer comes. It goes back to the pool by itself, if it may.
#[derive(Debug)]
pub struct Lane {
    /// `None` once it was let go.
    reply: Option<Box<Reply>>,
    pool: Pool,
}

impl Pool {
    /// Sends a request and waits for the head of the answer until `patience`, which is asked again and again.
    ///
    /// What the app has certainly not seen is sent again over a fresh connection; so is what changes nothing, when an
    /// old connection turns out to have been closed meanwhile.
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub(super) async fn send(
        &self,
        endpoint: SocketAddr,
        connect_within: Duration,
        question: Question,
        patience: impl Fn() -> Instant,
    ) -> Result<Answer, UpstreamError> {
        let mut kept = self.take(endpoint);
        let buffer = kept.as_mut().map(|(resting, _)| resting.take_buffer());
        let mut outgoing = Outgoing::write(question, buffer.unwrap_or_default());
        if let Some((resting, unused)) = kept {
            match resting.ask(outgoing, &patience).await {
                Ok(answered) => return Ok(self.answer(answered)),
                Err(failure) => outgoing = failure.again(unused > SURELY_OPEN)?,
            }
            debug!("a kept connection to an app was gone");
        }
        let fresh = Resting::open(endpoint, connect_within).await?;
        Ok(self.answer(fresh.ask(outgoing, &patience).await?))
    }

    /// Closes connections that were not used for a while.
    pub(super) fn sweep(&self) {
        self.idle().retain(|idle| idle.since.elapsed() < KEPT);
    }

    fn answer(&self, answered: Answered) -> Answer {
        match answered {
            Answered::Switched(head, side) => Answer::Switched(head, side),
            Answered::Reply(head, reply) => {
                let lane = Lane { reply: Some(reply), pool: self.clone() };
                Answer::Http(head.map(|()| AppBody::Alone(lane)))
            }
        }
    }

    /// The connection used last, so that the others can grow old, and for how long it was not used.
    fn take(&self, endpoint: SocketAddr) -> Option<(Resting, Duration)> {
        loop {
            let Idle { resting, since } = self.idle().pop()?;
            let unused = since.elapsed();
            if resting.endpoint() == endpoint && unused < KEPT && resting.is_usable() {
                return Some((resting, unused));
            }
        }
    }

    fn put(&self, resting: Resting) {
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE {
            idle.push(Idle { resting, since: Instant::now() });
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.0.lock().expect("nobody panics while holding the pool")
    }
}

impl Lane {
    /// The next piece of the answer's body, `None` at its end.
    pub(super) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, UpstreamError>>> {
        self.reply.as_mut().map_or(Poll::Ready(None), |reply| reply.poll_data(cx))
    }

    pub(super) fn is_end_stream(&self) -> bool {
        self.reply.as_ref().is_none_or(|reply| reply.is_ended())
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.reply.as_ref().map_or_else(|| SizeHint::with_exact(0), |reply| reply.size_hint())
    }
}

/// A body of known length is not asked for its end, so what becomes of the connection is decided when it is let go.
impl Drop for Lane {
    fn drop(&mut self) {
        let Some(reply) = self.reply.take() else { return };
        if !reply.still_sends() {
            if let Some(resting) = reply.rest() {
                self.pool.put(resting);
            }
        // Because the process may be ending, when nothing can be begun any more.
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(reply.send_rest());
        }
    }
}
