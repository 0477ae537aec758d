//! The smallest client that measures honestly: one request at a time over one kept connection.

use std::path::Path;

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

/// A kept connection.
pub(crate) struct Client {
    stream: UnixStream,
    buffer: Vec<u8>,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Where an answer's body ends.
enum Length {
    Bytes(usize),
    Chunks,
}

impl Client {
    pub(crate) async fn connect(socket: &Path) -> anyhow::Result<Self> {
        let stream = UnixStream::connect(socket).await;
        let stream = stream.with_context(|| format!("could not connect to {}", socket.display()))?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn call(&mut self, method: &str, path: &str, body: &str) -> anyhow::Result<Answer> {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: engine\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let (status, length) = self.head().await?;
        let body = match length {
            Length::Bytes(length) => self.take(length).await?,
            Length::Chunks => self.chunks().await?,
        };
        Ok(Answer { status, body })
    }

    /// Opens a stream and reads its head only.
    pub(crate) async fn open(&mut self, path: &str) -> anyhow::Result<()> {
        self.stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: engine\r\n\r\n").as_bytes()).await?;
        match self.head().await? {
            (200, Length::Chunks) => Ok(()),
            (status, _) => bail!("{path} was answered {status} and is no stream"),
        }
    }

    async fn head(&mut self) -> anyhow::Result<(u16, Length)> {
        let end = loop {
            match self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(start) => break start + 4,
                None => self.read().await?,
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head)?.to_ascii_lowercase();
        let status: u16 = head.split(' ').nth(1).context("no status")?.parse()?;
        if head.contains("transfer-encoding: chunked") {
            return Ok((status, Length::Chunks));
        }
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        Ok((status, Length::Bytes(length.map_or(Ok(0), str::parse)?)))
    }

    async fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match self.buffer.windows(2).position(|window| window == b"\r\n") {
                    Some(end) => break end,
                    None => self.read().await?,
                }
            };
            let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
            let size = usize::from_str_radix(std::str::from_utf8(&line[..end])?, 16)?;
            let data = self.take(size + 2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&data[..size]);
        }
    }

    async fn take(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.read().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => bail!("the connection was closed in the middle of an answer"),
            _ => Ok(()),
        }
    }
}
