//! How much an app takes at once.

use std::time::Duration;

use crate::support::{Connection, NOTES, World, request};

/// Requests that the app is still busy with.
async fn waiting(world: &World, cookie: &str, count: usize) -> Vec<Connection> {
    use tokio::io::AsyncWriteExt as _;
    let before = world.uses.open();
    let mut open = Vec::new();
    for _ in 0..count {
        let mut connection = world.client().connect().await;
        let asked = request("GET", NOTES, "/wait", &[cookie], "");
        connection.stream.write_all(asked.as_bytes()).await.unwrap();
        open.push(connection);
    }
    while world.uses.open() < before + count {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    open
}

#[tokio::test]
async fn no_more_requests_than_an_app_takes_reach_it_at_once() {
    let world = World::new().await;
    let mut cookies = Vec::new();
    for name in ["ada", "bob"] {
        let person = world.person(name, Some("user")).await;
        cookies.push(format!("Cookie: {}", world.enter(&person, "notes").await));
    }
    let (ada, bob) = (&cookies[0], &cookies[1]);
    let few = [
        ("maxBodySize: 300Mi", "maxBodySize: 300Mi\n    maxConcurrentRequests: 3"),
        ("responseHeader: 1s", "responseHeader: 20s"),
    ];
    world.under_policy(&few, bob).await;
    let held = waiting(&world, ada, 3).await;
    let own = world.client().get(NOTES, "/", &[ada]).await;
    assert_eq!((own.status, own.problem().as_str()), (429, "too-many-open"));
    assert_eq!(own.header("retry-after"), "2");
    let others = world.client().get(NOTES, "/", &[bob]).await;
    assert_eq!((others.status, others.problem().as_str()), (503, "app-busy"));
    let page = world.client().get(NOTES, "/", &[bob, "Accept: text/html"]).await;
    assert!(page.body.contains("Notes is busy") && page.header("refresh") == "2", "{page:?}");
    world.upstream.known.go.notify_waiters();
    for connection in held {
        assert_eq!(connection.rest().await.status, 200);
    }
    while world.uses.open() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(world.client().get(NOTES, "/", &[bob]).await.status, 200);
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up_and_its_place_is_free_again() {
    use tokio::io::AsyncWriteExt as _;
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let mut connection = world.client().connect().await;
    let head = request("POST", NOTES, "/upload", &[&cookie, "Content-Length: 1000"], "");
    connection.stream.write_all(head.as_bytes()).await.unwrap();
    let begun = std::time::Instant::now();
    // A byte each tenth of a second never lets the idle time of two seconds pass.
    let trickle = async {
        while connection.stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if connection.stream.try_read_buf(&mut connection.read).is_ok_and(|read| read > 0) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), trickle).await.unwrap();
    let answer = connection.until("too-slow").await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    while world.uses.open() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
