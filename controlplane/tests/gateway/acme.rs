//! Certificates from a real ACME server (pebble, Let's Encrypt's own for tests), by both ways of proof.

use std::{
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use atoll_controlplane::{
    reconciler::Desired,
    server::{
        door::{Door, ToTls},
        run_through,
    },
    store::installations::Installation,
    tls::{Hosts, Tls, TlsConfig, config::AcmeSettings},
};
use atoll_sandbox::{names::IslandId, subnet::NetworkIndex};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::net::{TcpListener, UdpSocket};

use crate::{
    support::{Client, World, id},
    tls::{Authority, connect},
};

const HOSTS: [&str; 2] = ["atoll.example.com", "notes.atoll.example.com"];

/// A running ACME server; it ends when dropped.
struct Pebble {
    process: Child,
    directory: String,
}

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Pebble {
    /// Starts one that looks for proof on these ports of this machine, whatever the name.
    async fn start(folder: &Path, http: u16, tls: u16) -> Self {
        let authority = Authority::new();
        authority.issue(folder, &["localhost"]);
        std::fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
        let (listen, manage) = (free_port().await, free_port().await);
        let config = serde_json::json!({"pebble": {
            "listenAddress": format!("127.0.0.1:{listen}"),
            "managementListenAddress": format!("127.0.0.1:{manage}"),
            "certificate": folder.join("cert.pem"),
            "privateKey": folder.join("key.pem"),
            "httpPort": http,
            "tlsPort": tls,
        }});
        std::fs::write(folder.join("pebble.json"), config.to_string()).unwrap();
        let process = Command::new("pebble")
            .arg("-config")
            .arg(folder.join("pebble.json"))
            .args(["-dnsserver", &everything_is_here().await.to_string()])
            .envs([("PEBBLE_VA_NOSLEEP", "1"), ("PEBBLE_AUTHZREUSE", "0")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need an ACME server: apt-get install pebble (tests/install.sh does)");
        let address = SocketAddr::from(([127, 0, 0, 1], listen));
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { process, directory: format!("https://localhost:{listen}/dir") }
    }
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// A name server by which every name has this machine's address.
async fn everything_is_here() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut asked = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut asked).await {
            drop(socket.send_to(&answer(&asked[..length]), from).await);
        }
    });
    address
}

/// The answer to one question (RFC 1035, section 4): an address for `A`, nothing for any other type.
fn answer(asked: &[u8]) -> Vec<u8> {
    let name = asked[12..].iter().position(|byte| *byte == 0).unwrap();
    let question = &asked[12..12 + name + 5];
    let is_a = question[name + 1..name + 3] == [0, 1];
    let mut answer = [&asked[..2], &[0x81, 0x80, 0, 1, 0, u8::from(is_a), 0, 0, 0, 0], question].concat();
    if is_a {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}

/// A world that fetches certificates. Its plain port is open only if `plain`.
struct Fetching {
    world: World,
    _pebble: Pebble,
    tls: Tls,
    secure: SocketAddr,
    plain: SocketAddr,
}

async fn fetching(plain: bool) -> Fetching {
    let (world, _, _) = World::with_user().await;
    let mut change = world.platform.store.begin().await.unwrap();
    let notes = Installation {
        island: IslandId::shared(id("notes")),
        version: "1.0.0".to_owned(),
        index: NetworkIndex(0),
        desired: Desired::Running,
        asleep: false,
        volumes: Vec::new(),
        adopted: Vec::new(),
        verification: None,
        installed_at: world.clock.now(),
    };
    assert!(change.insert_installation(&notes).await.unwrap());
    change.commit_unaudited().await.unwrap();
    let [for_plain, for_tls] =
        [TcpListener::bind("127.0.0.1:0").await, TcpListener::bind("127.0.0.1:0").await].map(Result::unwrap);
    let [at_plain, secure] = [&for_plain, &for_tls].map(|listener| listener.local_addr().unwrap());
    let pebble = Pebble::start(world.dir.path(), at_plain.port(), secure.port()).await;
    let settings = AcmeSettings {
        listen: secure,
        directory: pebble.directory.clone(),
        email: None,
        root: Some(world.dir.path().join("ca.pem")),
        folder: world.dir.path().join("acme"),
    };
    let tls = Tls::open(&TlsConfig::Acme(settings), world.dir.path()).unwrap();
    let base_url: atoll_controlplane::config::BaseUrl = "https://atoll.example.com".parse().unwrap();
    let (front, stop) = (Arc::clone(&world.front), world.stop.clone());
    tokio::spawn(run_through(for_tls, Door::Tls(tls.clone()), Arc::clone(&front), stop.clone()));
    if plain {
        let door = Door::ToTls(Box::new(ToTls { tls: tls.clone(), base_url: base_url.clone() }));
        tokio::spawn(run_through(for_plain, door, front, stop.clone()));
    }
    let hosts = Hosts::new(base_url, world.platform.store.clone());
    let keeping = tls.clone();
    tokio::spawn(async move { keeping.run(&hosts, stop).await });
    Fetching { world, _pebble: pebble, tls, secure, plain: at_plain }
}

/// Waits until every host shows a certificate of its own, and checks how they are kept.
async fn have_certificates(fetching: &Fetching) {
    let (folder, begun) = (fetching.world.dir.path().join("acme"), Instant::now());
    for host in HOSTS {
        let path = folder.join(format!("{host}.pem"));
        while !path.exists() {
            assert!(begun.elapsed() < Duration::from_secs(40), "{host}: {:?}", fetching.tls.problems());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let kept = std::fs::read(&path).unwrap();
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&kept).map(Result::unwrap).collect();
        let client = Authority::client_of(chain.last().unwrap().clone(), &[b"h2"]);
        // The file is there a moment before the certificate is shown.
        while connect(&client, fetching.secure, host).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(40), "{host} does not show its certificate");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    for name in ["account.json", "atoll.example.com.pem"] {
        let mode = std::fs::metadata(folder.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn each_host_gets_a_certificate_by_a_question_over_plain_http() {
    let fetching = fetching(true).await;
    have_certificates(&fetching).await;
    let answer = Client(fetching.plain).get("notes.atoll.example.com", "/x", &[]).await;
    assert_eq!((answer.status, answer.header("location")), (308, "https://notes.atoll.example.com/x"));
}

#[tokio::test]
async fn where_the_plain_port_is_shut_the_tls_port_proves_it() {
    have_certificates(&fetching(false).await).await;
}
