//! Until when an answer may be written.
//!
//! A body whose client does not read is not asked for more, so it cannot say that access to it has ended. Whoever waits
//! for the client instead, the connection or under HTTP/2 the stream, looks here.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// What the answer under way stands on. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Leave(Arc<Mutex<Current>>);

#[derive(Debug, Default)]
struct Current {
    /// Counts the answers, so that a watch knows when there is another.
    answer: u64,
    ended: Option<CancellationToken>,
}

/// Waits for the end of whatever answer is under way.
#[derive(Debug)]
pub struct LeaveWatch {
    leave: Leave,
    answer: u64,
    ended: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl Leave {
    /// Another answer begins, which may be written until `ended`, or to its end if there is none. What is left of the
    /// one before is no longer asked about.
    pub fn begin(&self, ended: Option<CancellationToken>) {
        let mut current = self.current();
        *current = Current { answer: current.answer + 1, ended };
    }

    /// Whether the answer under way may no longer be written.
    pub fn has_ended(&self) -> bool {
        self.current().ended.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    /// Waits for its end.
    pub fn watch(&self) -> LeaveWatch {
        LeaveWatch { leave: self.clone(), answer: 0, ended: None }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.0.lock().expect("nobody panics while holding a leave")
    }
}

impl LeaveWatch {
    /// Ready once the answer under way may no longer be written.
    pub fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let current = self.leave.current();
        if self.answer != current.answer {
            self.answer = current.answer;
            self.ended = current.ended.clone().map(|ended| Box::pin(ended.cancelled_owned()));
        }
        drop(current);
        self.ended.as_mut().map_or(Poll::Pending, |ended| ended.as_mut().poll(cx))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn the_end_of_the_answer_under_way_is_noticed_and_that_of_an_earlier_one_is_not() {
        let (leave, first, second) = (Leave::default(), CancellationToken::new(), CancellationToken::new());
        let mut watch = leave.watch();
        let mut is_over = async || poll_fn(|cx| Poll::Ready(watch.poll_ended(cx).is_ready())).await;
        assert!(!is_over().await);
        leave.begin(Some(first.clone()));
        assert!(!is_over().await);
        leave.begin(Some(second.clone()));
        first.cancel();
        assert!(!is_over().await);
        second.cancel();
        assert!(is_over().await);
        leave.begin(None);
        assert!(!is_over().await);
    }

    #[tokio::test]
    async fn whoever_waits_is_woken() {
        let (leave, ended) = (Leave::default(), CancellationToken::new());
        leave.begin(Some(ended.clone()));
        let mut watch = leave.watch();
        let waiting = tokio::spawn(async move { poll_fn(|cx| watch.poll_ended(cx)).await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        ended.cancel();
        waiting.await.unwrap();
    }
}
