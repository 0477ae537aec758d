//! Tries to reach an address by TCP or UDP and says how it ended.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// How long one try may take. A dropped packet shows as this time-out.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The transport of a try.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    Tcp,
    Udp,
}

impl FromStr for Protocol {
    type Err = io::Error;
    fn from_str(word: &str) -> io::Result<Self> {
        match word {
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            other => Err(io::Error::new(ErrorKind::InvalidInput, format!("no such protocol: {other}"))),
        }
    }
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// TCP: connected. UDP: a datagram came back.
    Connected,
    /// Something there said no: the address was reached.
    Refused,
    /// No route, or a router said so.
    Unreachable,
    /// Nothing came back.
    Timeout,
    /// The name has no address.
    Unresolved,
    /// The kernel would not even send.
    Failed,
}

/// The answer of one try.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Try {
    result: Outcome,
    /// Milliseconds until the outcome.
    ms: u128,
    /// The first bytes that the other side sent, lossily decoded.
    said: String,
    error: Option<String>,
}

/// Tries to reach `host:port`, says `words` once there, and listens for an answer. Blocks for about [`PATIENCE`] at most.
pub(crate) fn reach(protocol: Protocol, host: &str, port: u16, words: &str) -> Try {
    let began = Instant::now();
    let tried = address(host, port).and_then(|address| match protocol {
        Protocol::Tcp => connect(address, words),
        Protocol::Udp => exchange(address, words),
    });
    let ms = began.elapsed().as_millis();
    match tried {
        Ok(said) => Try { result: Outcome::Connected, ms, said, error: None },
        Err(error) => {
            Try { result: outcome(&error), ms, said: String::new(), error: Some(error.to_string()) }
        }
    }
}

fn address(host: &str, port: u16) -> io::Result<SocketAddr> {
    (host, port)
        .to_socket_addrs()
        .ok()
        .and_then(|mut all| all.next())
        .ok_or_else(|| ErrorKind::AddrNotAvailable.into())
}

fn connect(address: SocketAddr, words: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    // Because a server that waits for us to speak first has been reached all the same, silence is no error here.
    stream.set_read_timeout(Some(if words.is_empty() { Duration::from_millis(100) } else { PATIENCE }))?;
    let mut first = [0; 256];
    let heard = stream.write_all(words.as_bytes()).and_then(|()| stream.read(&mut first)).unwrap_or(0);
    Ok(String::from_utf8_lossy(&first[..heard]).into_owned())
}

fn exchange(address: SocketAddr, words: &str) -> io::Result<String> {
    let local = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(local)?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(words.as_bytes())?;
    let mut answer = [0; 64];
    let read = socket.recv(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
}

fn outcome(error: &io::Error) -> Outcome {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's enum is open")]
    match error.kind() {
        ErrorKind::ConnectionRefused => Outcome::Refused,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Outcome::Unreachable,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Outcome::Timeout,
        ErrorKind::AddrNotAvailable => Outcome::Unresolved,
        _ => Outcome::Failed,
    }
}
