//! TLS: the same checks over HTTP/2, certificates that change while connections stay, and the way from plain HTTP.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use atoll_controlplane::{
    server::{
        door::{Door, ToTls},
        run_through,
    },
    tls::{Hosts, Tls, TlsConfig},
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::support::{NOTES, World};

/// An authority of our own, and a folder for what it issues.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut asked = CertificateParams::default();
        asked.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(asked, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its own certificate.
    pub(crate) fn pem(&self) -> String {
        self.0.as_ref().pem()
    }

    /// Writes a pair for `names` into a folder.
    pub(crate) fn issue(&self, folder: &Path, names: &[&str]) {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &self.0).unwrap();
        std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    }

    /// A client that believes it, and asks for these protocols.
    pub(crate) fn client(&self, protocols: &[&[u8]]) -> TlsConnector {
        Self::client_of(self.0.as_ref().der().clone(), protocols)
    }

    /// A client that believes whoever has this certificate.
    pub(crate) fn client_of(root: CertificateDer<'static>, protocols: &[&[u8]]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        TlsConnector::from(Arc::new(config))
    }
}

fn files(folder: &Path) -> TlsConfig {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    TlsConfig::Files { listen: SocketAddr::from(([127, 0, 0, 1], 0)), certificate, key }
}

/// Serves a world through a door.
async fn serve(world: &World, door: Door) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(run_through(listener, door, Arc::clone(&world.front), world.stop.clone()));
    address
}

pub(crate) async fn connect(
    client: &TlsConnector,
    address: SocketAddr,
    host: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    client.connect(name, stream).await
}

pub(crate) type Sender<B = Full<Bytes>> = http2::SendRequest<B>;

pub(crate) async fn http2_to<B>(client: &TlsConnector, address: SocketAddr) -> Sender<B>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + Unpin
        + 'static,
{
    let stream = connect(client, address, "notes.atoll.localhost").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

pub(crate) async fn ask(
    sender: &mut Sender,
    lines: &[(&str, &str)],
    uri: &str,
    body: &str,
) -> Response<Incoming> {
    let mut request = Request::builder().method(if body.is_empty() { "GET" } else { "POST" }).uri(uri);
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    sender.send_request(request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()).await.unwrap()
}

/// A world behind TLS with one person who may use `notes`, and their cookie there.
pub(crate) async fn secure() -> (World, String, Authority, SocketAddr) {
    let (world, _, cookie) = World::with_user().await;
    let authority = Authority::new();
    authority.issue(world.dir.path(), &["atoll.localhost", "*.atoll.localhost"]);
    let tls = Tls::open(&files(world.dir.path()), world.dir.path()).unwrap();
    let address = serve(&world, Door::Tls(tls)).await;
    (world, cookie, authority, address)
}

#[tokio::test]
async fn http2_is_spoken_and_the_same_checks_hold() {
    let (world, cookie, authority, address) = secure().await;
    let mut sender = http2_to(&authority.client(&[b"h2", b"http/1.1"]), address).await;
    let uri = format!("https://{NOTES}/upload?x=1");
    let lines = [
        ("cookie", "a=1"),
        ("cookie", cookie.as_str()),
        ("x-forwarded-user", "root"),
        ("x_forwarded_user", "root"),
    ];
    let answer = ask(&mut sender, &lines, &uri, "hello").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "5");
    let seen = world.upstream.only();
    assert_eq!((seen.target.as_str(), seen.one("host")), ("/upload?x=1", NOTES));
    assert_eq!(seen.one("cookie"), "a=1");
    assert!(!seen.all("x-forwarded-user").contains(&"root") && seen.all("x_forwarded_user").is_empty());
    assert_eq!(seen.all("atoll-identity").len(), 1);
    world.upstream.forget();
    assert_eq!(ask(&mut sender, &[], &uri, "").await.status(), 401);
    assert_eq!(
        ask(&mut sender, &[("cookie", &cookie)], &format!("https://{NOTES}/admin/"), "").await.status(),
        403
    );
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test]
async fn no_trick_of_http2_gets_a_request_to_another_host_or_past_the_checks() {
    let (world, cookie, authority, address) = secure().await;
    let client = authority.client(&[b"h2"]);
    for (uri, lines) in [
        (format!("https://{NOTES}/"), vec![("host", "other.atoll.localhost:8080")]),
        ("https://other.atoll.localhost:8080/".to_owned(), vec![("host", NOTES)]),
        (format!("https://{NOTES}/"), vec![("host", NOTES), ("host", NOTES)]),
        (format!("https://root@{NOTES}/"), vec![]),
        (format!("https://{NOTES}/%2e%2e/admin/"), vec![]),
        (format!("https://{NOTES}/..%2fadmin/"), vec![]),
    ] {
        let mut sender = http2_to(&client, address).await;
        let lines = [&[("cookie", cookie.as_str())], &lines[..]].concat();
        let answer = ask(&mut sender, &lines, &uri, "").await;
        assert_eq!(answer.status(), 400, "{uri} {lines:?}");
    }
    // Fields of the connection have no place in HTTP/2; its library breaks such a stream off.
    for (name, value) in [
        ("connection", "x-forwarded-user"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
        ("te", "gzip"),
    ] {
        let mut sender = http2_to(&client, address).await;
        let request =
            Request::builder().uri(format!("https://{NOTES}/")).header("cookie", &cookie).header(name, value);
        let answer = sender.send_request(request.body(Full::default()).unwrap()).await;
        // The client's library may have left the field out itself; then nothing of it arrives either.
        if let Ok(answer) = answer {
            assert!(answer.status() == 200 || answer.status() == 400, "{name}: {answer:?}");
        }
        assert!(world.upstream.seen().iter().all(|seen| seen.all(name).is_empty() || name == "te"), "{name}");
    }
    assert!(world.upstream.seen().iter().all(|seen| seen.target == "/"));
}

#[tokio::test]
async fn events_and_large_bodies_stream_over_http2() {
    let (_world, cookie, authority, address) = secure().await;
    let mut sender = http2_to(&authority.client(&[b"h2"]), address).await;
    let mut events =
        ask(&mut sender, &[("cookie", &cookie)], &format!("https://{NOTES}/events"), "").await.into_body();
    let first = events.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "data: 0\n\n");
    // Another request on the same connection does not wait for the events' end.
    let large = "x".repeat(3 << 20);
    let answer = ask(&mut sender, &[("cookie", &cookie)], &format!("https://{NOTES}/upload"), &large).await;
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), large.len().to_string());
    assert!(events.frame().await.is_some());
}

