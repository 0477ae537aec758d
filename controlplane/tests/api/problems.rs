//! What callers are told when something is wrong with the request itself.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Atoll, refusal};

#[tokio::test]
async fn a_problem_has_a_code_a_sentence_a_cure_and_the_requests_id() {
    let atoll = Atoll::start().await;
    let answer = atoll.anonymous().get("/profile").await;
    assert_eq!(answer.refused(), refusal(401, "not-signed-in"));
    let mut problem = answer.json();
    let id = problem["request_id"].take();
    assert_eq!(id.as_str().unwrap(), answer.headers["x-request-id"]);
    assert_eq!(
        problem,
        json!({"type": "urn:atoll:problem:not-signed-in", "title": "Not signed in", "status": 401,
            "detail": "Not signed in.", "cure": "Sign in.", "request_id": null})
    );
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_where() {
    let atoll = Atoll::start().await;
    let send = async |kind: &'static str, body: String| {
        let request = atoll.anonymous().request(Method::POST, "/session");
        Answer::of(request.header("content-type", kind).body(body)).await
    };
    let json = "application/json";
    let unknown = send(json, r#"{"email": "a", "password": "b", "admin": true}"#.to_owned()).await;
    assert_eq!(unknown.refused(), refusal(400, "unreadable-body"));
    assert!(unknown.json()["detail"].as_str().unwrap().contains("admin"), "{unknown:?}");
    assert_eq!(send(json, "{".to_owned()).await.refused(), refusal(400, "unreadable-body"));
    assert_eq!(send("text/plain", "{}".to_owned()).await.refused(), refusal(415, "not-json"));
    let huge = format!(r#"{{"email": "{}", "password": "b"}}"#, "a".repeat(70_000));
    assert_eq!(send(json, huge).await.refused(), refusal(413, "body-too-large"));
}

#[tokio::test]
async fn an_unreadable_body_never_echoes_a_password() {
    let atoll = Atoll::start().await;
    for body in [
        json!({"email": 7, "password": "hunter2hunter2"}),
        json!({"email": "a", "password": ["hunter2hunter2"]}),
    ] {
        let answer = atoll.anonymous().post("/session", body).await;
        assert_eq!(answer.status, 400);
        assert!(!answer.text.contains("hunter2"), "{answer:?}");
    }
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist_are_problems_too() {
    let (_atoll, admin) = Atoll::set_up().await;
    assert_eq!(admin.get("/nothing/here").await.refused(), refusal(404, "not-found"));
    let wrong = Answer::of(admin.request(Method::PUT, "/session")).await;
    assert_eq!(wrong.refused(), refusal(405, "method-not-allowed"));
    assert_eq!(admin.get("/users/not-an-id").await.refused(), refusal(404, "not-found"));
    let query = admin.get("/audit?limit=many").await;
    assert_eq!(query.refused(), refusal(422, "invalid"));
}
