//! One client's connection: requests one after the other, each answered before the next is read.

use std::{io, sync::Arc, time::Duration};

use bytes::{Buf, Bytes, BytesMut};
use http::Method;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::{
    io::{AsyncWriteExt, Interest},
    net::UnixStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{
    Answer, Body, Head,
    answer::LineFilter,
    head::{LONGEST_HEAD, end_of_head},
};
use crate::refusal::{Reason, Refusal};

/// How long a request may take to arrive, from its first byte to the last of its body.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// How long a connection may be silent between requests: longer than clients keep theirs in a pool, so that they
/// close first and none of their requests meets a closing connection.
const IDLE_TIME: Duration = Duration::from_secs(300);
/// How long a client may take to read an answer that is no stream.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// The most bytes that a client may send ahead while its request is being answered.
const MOST_AHEAD: usize = 32 << 10;
/// The longest body that every client may send at once; a reference with its holes is shorter.
const SMALL_BODY: usize = 4 << 10;
/// How many longer ones there is room for at a time; the others wait unread.
const LARGE_BODIES: usize = 32;
/// The longest line of the engine's that is taken apart.
const LONGEST_LINE: usize = 256 << 10;

/// A connection and what was read from it but not used yet.
pub(crate) struct Connection {
    stream: UnixStream,
    buffer: BytesMut,
    rooms: Rooms,
    /// Held while a large body is read and answered.
    room: Option<OwnedSemaphorePermit>,
}

/// Room for large bodies, shared by all connections, so that no number of clients fills the memory.
#[derive(Debug, Clone)]
pub(crate) struct Rooms(Arc<Semaphore>);

impl Default for Rooms {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_BODIES)))
    }
}

impl Connection {
    pub(crate) fn new(stream: UnixStream, rooms: Rooms) -> Self {
        Self { stream, buffer: BytesMut::new(), rooms, room: None }
    }

    /// The next request, or `None` when the client has closed or was silent for too long.
    pub(crate) async fn request(&mut self) -> Result<Option<(Head, Bytes)>, Refusal> {
        if self.buffer.is_empty() && !matches!(timeout(IDLE_TIME, self.read()).await, Ok(true)) {
            return Ok(None);
        }
        let slow = |_| Refusal::new(Reason::TooSlow, "the request did not arrive within ten seconds");
        timeout(REQUEST_TIME, self.whole_request()).await.map_err(slow)?.map(Some)
    }

    async fn whole_request(&mut self) -> Result<(Head, Bytes), Refusal> {
        let mut looked_at = 0;
        let end = loop {
            match end_of_head(&self.buffer, &mut looked_at)? {
                Some(end) if end <= LONGEST_HEAD => break end,
                Some(_) => return Err(too_long()),
                None if self.buffer.len() >= LONGEST_HEAD => return Err(too_long()),
                None if !self.read().await => return Err(broken_off()),
                None => {}
            }
        };
        let head = Head::parse(&self.buffer.split_to(end))?;
        if head.content_length > SMALL_BODY {
            self.room = self.rooms.0.clone().acquire_owned().await.ok();
        }
        while self.buffer.len() < head.content_length {
            if !self.read().await {
                return Err(broken_off());
            }
        }
        let body = self.buffer.split_to(head.content_length).freeze();
        self.forget_room();
        // An empty part of the buffer would keep the whole of it.
        Ok((head, if body.is_empty() { Bytes::new() } else { body }))
    }

    /// Reads some bytes; false at the end or when the connection broke. Room is made once there is something to read,
    /// so that a connection that waits takes none.
    async fn read(&mut self) -> bool {
        loop {
            if self.stream.readable().await.is_err() {
                return false;
            }
            self.buffer.reserve(4096);
            match self.stream.try_read_buf(&mut self.buffer) {
                Ok(count) => return count > 0,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.forget_room(),
                Err(_) => return false,
            }
        }
    }

    fn forget_room(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
    }

    /// Returns once nobody is there to read an answer any more. A client that has only closed its own direction
    /// still gets its answer.
    pub(crate) async fn gone(&mut self) {
        while self.buffer.len() < MOST_AHEAD {
            if !self.read().await {
                break;
            }
        }
        loop {
            match self.stream.ready(Interest::WRITABLE).await {
                Ok(ready) if !ready.is_write_closed() => sleep(Duration::from_millis(500)).await,
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Sends an answer. False when the connection cannot carry another one.
    pub(crate) async fn send(
        &mut self,
        answer: Answer,
        method: &Method,
        version: Option<&str>,
        close: bool,
    ) -> bool {
        let head_only = method == Method::HEAD;
        self.room = None;
        match answer.body {
            Body::Whole(ref body) => {
                let mut bytes = answer.head(version, Some(body.len()), close);
                if !head_only {
                    bytes.extend_from_slice(body);
                }
                matches!(timeout(WRITE_TIME, self.stream.write_all(&bytes)).await, Ok(Ok(()))) && !close
            }
            Body::Stream(_) | Body::Lines(..) => {
                let head = answer.head(version, None, close);
                self.stream.write_all(&head).await.is_ok() && self.send_stream(answer.body).await && !close
            }
        }
    }

    /// Passes a stream on at the pace of its reader. There is no time limit: logs, events and waits last as long as
    /// somebody listens. Dropping the engine's body closes the engine's connection.
    async fn send_stream(&mut self, body: Body) -> bool {
        let (mut frames, mut filter) = match body {
            Body::Whole(_) => return true,
            Body::Stream(frames) => (frames, None),
            Body::Lines(frames, filter) => (frames, Some(Lines { filter, rest: BytesMut::new() })),
        };
        loop {
            let frame = tokio::select! {
                frame = next_frame(&mut frames) => frame,
                () = self.gone() => return false,
            };
            let Ok(frame) = frame else { return false };
            let Some(data) = frame else {
                let last = filter.as_mut().map(Lines::last).unwrap_or_default();
                return self.send_chunk(&last).await && self.stream.write_all(b"0\r\n\r\n").await.is_ok();
            };
            let data = match &mut filter {
                None => Some(data),
                Some(lines) => lines.pass(&data),
            };
            match data {
                Some(data) if !self.send_chunk(&data).await => return false,
                Some(_) => {}
                None => return false,
            }
        }
    }

    async fn send_chunk(&mut self, data: &[u8]) -> bool {
        if data.is_empty() {
            return true;
        }
        let size = format!("{:x}\r\n", data.len());
        let mut chunk = Buf::chain(Buf::chain(size.as_bytes(), data), &b"\r\n"[..]);
        self.stream.write_all_buf(&mut chunk).await.is_ok()
    }
}

/// The next bytes of a body, or `None` at its end.
async fn next_frame(body: &mut Incoming) -> Result<Option<Bytes>, hyper::Error> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(frame) => match frame?.into_data() {
                Ok(data) => return Ok(Some(data)),
                Err(_trailers) => {}
            },
        }
    }
}

