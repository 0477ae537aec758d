//! The readers of an answer, by themselves and beside hyper's.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use proptest::{prelude::*, sample::select};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

mod connection;

use super::{
    Malformed,
    chunked::Step,
    head::{self, Asked, Framing, Head, HeadEnd},
    reply::Rest,
};

const BY_GET: Asked = Asked { head: false, upgrade: false };

/// An answer as a reader saw it.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    status: StatusCode,
    fields: HeaderMap,
    body: Vec<u8>,
}

/// Our reading of all that an app says until it hangs up; `None` for what is refused or cut off.
fn ours(pieces: &[&[u8]]) -> Option<Read> {
    let (mut read, mut end) = (BytesMut::new(), HeadEnd::default());
    let mut pieces = pieces.iter();
    let mut head = loop {
        match end.find(&read).ok()? {
            Some(at) => {
                let head = head::parse(read.split_to(at).freeze(), BY_GET).ok()?;
                if !head.is_interim() {
                    break head;
                }
                end = HeadEnd::default();
            }
            None => read.extend_from_slice(pieces.next()?),
        }
    };
    let (mut rest, mut body) = (Rest::of(head.framing), Vec::new());
    loop {
        match rest.take(&mut read).ok()? {
            Step::Data(piece) => body.extend_from_slice(&piece),
            Step::End => break,
            Step::More => match pieces.next() {
                Some(piece) => read.extend_from_slice(piece),
                None if head.framing == Framing::UntilClosed => break,
                None => return None,
            },
        }
    }
    let head = &mut head.answer;
    Some(Read { status: head.status(), fields: std::mem::take(head.headers_mut()), body })
}

/// hyper's reading of the same.
async fn hypers(answer: &[u8]) -> Option<Read> {
    let (near, mut far) = tokio::io::duplex(64 * 1024);
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake::<_, Empty<Bytes>>(TokioIo::new(near)).await.ok()?;
    let connection = tokio::spawn(connection);
    let answer = answer.to_vec();
    let app = async move {
        let mut asked = [0; 1024];
        drop(far.read(&mut asked).await);
        drop(far.write_all(&answer).await);
    };
    let asked = async {
        let request = http::Request::get("/").header("host", "x").body(Empty::new()).ok()?;
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes().to_vec();
        Some(Read { status: head.status, fields: head.headers, body })
    };
    let (read, ()) = tokio::join!(asked, app);
    connection.abort();
    read
}

fn parse(answer: &str) -> Result<Head, Malformed> {
    head::parse(Bytes::copy_from_slice(answer.as_bytes()), BY_GET)
}

#[test]
fn a_head_ends_at_the_same_place_wherever_it_is_torn_apart() {
    let head = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    let all = [head.as_slice(), b"body\r\n\r\n"].concat();
    for at in 0..all.len() {
        let mut end = HeadEnd::default();
        let first = end.find(&all[..at]).unwrap();
        assert_eq!(first, (at >= head.len()).then_some(head.len()));
        assert_eq!(end.find(&all).unwrap(), Some(head.len()), "{at}");
    }
}

#[test]
fn a_body_is_the_same_wherever_it_is_torn_apart() {
    let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3 ;x=\"y\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: u\r\n\r\n";
    for at in 0..answer.len() {
        let (one, two) = answer.split_at(at);
        assert_eq!(ours(&[one, two]).unwrap().body, b"abc0123456789", "{at}");
    }
    let bytes: Vec<_> = answer.chunks(1).collect();
    assert_eq!(ours(&bytes).unwrap().body, b"abc0123456789");
}

