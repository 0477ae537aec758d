//! What `/metrics` says of an app, after traffic of which every byte is known.

use atoll_controlplane::{api, telemetry};
use tokio::io::AsyncWriteExt as _;

use crate::support::{CONSOLE, Client, World, request};

/// An app that no other test of this process uses, since all of them count together.
const APP: &str = "metered";
const HOST: &str = "metered.atoll.localhost:8080";

/// A world with the whole console, and a cookie for the app.
async fn metered() -> (World, Client, String) {
    // Before anything counts.
    telemetry::metrics();
    let world = World::new().await;
    world.change_policies(&[
        ("- id: other\n", "- id: metered\n"),
        ("    maxBodySize: 1Ki\n", "    maxBodySize: 1Mi\n    websocket: true\n"),
        ("    - {path: /app/, role: user}", "    - {path: /, role: user}"),
    ]);
    let ada = world.person("ada", None).await;
    world.grant(ada.id, APP, "user").await;
    let cookie = world.enter(&ada, APP).await;
    let client = world.with_console(api::router(world.platform.clone())).await;
    // The gateway follows the policy in a task of its own.
    while client.get(HOST, "/", &[]).await.status != 401 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    (world, client, cookie)
}

/// What `/metrics` says of the app, once it has counted so many requests: a request counts when its last byte has
/// passed, which its client may know earlier.
async fn counted(client: Client, requests: f64) -> Scrape {
    for _ in 0..400 {
        let scrape = Scrape(client.get(CONSOLE, "/metrics", &[]).await.body);
        if scrape.of("request_duration_seconds_count", "") >= requests {
            return scrape;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("there are fewer than {requests} requests after two seconds");
}

struct Scrape(String);

impl Scrape {
    /// One value of the app; 0 where there is none yet.
    fn of(&self, name: &str, label: &str) -> f64 {
        let mine = |line: &&str| {
            let rest = line.strip_prefix(&format!("atoll_gateway_{name}{{")).unwrap_or_default();
            rest.contains(&format!("app=\"{APP}\"")) && rest.contains(label)
        };
        let line = self.0.lines().find(mine);
        line.map_or(0.0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
    }

    fn requests(&self) -> [f64; 5] {
        ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .map(|class| self.of("requests_total", &format!("status=\"{class}\"")))
    }

    /// To the app and from it.
    fn bytes(&self) -> [f64; 2] {
        ["to_app", "from_app"].map(|way| self.of("bytes_total", &format!("direction=\"{way}\"")))
    }
}

#[tokio::test]
async fn requests_bytes_times_and_open_sockets_are_counted_for_each_app() {
    let (_world, client, cookie) = metered().await;
    let line = format!("Cookie: {cookie}");
    // A stranger's request is no app's.
    assert_eq!(client.get(HOST, "/", &[]).await.status, 401);

    let download = client.get(HOST, "/pieces", &[&line]).await;
    assert_eq!(download.body, "one, two, three");
    let scrape = counted(client, 1.0).await;
    assert_eq!((scrape.requests(), scrape.bytes()), ([0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 15.0]));

    let upload = client.ask("POST", HOST, "/upload", &[&line], &"x".repeat(70_000)).await;
    assert_eq!(upload.body, "70000");
    let scrape = counted(client, 2.0).await;
    assert_eq!((scrape.requests(), scrape.bytes()), ([0.0, 2.0, 0.0, 0.0, 0.0], [70_000.0, 20.0]));

    // What is refused counts too, and brings the app nothing.
    let too_large = [line.as_str(), "Content-Length: 2000000"];
    let refused = client.raw(request("POST", HOST, "/upload", &too_large, "")).await;
    assert_eq!(refused.status, 413);
    let scrape = counted(client, 3.0).await;
    assert_eq!((scrape.requests(), scrape.bytes()), ([0.0, 2.0, 0.0, 1.0, 0.0], [70_000.0, 20.0]));

    let mut socket = client.connect().await;
    let asked = format!(
        "GET /ws HTTP/1.1\r\nHost: {HOST}\r\n{line}\r\nOrigin: http://{HOST}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.stream.write_all(asked.as_bytes()).await.unwrap();
    socket.until("\r\n\r\n").await;
    socket.stream.write_all(b"echo").await.unwrap();
    socket.until("echo").await;
    let scrape = counted(client, 3.0).await;
    assert_eq!((scrape.of("open_sockets", ""), scrape.requests()[0]), (1.0, 0.0));
    drop(socket);
    let scrape = counted(client, 4.0).await;
    assert_eq!(scrape.of("open_sockets", ""), 0.0);
    assert_eq!((scrape.requests(), scrape.bytes()), ([1.0, 2.0, 0.0, 1.0, 0.0], [70_004.0, 24.0]));

    let buckets =
        ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "1", "5", "30", "+Inf"]
            .map(|most| scrape.of("request_duration_seconds_bucket", &format!("le=\"{most}\"")));
    assert!(buckets.is_sorted() && buckets[11] == 4.0, "{buckets:?}");
    let total = scrape.of("request_duration_seconds_sum", "");
    assert!(total > 0.0 && total < 20.0, "{total}");
}
