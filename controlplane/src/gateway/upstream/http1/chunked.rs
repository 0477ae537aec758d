//! A body in chunks (RFC 9112, section 7.1), read without leniency.

use bytes::{Buf, Bytes, BytesMut};

use super::Malformed;

/// A size of more digits is no size of anything.
const MOST_DIGITS: u8 = 15;
/// What may stand beside sizes in all: extensions, which say nothing to us, and spaces.
pub(super) const MOST_EXTENSIONS: usize = 16 * 1024;
/// The trailers of one body, and their lines.
pub(super) const MOST_TRAILERS: usize = 16 * 1024;
const MOST_LINES: usize = 64;

/// A reader of chunks, fed piece by piece.
#[derive(Debug)]
pub(super) struct Chunked {
    expects: Expects,
    extensions: usize,
    /// Read to their end and then let go: what they say was not checked with the header.
    trailers: Vec<u8>,
}

/// What a reader makes of what has come so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A piece of the body.
    Data(Bytes),
    /// The body has ended.
    End,
    /// More has to come.
    More,
}

#[derive(Debug, Clone, Copy)]
enum Expects {
    Size { size: u64, digits: u8 },
    AfterSize { size: u64 },
    Extension { size: u64 },
    SizeEnd { size: u64 },
    Data { left: u64 },
    DataCr,
    DataLf,
    Trailers,
    Nothing,
}

impl Chunked {
    pub(super) const fn new() -> Self {
        Self { expects: Expects::Size { size: 0, digits: 0 }, extensions: 0, trailers: Vec::new() }
    }

    /// Takes the next piece off `read`.
    pub(super) fn next(&mut self, read: &mut BytesMut) -> Result<Step, Malformed> {
        loop {
            if matches!(self.expects, Expects::Nothing) {
                return Ok(Step::End);
            }
            if read.is_empty() {
                return Ok(Step::More);
            }
            if let Expects::Data { left } = self.expects {
                let length = usize::try_from(left).map_or(read.len(), |left| left.min(read.len()));
                let left = left - length as u64;
                self.expects = if left > 0 { Expects::Data { left } } else { Expects::DataCr };
                return Ok(Step::Data(read.split_to(length).freeze()));
            }
            self.expects = self.step(self.expects, read.get_u8())?;
        }
    }

    fn step(&mut self, expects: Expects, byte: u8) -> Result<Expects, Malformed> {
        Ok(match (expects, byte) {
            (Expects::Size { size, digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                if digits == MOST_DIGITS {
                    return Err(Malformed::Chunk);
                }
                let digit = char::from(byte).to_digit(16).ok_or(Malformed::Chunk)?;
                Expects::Size { size: size * 16 + u64::from(digit), digits: digits + 1 }
            }
            (Expects::Size { digits: 0, .. }, _) => return Err(Malformed::Chunk),
            (
                Expects::Size { size, .. } | Expects::AfterSize { size } | Expects::Extension { size },
                b'\r',
            ) => Expects::SizeEnd { size },
            (Expects::Size { size, .. } | Expects::AfterSize { size }, b' ' | b'\t') => {
                self.beside()?;
                Expects::AfterSize { size }
            }
            (Expects::Size { size, .. } | Expects::AfterSize { size }, b';') => Expects::Extension { size },
            (Expects::Extension { size }, b'\t' | b' '..=b'~' | 0x80..) => {
                self.beside()?;
                Expects::Extension { size }
            }
            (Expects::SizeEnd { size: 0 }, b'\n') => Expects::Trailers,
            (Expects::SizeEnd { size }, b'\n') => Expects::Data { left: size },
            (Expects::DataCr, b'\r') => Expects::DataLf,
            (Expects::DataLf, b'\n') => Expects::Size { size: 0, digits: 0 },
            (Expects::Trailers, byte) => return self.trailer(byte),
            (
                Expects::Size { .. }
                | Expects::AfterSize { .. }
                | Expects::Extension { .. }
                | Expects::SizeEnd { .. }
                | Expects::Data { .. }
                | Expects::DataCr
                | Expects::DataLf
                | Expects::Nothing,
                _,
            ) => return Err(Malformed::Chunk),
        })
    }

    fn beside(&mut self) -> Result<(), Malformed> {
        self.extensions += 1;
        if self.extensions > MOST_EXTENSIONS { Err(Malformed::Chunk) } else { Ok(()) }
    }

    fn trailer(&mut self, byte: u8) -> Result<Expects, Malformed> {
        self.trailers.push(byte);
        if byte == b'\n' && !self.trailers.ends_with(b"\r\n") {
            return Err(Malformed::LineEnd);
        }
        let ended = self.trailers == b"\r\n" || self.trailers.ends_with(b"\r\n\r\n");
        if !ended && self.trailers.len() < MOST_TRAILERS {
            return Ok(Expects::Trailers);
        }
        let mut lines = [httparse::EMPTY_HEADER; MOST_LINES];
        match httparse::parse_headers(&self.trailers, &mut lines) {
            Ok(httparse::Status::Complete((length, _))) if length == self.trailers.len() => {
                Ok(Expects::Nothing)
            }
            Ok(_) | Err(_) => Err(Malformed::Trailers),
        }
    }
}
