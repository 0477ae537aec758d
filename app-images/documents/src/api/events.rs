//! Streams what changes (server-sent events), so that a page is never out of date.
//!
//! The events are `document` (a whole document, new or changed), `deleted` (`{"id"}`), `categories` and `views` (read them
//! again) and `reload` (many changed, or changes were missed: read the list again). A stream ends when the token that opened it does, and the browser opens the next
//! with a new one: who is no longer allowed in is out within minutes, whatever else fails.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::{ApiState, DocumentView};
use crate::changes::{Change, Heard, Listener};
use crate::identity::Caller;
use crate::problem::Problem;

/// How soon a browser opens the stream again after it ended.
const RETRY: Duration = Duration::from_secs(1);
/// A sign of life for everything between us and the browser.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Tells proxies not to collect the stream before passing it on.
const NO_BUFFERING: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// A document is gone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deleted {
    /// Its id.
    id: String,
}

/// Streams the changes of the caller's documents.
#[utoipa::path(get, path = "/api/events", operation_id = "events", responses(
    (status = OK, description = "The stream", content_type = "text/event-stream", body = String),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn events(State(state): State<ApiState>, caller: Caller) -> Response {
    let life = caller.expires().duration_since(SystemTime::now()).unwrap_or_default();
    let stream = stream(state.changes.listen(caller.id().clone()), Instant::now() + life, state.stop);
    let events = Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    ([(header::CACHE_CONTROL, "no-store"), NO_BUFFERING], events).into_response()
}

fn stream(
    listener: Listener,
    until: Instant,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    // The first event makes the page read the list: whatever changed before this moment is in it.
    let first = Some(Event::default().event("reload").data("{}").retry(RETRY));
    futures_util::stream::unfold((first, listener, stop), move |(first, mut listener, stop)| async move {
        let event = match first {
            Some(first) => first,
            None => tokio::select! {
                heard = listener.next() => event(heard?),
                () = tokio::time::sleep_until(until) => return None,
                () = stop.cancelled() => return None,
            },
        };
        Some((Ok(event), (None, listener, stop)))
    })
}

fn event(heard: Heard) -> Event {
    match heard {
        Heard::Change(Change::Document(document)) => named("document", &DocumentView::from(*document)),
        Heard::Change(Change::Deleted { id, .. }) => named("deleted", &Deleted { id: id.to_string() }),
        Heard::Change(Change::Categories(_)) => Event::default().event("categories").data("{}"),
        Heard::Change(Change::Views(_)) => Event::default().event("views").data("{}"),
        Heard::Change(Change::Many(_)) | Heard::Missed => Event::default().event("reload").data("{}"),
    }
}

fn named(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).json_data(data).expect("plain structures always make JSON")
}
