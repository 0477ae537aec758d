//! Server-sent events that end when the right to see them does.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt};
use serde::Serialize;

use crate::{
    identity::session::Session,
    permissions::{Command, Permit},
    platform::Platform,
};

/// How often a quiet stream says that it is there: below the patience of common proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often a stream looks whether its session has expired, which nobody announces.
const LOOK: Duration = Duration::from_secs(5);

/// An event with JSON in it.
pub(super) fn event(name: &str, data: &impl Serialize) -> Event {
    let text = serde_json::to_string(data).expect("views are made of texts, numbers and lists");
    Event::default().event(name).data(text)
}

/// Streams events until they end, the permit is no longer good, or the process stops.
pub(super) fn answer<A: Command>(
    platform: Platform,
    permit: Permit<A>,
    events: impl Stream<Item = Event> + Send + 'static,
) -> Response {
    let session = permit.session().map(Arc::clone);
    let allowed = events.take_until(ended::<A>(platform, session)).map(Ok::<_, Infallible>);
    Sse::new(allowed).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

/// Ends when the session's holder may no longer do `A`.
async fn ended<A: Command>(platform: Platform, session: Option<Arc<Session>>) {
    let mut changes = platform.access.changes();
    loop {
        let live = session.as_ref().filter(|session| session.is_live(platform.clock.now()));
        let caller = platform.access.caller(live.map(Arc::clone));
        if platform.access.admit::<A>(&caller).is_err() {
            return;
        }
        tokio::select! {
            () = platform.stop.cancelled() => return,
            // Whatever has changed, or how much was missed: everything is asked anew.
            _ = changes.recv() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
