//! The timer of one HTTP/1 connection.
//!
//! hyper sets a timer before each head and drops it when the head is there. Those of one connection follow one another in
//! one task, so they share one alarm, which is left as it is meanwhile.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};

use crate::alarm::Alarm;

/// The timer of one connection, for waits of one task only.
#[derive(Debug, Default)]
pub(super) struct ConnectionTimer(Arc<Mutex<Alarm>>);

struct Wait {
    alarm: Arc<Mutex<Alarm>>,
    end: Instant,
}

impl Timer for ConnectionTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, end: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Wait { alarm: Arc::clone(&self.0), end })
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut alarm = self.alarm.lock().expect("nobody panics while holding an alarm");
        alarm.poll_at(self.end.into(), cx)
    }
}

impl Sleep for Wait {}
