//! One connection by itself: what is asked on it, and what may come after that.

use std::{cell::Cell, future::poll_fn, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, header};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

use super::super::{Answered, FIRST_PIECE, Failure, LARGEST_PIECE, Outgoing, Reply, Resting};
use crate::gateway::{
    body::Upload,
    introduction::Introduction,
    upstream::{Question, UpstreamError},
};

const PATIENCE: Duration = Duration::from_secs(20);
const A_MOMENT: Duration = Duration::from_millis(20);

/// A connection, and the app at its other end.
async fn open() -> (Resting, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let resting = Resting::open(listener.local_addr().unwrap(), PATIENCE).await.unwrap();
    (resting, listener.accept().await.unwrap().0)
}

fn by(method: Method, fields: &[(header::HeaderName, &str)]) -> Outgoing {
    let mut request = Request::builder().method(method).uri("/");
    for (name, value) in fields {
        request = request.header(name, *value);
    }
    let introduction = Arc::new(Introduction::of(Vec::new()));
    Outgoing::write(Question { request: request.body(Upload::Empty).unwrap(), introduction }, Vec::new())
}

/// Asks by GET an app that says these pieces one after the other and hangs up.
async fn ask(pieces: &[&str]) -> Result<Answered, Failure> {
    let (resting, mut app) = open().await;
    let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
    tokio::spawn(async move {
        // Read, because a connection with something unread in it is not ended but reset.
        let mut asked = [0; 1024];
        drop(app.read(&mut asked).await);
        for piece in pieces {
            drop(app.write_all(piece.as_bytes()).await);
            // Nothing else tells that the other side has read it.
            sleep(A_MOMENT).await;
        }
    });
    resting.ask(by(Method::GET, &[]), || Instant::now() + PATIENCE).await
}

async fn reply(pieces: &[&str]) -> Box<Reply> {
    let Ok(Answered::Reply(_, reply)) = ask(pieces).await else { panic!("no answer to {pieces:?}") };
    reply
}

async fn piece(reply: &mut Reply) -> Option<Result<Bytes, UpstreamError>> {
    poll_fn(|cx| reply.poll_data(cx)).await
}

#[tokio::test]
async fn a_body_that_ends_too_soon_is_an_error_and_no_end() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ngood",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\ngood",
    ] {
        let mut reply = reply(&[answer]).await;
        assert_eq!(piece(&mut reply).await.unwrap().unwrap(), "good");
        assert!(matches!(piece(&mut reply).await, Some(Err(UpstreamError::Broke(_)))), "{answer}");
        assert!(!reply.is_ended());
        assert!(reply.rest().is_none());
    }
}

#[tokio::test]
async fn a_connection_rests_only_after_an_answer_that_is_whole_and_the_last_word() {
    for (answer, rests) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngood", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood\r\n", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngood", false),
    ] {
        let mut reply = reply(&[answer]).await;
        assert_eq!(piece(&mut reply).await.unwrap().unwrap(), "good");
        assert_eq!(reply.rest().is_some(), rests, "{answer}");
    }
}

