//! `/status` and `/readyz` with an engine

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Atoll, Client};

/// Asks until the engine has been looked at.
async fn status_with(admin: &Client, reachable: bool) -> Value {
    for _ in 0..200 {
        let status = admin.get("/status").await.json();
        if status["engine"]["reachable"] == reachable && (reachable || status["engine"]["error"].is_string())
        {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the engine's state did not become {reachable}: {:#}", admin.get("/status").await.json());
}

#[tokio::test]
async fn the_status_counts_instances_and_names_the_engine() {
    let (_atoll, admin, _engine) = Atoll::with_engine().await;
    admin.operation(admin.request(Method::POST, "/apps").json(&json!({"app": "notes"}))).await;
    let status = status_with(&admin, true).await;
    assert_eq!(
        status["instances"],
        json!({"ready": 1, "changing": 0, "sleeping": 0, "failed": 0, "stopped": 0})
    );
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["policy"]["revision"], 7);
    assert_eq!((&status["engine"]["name"], &status["engine"]["version"]), (&json!("Docker"), &json!("fake")));
    let ready = Answer::of(admin.request_at(Method::GET, "/readyz")).await;
    assert_eq!((ready.status, &ready.json()["ready"]), (200, &json!(true)), "{ready:?}");
}

#[tokio::test]
async fn an_engine_that_is_away_is_told_of_and_the_rest_goes_on() {
    let (_atoll, admin, engine) = Atoll::with_engine().await;
    status_with(&admin, true).await;
    engine.go_away();
    let status = status_with(&admin, false).await;
    assert!(status["engine"]["error"].as_str().is_some_and(|error| error.contains("engine")), "{status:#}");
    assert_eq!(admin.get("/catalogue").await.status, 200);
    engine.come_back();
    status_with(&admin, true).await;
}
