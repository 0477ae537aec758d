//! The lines that an app writes.
//!
//! The engine sends frames: one byte for the stream, three zeros, the length in four bytes, then the payload, which
//! begins with the time. A line longer than the engine's buffer comes in several frames, only the last of which ends
//! with a line feed; they are joined again.

use atoll_sandbox::names::ServiceName;
use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::EngineError;

/// The longest line that is passed on in one piece.
const LONGEST_LINE: usize = 64 << 10;
/// A frame longer than this is none of a log.
const LONGEST_FRAME: usize = 16 << 20;
const HEADER: usize = 8;

/// Where a line was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line that a service wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogLine {
    /// Which service.
    #[schema(value_type = String)]
    pub service: ServiceName,
    /// Where it was written to.
    pub stream: LogStream,
    /// When.
    pub time: Timestamp,
    /// The text without its line feed; bytes that are no UTF-8 are replaced.
    pub line: String,
}

/// Cuts the engine's bytes into lines.
#[derive(Debug)]
pub(super) struct Lines {
    service: ServiceName,
    buffer: BytesMut,
    partial: [Option<(Timestamp, Vec<u8>)>; 2],
}

impl Lines {
    pub(super) fn new(service: ServiceName) -> Self {
        Self { service, buffer: BytesMut::new(), partial: [None, None] }
    }

    /// Takes in bytes and gives out the lines that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<LogLine>, String> {
        self.buffer.extend_from_slice(bytes);
        let mut lines = Vec::new();
        while let Some((stream, payload)) = self.next_frame()? {
            lines.extend(self.payload(stream, &payload));
        }
        Ok(lines)
    }

    /// Gives out what was not ended by a line feed.
    pub(super) fn finish(&mut self) -> Vec<LogLine> {
        [LogStream::Stdout, LogStream::Stderr]
            .into_iter()
            .filter_map(|stream| self.complete(stream))
            .collect()
    }

    fn next_frame(&mut self) -> Result<Option<(LogStream, Bytes)>, String> {
        let Some((head, _)) = self.buffer.split_at_checked(HEADER) else { return Ok(None) };
        let stream = match head[0] {
            0 | 1 => LogStream::Stdout,
            2 => LogStream::Stderr,
            other => return Err(format!("a log frame names stream {other}")),
        };
        let length = (&head[4..]).get_u32() as usize;
        if length > LONGEST_FRAME {
            return Err(format!("a log frame has {length} bytes"));
        }
        if self.buffer.len() < HEADER + length {
            return Ok(None);
        }
        self.buffer.advance(HEADER);
        Ok(Some((stream, self.buffer.split_to(length).freeze())))
    }

    fn payload(&mut self, stream: LogStream, payload: &[u8]) -> Vec<LogLine> {
        let (time, text) = split_time(payload);
        let mut lines = Vec::new();
        for piece in text.split_inclusive(|byte| *byte == b'\n') {
            let (_, kept) = self.partial[stream as usize].get_or_insert_with(|| (time, Vec::new()));
            let ends = piece.ends_with(b"\n");
            kept.extend_from_slice(piece.strip_suffix(b"\n").unwrap_or(piece));
            if ends || kept.len() >= LONGEST_LINE {
                lines.extend(self.complete(stream));
            }
        }
        lines
    }

    fn complete(&mut self, stream: LogStream) -> Option<LogLine> {
        let (time, bytes) = self.partial[stream as usize].take()?;
        let line = String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(&bytes)).into_owned();
        Some(LogLine { service: self.service.clone(), stream, time, line })
    }
}

/// Reads an answer as lines; the stream ends with the answer, or after the first error.
pub(super) fn lines(
    body: Incoming,
    service: ServiceName,
) -> impl Stream<Item = Result<LogLine, EngineError>> + Send + use<> {
    let reader = (Some(body), Lines::new(service));
    stream::unfold(reader, |(body, mut lines)| async move {
        let mut body = body?;
        let (ready, rest) = match body.frame().await {
            Some(Ok(frame)) => {
                let bytes = frame.into_data().unwrap_or_default();
                match lines.push(&bytes) {
                    Ok(ready) => (ready.into_iter().map(Ok).collect::<Vec<_>>(), Some(body)),
                    Err(message) => (vec![Err(unreadable(message))], None),
                }
            }
            Some(Err(error)) => (vec![Err(unreadable(error.to_string()))], None),
            None => (lines.finish().into_iter().map(Ok).collect(), None),
        };
        Some((stream::iter(ready), (rest, lines)))
    })
    .flatten()
}

fn unreadable(message: String) -> EngineError {
    EngineError::Unreadable { doing: "read the log", message }
}

/// `2026-11-23T10:00:00.123456789Z text`.
fn split_time(payload: &[u8]) -> (Timestamp, &[u8]) {
    let space = payload.iter().take(40).position(|byte| *byte == b' ');
    let parsed = space.and_then(|at| {
        let time = std::str::from_utf8(&payload[..at]).ok()?.parse().ok()?;
        Some((time, &payload[at + 1..]))
    });
    parsed.unwrap_or((Timestamp::UNIX_EPOCH, payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u8, payload: &str) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], &length[..], payload.as_bytes()].concat()
    }

    fn read(chunks: &[&[u8]]) -> Vec<(LogStream, String)> {
        let mut lines = Lines::new("web".parse().unwrap());
        let mut read: Vec<LogLine> = chunks.iter().flat_map(|chunk| lines.push(chunk).unwrap()).collect();
        read.extend(lines.finish());
        read.into_iter().map(|line| (line.stream, line.line)).collect()
    }

    #[test]
    fn lines_of_both_streams_are_told_apart() {
        let bytes =
            [frame(1, "2026-11-23T10:00:00.5Z out\n"), frame(2, "2026-11-23T10:00:01Z err\r\n")].concat();
        let expected = [(LogStream::Stdout, "out".to_owned()), (LogStream::Stderr, "err".to_owned())];
        assert_eq!(read(&[&bytes]), expected);
        let one_by_one: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&one_by_one), expected);
    }

    #[test]
    fn a_line_in_several_frames_is_one_line_with_the_first_time() {
        let mut lines = Lines::new("web".parse().unwrap());
        assert_eq!(lines.push(&frame(1, "2026-11-23T10:00:00Z long ")).unwrap(), []);
        let line = lines.push(&frame(1, "2026-11-23T10:00:05Z line\n")).unwrap().remove(0);
        assert_eq!(
            (line.line.as_str(), line.time.to_string().as_str()),
            ("long line", "2026-11-23T10:00:00Z")
        );
    }

    #[test]
    fn an_endless_line_is_cut_and_a_strange_frame_is_an_error() {
        let endless = format!("2026-11-23T10:00:00Z {}", "x".repeat(LONGEST_LINE + 10));
        assert_eq!(read(&[&frame(1, &endless)]).len(), 1);
        let mut lines = Lines::new("web".parse().unwrap());
        assert!(lines.push(&frame(9, "x")).is_err());
        assert!(Lines::new("web".parse().unwrap()).push(&[1, 0, 0, 0, 255, 0, 0, 0]).is_err());
    }

    #[test]
    fn text_without_a_time_and_without_a_line_feed_is_still_read() {
        assert_eq!(read(&[&frame(1, "no time")]), [(LogStream::Stdout, "no time".to_owned())]);
    }
}
