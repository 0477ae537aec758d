//! A client that sends exactly the bytes it is told to.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than anything should take; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Opens connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) SocketAddr);

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) read: Vec<u8>,
}

/// The answer to one request.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Client {
    pub(crate) async fn connect(self) -> Connection {
        Connection { stream: TcpStream::connect(self.0).await.unwrap(), read: Vec::new() }
    }

    /// Sends bytes and reads until the server closes.
    pub(crate) async fn raw(self, bytes: impl AsRef<[u8]>) -> Answer {
        let mut connection = self.connect().await;
        connection.stream.write_all(bytes.as_ref()).await.unwrap();
        connection.rest().await
    }

    /// One GET. `lines` are further header lines.
    pub(crate) async fn get(self, host: &str, target: &str, lines: &[&str]) -> Answer {
        self.ask("GET", host, target, lines, "").await
    }

    /// One request with a body, if it has one.
    pub(crate) async fn ask(
        self,
        method: &str,
        host: &str,
        target: &str,
        lines: &[&str],
        body: &str,
    ) -> Answer {
        self.raw(request(method, host, target, lines, body)).await
    }
}

/// The bytes of a request.
pub(crate) fn request(method: &str, host: &str, target: &str, lines: &[&str], body: &str) -> String {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for line in lines {
        request.push_str(line);
        request.push_str("\r\n");
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request + "\r\n" + body
}

impl Connection {
    /// Reads until what was read ends a head or contains `mark`, and returns everything up to there.
    pub(crate) async fn until(&mut self, mark: &str) -> String {
        timeout(PATIENCE, async {
            loop {
                if let Some(at) = find(&self.read, mark.as_bytes()) {
                    let taken: Vec<u8> = self.read.drain(..at + mark.len()).collect();
                    return String::from_utf8_lossy(&taken).into_owned();
                }
                let read = self.stream.read_buf(&mut self.read).await.unwrap();
                assert!(
                    read > 0,
                    "the connection ended before {mark:?}: {:?}",
                    String::from_utf8_lossy(&self.read)
                );
            }
        })
        .await
        .unwrap_or_else(|_| {
            panic!("{mark:?} did not come; so far: {:?}", String::from_utf8_lossy(&self.read))
        })
    }

    /// Reads until the server closes. A connection that is reset has ended too.
    pub(crate) async fn rest(mut self) -> Answer {
        let ended = timeout(PATIENCE, self.stream.read_to_end(&mut self.read)).await;
        drop(ended.expect("the server should have closed the connection"));
        Answer::parse(&self.read)
    }

    /// Waits for the end of the connection and returns how long that took.
    pub(crate) async fn closed(&mut self) -> Duration {
        let begun = std::time::Instant::now();
        let ended = timeout(PATIENCE, self.stream.read_to_end(&mut self.read)).await;
        drop(ended.expect("the server should have closed the connection"));
        begun.elapsed()
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let at = find(bytes, b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let rest = bytes.get(at + 4..).unwrap_or_default();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { dechunk(rest) } else { rest.to_vec() };
        Self { status, head, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The values of a header.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }

    /// The value of a header that is there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers(name).first().copied().unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem.
    pub(crate) fn problem(&self) -> String {
        self.json()["type"].as_str().unwrap().trim_start_matches("urn:atoll:problem:").to_owned()
    }

    /// The value that a cookie is set to.
    pub(crate) fn cookie(&self, name: &str) -> String {
        let set =
            self.headers("set-cookie").into_iter().find_map(|line| line.strip_prefix(&format!("{name}=")));
        set.unwrap_or_else(|| panic!("no {name} in {}", self.head)).split(';').next().unwrap().to_owned()
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

fn dechunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(bytes, b"\r\n") {
        let size =
            std::str::from_utf8(&bytes[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else { break };
        let rest = &bytes[end + 2..];
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        bytes = rest.get(size + 2..).unwrap_or_default();
    }
    body
}
