//! Several threads that serve: each asks apps over connections of its own, and all of them end in order.

use std::{num::NonZeroUsize, sync::atomic::Ordering};

use atoll_controlplane::server::threads::Threads;
use axum::{Router, routing::get};
use tokio::io::AsyncWriteExt as _;

use crate::{
    streams::eventually,
    support::{CONSOLE, Connection, NOTES, World},
};

fn two() -> Threads {
    Threads::start(NonZeroUsize::new(2).unwrap()).unwrap()
}

/// Asks over a connection that stays open.
async fn ask(connection: &mut Connection, target: &str, cookie: &str) {
    let asked = format!("GET {target} HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\n\r\n");
    connection.stream.write_all(asked.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn connections_are_spread_over_the_threads_and_each_asks_the_app_over_its_own() {
    let threads = two();
    let world = World::on(threads.clone()).await;
    let ada = world.person("ada", Some("user")).await;
    let cookie = world.enter(&ada, "notes").await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(world.client().connect().await);
    }
    for _ in 0..3 {
        for client in &mut clients {
            ask(client, "/", &cookie).await;
            client.until("hello").await;
        }
    }
    assert_eq!(threads.loads(), [2, 2]);
    assert_eq!(world.upstream.known.connections.load(Ordering::SeqCst), 2);
    drop(clients);
    eventually("every place is free again", || threads.loads() == [0, 0]).await;
}

#[tokio::test]
async fn what_is_under_way_on_any_thread_ends_before_the_process_does() {
    let threads = two();
    let mut world = World::on(threads.clone()).await;
    let ada = world.person("ada", Some("user")).await;
    let cookie = world.enter(&ada, "notes").await;
    let mut clients = [world.client().connect().await, world.client().connect().await];
    for client in &mut clients {
        ask(client, "/wait", &cookie).await;
    }
    eventually("the app is asked twice", || world.upstream.seen().len() == 2).await;
    assert_eq!(threads.loads(), [1, 1]);
    world.stop.cancel();
    world.upstream.known.go.notify_waiters();
    for client in clients {
        assert_eq!(client.rest().await.status, 200);
    }
    world.serving.take().unwrap().await.unwrap();
    assert_eq!(threads.loads(), [0, 0]);
}

#[tokio::test]
async fn a_handler_of_the_console_that_panics_is_answered_with_500() {
    let world = World::on(two()).await;
    let console = Router::new()
        .route("/breaks", get(async || if CONSOLE.is_empty() { "" } else { panic!("on purpose") }))
        .fallback(async || "the console");
    let client = world.with_console(console).await;
    let broken = client.get(CONSOLE, "/breaks", &[]).await;
    assert_eq!(broken.status, 500, "{broken:?}");
    assert_eq!(client.get(CONSOLE, "/", &[]).await.body, "the console");
}
