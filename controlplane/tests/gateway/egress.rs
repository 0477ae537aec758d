//! The platform port: keys for everybody on an island, and a way out to the hosts on the list.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use atoll_controlplane::{
    egress::{Egress, Outside, Tenants},
    identity::keys::PUBLISHED_BEFORE,
};
use atoll_sandbox::names::IslandId;
use jiff::SignedDuration;
use tokio::{
    io::{AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

use crate::support::{Client, World, id};

/// How quickly a change of the policy must bite.
const SOON: Duration = Duration::from_millis(1500);

struct Island {
    world: World,
    egress: Egress,
    client: Client,
    /// Where a connection was opened to.
    dialled: Arc<Mutex<Vec<String>>>,
}

/// An app's connections, each taken for one of `notes`, in a world where every name has the addresses `answer`, and
/// every address leads to a server that sends back what it gets.
async fn island(answer: &'static str) -> Island {
    island_before(echo().await, answer).await
}

/// The same with another server behind every address.
async fn island_before(outside: SocketAddr, answer: &'static str) -> Island {
    let world = World::new().await;
    let lookup = move |name: String| async move {
        let found: Vec<IpAddr> = answer.split_whitespace().map(|address| address.parse().unwrap()).collect();
        if name.contains("missing") { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
    };
    let dialled = Arc::new(Mutex::new(Vec::new()));
    let dials = Arc::clone(&dialled);
    let dial = move |address: SocketAddr| {
        dials.lock().unwrap().push(address.to_string());
        TcpStream::connect(outside)
    };
    let outside = Outside::new(lookup, dial);
    let tenants = Tenants::new(|index| (index.0 == 3).then(|| IslandId::shared(id("notes"))));
    let policy = world.platform.policy.subscribe();
    let (keys, ledger) = (world.platform.keys.clone(), world.platform.egress.clone());
    let egress = Egress::new(keys, policy, tenants, outside, ledger, world.stop.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client(listener.local_addr().unwrap());
    let serving = egress.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let serving = serving.clone();
            tokio::spawn(async move { serving.connection(stream, id("notes")).await });
        }
    });
    Island { world, egress, client, dialled }
}

impl Island {
    async fn connect(&self, authority: &str) -> crate::support::Answer {
        self.client
            .raw(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"))
            .await
    }
}

#[tokio::test]
async fn the_keys_are_there_for_verifying_identities() {
    let island = island("").await;
    let answer = island.client.get("10.212.0.62:3128", "/.well-known/jwks.json", &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json(), island.world.platform.keys.jwks());
    // A new key does not sign before answers without it are gone.
    let kept = answer.header("cache-control").strip_prefix("max-age=").unwrap().parse().unwrap();
    assert!(SignedDuration::from_secs(kept) < PUBLISHED_BEFORE);
}

#[tokio::test]
async fn an_app_is_known_by_its_network_alone() {
    let island = island("").await;
    let tenant =
        |local: &str, peer: &str| island.egress.tenant(local.parse().unwrap(), peer.parse().unwrap());
    // The fourth /28 is that of `notes`.
    assert_eq!(tenant("10.212.0.62", "10.212.0.50"), Some(id("notes")));
    assert_eq!(tenant("::ffff:10.212.0.62", "::ffff:10.212.0.50"), Some(id("notes")));
    assert_eq!(tenant("10.212.0.62", "10.212.0.34"), None);
    assert_eq!(tenant("10.212.0.46", "10.212.0.34"), None);
    assert_eq!(tenant("172.18.0.2", "10.212.0.50"), None);
    assert_eq!(tenant("10.212.0.62", "172.18.0.9"), None);
    assert_eq!(tenant("127.0.0.1", "127.0.0.1"), None);
    assert_eq!(tenant("10.212.0.62", "10.212.0.62"), None);
}

#[tokio::test]
async fn a_connection_that_comes_from_no_island_is_hung_up_on() {
    let island = island("").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client(listener.local_addr().unwrap());
    tokio::spawn(atoll_controlplane::egress::run(listener, island.egress.clone()));
    let mut connection = client.connect().await;
    connection.closed().await;
    assert!(connection.read.is_empty());
}

#[tokio::test]
async fn only_listed_hosts_on_listed_ports_at_public_addresses_are_reached() {
    for (authority, resolved, code) in [
        ("evil.example:443", "93.184.216.34", "egress-unlisted"),
        ("api.example.com:80", "93.184.216.34", "egress-unlisted"),
        ("example.com:443", "93.184.216.34", "egress-unlisted"),
        ("cdn.example.com:443", "93.184.216.34", "egress-unlisted"),
        ("xcdn.example.com:443", "93.184.216.34", "egress-unlisted"),
        ("api.example.com.evil.example:443", "93.184.216.34", "egress-unlisted"),
        ("93.184.216.34:443", "93.184.216.34", "egress-unlisted"),
        ("127.0.0.1:8080", "127.0.0.1", "egress-unlisted"),
        ("169.254.169.254:80", "", "egress-unlisted"),
        ("192.168.7.8:8443", "", "egress-unlisted"),
        // On the list, but the name leads inside.
        ("api.example.com:443", "10.0.0.1", "egress-not-public"),
        ("api.example.com:443", "127.0.0.1", "egress-not-public"),
        ("api.example.com:443", "169.254.169.254", "egress-not-public"),
        ("api.example.com:443", "10.212.0.34", "egress-not-public"),
        ("api.example.com:443", "93.184.216.34 10.0.0.1", "egress-not-public"),
        ("api.example.com:443", "::1", "egress-not-public"),
        ("api.example.com:443", "::ffff:192.168.7.7", "egress-not-public"),
        ("a.cdn.example.com:443", "fd00::1", "egress-not-public"),
        ("API.example.COM.:443", "192.168.7.7", "egress-not-public"),
        ("missing.cdn.example.com:443", "", "egress-unresolved"),
        ("empty.cdn.example.com:443", "", "egress-unresolved"),
    ] {
        let island = island(resolved).await;
        let answer = island.connect(authority).await;
        assert_eq!(answer.problem(), code, "{authority} → {resolved}");
        assert!(matches!(answer.status, 403 | 502), "{authority}: {answer:?}");
        assert!(island.dialled.lock().unwrap().is_empty(), "{authority}");
    }
    let answer = island("").await.connect("new.example:443").await;
    assert!(answer.json()["cure"].as_str().unwrap().contains("{host: new.example, port: 443}"), "{answer:?}");
}

#[tokio::test]
async fn plain_http_goes_to_the_listed_host_and_says_nothing_of_the_proxy() {
    let server = crate::support::Upstream::start().await;
    let island = island_before(server.address, "93.184.216.34").await;
    let lines =
        ["Host: evil.example", "Proxy-Authorization: Basic eDp5", "Proxy-Connection: close", "X-Own: kept"];
    let request = format!("GET http://plain.example.com/a?b HTTP/1.1\r\n{}\r\n\r\n", lines.join("\r\n"));
    let mut connection = island.client.connect().await;
    connection.stream.write_all(request.as_bytes()).await.unwrap();
    assert!(connection.until("hello").await.starts_with("HTTP/1.1 200 "));
    let seen = server.only();
    assert_eq!(
        (seen.target.as_str(), seen.one("host"), seen.one("x-own")),
        ("/a?b", "plain.example.com", "kept")
    );
    assert!(
        seen.all("proxy-authorization").is_empty() && seen.all("proxy-connection").is_empty(),
        "{seen:?}"
    );
    assert_eq!(*island.dialled.lock().unwrap(), ["93.184.216.34:80"]);
}

#[tokio::test]
async fn a_body_goes_out_by_plain_http_and_every_byte_is_counted() {
    let server = crate::support::Upstream::start().await;
    let island = island_before(server.address, "93.184.216.34").await;
    let body = "x".repeat(100_000);
    let target = "http://plain.example.com/upload";
    let answer = island.client.ask("POST", "plain.example.com", target, &[], &body).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "100000"));
    for _ in 0..400 {
        if island.world.platform.egress.account(&id("notes")).received > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let account = island.world.platform.egress.account(&id("notes"));
    assert_eq!((account.reached, account.sent, account.received), (1, 100_000, 6));
}

#[tokio::test]
async fn plain_http_is_held_to_the_same_list_and_addresses() {
    for (target, resolved, code) in [
        ("http://api.example.com/", "93.184.216.34", "egress-unlisted"),
        ("http://evil.example/", "93.184.216.34", "egress-unlisted"),
        ("http://plain.example.com:8080/", "93.184.216.34", "egress-unlisted"),
        ("http://plain.example.com/", "169.254.169.254", "egress-not-public"),
        ("http://plain.example.com/", "10.212.0.34", "egress-not-public"),
        ("http://169.254.169.254/latest/meta-data/", "", "egress-unlisted"),
        ("https://api.example.com/", "93.184.216.34", "egress-unreadable"),
        ("http://a@plain.example.com/", "93.184.216.34", "egress-unreadable"),
    ] {
        let island = island(resolved).await;
        // The list is for the address that is asked for, not for what `Host` says.
        let answer = island.client.get("plain.example.com", target, &[]).await;
        assert_eq!(answer.problem(), code, "{target} → {resolved}");
        assert!(island.dialled.lock().unwrap().is_empty(), "{target}");
    }
}

#[tokio::test]
async fn what_an_app_was_kept_from_is_remembered() {
    let island = island("10.0.0.1").await;
    for authority in ["evil.example:443", "api.example.com:443", "evil.example:443", "not a host"] {
        island.connect(authority).await;
    }
    let blocked = island.world.platform.egress.account(&id("notes")).blocked;
    let told: Vec<_> = blocked
        .iter()
        .map(|blocked| (blocked.target.to_string(), blocked.why.code(), blocked.attempts))
        .collect();
    assert_eq!(
        told,
        [("api.example.com:443".to_owned(), "not-public", 1), ("evil.example:443".to_owned(), "unlisted", 2)]
    );
}

#[tokio::test]
async fn other_requests_are_refused_with_words() {
    let island = island("93.184.216.34").await;
    let post = island.client.ask("POST", "10.212.0.62:3128", "/.well-known/jwks.json", &[], "").await;
    assert_eq!(post.status, 405);
    let console = island.client.get("atoll.localhost:8080", "/", &[]).await;
    assert_eq!(console.status, 405);
}

#[tokio::test]
async fn a_tunnel_leads_to_the_address_that_was_checked_and_passes_bytes_both_ways() {
    for (authority, resolved, dialled) in [
        ("api.example.com:443", "93.184.216.34", "93.184.216.34:443"),
        ("a.b.cdn.example.com:443", "2606:4700::1111 1.1.1.1", "[2606:4700::1111]:443"),
        // The entry names this very address, so it may be inside.
        ("192.168.7.7:8443", "", "192.168.7.7:8443"),
    ] {
        let island = island(resolved).await;
        let mut connection = island.client.connect().await;
        let head = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
        connection.stream.write_all(head.as_bytes()).await.unwrap();
        let answer = connection.until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{authority}: {answer}");
        for message in ["\u{16}\u{3}hello", "GET / HTTP/1.1\n\n"] {
            connection.stream.write_all(message.as_bytes()).await.unwrap();
            assert_eq!(connection.until(message).await, message);
        }
        assert_eq!(*island.dialled.lock().unwrap(), [dialled]);
        connection.stream.shutdown().await.unwrap();
        connection.closed().await;
    }
}

#[tokio::test]
async fn an_app_has_so_many_tunnels_and_no_more() {
    let island = island("93.184.216.34").await;
    let head = "CONNECT api.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut open = Vec::new();
    for _ in 0..128 {
        let mut connection = island.client.connect().await;
        connection.stream.write_all(head.as_bytes()).await.unwrap();
        assert!(connection.until("\r\n\r\n").await.starts_with("HTTP/1.1 200 "));
        open.push(connection);
    }
    let refused = island.connect("api.example.com:443").await;
    assert_eq!((refused.status, refused.problem().as_str()), (429, "egress-too-many"));
    let mut first = open.remove(0);
    first.stream.shutdown().await.unwrap();
    first.closed().await;
    let mut next = island.client.connect().await;
    next.stream.write_all(head.as_bytes()).await.unwrap();
    assert!(next.until("\r\n\r\n").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn what_is_open_ends_when_the_list_no_longer_has_its_target_and_nothing_else_does() {
    let island = island("93.184.216.34").await;
    let mut tunnels = Vec::new();
    for authority in ["api.example.com:443", "a.cdn.example.com:443"] {
        let mut connection = island.client.connect().await;
        let head = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
        connection.stream.write_all(head.as_bytes()).await.unwrap();
        assert!(connection.until("\r\n\r\n").await.starts_with("HTTP/1.1 200 "));
        tunnels.push(connection);
    }
    island.world.change_policy("{host: api.example.com, port: 443}, ", "");
    assert!(tunnels[0].closed().await < SOON);
    tunnels[1].stream.write_all(b"still here").await.unwrap();
    tunnels[1].until("still here").await;
}

#[tokio::test]
async fn a_download_by_plain_http_ends_when_the_list_no_longer_has_its_host() {
    let server = crate::support::Upstream::start().await;
    let island = island_before(server.address, "93.184.216.34").await;
    let mut connection = island.client.connect().await;
    let asked = "GET http://plain.example.com/silent HTTP/1.1\r\nHost: plain.example.com\r\n\r\n";
    connection.stream.write_all(asked.as_bytes()).await.unwrap();
    connection.until("\r\n\r\n").await;
    island.world.change_policy("{host: plain.example.com, port: 80}, ", "");
    assert!(connection.closed().await < SOON);
}

/// A server that sends back what it gets.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = copy(&mut from, &mut to).await;
                let _ = to.shutdown().await;
            });
        }
    });
    address
}
