//! Reads a request's head, strictly.
//!
//! Refused, among others: bare line feeds, folded lines, spaces around a header's name, repeated `Content-Length` or
//! `Host`, any `Transfer-Encoding`, `Upgrade`, `Expect`, HTTP/1.0 and the HTTP/2 preface. RFC 9112 allows a server
//! to refuse each of these; no client of the Engine API needs one on the endpoints offered here.

use http::Method;

use super::target::Target;
use crate::refusal::{Reason, Refusal};

/// The longest head in bytes, request line and blank line included.
pub(crate) const LONGEST_HEAD: usize = 16 << 10;
/// The largest body in bytes.
pub(crate) const LARGEST_BODY: usize = 256 << 10;
const MOST_HEADERS: usize = 64;

/// All that is kept of a head. Nothing of it is ever sent on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) target: Target,
    /// Bytes of body that follow.
    pub(crate) content_length: usize,
    /// Whether the body is said to be JSON.
    pub(crate) json: bool,
    /// Whether the client closes after the answer.
    pub(crate) close: bool,
}

/// Where the head in a buffer ends, blank line included; `None` when more bytes are needed. `looked_at` is how many of
/// them were there at the last look.
///
/// What can never become a good head is refused at once, because its sender may be waiting for the answer.
pub(crate) fn end_of_head(buffer: &[u8], looked_at: &mut usize) -> Result<Option<usize>, Refusal> {
    for (at, byte) in buffer.iter().enumerate().skip(*looked_at) {
        let before = &buffer[..at];
        match byte {
            b'\n' if before == b"\r" => return Err(bad("the request begins with an empty line")),
            b'\n' if before.ends_with(b"\r\n\r") => return Ok(Some(at + 1)),
            b'\n' if !before.ends_with(b"\r") => return Err(bad("a line ends with a bare line feed")),
            byte if !is_plain(*byte) => return Err(not_plain()),
            _ => {}
        }
    }
    *looked_at = buffer.len();
    Ok(None)
}

impl Head {
    /// Parses a whole head, from the request line to the blank line.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let text =
            bytes.strip_suffix(b"\r\n\r\n").ok_or_else(|| bad("the head does not end with a blank line"))?;
        let text = std::str::from_utf8(text).map_err(|_| bad("the head holds bytes that are not text"))?;
        if !text.bytes().all(is_plain) {
            return Err(not_plain());
        }
        let mut lines = text.split("\r\n");
        let (method, target) = request_line(lines.next().unwrap_or_default())?;
        let mut headers = Headers::default();
        for (count, line) in lines.enumerate() {
            if count >= MOST_HEADERS {
                return Err(Refusal::new(Reason::TooLarge, "the head has more than 64 headers"));
            }
            headers.add(line)?;
        }
        headers.finish(method, target)
    }
}

fn request_line(line: &str) -> Result<(Method, Target), Refusal> {
    let mut parts = line.split(' ');
    let (method, target, version) = (parts.next(), parts.next(), parts.next());
    let (Some(method), Some(target), Some(version), None) = (method, target, version, parts.next()) else {
        return Err(bad("the request line must be METHOD TARGET HTTP/1.1, with single spaces"));
    };
    if version != "HTTP/1.1" {
        return Err(bad("only HTTP/1.1 is spoken here"));
    }
    let method = match method {
        "GET" => Method::GET,
        "HEAD" => Method::HEAD,
        "POST" => Method::POST,
        "DELETE" => Method::DELETE,
        other => {
            return Err(Refusal::new(
                Reason::NotOffered,
                format!("the method {} is not offered", brief(other)),
            ));
        }
    };
    Ok((method, Target::parse(target)?))
}

/// What is taken from the headers; a second mention of any of these is refused.
#[derive(Default)]
struct Headers {
    host: Option<()>,
    content_length: Option<usize>,
    content_type: Option<bool>,
    connection: Option<bool>,
}

