//! Webhooks, with a receiver on this machine.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use atoll_documents::webhooks::address::Reach;
use atoll_documents::webhooks::signature;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode as Status};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::server::Options;
use crate::support::{Server, eventually, pdf};

const SECRET: &str = "a secret of sixteen";

/// One request: its headers and its body.
type Told = (HeaderMap, Vec<u8>);

#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<Told>>>);

/// Takes what comes; the first time it says that it is busy.
async fn receiver() -> (SocketAddr, Received) {
    let received = Received::default();
    let take = async |State(received): State<Received>, headers: HeaderMap, body: Bytes| {
        let mut all = received.0.lock().unwrap();
        all.push((headers, body.to_vec()));
        if all.len() == 1 { Status::SERVICE_UNAVAILABLE } else { Status::NO_CONTENT }
    };
    let router = Router::new().route("/hook", post(take)).with_state(received.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

#[tokio::test]
async fn a_finished_document_is_told_signed_and_again_until_it_is_taken() {
    let (address, received) = receiver().await;
    let server = Server::start().await;
    let anna = server.client("anna");
    let hook = json!({"url": format!("http://{address}/hook"), "secret": SECRET});
    let made = anna.post("/api/webhooks", &hook).await;
    assert!(!made.text().contains(SECRET), "{}", made.text());
    let id = anna.stored("a.pdf", &pdf::with_text("Told")).await;
    server.client("ben").stored("his.pdf", &pdf::with_text("Not told to her")).await;
    eventually("it was told twice", || async { (received.0.lock().unwrap().len() == 2).then_some(()) }).await;
    let all = received.0.lock().unwrap().clone();
    let [(first, _), (second, body)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(first["documents-delivery"], second["documents-delivery"]);
    assert_eq!(second["documents-signature"], signature(SECRET, body));
    let told: Value = serde_json::from_slice(body).unwrap();
    assert_eq!((&told["event"], &told["document"]["id"]), (&json!("document.finished"), &json!(id)));
    assert_eq!(told["document"]["status"], "ready");
}

#[tokio::test]
async fn a_webhook_leads_to_private_addresses_only() {
    let server = Server::with(Options { reach: Reach::Private, ..Options::default() }).await;
    let anna = server.client("anna");
    for url in [
        "http://127.0.0.1/hook",
        "http://localhost/hook",
        "http://[::1]/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/latest",
        "http://198.51.100.7/hook",
        "https://10.0.0.1/hook",
        "ftp://10.0.0.1/hook",
        "http://user@10.0.0.1/hook",
        "10.0.0.1",
    ] {
        let answer = anna.post("/api/webhooks", &json!({"url": url, "secret": SECRET})).await;
        assert_eq!(answer.problem(), "bad-webhook-address", "{url}");
    }
    let inside = json!({"url": "http://10.212.0.3:9000/hook", "secret": SECRET});
    let id = anna.post("/api/webhooks", &inside).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        anna.get("/api/webhooks").await.json(),
        json!([{"id": id, "url": "http://10.212.0.3:9000/hook"}])
    );
    assert_eq!(anna.delete(&format!("/api/webhooks/{id}")).await.status.as_u16(), 204);
    assert_eq!(anna.get("/api/webhooks").await.json(), json!([]));
    let short = json!({"url": "http://10.0.0.1/", "secret": "short"});
    assert_eq!(anna.post("/api/webhooks", &short).await.problem(), "bad-request");
}
