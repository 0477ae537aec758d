//! What must hold for any bytes that an app answers with: a check that the fuzz target (`controlplane/fuzz`) and a short
//! seeded test share.
//!
//! It panics when a property is broken. Built for tests and under the feature `fuzzing` only.

use bytes::{Buf as _, BytesMut};
use http::{HeaderMap, StatusCode};

use super::{
    MOST_INTERIM,
    chunked::{MOST_EXTENSIONS, MOST_TRAILERS, Step},
    head::{self, Asked, Framing, HeadEnd, LARGEST_HEAD},
    reply::Rest,
};

/// More than the sign and the digits of one chunk take, with its line ends.
const LARGEST_FRAME: usize = 20;

/// What a reader makes of everything that an app says.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    /// `None` where there is no head, or a refused one.
    head: Option<Seen>,
    body: Vec<u8>,
    end: End,
}

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: StatusCode,
    fields: HeaderMap,
    framing: Framing,
    kept: bool,
    /// With the interim answers before it, in bytes.
    length: usize,
}

/// How the reading of an answer came to its end.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The answer has ended, and this was not touched.
    Whole { after: Vec<u8> },
    /// The app has said no more.
    Cut,
    /// It was not understood. Why depends on how much was seen at once, so it is left out.
    Refused,
}

/// The first byte says what was asked and how the others are torn apart. However they are, the answer is the same; it is
/// as long as it says, keeps to the limits, and leaves what follows it alone.
pub fn answer(bytes: &[u8]) {
    let Some((how, said)) = bytes.split_first() else { return };
    let asked = Asked { head: how & 1 == 1, upgrade: how & 2 == 2 };
    let whole = read(said, said.len(), asked);
    for piece in [1, 2 + usize::from(how >> 2)] {
        assert_eq!(read(said, piece, asked), whole, "in pieces of {piece}");
    }
    let Some(seen) = &whole.head else {
        assert!(whole.body.is_empty());
        return;
    };
    assert!(seen.length <= LARGEST_HEAD * (MOST_INTERIM + 1));
    assert!(!seen.status.is_informational() || seen.status == StatusCode::SWITCHING_PROTOCOLS);
    let End::Whole { after } = &whole.end else {
        assert!(!matches!(seen.framing, Framing::Nothing | Framing::Length(0)), "no body can be cut off");
        return;
    };
    let ended = said.len() - after.len();
    assert_eq!(after, &said[ended..]);
    let framed = &said[seen.length..ended];
    match seen.framing {
        Framing::Nothing => assert!(framed.is_empty()),
        Framing::Length(length) => {
            assert_eq!(framed.len() as u64, length);
            assert_eq!(framed, whole.body);
        }
        Framing::Chunked => assert_eq!(by_another_reader(framed), whole.body),
        Framing::UntilClosed => panic!("it has no end but the connection's"),
    }
}

/// Reads an answer that comes in pieces of this length.
fn read(said: &[u8], piece: usize, asked: Asked) -> Read {
    let (mut pieces, mut came) = (said.chunks(piece.max(1)), BytesMut::new());
    let (mut end, mut interim, mut length) = (HeadEnd::default(), 0, 0);
    let failed = |head, body, end| Read { head, body, end };
    let head = loop {
        match end.find(&came) {
            Ok(Some(at)) => {
                assert!(at <= LARGEST_HEAD, "a head of {at} bytes");
                length += at;
                let Ok(head) = head::parse(came.split_to(at).freeze(), asked) else {
                    return failed(None, Vec::new(), End::Refused);
                };
                if !head.is_interim() {
                    break head;
                }
                interim += 1;
                if interim > MOST_INTERIM {
                    return failed(None, Vec::new(), End::Refused);
                }
                end = HeadEnd::default();
            }
            Ok(None) => match pieces.next() {
                Some(piece) => came.extend_from_slice(piece),
                None => return failed(None, Vec::new(), End::Cut),
            },
            Err(_) => return failed(None, Vec::new(), End::Refused),
        }
    };
    let (status, fields) = (head.answer.status(), head.answer.into_parts().0.headers);
    let seen = Some(Seen { status, fields, framing: head.framing, kept: head.kept, length });
    let (mut rest, mut body) = (Rest::of(head.framing), Vec::new());
    loop {
        match rest.take(&mut came) {
            Ok(Step::Data(piece)) => {
                assert!(!piece.is_empty(), "a piece that holds nothing goes on for ever");
                body.extend_from_slice(&piece);
            }
            Ok(Step::End) => break,
            Ok(Step::More) => match pieces.next() {
                Some(piece) => came.extend_from_slice(piece),
                None => return failed(seen, body, End::Cut),
            },
            Err(_) => return failed(seen, body, End::Refused),
        }
    }
    let length = came.len();
    assert!(rest.take(&mut came) == Ok(Step::End) && came.len() == length, "the end is no end");
    pieces.for_each(|piece| came.extend_from_slice(piece));
    Read { head: seen, body, end: End::Whole { after: came.to_vec() } }
}

