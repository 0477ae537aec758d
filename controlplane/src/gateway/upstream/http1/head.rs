//! The head of an app's answer: where it ends, what it says, and what it says of the body's end.
//!
//! A head that two readers could understand differently is refused, because the one of them is this gateway and the other
//! a browser or a cache behind it.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version, header};
use memchr::memchr_iter;

/// The largest head of an answer, in bytes.
pub(super) const LARGEST_HEAD: usize = 128 * 1024;
/// Header lines of an answer.
const MOST_LINES: usize = 128;
/// A longer number is no length of anything.
const MOST_DIGITS: usize = 18;

/// What in an app's answer is not HTTP/1.1, or has more than one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// No status line, or no header lines.
    #[error("the app's answer is not HTTP/1.1")]
    Head,
    /// Bare line feeds.
    #[error("a line of the app's answer does not end with CR LF")]
    LineEnd,
    /// More than [`LARGEST_HEAD`], or too many lines.
    #[error("the head of the app's answer is too large")]
    TooLarge,
    /// `Content-Length` that is repeated, no number, or beside `Transfer-Encoding`.
    #[error("the Content-Length of the app's answer is ambiguous")]
    Length,
    /// `Transfer-Encoding` that is repeated or anything but `chunked`.
    #[error("the Transfer-Encoding of the app's answer is ambiguous")]
    Encoding,
    /// Interim answers without end.
    #[error("the app gives too many interim answers")]
    Interim,
    /// 101 without having been asked for it.
    #[error("the app switches to a protocol that it was not asked for")]
    Switch,
    /// A chunk whose size is no plain hexadecimal number, or that does not end where it says.
    #[error("a chunk of the app's answer is malformed")]
    Chunk,
    /// Trailers that are no header lines, or too many.
    #[error("the trailers of the app's answer are malformed")]
    Trailers,
}

/// What of a request decides how its answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// By HEAD, which is answered without a body.
    pub(super) head: bool,
    /// For another protocol.
    pub(super) upgrade: bool,
}

/// How the end of a body is found (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    Nothing,
    /// So many bytes.
    Length(u64),
    /// Pieces that each say their length.
    Chunked,
    /// Everything until the connection ends.
    UntilClosed,
}

/// A head that has one reading.
#[derive(Debug)]
pub(super) struct Head {
    /// Status and fields.
    pub(super) answer: Response<()>,
    /// How its body ends.
    pub(super) framing: Framing,
    /// Whether the app keeps the connection open.
    pub(super) kept: bool,
}

/// Looks for the end of a head, at each byte once however small the pieces are in which it comes.
#[derive(Debug, Default)]
pub(super) struct HeadEnd {
    seen: usize,
}

impl HeadEnd {
    /// How long the head is that `read` begins with; `None` while it goes on.
    pub(super) fn find(&mut self, read: &[u8]) -> Result<Option<usize>, Malformed> {
        // Because the parser would skip empty lines before the head, which may be what is left of something else.
        if read.first().is_some_and(|first| *first != b'H') {
            return Err(Malformed::Head);
        }
        for at in memchr_iter(b'\n', &read[self.seen..]) {
            let end = self.seen + at;
            if !read[..end].ends_with(b"\r") {
                return Err(Malformed::LineEnd);
            }
            if end >= LARGEST_HEAD {
                return Err(Malformed::TooLarge);
            }
            if read[..end].ends_with(b"\n\r") {
                return Ok(Some(end + 1));
            }
        }
        self.seen = read.len();
        if self.seen > LARGEST_HEAD { Err(Malformed::TooLarge) } else { Ok(None) }
    }
}

impl Head {
    /// Whether another answer follows this one. One that switches protocols is the last.
    pub(super) fn is_interim(&self) -> bool {
        let status = self.answer.status();
        status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS
    }
}

