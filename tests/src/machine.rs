//! The machine that the stack runs on, seen by its operator: engine, addresses, listeners, the neighbour on the LAN.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, SocketAddrV6, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

/// An address outside the machine that answers whoever can reach it ("the internet", played by the neighbour).
pub const INTERNET: &str = "203.0.113.10";
/// The neighbour's address on the LAN.
pub const NEIGHBOUR: &str = "198.18.0.2";
/// The machine's own address on the LAN.
pub const LAN: &str = "198.18.0.1";

/// The machine that `tests/machine.sh` made, from the inside.
#[derive(Debug, Clone, Copy)]
pub struct Machine;

impl Machine {
    /// The machine, if this process is on it.
    ///
    /// # Panics
    /// When it is not: these tests would otherwise change somebody's containers.
    pub fn here() -> Self {
        assert!(
            std::path::Path::new("/run/neighbour.pid").exists(),
            "not on the test machine: run the tests with `make e2e`, which makes one"
        );
        Self
    }

    /// Runs the docker client and returns what it printed.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn docker(self, arguments: &[&str]) -> String {
        run("docker", arguments)
    }

    /// Whether the docker client succeeds with these words.
    pub fn docker_succeeds(self, arguments: &[&str]) -> bool {
        Command::new("docker").args(arguments).output().is_ok_and(|output| output.status.success())
    }

    /// The engine's own view of a container, network or volume.
    ///
    /// # Panics
    /// When there is no such object.
    #[track_caller]
    pub fn inspect(self, name: &str) -> Value {
        let listed: Value =
            serde_json::from_str(&self.docker(&["inspect", name])).expect("docker prints JSON");
        listed[0].clone()
    }

    /// Names of all containers, networks and volumes that bear an app's label, also stopped ones.
    pub fn objects_of(self, app: &str) -> Vec<String> {
        let filter = format!("label=atoll.app={app}");
        let lists: [&[&str]; 3] = [
            &["container", "ls", "--all", "--format", "{{.Names}}"],
            &["network", "ls", "--format", "{{.Name}}"],
            &["volume", "ls", "--format", "{{.Name}}"],
        ];
        let found = lists.iter().map(|list| self.docker(&[list, &["--filter", &filter][..]].concat()));
        found.flat_map(|lines| lines.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// Asks from the neighbour's place whether an address answers; `protocol` is `tcp` or `udp`.
    pub fn neighbour_reaches(self, protocol: &str, host: &str, port: u16) -> bool {
        let namespace = format!("--net=/proc/{}/ns/net", neighbour());
        asked(&run("nsenter", &[&namespace, "--", &probe_binary(), "ask", protocol, host, &port.to_string()]))
    }

    /// Asks from the network of a running container (which need not hold the probe).
    pub fn container_reaches(self, container: &str, protocol: &str, host: &str, port: u16) -> bool {
        let pid = self.docker(&["inspect", "--format", "{{.State.Pid}}", container]);
        let namespace = format!("--net=/proc/{}/ns/net", pid.trim());
        asked(&run("nsenter", &[&namespace, "--", &probe_binary(), "ask", protocol, host, &port.to_string()]))
    }

    /// Every address of the machine but loopback, with the interface for link-local ones: `fe80::1%br-0123`.
    pub fn addresses(self) -> Vec<String> {
        let links: Value = serde_json::from_str(&run("ip", &["-json", "address"])).expect("ip prints JSON");
        let mut found = Vec::new();
        for link in links.as_array().into_iter().flatten() {
            let name = link["ifname"].as_str().unwrap_or_default();
            for address in link["addr_info"].as_array().into_iter().flatten().filter(|_| name != "lo") {
                let local = address["local"].as_str().unwrap_or_default();
                let scoped =
                    if local.starts_with("fe80:") { format!("{local}%{name}") } else { local.to_owned() };
                found.push(scoped);
            }
        }
        found
    }

    /// The names that the machine's resolver has been asked for so far.
    pub fn names_asked(self) -> Vec<String> {
        let log =
            std::fs::read_to_string("/run/dns.log").expect("tests/e2e.sh starts the recording resolver");
        log.lines().map(str::to_owned).collect()
    }

    /// Kills the engine and starts it again, as a crash and its supervisor would.
    pub fn crash_engine(self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/machine.sh");
        run(script, &["engine", "kill"]);
        run(script, &["engine", "start"]);
    }
}

/// A TCP and UDP port of the machine, on every address, that answers whoever asks until this is dropped.
pub struct Listener {
    /// The port, the same for both protocols.
    pub port: u16,
    over: Arc<AtomicBool>,
}

impl Listener {
    /// Listens on `port` of every address, IPv4 and IPv6; 0 picks a free one.
    ///
    /// # Panics
    /// When the port is taken.
    pub fn on(port: u16) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let tcp = TcpListener::bind(("::", port)).expect("the port is free");
        let port = tcp.local_addr().expect("it is bound").port();
        answer_tcp(tcp, Arc::clone(&over));
        // Because a datagram socket for all addresses answers from another one than was asked, which looks like silence.
        for address in Machine.addresses() {
            if let Some(socket) = datagram_socket(&address, port) {
                answer_udp(socket, Arc::clone(&over));
            }
        }
        Self { port, over }
    }
}

