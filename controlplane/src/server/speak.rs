//! One client's connection, in either version of HTTP, until it or the process ends.

use std::{convert::Infallible, future::Future, pin::Pin, sync::Arc, time::Duration};

use http::Request;
use hyper::{
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{
    Front, door::Door, guard::Guard, leave::Leave, patience::Patient, stream::Stream, streams::Streams,
    timer::ConnectionTimer,
};
use crate::gateway::client::Client;

/// The largest head of a request in bytes; a larger one is answered with 431.
pub(super) const MOST_HEAD: usize = 64 * 1024;
/// What is read of a head before it is given up without a word: enough to tell most people what is wrong.
const MOST_READ: usize = MOST_HEAD * 2;
/// How long the head of a request may take, and how long a kept connection may be silent.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// How long a client may leave an answer unread.
const WRITE_WITHIN: Duration = Duration::from_secs(120);
/// Requests at once on one HTTP/2 connection.
const MOST_STREAMS: u32 = 128;
/// What a client may send of one body before we have passed it on, in bytes.
const STREAM_WINDOW: u32 = 256 * 1024;

/// The bytes of a request's head, as HTTP/1.1 writes it.
pub(super) fn head_size<B>(request: &Request<B>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| name.as_str().len() + value.len() + 4;
    target + request.headers().iter().map(line).sum::<usize>()
}

/// Speaks HTTP/1.1 until the client or `shutdown` ends it.
pub(super) async fn http1(
    stream: Stream,
    client: Client,
    door: Arc<Door>,
    front: Arc<Front>,
    shutdown: CancellationToken,
) {
    let (client, leave) = (Arc::new(client), Leave::default());
    let stream = Patient::new(stream, WRITE_WITHIN, leave.clone(), Stream::break_off);
    let service = service_fn(move |request| {
        let (front, door, client) = (Arc::clone(&front), Arc::clone(&door), Arc::clone(&client));
        let leave = leave.clone();
        async move {
            let answer = front.answer_at(&door, &client, request).await;
            leave.begin(answer.body().ended());
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(ConnectionTimer::default())
        .header_read_timeout(HEAD_WITHIN)
        .max_header_size(MOST_READ)
        .max_buf_size(MOST_READ)
        .serve_connection(TokioIo::new(Guard::new(stream)), service)
        .with_upgrades();
    until(&shutdown, connection, |connection| connection.graceful_shutdown()).await;
}

/// Speaks HTTP/2 until the client or `shutdown` ends it.
pub(super) async fn http2(stream: Stream, client: Client, front: Arc<Front>, shutdown: CancellationToken) {
    let client = Arc::new(client);
    let service = service_fn(move |request| {
        let (front, client) = (Arc::clone(&front), Arc::clone(&client));
        async move {
            let answer = front.answer_http2(&client, request).await;
            Streams::begin(answer.body().ended());
            Ok::<_, Infallible>(answer)
        }
    });
    // What is written to the connection belongs to many streams, so none of them ends it.
    let stream = Patient::new(stream, WRITE_WITHIN, Leave::default(), Stream::break_off);
    let mut builder = http2::Builder::new(Streams::within(WRITE_WITHIN));
    builder
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(MOST_READ).unwrap_or(u32::MAX))
        .max_concurrent_streams(MOST_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(STREAM_WINDOW * 4)
        // A client that has gone without a word is found out, and one that is there need not ask for anything.
        .keep_alive_interval(HEAD_WITHIN)
        .keep_alive_timeout(HEAD_WITHIN);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    until(&shutdown, connection, |connection| connection.graceful_shutdown()).await;
}

/// Runs a connection to its end; on `shutdown` it is asked to take no further request. Because hyper-util's
/// `GracefulConnection` knows no connection that can be upgraded, how to ask is a parameter.
async fn until<C: Future<Output = hyper::Result<()>>>(
    shutdown: &CancellationToken,
    connection: C,
    let_end: impl FnOnce(Pin<&mut C>),
) {
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = shutdown.cancelled() => {
            let_end(connection.as_mut());
            connection.await
        }
    };
    if let Err(error) = outcome {
        debug!(%error, "a client's connection broke");
    }
}
