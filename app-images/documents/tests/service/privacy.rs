//! One person's documents do not exist for another, by no route.

use crate::support::client::send;
use crate::support::platform::{Key, claims, now};
use crate::support::{Server, pdf};
use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// What a stranger to a document gets, for every operation of the interface.
enum Expected {
    /// The same answer as for an id that nobody has.
    NotFound,
    /// An answer without a trace of the document.
    Nothing,
}

/// Every operation of the interface. A new one fails the first test until it is decided here.
const MATRIX: [(&str, &str, Expected); 8] = [
    ("GET", "/api/documents", Expected::Nothing),
    ("POST", "/api/documents", Expected::Nothing),
    ("GET", "/api/documents/{id}", Expected::NotFound),
    ("DELETE", "/api/documents/{id}", Expected::NotFound),
    ("GET", "/api/documents/{id}/text", Expected::NotFound),
    ("GET", "/api/documents/{id}/file", Expected::NotFound),
    ("GET", "/api/events", Expected::Nothing),
    ("GET", "/api/person", Expected::Nothing),
];

#[test]
fn the_matrix_names_every_operation_of_the_interface() {
    let (_, description) = atoll_documents::api::router();
    let description = serde_json::to_value(&description).unwrap();
    let described: BTreeSet<(String, String)> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let listed = MATRIX.iter().map(|(method, path, _)| (method.to_string(), path.to_string())).collect();
    assert_eq!(described, listed);
}

#[tokio::test]
async fn another_persons_document_is_invisible_by_every_route() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let id = anna.stored("hers.pdf", &pdf::with_text("A secret of hers")).await;
    anna.settled(&id).await;
    for (method, path, expected) in MATRIX {
        let method: Method = method.parse().unwrap();
        if path == "/api/events" {
            continue; // endless: the next test listens to it
        }
        let hers = send(ben.request(method.clone(), &path.replace("{id}", &id))).await;
        assert!(
            !hers.text().contains("hers.pdf") && !hers.text().contains("secret"),
            "{method} {path}: {hers:?}"
        );
        match expected {
            Expected::Nothing => assert!(!hers.text().contains(&id), "{method} {path}: {hers:?}"),
            Expected::NotFound => {
                let nobodys = "01a20863-cb1c-73e4-b270-426bded9390f";
                let nobodys = send(ben.request(method.clone(), &path.replace("{id}", nobodys))).await;
                assert_eq!(hers.status, StatusCode::NOT_FOUND, "{method} {path}");
                assert_eq!(
                    (hers.problem(), &hers.json()["detail"]),
                    (nobodys.problem(), &nobodys.json()["detail"])
                );
            }
        }
    }
    assert_eq!(anna.document(&id).await["status"], "ready", "and it is still there");
    assert_eq!(anna.text(&id).await, "A secret of hers");
}

#[tokio::test]
async fn the_event_stream_tells_of_ones_own_documents_only() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let mut heard = ben.events().await.bytes_stream();
    let hers = anna.stored("hers.pdf", &pdf::with_text("A secret of hers")).await;
    anna.settled(&hers).await;
    anna.delete(&format!("/api/documents/{hers}")).await;
    let his = ben.stored("his.pdf", &pdf::with_text("His")).await;
    let mut all = String::new();
    while !all.contains("\"ready\"") {
        let piece =
            tokio::time::timeout(Duration::from_secs(20), heard.next()).await.unwrap().unwrap().unwrap();
        all.push_str(&String::from_utf8_lossy(&piece));
    }
    assert!(all.starts_with("event: reload\n"), "the first event makes the page read the list: {all}");
    assert!(all.contains(&his));
    assert!(!all.contains(&hers), "{all}");
}

#[tokio::test]
async fn the_event_stream_ends_when_the_token_that_opened_it_does() {
    let server = Server::start().await;
    let mut claims = claims("anna");
    claims["exp"] = json!(now() + 2);
    let token = Key::new("first").sign(&json!({"alg": "RS256", "kid": "first"}), &claims);
    let stream = server.stranger().with_token(token).events().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.bytes()).await;
    ended.expect("it ends").unwrap();
}
