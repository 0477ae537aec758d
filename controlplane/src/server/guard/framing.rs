//! Where a request ends and the next begins, in the one reading that is accepted (RFC 9112, sections 5 to 7).

/// Longer heads are refused by hyper with 431; this bounds what a single line can hold back here.
const LONGEST_LINE: usize = 128 * 1024;

/// Why bytes are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Smuggling {
    /// A line that does not end with CR LF, or has a CR or NUL within.
    #[error("a line of the request does not end with CR LF")]
    LineEnd,
    /// A header that goes on in the next line.
    #[error("a header is folded over several lines")]
    Folded,
    /// A line without a colon.
    #[error("a header line has no colon")]
    NoColon,
    /// `Content-Length` that is repeated, no number, or beside `Transfer-Encoding`.
    #[error("the Content-Length header is ambiguous")]
    Length,
    /// `Transfer-Encoding` that is repeated or anything but `chunked`.
    #[error("the Transfer-Encoding header is ambiguous")]
    Encoding,
    /// A second `Host`.
    #[error("the request names two hosts")]
    Host,
    /// A chunk whose size is no plain hexadecimal number, or that does not end where it says.
    #[error("a chunk is malformed")]
    Chunk,
    /// A line without an end.
    #[error("a line of the request is too long")]
    Endless,
}

/// Follows requests, one after another, line by line.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    expects: Expects,
    /// The beginning of a line whose end has not arrived.
    carry: Vec<u8>,
    framing: Framing,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Expects {
    #[default]
    RequestLine,
    Header,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailer,
}

/// What the headers seen so far say about the body.
#[derive(Debug, Default, Clone, Copy)]
struct Framing {
    length: Option<u64>,
    chunked: bool,
    host: bool,
}

impl Scanner {
    /// Whether the next byte belongs to a head.
    pub(super) fn is_in_head(&self) -> bool {
        matches!(self.expects, Expects::RequestLine | Expects::Header)
    }

    /// Follows the framing through `bytes`. On refusal also says how many bytes came before the refused line.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Result<(), (usize, Smuggling)> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let at = bytes.len() - rest.len();
            rest = self.step(rest).map_err(|reason| (at, reason))?;
        }
        Ok(())
    }

    /// Takes one line or one stretch of body off the front.
    fn step<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Smuggling> {
        match self.expects {
            Expects::Body(left) => {
                let (taken, rest) = split_within(bytes, left);
                self.expects = if taken == left { Expects::RequestLine } else { Expects::Body(left - taken) };
                Ok(rest)
            }
            Expects::Chunk(left) => {
                let (taken, rest) = split_within(bytes, left);
                self.expects = if taken == left { Expects::ChunkEnd } else { Expects::Chunk(left - taken) };
                Ok(rest)
            }
            Expects::RequestLine
            | Expects::Header
            | Expects::ChunkSize
            | Expects::ChunkEnd
            | Expects::Trailer => self.line(bytes),
        }
    }

    fn line<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Smuggling> {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            self.carry.extend_from_slice(bytes);
            return if self.carry.len() > LONGEST_LINE { Err(Smuggling::Endless) } else { Ok(&[]) };
        };
        let (line, rest) = bytes.split_at(end + 1);
        if self.carry.is_empty() {
            self.whole_line(line)?;
        } else {
            let mut whole = std::mem::take(&mut self.carry);
            whole.extend_from_slice(line);
            self.whole_line(&whole)?;
        }
        Ok(rest)
    }

    fn whole_line(&mut self, line: &[u8]) -> Result<(), Smuggling> {
        let line = line.strip_suffix(b"\r\n").ok_or(Smuggling::LineEnd)?;
        if memchr::memchr2(b'\r', b'\0', line).is_some() {
            return Err(Smuggling::LineEnd);
        }
        self.expects = match self.expects {
            // RFC 9112, section 2.2: an empty line before the request line is passed over.
            Expects::RequestLine if line.is_empty() => Expects::RequestLine,
            Expects::RequestLine => Expects::Header,
            Expects::Header if line.is_empty() => std::mem::take(&mut self.framing).body(),
            Expects::Header => {
                self.framing.header(line)?;
                Expects::Header
            }
            Expects::ChunkSize => match chunk_size(line).ok_or(Smuggling::Chunk)? {
                0 => Expects::Trailer,
                size => Expects::Chunk(size),
            },
            Expects::ChunkEnd if line.is_empty() => Expects::ChunkSize,
            Expects::ChunkEnd => return Err(Smuggling::Chunk),
            Expects::Trailer if line.is_empty() => Expects::RequestLine,
            Expects::Trailer => {
                split_header(line)?;
                Expects::Trailer
            }
            Expects::Body(_) | Expects::Chunk(_) => unreachable!("a body is not read by lines"),
        };
        Ok(())
    }
}

impl Framing {
    fn header(&mut self, line: &[u8]) -> Result<(), Smuggling> {
        let (name, value) = split_header(line)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            let repeated = self.length.is_some() || self.chunked;
            let length = decimal(value).filter(|_| !repeated).ok_or(Smuggling::Length)?;
            self.length = Some(length);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.length.is_some() || self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Smuggling::Encoding);
            }
            self.chunked = true;
        } else if name.eq_ignore_ascii_case(b"host") && std::mem::replace(&mut self.host, true) {
            return Err(Smuggling::Host);
        }
        Ok(())
    }

    fn body(self) -> Expects {
        match self.length {
            _ if self.chunked => Expects::ChunkSize,
            None | Some(0) => Expects::RequestLine,
            Some(length) => Expects::Body(length),
        }
    }
}