/// Binds an address. A link-local one is not there yet for up to two seconds after its interface came up, and on an
/// interface without a carrier not at all: then nobody can ask it either.
fn datagram_socket(address: &str, port: u16) -> Option<UdpSocket> {
    for _ in 0..25 {
        match UdpSocket::bind(scoped(address, port)) {
            Ok(socket) => return Some(socket),
            Err(error) => assert!(address.starts_with("fe80:"), "{address}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    None
}

/// The socket address of `fe80::1%br-0123` or of an address without an interface.
fn scoped(address: &str, port: u16) -> SocketAddr {
    let (address, interface) = address.split_once('%').unwrap_or((address, ""));
    match address.parse().expect("ip prints addresses") {
        IpAddr::V4(address) => SocketAddr::from((address, port)),
        IpAddr::V6(address) => SocketAddrV6::new(address, port, 0, index_of(interface)).into(),
    }
}

/// The number of an interface; 0 for no interface. From the second column of `/proc/net/if_inet6`, in hexadecimal.
fn index_of(interface: &str) -> u32 {
    let table = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let row = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let found =
        row.filter(|row| row.last() == Some(&interface)).find_map(|row| u32::from_str_radix(row[1], 16).ok());
    found.unwrap_or_default()
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn answer_tcp(listener: TcpListener, over: Arc<AtomicBool>) {
    listener.set_nonblocking(true).expect("a socket can be non-blocking");
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((mut stream, _)) => {
                    let written = stream.write_all(b"host");
                    drop(written.and_then(|()| stream.read(&mut [0; 16])));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    });
}

fn answer_udp(socket: UdpSocket, over: Arc<AtomicBool>) {
    socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket can have a time-out");
    std::thread::spawn(move || {
        let mut packet = [0; 64];
        while !over.load(Ordering::Relaxed) {
            if let Ok((_, from)) = socket.recv_from(&mut packet) {
                drop(socket.send_to(b"host", from));
            }
        }
    });
}

/// The folder with the allowlist and the lock that the stack under test reads.
///
/// # Panics
/// When `tests/e2e.sh` did not name it.
pub fn policy_folder() -> PathBuf {
    std::env::var_os("ATOLL_POLICY_DIR").expect("tests/e2e.sh names it").into()
}

fn probe_binary() -> String {
    std::env::var("ATOLL_PROBE").expect("tests/e2e.sh names the probe's binary")
}

fn neighbour() -> String {
    std::fs::read_to_string("/run/neighbour.pid").expect("we are on the machine").trim().to_owned()
}

fn asked(answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).expect("the probe prints JSON");
    answer["result"] == "connected"
}

/// Runs a program and returns its standard output.
///
/// # Panics
/// When it cannot be run or fails; the message has its words and what it wrote.
#[track_caller]
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?} failed: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
