//! What passes as it is: parts of files, and sockets that are closed on one side.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    scripted::{Scripted, asked, played, say},
    support::{NOTES, World},
};

#[tokio::test]
async fn a_part_of_a_file_is_asked_for_and_answered_as_it_is() {
    let (world, _, cookie) = World::with_user().await;
    let part = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-5/10\r\nAccept-Ranges: bytes\r\n\
                ETag: \"v1\"\r\nContent-Length: 4\r\n\r\ngood";
    let app = Scripted::start(move |_, _| say(part)).await;
    app.serve(&world);
    let lines = [&format!("Cookie: {cookie}"), "Range: bytes=2-5", "If-Range: \"v1\""];
    let answer = world.client().get(NOTES, "/file", &lines).await;
    assert_eq!((answer.status, answer.body.as_str()), (206, "good"));
    assert_eq!(answer.header("content-range"), "bytes 2-5/10");
    assert_eq!((answer.header("accept-ranges"), answer.header("etag")), ("bytes", "\"v1\""));
    let asked = app.asked().remove(0).to_lowercase();
    assert!(
        asked.contains("\r\nrange: bytes=2-5\r\n") && asked.contains("\r\nif-range: \"v1\"\r\n"),
        "{asked}"
    );
}

#[tokio::test]
async fn a_socket_that_the_client_has_closed_on_its_side_still_brings_what_the_app_says() {
    let (world, _, cookie) = World::with_user().await;
    let listener = played(&world).await;
    let app = tokio::spawn(async move {
        let mut stream = asked(&listener).await;
        let switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        stream.write_all(switch.as_bytes()).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        stream.write_all(format!("heard to the end: {said}").as_bytes()).await.unwrap();
    });
    let mut client = world.client().connect().await;
    let asked = format!(
        "GET /ws HTTP/1.1\r\nHost: {NOTES}\r\nCookie: {cookie}\r\nOrigin: http://{NOTES}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    client.stream.write_all(asked.as_bytes()).await.unwrap();
    client.until("\r\n\r\n").await;
    client.stream.write_all(b"goodbye").await.unwrap();
    client.stream.shutdown().await.unwrap();
    client.until("heard to the end: goodbye").await;
    app.await.unwrap();
}