#[tokio::test]
async fn a_websocket_passes_under_tls() {
    let (_world, cookie, authority, address) = secure().await;
    let client = authority.client(&[b"http/1.1"]);
    let mut stream = connect(&client, address, "notes.atoll.localhost").await.unwrap();
    let asked = format!(
        "GET /ws HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    for piece in [&b"hello"[..], &[7; 40_000]] {
        stream.write_all(piece).await.unwrap();
        let mut back = vec![0; piece.len()];
        stream.read_exact(&mut back).await.unwrap();
        assert_eq!(back, piece);
    }
}

#[tokio::test]
async fn a_new_certificate_is_taken_over_and_connections_stay() {
    let (world, _, cookie) = World::with_user().await;
    let (old, new) = (Authority::new(), Authority::new());
    let folder = world.dir.path();
    old.issue(folder, &["notes.atoll.localhost"]);
    let tls = Tls::open(&files(folder), folder).unwrap();
    let address = serve(&world, Door::Tls(tls.clone())).await;
    let mut kept = http2_to(&old.client(&[b"h2"]), address).await;
    let hosts = Hosts::new(world.platform.config.base_url.clone(), world.platform.store.clone());
    tokio::spawn({
        let (tls, stop) = (tls.clone(), world.stop.clone());
        async move { tls.run(&hosts, stop).await }
    });
    new.issue(folder, &["notes.atoll.localhost"]);
    let client = new.client(&[b"h2"]);
    let begun = std::time::Instant::now();
    while connect(&client, address, "notes.atoll.localhost").await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the new certificate was not taken over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(ask(&mut kept, &[("cookie", &cookie)], &format!("https://{NOTES}/"), "").await.status(), 200);
    // It is not for the console's host, and says so.
    let problems = tls.problems();
    assert!(
        problems.iter().any(|problem| problem
            .message
            .contains("not for `atoll.localhost`, only for: notes.atoll.localhost")),
        "{problems:?}"
    );
    // And keeps it where `atoll doctor` reads it.
    let kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("tls.json")).unwrap()).unwrap();
    assert_eq!(
        (&kept["source"], &kept["problems"][0]["about"]),
        (&"files".into(), &"names".into()),
        "{kept:#}"
    );
    assert_eq!(kept["problems"][0]["message"], problems[0].message.as_str());
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |folder: &Path| Tls::open(&files(folder), folder).unwrap_err().to_string();
    assert!(refusal(folder.path()).contains("could not read") && refusal(folder.path()).contains("cert.pem"));
    let authority = Authority::new();
    authority.issue(folder.path(), &["a.example"]);
    std::fs::write(folder.path().join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(
        refusal(folder.path()).contains("does not belong to the certificate"),
        "{}",
        refusal(folder.path())
    );
    std::fs::write(folder.path().join("key.pem"), "nonsense").unwrap();
    assert!(refusal(folder.path()).contains("holds no private key"));
    std::fs::write(folder.path().join("cert.pem"), "nonsense").unwrap();
    assert!(refusal(folder.path()).contains("holds no certificate"));
    authority.issue(folder.path(), &["a.example"]);
    let own = std::fs::read_to_string(folder.path().join("cert.pem")).unwrap();
    std::fs::write(folder.path().join("cert.pem"), authority.pem() + &own).unwrap();
    assert!(refusal(folder.path()).contains("put the server's own first"), "{}", refusal(folder.path()));
}

#[tokio::test]
async fn plain_http_leads_to_tls_and_nowhere_else() {
    let (world, cookie, _, _) = secure().await;
    let tls = Tls::open(&files(world.dir.path()), world.dir.path()).unwrap();
    let base_url = "https://atoll.localhost".parse().unwrap();
    let address = serve(&world, Door::ToTls(Box::new(ToTls { tls: tls.clone(), base_url }))).await;
    let client = crate::support::Client(address);
    let cookie = format!("Cookie: {cookie}");
    for (host, target, place) in [
        ("notes.atoll.localhost", "/deep?link=1", "https://notes.atoll.localhost/deep?link=1"),
        ("atoll.localhost:80", "/login", "https://atoll.localhost/login"),
    ] {
        let answer = client.get(host, target, &[&cookie]).await;
        assert_eq!((answer.status, answer.header("location")), (308, place));
    }
    assert_eq!(client.ask("POST", "notes.atoll.localhost", "/", &[&cookie], "x").await.status, 308);
    assert_eq!(client.get("evil.example", "/", &[]).await.status, 421);
    tls.challenges().set("token", "token.thumb");
    let answer = client.get("notes.atoll.localhost", "/.well-known/acme-challenge/token", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "token.thumb"));
    assert_eq!(client.get("notes.atoll.localhost", "/.well-known/acme-challenge/x", &[]).await.status, 308);
    assert!(world.upstream.seen().is_empty());
}