/// Cuts a stream into lines and passes each through a filter.
struct Lines {
    filter: LineFilter,
    rest: BytesMut,
}

impl Lines {
    /// What may go on of the lines that `data` completes, or `None` when a line never ends.
    fn pass(&mut self, data: &[u8]) -> Option<Bytes> {
        self.rest.extend_from_slice(data);
        let mut out = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line = self.rest.split_to(end + 1);
            if let Some(seen) = (self.filter.0)(&line[..end]) {
                out.extend(seen);
                out.push(b'\n');
            }
        }
        (self.rest.len() <= LONGEST_LINE).then(|| Bytes::from(out))
    }

    /// What may go on of a last line that nothing ended.
    fn last(&mut self) -> Vec<u8> {
        (self.filter.0)(&self.rest).unwrap_or_default()
    }
}

fn broken_off() -> Refusal {
    Refusal::new(Reason::BadHead, "the request broke off before its end")
}

fn too_long() -> Refusal {
    Refusal::new(Reason::TooLarge, "the head is longer than 16 KiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes whole lines on as they are.
    fn lines() -> Lines {
        Lines { filter: LineFilter(Box::new(|line| Some(line.to_vec()))), rest: BytesMut::new() }
    }

    #[test]
    fn a_line_that_comes_in_parts_is_judged_as_a_whole() {
        let mut lines = lines();
        assert_eq!(lines.pass(b"{\"a\"").as_deref(), Some(&b""[..]));
        assert_eq!(lines.pass(b":1}\n{\"b\":2}\n{").as_deref(), Some(&b"{\"a\":1}\n{\"b\":2}\n"[..]));
        assert_eq!(lines.last(), b"{");
    }

    #[test]
    fn a_line_that_never_ends_ends_the_stream() {
        let mut lines = lines();
        assert!(lines.pass(&vec![b'x'; LONGEST_LINE]).is_some());
        assert!(lines.pass(b"x").is_none());
    }

    #[tokio::test]
    async fn a_connection_that_waits_holds_no_buffer() {
        let (mut client, server) = UnixStream::pair().unwrap();
        let mut connection = Connection::new(server, Rooms::default());
        for body in ["", "{}"] {
            let length = body.len();
            let request =
                format!("POST /v1.41/a HTTP/1.1\r\nHost: d\r\nContent-Length: {length}\r\n\r\n{body}");
            client.write_all(request.as_bytes()).await.unwrap();
            let (_, read) = connection.request().await.unwrap().unwrap();
            assert_eq!(read, body);
            assert_eq!(connection.buffer.capacity(), 0);
        }
    }

    #[tokio::test]
    async fn only_bodies_larger_than_small_take_a_room() {
        let (mut client, server) = UnixStream::pair().unwrap();
        let rooms = Rooms::default();
        let mut connection = Connection::new(server, rooms.clone());
        for (length, free) in [(SMALL_BODY, LARGE_BODIES), (SMALL_BODY + 1, LARGE_BODIES - 1)] {
            let head = format!("POST /v1.41/a HTTP/1.1\r\nHost: d\r\nContent-Length: {length}\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
            client.write_all(&vec![b' '; length]).await.unwrap();
            assert!(connection.request().await.unwrap().is_some());
            assert_eq!(rooms.0.available_permits(), free, "{length} bytes");
        }
    }

    #[tokio::test]
    async fn a_head_without_an_end_is_refused_at_its_limit_and_not_at_the_end_of_its_time() {
        let (mut client, server) = UnixStream::pair().unwrap();
        let mut connection = Connection::new(server, Rooms::default());
        let start = "GET /_ping HTTP/1.1\r\nHost: d\r\nX: ";
        let endless = format!("{start}{}", "x".repeat(LONGEST_HEAD - start.len()));
        client.write_all(endless.as_bytes()).await.unwrap();
        assert_eq!(connection.request().await.unwrap_err().reason, Reason::TooLarge);
    }
}
