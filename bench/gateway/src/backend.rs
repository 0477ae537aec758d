//! The backend: answers from memory, by hand, so that the proxy before it is what is measured.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

pub(crate) async fn run(listen: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(listen).await.context("the backend cannot listen")?;
    let answers: &'static Answers = Box::leak(Box::new(Answers::new()));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // How a connection ends is the proxy's affair.
        tokio::spawn(async move { drop(serve(stream, answers).await) });
    }
}

/// What is answered, made once.
struct Answers {
    small: Vec<u8>,
    large: Vec<u8>,
    allowed: Vec<u8>,
}

impl Answers {
    fn new() -> Self {
        let of = |size: usize| {
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {size}\r\n\r\n");
            [head.into_bytes(), vec![b'x'; size]].concat()
        };
        // What an authorising service says to nginx's `auth_request` and Caddy's `forward_auth`.
        let allowed = b"HTTP/1.1 200 OK\r\nX-Forwarded-User: ada\r\nContent-Length: 0\r\n\r\n".to_vec();
        Self { small: of(KIB), large: of(MIB), allowed }
    }
}

async fn serve(mut stream: TcpStream, answers: &Answers) -> Result<()> {
    let mut read = Vec::with_capacity(16 * KIB);
    loop {
        let Some(end) = memchr::memmem::find(&read, b"\r\n\r\n") else {
            if stream.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let head = read[..end].to_vec();
        read.drain(..end + 4);
        if head.starts_with(b"GET /ws") {
            return echo(stream).await;
        }
        if head.starts_with(b"POST") {
            let arrived = swallow(&mut stream, &mut read, &head).await?.to_string();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{arrived}", arrived.len());
            stream.write_all(answer.as_bytes()).await?;
        } else if head.starts_with(b"GET /large") {
            stream.write_all(&answers.large).await?;
        } else if let Some(bytes) = head.strip_prefix(b"GET /huge/") {
            huge(&mut stream, bytes, &answers.large).await?;
        } else if head.starts_with(b"GET /auth") {
            stream.write_all(&answers.allowed).await?;
        } else {
            stream.write_all(&answers.small).await?;
        }
    }
}

/// Sends a body of as many bytes as the path says, always the same piece again.
async fn huge(stream: &mut TcpStream, path: &[u8], piece: &[u8]) -> Result<()> {
    let digits = path.split(|byte| !byte.is_ascii_digit()).next().unwrap_or_default();
    let mut left: u64 = str::from_utf8(digits)?.parse().context("the path says no length")?;
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {left}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    while left > 0 {
        let now = usize::try_from(left).map_or(piece.len(), |left| left.min(piece.len()));
        stream.write_all(&piece[..now]).await?;
        left -= now as u64;
    }
    Ok(())
}

/// Reads a body of known length away; what came too early stays in `read`.
async fn swallow(stream: &mut TcpStream, read: &mut Vec<u8>, head: &[u8]) -> Result<usize> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.context("the backend takes bodies of known length only")?.trim().parse()?;
    let mut left = length;
    loop {
        let taken = left.min(read.len());
        read.drain(..taken);
        left -= taken;
        if left == 0 {
            return Ok(length);
        }
        anyhow::ensure!(stream.read_buf(read).await? > 0, "the body ended early");
    }
}

async fn echo(mut stream: TcpStream) -> Result<()> {
    let switched = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                     Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    stream.write_all(switched).await?;
    // On the stack of a task that waits, so kept small: there may be ten thousand.
    let mut piece = [0; 512];
    loop {
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        stream.write_all(&piece[..read]).await?;
    }
}
