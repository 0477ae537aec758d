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

use crate::support::process::Process;
use crate::support::server::Options;
use crate::support::{Client, Platform, Server, eventually, pdf};

const SECRET: &str = "a secret of sixteen";

/// One request: its headers and its body.
type Told = (HeaderMap, Vec<u8>);

#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<Told>>>);

/// What a receiver does the first time; afterwards it takes what comes.
#[derive(Clone, Copy)]
enum First {
    Takes,
    IsBusy,
    NeverAnswers,
}

impl Received {
    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// The names of the documents that were told, in their order.
    fn names(&self) -> Vec<String> {
        let all = self.0.lock().unwrap();
        let name =
            |(_, body): &Told| serde_json::from_slice::<Value>(body).unwrap()["document"]["name"].clone();
        all.iter().map(|told| name(told).as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The name of each delivery so far, in their order.
    fn deliveries(&self) -> Vec<String> {
        let all = self.0.lock().unwrap();
        all.iter().map(|(headers, _)| headers["documents-delivery"].to_str().unwrap().to_owned()).collect()
    }
}

async fn receiver(first: First) -> (SocketAddr, Received) {
    let received = Received::default();
    let take = async move |State(received): State<Received>, headers: HeaderMap, body: Bytes| {
        let count = {
            let mut all = received.0.lock().unwrap();
            all.push((headers, body.to_vec()));
            all.len()
        };
        match first {
            First::IsBusy if count == 1 => Status::SERVICE_UNAVAILABLE,
            First::NeverAnswers if count == 1 => std::future::pending().await,
            First::Takes | First::IsBusy | First::NeverAnswers => Status::NO_CONTENT,
        }
    };
    let router = Router::new().route("/hook", post(take)).with_state(received.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

#[tokio::test]
async fn a_finished_document_is_told_signed_and_again_until_it_is_taken() {
    let (address, received) = receiver(First::IsBusy).await;
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

async fn hooked(client: &Client, address: SocketAddr) -> String {
    let hook = json!({"url": format!("http://{address}/hook"), "secret": SECRET});
    client.post("/api/webhooks", &hook).await.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_webhook_can_be_tried_and_shows_how_that_ended() {
    let (address, received) = receiver(First::IsBusy).await;
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = hooked(&anna, address).await;
    assert!(anna.get("/api/webhooks").await.json()[0]["last"].is_null());
    let refused = anna.post(&format!("/api/webhooks/{id}/test"), &json!({})).await.json();
    assert_eq!(refused["problem"], "the webhook's receiver answered 503 Service Unavailable");
    assert_eq!(anna.get("/api/webhooks").await.json()[0]["last"], refused);
    let taken = anna.post(&format!("/api/webhooks/{id}/test"), &json!({})).await.json();
    assert!(taken["at"].is_string() && taken["problem"].is_null(), "{taken}");
    assert_eq!(anna.get("/api/webhooks").await.json()[0]["last"], taken);
    let all = received.0.lock().unwrap().clone();
    let [_, (headers, body)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(serde_json::from_slice::<Value>(body).unwrap(), json!({"event": "test"}));
    assert_eq!(headers["documents-signature"], signature(SECRET, body));
}

#[tokio::test]
async fn an_answer_counts_though_the_receiver_closes_the_connection_behind_it() {
    let (address, _) = receiver(First::Takes).await;
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = hooked(&anna, address).await;
    for attempt in 0..100 {
        let told = anna.post(&format!("/api/webhooks/{id}/test"), &json!({})).await.json();
        assert!(told["problem"].is_null(), "attempt {attempt}: {told}");
    }
}

/// The program on a data folder, killed at each stage; its webhooks may reach this machine.
fn started(platform: &Platform, data: &std::path::Path, more: &[&str]) -> Process {
    Process::start(platform, data, &[&["--webhooks-on-loopback"], more].concat())
}

#[tokio::test]
async fn kill_9_before_a_document_is_finished_tells_of_it_once() {
    let (address, received) = receiver(First::Takes).await;
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let process = started(&platform, data.path(), &["--reader-cpu-secs", "60"]);
    let anna = process.client("anna");
    hooked(&anna, address).await;
    let id = anna.stored("slow.pdf", &pdf::exponential(40)).await;
    eventually("the child works", || async { process.child_id() }).await;
    process.kill();
    assert_eq!(received.count(), 0);

    let process = started(&platform, data.path(), &["--reader-cpu-secs", "1"]);
    assert_eq!(process.client("anna").settled(&id).await["status"], "failed");
    assert_eq!(told_before(&process.client("anna"), &received, "later.pdf").await, 1);
}

#[tokio::test]
async fn kill_9_while_the_receiver_has_not_answered_tells_it_again_under_the_same_name() {
    let (address, received) = receiver(First::NeverAnswers).await;
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let process = started(&platform, data.path(), &[]);
    let anna = process.client("anna");
    hooked(&anna, address).await;
    anna.stored("a.pdf", &pdf::with_text("Told twice")).await;
    eventually("the receiver has it", || async { (received.count() == 1).then_some(()) }).await;
    process.kill();

    let _process = started(&platform, data.path(), &[]);
    eventually("it was told again", || async { (received.count() == 2).then_some(()) }).await;
    let [first, second] = received.deliveries().try_into().unwrap();
    assert_eq!(first, second);
}

#[tokio::test]
async fn kill_9_between_two_attempts_forgets_neither_the_delivery_nor_the_attempt() {
    let (address, received) = receiver(First::IsBusy).await;
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let process = started(&platform, data.path(), &[]);
    let anna = process.client("anna");
    hooked(&anna, address).await;
    anna.stored("a.pdf", &pdf::with_text("Told at the second attempt")).await;
    let last = async |client: &Client| client.get("/api/webhooks").await.json()[0]["last"]["problem"].clone();
    eventually("the first attempt is written down", || async { last(&anna).await.is_string().then_some(()) })
        .await;
    process.kill();

    let process = started(&platform, data.path(), &[]);
    assert!(
        last(&process.client("anna")).await.is_string(),
        "the restart forgot how the first attempt ended"
    );
    eventually("it was told again", || async { (received.count() == 2).then_some(()) }).await;
    let [first, second] = received.deliveries().try_into().unwrap();
    assert_eq!(first, second);
}

#[tokio::test]
async fn kill_9_after_a_delivery_does_not_tell_it_again() {
    let (address, received) = receiver(First::Takes).await;
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let process = started(&platform, data.path(), &[]);
    let anna = process.client("anna");
    hooked(&anna, address).await;
    anna.stored("a.pdf", &pdf::with_text("Told once")).await;
    assert_eq!(told_before(&anna, &received, "later.pdf").await, 1);
    process.kill();

    // The later one may be told once more: it was taken, but that may not have been written down yet.
    let process = started(&platform, data.path(), &[]);
    told_before(&process.client("anna"), &received, "last.pdf").await;
    assert_eq!(received.names().iter().filter(|name| *name == "a.pdf").count(), 1);
}

/// How many were told before another document of hers, which is stored now: one receiver is told everything in its order.
async fn told_before(anna: &Client, received: &Received, name: &str) -> usize {
    anna.stored(name, &pdf::with_text(name)).await;
    eventually("the later one was told", || async { received.names().iter().position(|told| told == name) })
        .await
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_holds_up_no_other() {
    let ((silent, held), (address, received)) =
        (receiver(First::NeverAnswers).await, receiver(First::Takes).await);
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    for (client, address) in [(&anna, silent), (&anna, address), (&ben, address)] {
        hooked(client, address).await;
    }
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        let id = anna.stored(name, &pdf::with_text(name)).await;
        anna.settled(&id).await;
    }
    ben.stored("ben.pdf", &pdf::with_text("ben")).await;
    eventually("the others were told", || async { (received.count() == 4).then_some(()) }).await;
    let of_anna: Vec<String> = received.names().into_iter().filter(|name| name != "ben.pdf").collect();
    assert_eq!(of_anna, ["a.pdf", "b.pdf", "c.pdf"]);
    assert_eq!(held.names(), ["a.pdf"], "what follows waits for the first to end");
}

#[tokio::test]
async fn a_receiver_that_failed_is_told_everything_in_its_order() {
    let (address, received) = receiver(First::IsBusy).await;
    let server = Server::start().await;
    let anna = server.client("anna");
    hooked(&anna, address).await;
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        let id = anna.stored(name, &pdf::with_text(name)).await;
        anna.settled(&id).await;
    }
    eventually("all were told", || async { (received.count() == 4).then_some(()) }).await;
    assert_eq!(received.names(), ["a.pdf", "a.pdf", "b.pdf", "c.pdf"]);
}
