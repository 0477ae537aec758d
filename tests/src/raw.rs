//! Raw HTTP over a unix socket: what an attacker writes when no client library is in the way.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    time::Duration,
};

use serde_json::Value;

/// The engine's own socket on the test machine.
pub const ENGINE: &str = "/run/docker.sock";
/// Where the volume with the proxy's socket lies on the test machine.
pub const PROXY: &str = "/var/lib/docker/volumes/atoll_proxy-socket/_data/proxy.sock";

/// An answer: its status, and its body as JSON, or null where it is none.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// Sends one request under API 1.41 and reads the answer to its end.
///
/// # Panics
/// When the socket cannot be reached or the answer is no HTTP.
#[track_caller]
pub fn ask(socket: &str, method: &str, path: &str, body: &Value) -> RawAnswer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let request = format!(
        "{method} /v1.41{path} HTTP/1.1\r\nHost: engine\r\n{kind}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = UnixStream::connect(socket).unwrap_or_else(|error| panic!("{socket}: {error}"));
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket can have a time-out");
    stream.write_all(request.as_bytes()).expect("the socket takes a request");
    let mut text = Vec::new();
    stream.read_to_end(&mut text).expect("the socket answers");
    let text = String::from_utf8_lossy(&text);
    let (head, rest) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no HTTP: {text}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    // Because a chunk's size stands on a line of its own, the JSON begins at the first brace.
    let json = rest.find('{').zip(rest.rfind('}')).map_or("", |(start, end)| &rest[start..=end]);
    RawAnswer { status, body: serde_json::from_str(json).unwrap_or_default() }
}
