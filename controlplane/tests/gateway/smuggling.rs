//! Requests that two servers could read differently.

use crate::support::{Answer, NOTES, World};

#[tokio::test]
async fn each_family_of_smuggling_is_refused_and_nothing_arrives() {
    let (world, _, cookie) = World::with_user().await;
    let smuggled = format!("GET /smuggled HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\n\r\n");
    let head = format!("POST / HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\n");
    for (family, request) in [
        (
            "CL.TE",
            format!("{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"),
        ),
        (
            "TE.CL",
            format!("{head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{smuggled}"),
        ),
        ("CL.CL", format!("{head}Content-Length: 0\r\nContent-Length: 5\r\n\r\nxxxxx{smuggled}")),
        ("CL+CL", format!("{head}Content-Length: 0\r\nContent-Length: 0\r\n\r\n{smuggled}")),
        (
            "TE.TE",
            format!("{head}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n{smuggled}"),
        ),
        ("TE spaced", format!("{head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{smuggled}")),
        ("TE folded", format!("{head}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{smuggled}")),
        ("TE odd", format!("{head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}")),
        ("TE list", format!("{head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{smuggled}")),
        (
            "TE 1.0",
            format!("{}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}", head.replace("1.1", "1.0")),
        ),
        ("CL signed", format!("{head}Content-Length: +0\r\n\r\n{smuggled}")),
        ("CL list", format!("{head}Content-Length: 0, 5\r\n\r\n{smuggled}")),
        ("bare LF", format!("{head}X: y\nContent-Length: 5\r\n\r\nxxxxx{smuggled}")),
        ("bare LF all", format!("{head}\r\n{smuggled}").replace("\r\n", "\n")),
        ("bare CR", format!("{head}X: y\rContent-Length: 5\r\n\r\n{smuggled}")),
        ("obs-fold", format!("{head}X: y\r\n Content-Length: 5\r\n\r\n{smuggled}")),
        ("NUL", format!("{head}X: y\0z\r\n\r\n{smuggled}")),
        ("no colon", format!("{head}nonsense\r\n\r\n{smuggled}")),
        ("two hosts", format!("{head}Host: other.atoll.localhost\r\n\r\n{smuggled}")),
        ("no host", format!("GET / HTTP/1.1\r\nCookie: {cookie}\r\n\r\n{smuggled}")),
    ] {
        let answer = world.client().raw(&request).await;
        assert_eq!(answer.status, 400, "{family}: {answer:?}");
        assert!(world.upstream.seen().is_empty(), "{family}: {:?}", world.upstream.seen());
    }
}

#[tokio::test]
async fn a_body_that_is_framed_wrongly_is_broken_off_and_nothing_follows_it() {
    let (world, _, cookie) = World::with_user().await;
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let smuggled = format!("GET /smuggled HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\n\r\n");
    for body in [
        "5;ext=1\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "-5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
    ] {
        let answer: Answer = world.client().raw(format!("{head}{body}{smuggled}")).await;
        assert!(matches!(answer.status, 400 | 0), "{body}: {answer:?}");
        let targets: Vec<_> = world.upstream.seen().into_iter().map(|seen| seen.target).collect();
        assert!(!targets.contains(&"/smuggled".to_owned()), "{body}: {targets:?}");
    }
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let (world, _, cookie) = World::with_user().await;
    let mut stream = String::new();
    for number in 0..5 {
        stream.push_str(&format!(
            "POST /upload?n={number} HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\n\
             Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        ));
    }
    stream.push_str(&format!(
        "GET /last HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    ));
    world.client().raw(stream).await;
    let seen = world.upstream.seen();
    assert_eq!(seen.len(), 6);
    assert_eq!(seen[5].target, "/last");
    assert_eq!(world.upstream.known.connections.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_head_that_is_too_large_or_never_ends_is_refused() {
    let (world, _, cookie) = World::with_user().await;
    let large = world
        .client()
        .get(NOTES, "/", &[&format!("Cookie: {cookie}"), &format!("X: {}", "y".repeat(100_000))])
        .await;
    assert_eq!((large.status, large.problem().as_str()), (431, "head-too-large"));
    let many = format!("X: {}", "y".repeat(70_000));
    let page = world.client().get(NOTES, "/", &["Accept: text/html", &many]).await;
    assert!(page.status == 431 && page.body.contains("Delete this site"), "{page:?}");
    let endless = world.client().get(NOTES, "/", &[&format!("X: {}", "y".repeat(140_000))]).await;
    assert!([431, 400].contains(&endless.status), "{endless:?}");
    assert!(world.upstream.seen().is_empty());
}
