//! The AI provider as the second stage of the queue: it adds facts, and never holds up or loses a document.

use std::path::Path;

use serde_json::{Value, json};

use crate::provider::{TEXT, envelope, good};
use crate::support::process::Process;
use crate::support::provider::{FakeProvider, Scripted, says};
use crate::support::{Client, Platform, eventually, pdf};

pub(crate) fn good_answer() -> Scripted {
    says(200, envelope("ollama", &good().to_string()))
}

/// Puts settings into a data folder, as an administrator would have stored them.
pub(crate) fn store_settings(data: &Path, provider: &FakeProvider, more: Value) {
    let mut settings = json!({"ai": {"dialect": "ollama", "base_url": provider.base_url(), "model": "m",
        "allow_private_hosts": true}});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    std::fs::write(data.join("settings.json"), settings.to_string()).unwrap();
}

pub(crate) fn invoice() -> Vec<u8> {
    pdf::with_text(&TEXT.replace('\n', " "))
}

/// Waits until nobody has to be asked about the document any more.
pub(crate) async fn answered(anna: &Client, id: &str) -> Value {
    eventually("the provider is done", || async {
        let document = anna.document(id).await;
        let over = document["status"] == "ready" && document["ai"]["status"] != "waiting";
        over.then_some(document)
    })
    .await
}

#[tokio::test]
async fn an_answer_adds_facts_with_what_it_took_and_leaves_what_a_person_typed() {
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let provider = FakeProvider::start([good_answer()]).await;
    store_settings(data.path(), &provider, json!({}));
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    anna.post("/api/categories", &json!({"name": "Büro", "colour": "#00ff00"})).await;
    let id = anna.stored("kn-42.pdf", &invoice()).await;
    let document = answered(&anna, &id).await;
    assert_eq!(document["ai"]["status"], "done", "{document}");
    assert_eq!((&document["ai"]["provider"], &document["ai"]["model"]), (&json!("ollama"), &json!("m-1")));
    assert_eq!(
        (&document["ai"]["input_tokens"], &document["ai"]["output_tokens"]),
        (&json!(100), &json!(20))
    );
    assert_eq!(document["classification"]["title"]["source"], "ai");
    assert_eq!(document["classification"]["suggested_categories"][0]["value"], "Büro");
    assert_eq!(document["categories"], json!([]), "a suggestion is no assignment");

    anna.patch(&format!("/api/documents/{id}"), &json!({"title": "Mine"})).await;
    anna.post(&format!("/api/documents/{id}/process"), &json!({})).await;
    let again = answered(&anna, &id).await;
    assert_eq!(again["classification"]["title"]["value"], "Mine");
    assert_eq!(provider.asked().len(), 2);
}

#[tokio::test]
async fn kill_9_while_the_provider_is_asked_loses_and_doubles_nothing() {
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let provider = FakeProvider::start([Scripted::Silence, good_answer()]).await;
    store_settings(data.path(), &provider, json!({}));
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let id = anna.stored("kn-42.pdf", &invoice()).await;
    eventually("the provider is asked", || async { (provider.asked().len() == 1).then_some(()) }).await;
    let next = anna.stored("next.pdf", &pdf::with_text("Read all the same")).await;
    assert_eq!(anna.settled(&next).await["status"], "ready", "reading does not wait for the provider");
    process.kill();

    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    for id in [&id, &next] {
        assert_eq!(answered(&anna, id).await["ai"]["status"], "done");
    }
    assert_eq!(provider.asked().len(), 3);
    let document = anna.document(&id).await;
    assert_eq!(document["classification"]["tags"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!(anna.get("/api/documents").await.json()["total"], 2);
}

#[tokio::test]
async fn a_provider_that_refuses_is_told_and_the_document_is_ready_all_the_same() {
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let provider = FakeProvider::start([says(401, json!({"error": "no such key"}))]).await;
    store_settings(data.path(), &provider, json!({}));
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let id = anna.stored("kn-42.pdf", &invoice()).await;
    let document = answered(&anna, &id).await;
    assert_eq!((&document["status"], &document["ai"]["status"]), (&json!("ready"), &json!("failed")));
    assert!(!document["ai"]["reason"].as_str().unwrap().is_empty(), "{document}");
}

#[tokio::test]
async fn documents_of_a_category_that_is_never_sent_are_not_sent() {
    let (platform, data) = (Platform::start().await, tempfile::tempdir().unwrap());
    let provider = FakeProvider::start([good_answer()]).await;
    store_settings(data.path(), &provider, json!({"never_send_categories": ["private"]}));
    let process = Process::start(&platform, data.path(), &[]);
    let anna = process.client("anna");
    let rules = json!([{"field": "text", "contains": "Kontor"}]);
    anna.post("/api/categories", &json!({"name": "Private", "colour": "#ff0000", "rules": rules})).await;
    let id = anna.stored("kn-42.pdf", &invoice()).await;
    let document = answered(&anna, &id).await;
    assert_eq!(document["ai"]["status"], "off");
    assert!(document["ai"]["reason"].as_str().unwrap().contains("Private"), "{document}");
    assert_eq!(provider.asked().len(), 0);
}