impl Headers {
    fn add(&mut self, line: &str) -> Result<(), Refusal> {
        let (name, value) =
            line.split_once(':').ok_or_else(|| bad("a header has no colon, or continues on a line"))?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(bad("a header's name holds something other than letters, digits and hyphens"));
        }
        if line.contains(['\r', '\n']) {
            return Err(bad("a line ends with a bare line feed or carriage return"));
        }
        let value = value.trim_matches([' ', '\t']);
        match name.to_ascii_lowercase().as_str() {
            "host" => once(&mut self.host, (), name),
            "content-length" => once(&mut self.content_length, length(value)?, name),
            "content-type" => once(&mut self.content_type, is_json(value), name),
            "connection" => once(&mut self.connection, closes(value)?, name),
            "transfer-encoding" => Err(bad("Transfer-Encoding is not read: send a Content-Length")),
            "upgrade" | "http2-settings" => Err(bad("upgrades are not offered")),
            "expect" => Err(Refusal {
                status: http::StatusCode::EXPECTATION_FAILED,
                ..bad("Expect is not read: send the body at once")
            }),
            "content-encoding" | "trailer" | "te" if !value.is_empty() => {
                Err(bad(&format!("{name} is not read")))
            }
            // Every other header means nothing here and goes no further.
            _ => Ok(()),
        }
    }

    fn finish(self, method: Method, target: Target) -> Result<Head, Refusal> {
        self.host.ok_or_else(|| bad("the Host header is missing"))?;
        let content_length = self.content_length.unwrap_or(0);
        if content_length > LARGEST_BODY {
            return Err(Refusal::new(Reason::TooLarge, "the body is larger than 256 KiB"));
        }
        let json = self.content_type.unwrap_or(false);
        Ok(Head { method, target, content_length, json, close: self.connection.unwrap_or(false) })
    }
}

fn once<T>(place: &mut Option<T>, value: T, name: &str) -> Result<(), Refusal> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(bad(&format!("{name} is given twice"))),
    }
}

fn length(value: &str) -> Result<usize, Refusal> {
    let plain = (1..=12).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    let length = plain.then(|| value.parse().ok()).flatten();
    length.ok_or_else(|| bad("Content-Length is not a plain number"))
}

/// `application/json`, alone or with a charset of UTF-8.
fn is_json(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let (kind, parameter) = value.split_once(';').unwrap_or((&value, ""));
    let parameter = parameter.trim().replace('"', "");
    kind.trim() == "application/json" && (parameter.is_empty() || parameter == "charset=utf-8")
}

/// Whether the connection is to be closed; other words than these two would name headers or protocols.
fn closes(value: &str) -> Result<bool, Refusal> {
    match value.to_ascii_lowercase().as_str() {
        "close" => Ok(true),
        "keep-alive" | "" => Ok(false),
        _ => Err(bad("Connection may be close or keep-alive")),
    }
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}

fn is_plain(b: u8) -> bool {
    matches!(b, b' '..=b'~' | b'\r' | b'\n' | b'\t')
}

fn not_plain() -> Refusal {
    bad("the head holds a control character or a letter outside ASCII")
}

fn bad(message: &str) -> Refusal {
    Refusal::new(Reason::BadHead, message)
}

