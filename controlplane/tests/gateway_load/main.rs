//! The gateway under load, and what it takes then. Apart from the other tests, one after the other, because memory is
//! the process's and so must be the load.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use atoll_controlplane::reconciler::InstanceState;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[path = "../gateway/support.rs"]
#[allow(dead_code, unused_imports, reason = "the other tests use all of it")]
mod support;

use support::{NOTES, World, request};

/// Held by each test, so that none measures what another takes.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Somebody on a busy machine, who is given time.
async fn patient() -> (World, String) {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let times = [
        ("startTimeout: 300ms", "startTimeout: 20s"),
        ("connect: 1s, responseHeader: 1s", "connect: 20s, responseHeader: 20s"),
    ];
    world.under_policy(&times, &cookie).await;
    (world, cookie)
}

/// Plays the island's keeper: waits until it is called, then says that the app answers.
async fn wakes(world: &World) {
    world.uses.called().await;
    assert!(world.uses.was_wanted());
    world.notes.send_replace(InstanceState::Ready { endpoint: world.upstream.address });
}

#[tokio::test]
async fn a_thousand_at_once_wake_it_once_and_are_all_answered() {
    let _alone = ALONE.lock().await;
    let (world, cookie) = patient().await;
    world.notes.send_replace(InstanceState::Sleeping);
    let asked = request("GET", NOTES, "/", &[&cookie], "");
    let mut open = Vec::new();
    for _ in 0..1000 {
        let mut connection = world.client().connect().await;
        connection.stream.write_all(asked.as_bytes()).await.unwrap();
        open.push(connection);
    }
    while world.uses.open() < 1000 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    wakes(&world).await;
    for connection in open {
        assert_eq!(connection.rest().await.status, 200);
    }
    assert!(!world.uses.was_wanted());
    let again = tokio::time::timeout(Duration::ZERO, world.uses.called()).await;
    assert!(again.is_err(), "its keeper was called a second time");
}

/// One client that asks over one kept connection until it is told that there will be no more; counts what was answered.
async fn asks(
    address: std::net::SocketAddr,
    asked: String,
    stopping: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
) {
    let Ok(mut stream) = tokio::net::TcpStream::connect(address).await else { return };
    let mut read = Vec::new();
    loop {
        stream.write_all(asked.as_bytes()).await.unwrap();
        read.clear();
        while !read.ends_with(b"hello") {
            let more = stream.read_buf(&mut read).await.unwrap();
            if more == 0 {
                // Closed before a byte of the answer came: only allowed while it stops, since a client may then ask
                // another server again (RFC 9112, section 9.5).
                assert!(read.is_empty(), "an answer was cut short: {:?}", String::from_utf8_lossy(&read));
                assert!(
                    stopping.load(Ordering::SeqCst),
                    "a connection was closed while nobody stopped anything"
                );
                return;
            }
        }
        let head = String::from_utf8_lossy(&read).to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        answered.fetch_add(1, Ordering::SeqCst);
        if head.contains("connection: close") {
            return;
        }
    }
}

#[tokio::test]
async fn nothing_that_was_accepted_fails_when_the_gateway_stops_under_load() {
    let _alone = ALONE.lock().await;
    let (mut world, cookie) = patient().await;
    let asked = request("GET", NOTES, "/", &[&cookie], "").replace("Connection: close\r\n", "");
    let (stopping, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..32)
        .map(|_| {
            tokio::spawn(asks(world.address, asked.clone(), Arc::clone(&stopping), Arc::clone(&answered)))
        })
        .collect();
    // One that the app is still busy with when the end comes.
    let mut slow = world.client().connect().await;
    slow.stream.write_all(request("GET", NOTES, "/wait", &[&cookie], "").as_bytes()).await.unwrap();
    while answered.load(Ordering::SeqCst) < 500
        || !world.upstream.seen().iter().any(|seen| seen.target == "/wait")
    {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stopping.store(true, Ordering::SeqCst);
    world.stop.cancel();
    for client in clients {
        client.await.unwrap();
    }
    world.upstream.known.go.notify_waiters();
    assert_eq!(slow.rest().await.status, 200);
    world.serving.take().unwrap().await.unwrap();
    assert!(tokio::net::TcpStream::connect(world.address).await.is_err());
}

/// The memory that this process holds, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn a_large_upload_streams_through_without_being_kept() {
    const TOTAL: u64 = 200 << 20;
    let _alone = ALONE.lock().await;
    let (world, _, cookie) = World::with_user().await;
    let mut connection = world.client().connect().await;
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nConnection: close\r\nContent-Length: {TOTAL}\r\n\r\n"
    );
    connection.stream.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![b'x'; 1 << 20];
    let (mut before, mut most) = (0, 0);
    for sent in 1..=TOTAL >> 20 {
        connection.stream.write_all(&piece).await.unwrap();
        if sent == 8 {
            before = resident();
        }
        most = most.max(resident());
    }
    // What was sent has arrived but for what the sockets between hold, so it was never collected.
    let arrived = world.upstream.known.uploaded.load(Ordering::SeqCst);
    assert!(arrived > TOTAL - (24 << 20), "only {arrived} bytes had arrived");
    assert_eq!(connection.rest().await.body, TOTAL.to_string());
    let grown = most.saturating_sub(before);
    assert!(grown < 16 << 20, "memory grew by {grown} bytes");
}