#[tokio::test]
async fn how_much_is_still_to_come_is_known_where_the_app_has_said_it() {
    let mut known = reply(&["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "good"]).await;
    assert_eq!(known.size_hint().exact(), Some(10));
    piece(&mut known).await.unwrap().unwrap();
    assert_eq!(known.size_hint().exact(), Some(6));
    assert_eq!(reply(&["HTTP/1.1 200 OK\r\n\r\n"]).await.size_hint().exact(), None);
    assert_eq!(reply(&["HTTP/1.1 204 No\r\n\r\n"]).await.size_hint().exact(), Some(0));
}

#[tokio::test]
async fn interim_answers_may_be_longer_than_what_follows_and_torn_apart() {
    let (early, link) = ("HTTP/1.1 103 Early\r\nLink: ", "x".repeat(300));
    let first = format!("{early}{link}\r\n");
    let answered = ask(&[&first, "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]).await.unwrap();
    assert!(matches!(answered, Answered::Reply(answer, _) if answer.status() == 200));
}

#[tokio::test]
async fn no_other_protocol_is_spoken_that_was_not_asked_for() {
    let refused = ask(&["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"]).await.unwrap_err();
    assert!(matches!(UpstreamError::from(refused), UpstreamError::Malformed(_)));
}

#[tokio::test]
async fn patience_is_asked_again_and_what_took_too_long_is_not_asked_twice() {
    let (resting, mut app) = open().await;
    let asked = Cell::new(0);
    let longer_each_time = || {
        asked.set(asked.get() + 1);
        Instant::now() + if asked.get() == 1 { A_MOMENT } else { PATIENCE }
    };
    tokio::spawn(async move {
        sleep(A_MOMENT * 3).await;
        drop(app.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await);
        sleep(PATIENCE).await;
    });
    assert!(resting.ask(by(Method::GET, &[]), longer_each_time).await.is_ok());
    assert!(asked.get() > 1);

    let (resting, _app) = open().await;
    let end = Instant::now() + A_MOMENT;
    let failure = resting.ask(by(Method::GET, &[]), || end).await.unwrap_err();
    assert!(matches!(failure.again(true), Err(UpstreamError::TimedOut)));
}

#[tokio::test]
async fn a_request_that_could_not_be_written_is_sent_whole_over_another_connection() {
    let (gone, app) = open().await;
    app.set_zero_linger().unwrap();
    drop(app);
    sleep(A_MOMENT).await;
    let failure = gone.ask(by(Method::POST, &[]), || Instant::now() + PATIENCE).await.unwrap_err();
    let again = failure.again(false).unwrap();
    let (fresh, mut app) = open().await;
    let asked = tokio::spawn(fresh.ask(again, || Instant::now() + PATIENCE));
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(PATIENCE, app.read_u8()).await.unwrap().unwrap());
    }
    assert_eq!(String::from_utf8(head).unwrap(), "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n");
    asked.abort();
}

#[tokio::test]
async fn what_a_header_says_of_the_bodys_end_is_never_passed_on() {
    let (resting, mut app) = open().await;
    let said = [(header::TRANSFER_ENCODING, "chunked"), (header::CONTENT_LENGTH, "7")];
    let asked = tokio::spawn(resting.ask(by(Method::GET, &said), || Instant::now() + PATIENCE));
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(app.read_u8().await.unwrap());
    }
    assert_eq!(String::from_utf8(head).unwrap(), "GET / HTTP/1.1\r\ncontent-length: 0\r\n\r\n");
    asked.abort();
}

#[tokio::test]
async fn a_fast_body_comes_in_larger_pieces_and_leaves_no_large_buffer_behind() {
    const LENGTH: usize = 8 << 20;
    let (resting, mut app) = open().await;
    tokio::spawn(async move {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n");
        drop(app.write_all(&[head.as_bytes(), &vec![b'x'; LENGTH]].concat()).await);
        sleep(PATIENCE).await;
    });
    let asked = resting.ask(by(Method::GET, &[]), || Instant::now() + PATIENCE).await;
    let Ok(Answered::Reply(_, mut reply)) = asked else { panic!("no answer") };
    let (mut read, mut largest) = (0, 0);
    while let Some(piece) = piece(&mut reply).await {
        let length = piece.unwrap().len();
        (read, largest) = (read + length, largest.max(length));
    }
    assert_eq!(read, LENGTH);
    assert!(largest > FIRST_PIECE * 2 && largest <= LARGEST_PIECE * 2, "{largest}");
    let rested = reply.rest().unwrap();
    assert!(rested.0.read.capacity() <= FIRST_PIECE && rested.0.piece == FIRST_PIECE);
}

/// More than lies in the buffers between the two.
const LARGER_THAN_BUFFERS: usize = 32 << 20;

#[tokio::test]
async fn a_connection_on_which_the_request_still_waits_to_be_written_does_not_rest() {
    let (resting, mut app) = open().await;
    // The app reads nothing of it.
    app.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood").await.unwrap();
    let request = by(Method::GET, &[(header::ACCEPT, &"x".repeat(LARGER_THAN_BUFFERS))]);
    let asked = resting.ask(request, || Instant::now() + PATIENCE).await;
    let Ok(Answered::Reply(_, mut reply)) = asked else { panic!("no answer") };
    assert_eq!(piece(&mut reply).await.unwrap().unwrap(), "good");
    assert!(reply.is_ended() && reply.still_sends());
    assert!(reply.rest().is_none());
}

#[tokio::test]
async fn the_rest_of_an_answer_is_heard_when_the_app_has_reset_the_connection_behind_it() {
    let (resting, mut app) = open().await;
    let app = tokio::spawn(async move {
        app.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ngood").await.unwrap();
        sleep(A_MOMENT).await;
        app.write_all(b"more").await.unwrap();
        app.set_zero_linger().unwrap();
    });
    let request = by(Method::GET, &[(header::ACCEPT, &"x".repeat(LARGER_THAN_BUFFERS))]);
    let asked = resting.ask(request, || Instant::now() + PATIENCE).await;
    let Ok(Answered::Reply(_, mut reply)) = asked else { panic!("no answer") };
    assert_eq!(piece(&mut reply).await.unwrap().unwrap(), "good");
    app.await.unwrap();
    // Nothing else tells that the reset has come too.
    sleep(A_MOMENT).await;
    assert_eq!(piece(&mut reply).await.unwrap().unwrap(), "more");
    assert!(reply.rest().is_none());
}