/// Reads a head. Its values share the memory of `bytes`.
pub(super) fn parse(bytes: Bytes, asked: Asked) -> Result<Head, Malformed> {
    let mut lines = [const { std::mem::MaybeUninit::uninit() }; MOST_LINES];
    let mut parsed = httparse::Response::new(&mut []);
    let status =
        httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut parsed, &bytes, &mut lines);
    match status {
        Ok(httparse::Status::Complete(length)) if length == bytes.len() => {}
        Ok(_) => return Err(Malformed::Head),
        Err(httparse::Error::TooManyHeaders) => return Err(Malformed::TooLarge),
        Err(_) => return Err(Malformed::Head),
    }
    let version = if parsed.version == Some(1) { Version::HTTP_11 } else { Version::HTTP_10 };
    let status = parsed.code.and_then(|code| StatusCode::from_u16(code).ok()).ok_or(Malformed::Head)?;
    let mut fields = HeaderMap::with_capacity(parsed.headers.len());
    for line in &*parsed.headers {
        let name = HeaderName::from_bytes(line.name.as_bytes()).map_err(|_| Malformed::Head)?;
        let value = HeaderValue::from_maybe_shared(bytes.slice_ref(line.value));
        fields.append(name, value.map_err(|_| Malformed::Head)?);
    }
    let (framing, bare) = framing(status, version, &fields, asked)?;
    if status == StatusCode::NO_CONTENT {
        fields.remove(header::CONTENT_LENGTH);
    }
    let kept = bare && !asked.upgrade && framing != Framing::UntilClosed && is_kept(version, &fields);
    let mut answer = Response::new(());
    (*answer.status_mut(), *answer.version_mut(), *answer.headers_mut()) = (status, version, fields);
    Ok(Head { answer, framing, kept })
}

/// How the body ends; and whether that is all, which it is not where a body is announced that may not come.
fn framing(
    status: StatusCode,
    version: Version,
    fields: &HeaderMap,
    asked: Asked,
) -> Result<(Framing, bool), Malformed> {
    let (length, chunked) = (length(fields)?, is_chunked(fields)?);
    if chunked && length.is_some() {
        return Err(Malformed::Length);
    }
    // What speaks HTTP/1.0 knows nothing of chunks, so something between has mixed the two up (RFC 9112, section 6.1).
    if chunked && version == Version::HTTP_10 {
        return Err(Malformed::Encoding);
    }
    if status.is_informational() || status == StatusCode::NO_CONTENT {
        return Ok((Framing::Nothing, !chunked && length.unwrap_or(0) == 0));
    }
    if asked.head || status == StatusCode::NOT_MODIFIED {
        return Ok((Framing::Nothing, true));
    }
    let framing = match length {
        _ if chunked => Framing::Chunked,
        Some(length) => Framing::Length(length),
        None => Framing::UntilClosed,
    };
    Ok((framing, true))
}

fn length(fields: &HeaderMap) -> Result<Option<u64>, Malformed> {
    let mut values = fields.get_all(header::CONTENT_LENGTH).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let digits = value.as_bytes();
    let plain = (1..=MOST_DIGITS).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    if values.next().is_some() || !plain {
        return Err(Malformed::Length);
    }
    Ok(Some(digits.iter().fold(0, |length, digit| length * 10 + u64::from(digit - b'0'))))
}

fn is_chunked(fields: &HeaderMap) -> Result<bool, Malformed> {
    let mut values = fields.get_all(header::TRANSFER_ENCODING).iter();
    let Some(value) = values.next() else { return Ok(false) };
    // Another coding besides would have to be undone here, since the field that names it ends here.
    if values.next().is_some() || !value.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Err(Malformed::Encoding);
    }
    Ok(true)
}

fn is_kept(version: Version, fields: &HeaderMap) -> bool {
    let says = |wanted: &[u8]| {
        let values = fields.get_all(header::CONNECTION).iter();
        let mut tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        tokens.any(|token| token.trim_ascii().eq_ignore_ascii_case(wanted))
    };
    !says(b"close") && (version == Version::HTTP_11 || says(b"keep-alive"))
}
