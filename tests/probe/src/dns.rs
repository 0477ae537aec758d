//! Asks for names, and plays a resolver that writes down what it was asked.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::net::{ToSocketAddrs, UdpSocket};
use std::time::Duration;

/// What came of a look-up.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Lookup {
    /// The addresses found; empty when the name does not resolve.
    addresses: Vec<String>,
    /// The DNS response code of a direct query, when an answer came.
    rcode: Option<u8>,
    error: Option<String>,
}

/// Resolves `name` as programs do: by the C library and the container's `resolv.conf`.
pub(crate) fn resolve(name: &str) -> Lookup {
    match (name, 0).to_socket_addrs() {
        Ok(found) => Lookup {
            addresses: found.map(|address| address.ip().to_string()).collect(),
            rcode: None,
            error: None,
        },
        Err(error) => Lookup { addresses: Vec::new(), rcode: None, error: Some(error.to_string()) },
    }
}

/// Asks the resolver at `server` (an address with port 53) directly for the A records of `name`.
pub(crate) fn query(server: &str, name: &str) -> Lookup {
    match exchange(server, name) {
        Ok(answer) => Lookup {
            addresses: a_records(&answer),
            rcode: answer.get(3).map(|flags| flags & 0x0f),
            error: None,
        },
        Err(error) => Lookup { addresses: Vec::new(), rcode: None, error: Some(error.to_string()) },
    }
}

fn exchange(server: &str, name: &str) -> io::Result<Vec<u8>> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.set_read_timeout(Some(Duration::from_millis(1500)))?;
    socket.send_to(&question(name), (server, 53))?;
    let mut answer = vec![0; 512];
    let read = socket.recv(&mut answer)?;
    answer.truncate(read);
    Ok(answer)
}

/// The bytes of a recursive query for the A record of `name` (RFC 1035, section 4).
fn question(name: &str) -> Vec<u8> {
    let mut bytes = vec![0x41, 0x54, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.').filter(|label| !label.is_empty()) {
        let label = &label.as_bytes()[..label.len().min(63)];
        bytes.push(u8::try_from(label.len()).unwrap_or(63));
        bytes.extend_from_slice(label);
    }
    bytes.extend_from_slice(&[0, 0, 1, 0, 1]);
    bytes
}

/// The addresses of the A records in an answer, found by their fixed middle (type A, class IN, 4 bytes of data).
fn a_records(answer: &[u8]) -> Vec<String> {
    answer
        .windows(14)
        .filter(|w| w[..4] == [0, 1, 0, 1] && w[8..10] == [0, 4])
        .map(|w| format!("{}.{}.{}.{}", w[10], w[11], w[12], w[13]))
        .collect()
}

/// Answers every query on `address` with "no such name" and appends the name asked for to `file`, a line each.
pub(crate) fn record(address: &str, file: &str) -> io::Result<()> {
    let socket = UdpSocket::bind(address)?;
    let mut log = OpenOptions::new().create(true).append(true).open(file)?;
    let mut packet = [0; 512];
    loop {
        let (read, from) = socket.recv_from(&mut packet)?;
        let Some(name) = asked_name(&packet[..read]) else { continue };
        writeln!(log, "{name}")?;
        let mut answer = packet[..read].to_vec();
        answer[2] |= 0x80; // this is an answer
        answer[3] = 0x83; // recursion available, no such name
        match socket.send_to(&answer, from) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(error) => return Err(error),
        }
    }
}

/// The name in the first question of a query, or nothing when the packet is no query.
fn asked_name(packet: &[u8]) -> Option<String> {
    let mut rest = packet.get(12..)?;
    let mut labels = Vec::new();
    loop {
        let (&length, after) = rest.split_first()?;
        if length == 0 {
            return Some(labels.join("."));
        }
        let label = after.get(..usize::from(length))?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        rest = &after[usize::from(length)..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_back_as_the_name_that_was_asked() {
        assert_eq!(asked_name(&question("secret.example.com")).as_deref(), Some("secret.example.com"));
    }

    #[test]
    fn a_truncated_packet_is_no_question() {
        let whole = question("secret.example.com");
        assert_eq!(asked_name(&whole[..20]), None);
    }

    #[test]
    fn the_address_in_an_answer_is_found() {
        let mut answer = question("a.example");
        answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 10]);
        assert_eq!(a_records(&answer), ["203.0.113.10"]);
    }
}
