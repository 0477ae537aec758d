//! One very large body either way, made as it is sent and forgotten as it is read.

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Target;

const PIECE: usize = 256 * 1024;

/// Sends `bytes` and returns what the backend says of them.
pub(crate) async fn upload(target: &Target, bytes: u64) -> Result<String> {
    let Target { address, host, header } = target;
    let mut stream = TcpStream::connect(address).await.context("could not connect to the proxy")?;
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: {host}\r\n{header}\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let (piece, mut left) = (vec![b'x'; PIECE], bytes);
    while left > 0 {
        let now = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        stream.write_all(&piece[..now]).await.context("the upload was broken off")?;
        left -= now as u64;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no answer to the upload")?;
    anyhow::ensure!(body.contains(&bytes.to_string()), "not everything arrived: {answer}");
    Ok(bytes.to_string())
}

/// Asks for `bytes` and returns how many came.
pub(crate) async fn download(target: &Target, bytes: u64) -> Result<u64> {
    let Target { address, host, header } = target;
    let mut stream = TcpStream::connect(address).await.context("could not connect to the proxy")?;
    let asked =
        format!("GET /huge/{bytes} HTTP/1.1\r\nHost: {host}\r\n{header}\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).await?;
    let (mut read, mut arrived) = (Vec::with_capacity(PIECE), 0);
    loop {
        if let Some(end) = memchr::memmem::find(&read, b"\r\n\r\n") {
            anyhow::ensure!(
                read.starts_with(b"HTTP/1.1 200"),
                "no body: {}",
                String::from_utf8_lossy(&read[..end])
            );
            arrived += (read.len() - end - 4) as u64;
            break;
        }
        anyhow::ensure!(stream.read_buf(&mut read).await? > 0, "no answer to the download");
    }
    loop {
        read.clear();
        match stream.read_buf(&mut read).await.context("the download was broken off")? {
            0 => break,
            more => arrived += more as u64,
        }
    }
    anyhow::ensure!(arrived == bytes, "{arrived} bytes of {bytes} arrived");
    Ok(arrived)
}
