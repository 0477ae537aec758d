//! `/operations`

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;

use crate::{
    fake_engine::{Fault, Gate},
    support::{Answer, Atoll, Client, refusal},
};

async fn begin_install(admin: &Client) -> String {
    let answer = admin.post("/apps", json!({"app": "notes"})).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_operation_is_followed_from_its_first_step_to_its_end() {
    let (_atoll, admin, _engine) = Atoll::with_engine().await;
    let id = begin_install(&admin).await;
    let events = admin.events(&format!("/operations/{id}/events")).await;
    assert!(events.iter().all(|(name, operation)| name == "operation" && operation["id"] == id.as_str()));
    let last = &events.last().unwrap().1;
    assert_eq!(last["state"], "succeeded", "{last:#}");
    let steps = last["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["state"] == "done" || step["state"] == "skipped"), "{last:#}");
    assert!(steps.iter().any(|step| step["name"] == "network" && step["started_at"].is_string()), "{last:#}");
    assert_eq!(admin.get(&format!("/operations/{id}")).await.json(), *last);
    assert_eq!(admin.get("/operations?app=notes&limit=5").await.json(), json!({"operations": [last]}));
    assert_eq!(admin.get("/operations?app=other").await.json(), json!({"operations": []}));
    let after_the_end = admin.events(&format!("/operations/{id}/events")).await;
    assert_eq!(after_the_end.len(), 1, "{after_the_end:#?}");
}

#[tokio::test]
async fn a_failed_operation_says_why_and_what_to_do() {
    let (_atoll, admin, engine) = Atoll::with_engine().await;
    engine.fault("POST /containers/create", Fault::Refuse(409, "image-changed", "the image is another one"));
    let id = begin_install(&admin).await;
    let last = admin.events(&format!("/operations/{id}/events")).await.pop().unwrap().1;
    assert_eq!(last["state"], "failed", "{last:#}");
    for half in ["message", "cure"] {
        assert!(last["error"][half].as_str().is_some_and(|text| !text.is_empty()), "{last:#}");
    }
}

#[tokio::test]
async fn a_stream_ends_when_its_reader_loses_the_right_to_it() {
    let (atoll, ada, engine) = Atoll::with_engine().await;
    let (id, ben) = atoll.member(&ada, "ben").await;
    ada.patch(&format!("/users/{id}"), json!({"role": "admin"})).await;
    let gate = Arc::new(Gate::default());
    engine.fault("POST /networks/create", Fault::Hold(Arc::clone(&gate)));
    let operation = begin_install(&ada).await;
    let path = format!("/operations/{operation}/events");
    let mut stream = ben.request(Method::GET, &path).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    gate.reached.notified().await;
    ada.patch(&format!("/users/{id}"), json!({"role": "member"})).await;
    let ended = tokio::time::timeout(std::time::Duration::from_secs(1), async {
        while stream.chunk().await.unwrap().is_some() {}
    });
    ended.await.expect("the stream ends within a second");
    assert_eq!(
        Answer::of(ben.request(Method::GET, &path)).await.refused(),
        refusal(403, "not-administrator")
    );
    gate.open.notify_one();
}

#[tokio::test]
async fn an_operation_that_does_not_exist_is_not_found() {
    let (_atoll, admin, _engine) = Atoll::with_engine().await;
    let nothing = "01234567-89ab-7def-8123-456789abcdef";
    assert_eq!(admin.get(&format!("/operations/{nothing}")).await.refused(), refusal(404, "not-found"));
    assert_eq!(
        admin.get(&format!("/operations/{nothing}/events")).await.refused(),
        refusal(404, "not-found")
    );
}
