//! One very large body, made as it is sent.

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Target;

const PIECE: usize = 256 * 1024;

/// Sends `bytes` and returns what the backend says of them.
pub(crate) async fn run(target: &Target, bytes: u64) -> Result<String> {
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
