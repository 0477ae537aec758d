//! WebSockets, busy and idle.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, stdin},
    net::TcpStream,
    task::JoinSet,
};

use crate::Target;

/// One text frame of 58 bytes, masked with zeros. Nobody between looks into it.
const FRAME: [u8; 64] = {
    let mut frame = [b'x'; 64];
    (frame[0], frame[1]) = (0x81, 0x80 | 58);
    (frame[2], frame[3], frame[4], frame[5]) = (0, 0, 0, 0);
    frame
};
/// How many are opened at once.
const OPENED_AT_ONCE: usize = 64;

/// Messages per second that came back over so many sockets.
pub(crate) async fn echo(target: &Target, sockets: usize, lasting: Duration) -> Result<f64> {
    let mut open = Vec::new();
    for _ in 0..sockets {
        open.push(connect(target).await?);
    }
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for mut stream in open {
        running.spawn(async move {
            let (mut count, mut back) = (0_u64, [0; FRAME.len()]);
            while begun.elapsed() < lasting {
                stream.write_all(&FRAME).await?;
                stream.read_exact(&mut back).await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut total = 0;
    while let Some(count) = running.join_next().await {
        total += count??;
    }
    Ok(total as f64 / begun.elapsed().as_secs_f64())
}

/// Holds so many sockets open until standard input ends.
pub(crate) async fn idle(target: &Target, sockets: usize) -> Result<()> {
    let (mut opening, mut open) = (JoinSet::new(), Vec::with_capacity(sockets));
    for _ in 0..sockets {
        if opening.len() >= OPENED_AT_ONCE
            && let Some(stream) = opening.join_next().await
        {
            open.push(stream??);
        }
        let target = target.clone();
        opening.spawn(async move { connect(&target).await });
    }
    while let Some(stream) = opening.join_next().await {
        open.push(stream??);
    }
    println!("open");
    std::io::stdout().flush()?;
    stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

async fn connect(target: &Target) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(target.address).await.context("could not connect to the proxy")?;
    stream.set_nodelay(true)?;
    let Target { host, header, .. } = target;
    let asked = format!(
        "GET /ws HTTP/1.1\r\nHost: {host}\r\n{header}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.context("the proxy hung up on a WebSocket")?);
    }
    ensure!(head.starts_with(b"HTTP/1.1 101"), "no WebSocket: {}", String::from_utf8_lossy(&head));
    Ok(stream)
}