/// What chunks hold to the reader of the `httparse` crate, which takes more than ours does.
fn by_another_reader(framed: &[u8]) -> Vec<u8> {
    let (mut left, mut body, mut chunks) = (framed, Vec::new(), 0);
    loop {
        let size = httparse::parse_chunk_size(left);
        let Ok(httparse::Status::Complete((begins, size))) = size else {
            panic!("another reader says {size:?}")
        };
        left.advance(begins);
        chunks += 1;
        if size == 0 {
            break;
        }
        let size = usize::try_from(size).expect("it came as a whole");
        body.extend_from_slice(&left[..size]);
        left.advance(size);
        assert_eq!(left.get(..2), Some(&b"\r\n"[..]));
        left.advance(2);
    }
    let mut lines = [httparse::EMPTY_HEADER; 128];
    let trailers = httparse::parse_headers(left, &mut lines);
    assert!(matches!(trailers, Ok(httparse::Status::Complete((length, _))) if length == left.len()));
    assert!(left.len() <= MOST_TRAILERS);
    let beside = framed.len() - body.len() - left.len();
    assert!(beside <= MOST_EXTENSIONS + chunks * LARGEST_FRAME, "{beside} bytes beside {chunks} chunks");
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces that matter to one reader or another.
    const WORDS: [&str; 25] = [
        "\r\n",
        "\n",
        "\r",
        "\0",
        " ",
        "\t",
        ":",
        ";",
        ";a=b",
        "0",
        "00",
        "5",
        "f",
        "F",
        "-1",
        "+1",
        "0x1",
        "fffffffffffffff",
        "0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "T: x\r\n",
    ];
    const ANSWERS: [&str; 6] = [
        "\0HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n",
        "\x20HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0A \r\n0123456789\r\n0\r\nT: x\r\n\r\nmore",
        "\x01HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmore",
        "\x0cHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\nmore",
        "\x02HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nmore",
        "\x10HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nuntil the end",
    ];

    /// A generator that gives the same numbers on every machine.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % most.max(1)
        }
    }

    /// The seed with a few changes: a byte, a word put in, a part left out or doubled.
    fn changed(seed: &str, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = seed.as_bytes().to_vec();
        for _ in 0..=dice.below(3) {
            let at = dice.below(bytes.len() + 1);
            let end = (at + dice.below(12)).min(bytes.len());
            match dice.below(4) {
                0 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                _ => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].bytes())),
            }
        }
        bytes
    }

    #[test]
    fn no_change_to_an_answer_makes_it_two_answers_or_another_one_in_pieces() {
        let mut dice = Dice(42);
        for seed in ANSWERS {
            answer(seed.as_bytes());
            for _ in 0..8_000 {
                answer(&changed(seed, &mut dice));
            }
        }
    }

    #[test]
    fn answers_beyond_the_limits_are_the_same_in_pieces_too() {
        let chunked = "\0HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for said in [
            format!("\0HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(LARGEST_HEAD)),
            format!("\0HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(200)),
            format!("\0{}", "HTTP/1.1 102 Processing\r\n\r\n".repeat(MOST_INTERIM + 1)),
            format!("{chunked}1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(MOST_EXTENSIONS + 1)),
            format!("{chunked}0\r\nT: {}\r\n\r\n", "x".repeat(MOST_TRAILERS)),
        ] {
            answer(said.as_bytes());
        }
    }
}