fn split_header(line: &[u8]) -> Result<(&[u8], &[u8]), Smuggling> {
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return Err(Smuggling::Folded);
    }
    let colon = memchr::memchr(b':', line).ok_or(Smuggling::NoColon)?;
    let (name, value) = line.split_at(colon);
    // Because `Content-Length : 5` is a Content-Length to some and not to others.
    if name.iter().any(|byte| !byte.is_ascii_graphic()) {
        return Err(Smuggling::NoColon);
    }
    Ok((name, value[1..].trim_ascii()))
}

fn split_within(bytes: &[u8], left: u64) -> (u64, &[u8]) {
    let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
    (taken as u64, &bytes[taken..])
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let plain = digits.iter().all(u8::is_ascii_digit) && (1..=19).contains(&digits.len());
    str::from_utf8(digits).ok().filter(|_| plain)?.parse().ok()
}

fn chunk_size(digits: &[u8]) -> Option<u64> {
    let plain = digits.iter().all(u8::is_ascii_hexdigit) && (1..=15).contains(&digits.len());
    u64::from_str_radix(str::from_utf8(digits).ok().filter(|_| plain)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\n";

    fn scan(bytes: &[u8]) -> Result<(), Smuggling> {
        Scanner::default().scan(bytes).map_err(|(_, reason)| reason)
    }

    #[test]
    fn plain_requests_pass_one_after_another() {
        for (head, body) in [
            ("", "\r\n"),
            ("Content-Length: 5\r\n", "\r\nhello"),
            ("content-length:0\r\n", "\r\n"),
            ("Transfer-Encoding: Chunked\r\n", "\r\n5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n"),
            ("Transfer-Encoding: chunked\r\n", "\r\n0\r\nX-Sum: 1\r\n\r\n"),
        ] {
            let stream = format!("{HEAD}{head}{body}{GET}\r\n{GET}{HEAD}{head}{body}");
            assert_eq!(scan(stream.as_bytes()), Ok(()), "{head}");
        }
    }

    #[test]
    fn each_family_of_smuggling_is_refused() {
        use Smuggling::{Chunk, Encoding, Folded, Host, Length, LineEnd, NoColon};
        for (rest, reason) in [
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Encoding),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", Length),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", Encoding),
            ("Transfer-Encoding: gzip, chunked\r\n\r\n", Encoding),
            ("Transfer-Encoding: xchunked\r\n\r\n", Encoding),
            ("Transfer-Encoding: chunked, identity\r\n\r\n", Encoding),
            ("Transfer-Encoding: identity\r\n\r\n", Encoding),
            ("Transfer-Encoding: \u{b}chunked\r\n\r\n", Encoding),
            ("Transfer-Encoding\t: chunked\r\n\r\n", NoColon),
            ("Content-Length : 5\r\n\r\n", NoColon),
            ("Content-Length: 5\r\nContent-Length: 5\r\n\r\n", Length),
            ("Content-Length: 5, 5\r\n\r\n", Length),
            ("Content-Length: +5\r\n\r\n", Length),
            ("Content-Length: 0x5\r\n\r\n", Length),
            ("Content-Length: -1\r\n\r\n", Length),
            ("Content-Length:\r\n\r\n", Length),
            ("Content-Length: 99999999999999999999\r\n\r\n", Length),
            ("X: y\r\n Transfer-Encoding: chunked\r\n\r\n", Folded),
            ("X: y\r\n\tz\r\n\r\n", Folded),
            ("X: y\nTransfer-Encoding: chunked\r\n\r\n", LineEnd),
            ("X: y\rTransfer-Encoding: chunked\r\n\r\n", LineEnd),
            ("X: y\r\n\n", LineEnd),
            ("X: y\0z\r\n\r\n", LineEnd),
            ("Host: b\r\n\r\n", Host),
            ("nonsense\r\n\r\n", NoColon),
            ("Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n", Chunk),
            ("Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n", Chunk),
            ("Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", Chunk),
            ("Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n", Chunk),
            ("Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n", Chunk),
            ("Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", LineEnd),
            ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n", Chunk),
            ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n", LineEnd),
            ("Transfer-Encoding: chunked\r\n\r\n0\r\n X: y\r\n\r\n", Folded),
        ] {
            assert_eq!(scan(format!("{HEAD}{rest}").as_bytes()), Err(reason), "{rest:?}");
        }
        assert_eq!(scan(b"GET / HTTP/1.1\nHost: a\r\n\r\n"), Err(LineEnd));
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut scanner = Scanner::default();
        let refused = (0..200).find_map(|_| scanner.scan(&[b'a'; 1024]).err());
        assert_eq!(refused.unwrap().1, Smuggling::Endless);
    }

    proptest! {
        #[test]
        fn where_reads_are_cut_makes_no_difference(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("POST / HTTP/1.1\r\n"), Just("Host: a\r\n"), Just("Content-Length: 3\r\n"), Just("\r\n"),
                    Just("Transfer-Encoding: chunked\r\n"), Just("3\r\n"), Just("abc"), Just("0\r\n"), Just("\n"),
                    Just(" x\r\n"), Just("\r"),
                ],
                0..24,
            ),
            cut in 1_usize..9,
        ) {
            let stream = parts.concat();
            let mut scanner = Scanner::default();
            let cut_up = stream.as_bytes().chunks(cut).try_for_each(|part| scanner.scan(part));
            prop_assert_eq!(cut_up.map_err(|(_, reason)| reason), scan(stream.as_bytes()));
        }
    }
}