/// At most 20 characters of something that a client sent, for a message.
fn brief(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(head: &str) -> Result<Head, Refusal> {
        Head::parse(head.as_bytes())
    }

    #[test]
    fn an_expectation_fails_as_clients_know_it() {
        let refusal =
            Head::parse(b"GET /_ping HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\n\r\n").unwrap_err();
        assert_eq!(refusal.status, http::StatusCode::EXPECTATION_FAILED);
    }

    #[test]
    fn the_heads_of_real_clients_are_read() {
        let cli = "HEAD /_ping HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: Docker-Client/28.2.2 (linux)\r\n\r\n";
        assert_eq!(parse(cli).unwrap().method, Method::HEAD);
        let bollard = "POST /v1.41/containers/create?name=a HTTP/1.1\r\ncontent-type: application/json\r\n\
             host: 2f72756e\r\ncontent-length: 12\r\n\r\n";
        let head = parse(bollard).unwrap();
        assert!(head.json && !head.close && head.content_length == 12);
        let python = "GET /v1.41/info HTTP/1.1\r\nHost: localhost\r\nUser-Agent: docker-sdk-python/7.1.0\r\n\
             Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n";
        assert!(parse(python).is_ok());
    }

    #[test]
    fn whatever_another_parser_might_read_differently_is_refused() {
        let good = "POST /v1.41/networks/create HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n";
        assert!(parse(good).is_ok());
        let changes = [
            ("POST /", "POST  /"),
            ("POST /", " POST /"),
            ("POST", "post"),
            ("POST", "PRI"),
            ("HTTP/1.1", "HTTP/1.0"),
            ("HTTP/1.1", "HTTP/2.0"),
            ("HTTP/1.1", "http/1.1"),
            ("HTTP/1.1", "HTTP/1.1 "),
            ("HTTP/1.1\r\n", "HTTP/1.1\n"),
            ("Host: d\r\n", "Host: d\n"),
            ("Host: d\r\n", ""),
            ("Host: d\r\n", "Host: d\r\nHost: e\r\n"),
            ("Host: d\r\n", "Host: d\r\n folded\r\n"),
            ("Host: d\r\n", "Host: d\r\n\tfolded: x\r\n"),
            ("Host: d\r\n", "Host : d\r\n"),
            ("Host: d\r\n", "Host: d\r\nX: \0\r\n"),
            ("Host: d\r\n", "Host: d\r\nX: ä\r\n"),
            ("Host: d\r\n", "Host: d\rX: y\r\n"),
            ("Host: d\r\n", "Host: d\r\n: empty\r\n"),
            ("Length: 2", "Length: +2"),
            ("Length: 2", "Length: 2, 2"),
            ("Length: 2", "Length: 0x2"),
            ("Length: 2", "Length: -1"),
            ("Length: 2", "Length: 99999999999999999999"),
            ("Length: 2", "Length: 2\r\nContent-Length: 2"),
            ("Length: 2", "Length: 2\r\ncontent-length: 3"),
            ("Length: 2", "Length: 2\r\nTransfer-Encoding: chunked"),
            ("Content-Length: 2", "Transfer-Encoding: identity"),
            ("Length: 2", "Length: 2\r\nConnection: Upgrade"),
            ("Length: 2", "Length: 2\r\nConnection: close, content-length"),
            ("Length: 2", "Length: 2\r\nUpgrade: h2c"),
            ("Length: 2", "Length: 2\r\nExpect: 100-continue"),
            ("Length: 2", "Length: 2\r\nContent-Encoding: gzip"),
        ];
        for (from, to) in changes {
            assert!(good.contains(from));
            let head = good.replacen(from, to, 1);
            assert!(parse(&head).is_err(), "{head:?} was accepted");
        }
    }

    #[test]
    fn a_head_ends_at_its_blank_line_wherever_its_bytes_are_cut() {
        let bytes = b"GET /_ping HTTP/1.1\r\nHost: d\r\n\r\nGET";
        let end = bytes.len() - 3;
        for cut in 0..bytes.len() {
            let mut looked_at = 0;
            let first = end_of_head(&bytes[..cut], &mut looked_at).unwrap();
            assert_eq!(first, (cut >= end).then_some(end), "cut at {cut}");
            if first.is_none() {
                assert_eq!(looked_at, cut);
                assert_eq!(end_of_head(bytes, &mut looked_at).unwrap(), Some(end), "cut at {cut}");
            }
        }
    }

    #[test]
    fn what_can_become_no_good_head_is_refused_at_the_first_sight_of_it() {
        let starts =
            [&b"\r\n"[..], b"\n", b"GET / HTTP/1.1\n", b"GET \x7f", b"GET \x1f", b"GET /\x80", b"GET /a\0"];
        for start in starts {
            assert!(end_of_head(start, &mut 0).is_err(), "{start:?} was waited for");
        }
        for start in [&b"\r"[..], b"GET / HTTP/1.1\r", b"GET / HTTP/1.1\r\nX:\t~"] {
            assert_eq!(end_of_head(start, &mut 0).unwrap(), None, "{start:?}");
        }
    }

    #[test]
    fn what_is_counted_is_refused_behind_its_limit_and_not_before() {
        let head = |more: &str| format!("POST /v1.41/networks/create HTTP/1.1\r\nHost: d\r\n{more}\r\n");
        assert!(parse(&head(&"X: y\r\n".repeat(MOST_HEADERS - 1))).is_ok());
        assert_eq!(parse(&head(&"X: y\r\n".repeat(MOST_HEADERS))).unwrap_err().reason, Reason::TooLarge);
        let length = |value: &str| parse(&head(&format!("Content-Length: {value}\r\n")));
        assert_eq!(length("262144").unwrap().content_length, LARGEST_BODY);
        assert_eq!(length("262145").unwrap_err().reason, Reason::TooLarge);
        assert_eq!(length("000000000002").unwrap().content_length, 2);
        assert_eq!(length("0000000000002").unwrap_err().reason, Reason::BadHead);
        assert_eq!(length("").unwrap_err().reason, Reason::BadHead);
    }

    #[test]
    fn a_body_is_json_when_its_type_says_so_in_utf_8() {
        for kind in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
        ] {
            assert!(is_json(kind), "{kind}");
        }
        for kind in [
            "",
            "text/plain",
            "application/json5",
            "application/json; charset=latin1",
            "text/plain; charset=utf-8",
        ] {
            assert!(!is_json(kind), "{kind}");
        }
    }

    #[test]
    fn headers_that_ask_for_nothing_are_read_over() {
        let head = |line: &str| parse(&format!("GET /_ping HTTP/1.1\r\nHost: d\r\n{line}\r\n\r\n"));
        for line in
            ["Trailer:", "TE: ", "Content-Encoding:\t", "Connection:", "Connection: Keep-Alive", "X_y-1: z"]
        {
            assert!(!head(line).unwrap().close, "{line}");
        }
        assert!(head("Connection: \tClose ").unwrap().close);
        for line in ["Trailer: X", "TE: trailers", "X.y: z", "X/y: z", "HTTP2-Settings:"] {
            assert!(head(line).is_err(), "{line} was accepted");
        }
    }

    #[test]
    fn a_method_that_is_not_offered_is_named_in_short() {
        let long = format!("PUT{}", "T".repeat(100));
        let refusal = parse(&format!("{long} /_ping HTTP/1.1\r\nHost: d\r\n\r\n")).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotOffered);
        assert!(refusal.message.contains(&long[..20]) && !refusal.message.contains(&long[..21]));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(0u8.., 0..600)) {
            let _ = Head::parse(&bytes);
            let _ = Head::parse(&[&bytes[..], b"\r\n\r\n"].concat());
        }

        /// What is accepted is exactly what its parts spell, so that no second reading exists.
        #[test]
        fn an_accepted_head_can_be_written_back(
            method in "GET|HEAD|POST|DELETE|PUT|get", target in "/[ -~]{0,30}", length in "[0-9a-f+ ]{0,6}",
        ) {
            let text = format!("{method} {target} HTTP/1.1\r\nHost: d\r\nContent-Length: {length}\r\n\r\n");
            if let Ok(head) = parse(&text) {
                proptest::prop_assert_eq!(head.method.as_str(), method);
                proptest::prop_assert_eq!(head.content_length, length.trim().parse::<usize>().unwrap());
                proptest::prop_assert!(!target.contains([' ', '#', '\\']) && !target.contains("//"));
            }
        }
    }
}