#[test]
fn each_status_and_field_says_how_the_body_ends() {
    for (answer, framing, kept) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 007\r\n\r\n", Framing::Length(7), true),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: CHUNKED\r\n\r\n", Framing::Chunked, true),
        ("HTTP/1.1 200 OK\r\n\r\n", Framing::UntilClosed, false),
        ("HTTP/1.1 204 No Content\r\n\r\n", Framing::Nothing, true),
        // A body may follow that must not, so nothing after it can be trusted.
        ("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", Framing::Nothing, false),
        ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", Framing::Nothing, false),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", Framing::Nothing, true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: Close\r\n\r\n", Framing::Length(7), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\n", Framing::Length(7), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n", Framing::Length(7), true),
    ] {
        let head = parse(answer).unwrap();
        assert_eq!((head.framing, head.kept), (framing, kept), "{answer}");
    }
    let asked = Asked { head: true, upgrade: false };
    let head =
        head::parse(Bytes::from_static(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), asked);
    assert_eq!(head.unwrap().framing, Framing::Nothing);
    let upgrade = Asked { head: false, upgrade: true };
    let head = head::parse(Bytes::from_static(b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"), upgrade);
    assert!(!head.unwrap().kept);
}

#[test]
fn chunk_extensions_and_trailers_are_bounded() {
    let of = |body: &str| {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        ours(&[head.as_bytes(), body.as_bytes()])
    };
    assert!(of(&format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(16_000))).is_some());
    assert!(of(&format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(17_000))).is_none());
    assert!(of(&format!("{}0\r\n\r\n", format!("1;{}\r\nx\r\n", "e".repeat(100)).repeat(200))).is_none());
    assert!(of(&format!("1{}\r\nx\r\n0\r\n\r\n", " ".repeat(17_000))).is_none());
    assert!(of(&format!("0\r\n{}\r\n", "T: x\r\n".repeat(60))).is_some());
    assert!(of(&format!("0\r\n{}\r\n", "T: x\r\n".repeat(70))).is_none());
    assert!(of(&format!("0\r\nT: {}\r\n\r\n", "x".repeat(17_000))).is_none());
    assert!(of("fffffffffffffff\r\nx").is_none());
    assert!(of("0000000000000001\r\nx\r\n0\r\n\r\n").is_none());
}

#[test]
fn a_head_ends_where_its_bytes_do_and_below_the_limit_however_it_comes() {
    assert_eq!(parse("HTTP/1.1 200 OK\r\n\r\nmore").unwrap_err(), Malformed::Head);
    let large = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(head::LARGEST_HEAD));
    assert_eq!(HeadEnd::default().find(large.as_bytes()), Err(Malformed::TooLarge));
    assert_eq!(HeadEnd::default().find(&large.as_bytes()[..=head::LARGEST_HEAD]), Err(Malformed::TooLarge));
}

/// Answers that are good, or wrong in one of the ways that readers have differed about.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let first = select(vec![
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.0 200 OK\r\n",
        "HTTP/1.1 204 \r\n",
        "HTTP/1.1 304 Not Modified\r\n",
        "HTTP/1.1 999\r\n",
        "HTTP/1.1 200 OK\n",
        "\r\nHTTP/1.1 200 OK\r\n",
        "HTTP/1.2 200 OK\r\n",
    ]);
    let line = select(vec![
        "Content-Length: 5\r\n",
        "content-length: 05\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: 12\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding:\tchunked \r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Connection: close\r\n",
        "X-Own: a\r\n",
        "X-Own: \u{e9} b\r\n",
        "X : y\r\n",
        " folded\r\n",
        "X: y\n",
        "X: y\rz\r\n",
        ": z\r\n",
    ]);
    let body = select(vec![
        "",
        "hello",
        "hello, world",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b\r\nhello\r\n1 \r\n!\r\n0\r\nT: x\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "05\r\nhello\r\n00\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "fffffffffffffffff\r\n",
    ]);
    let edit = (any::<prop::sample::Index>(), select(b"\r\n \t:;,0159aAfHxX\0\x7f\xff".to_vec()), 0..4_u8);
    let edits = prop::collection::vec(edit, 0..3);
    (first, prop::collection::vec(line, 0..4), body, edits).prop_map(|(first, lines, body, edits)| {
        let mut answer = [first, &lines.concat(), "\r\n", body].concat().into_bytes();
        for (place, byte, kind) in edits {
            let at = place.index(answer.len());
            match kind {
                0 => answer[at] = byte,
                1 => answer.insert(at, byte),
                2 if answer.len() > 1 => drop(answer.remove(at)),
                _ => {}
            }
        }
        answer
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// hyper is the more lenient: what we take, it takes too, and finds the same in it.
    #[test]
    fn what_is_taken_reads_the_same_to_hyper(answer in answers(), torn in any::<prop::sample::Index>()) {
        let (one, two) = answer.split_at(torn.index(answer.len()));
        let whole = ours(&[&answer]);
        prop_assert_eq!(&ours(&[one, two]), &whole);
        if let Some(ours) = whole {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut hypers = runtime.block_on(hypers(&answer));
            // Of 204 alone we say no length.
            if let Some(hypers) = hypers.as_mut().filter(|read| read.status == StatusCode::NO_CONTENT) {
                hypers.fields.remove(header::CONTENT_LENGTH);
            }
            prop_assert_eq!(Some(ours), hypers);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(answer in prop::collection::vec(any::<u8>(), 0..300)) {
        let chunked = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice(), &answer].concat();
        prop_assert!(ours(&[&chunked]).is_none_or(|read| read.body.len() < answer.len()));
        ours(&[&answer]);
    }
}
