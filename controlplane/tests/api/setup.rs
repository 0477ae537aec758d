//! `/setup`

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Answer, Atoll, PASSWORD, refusal};

fn first(code: &str) -> Value {
    json!({"code": code, "name": "Ada", "email": "ada@example.com", "password": PASSWORD})
}

async fn try_code(atoll: &Atoll, code: &str) -> Answer {
    atoll.anonymous().post("/setup", first(code)).await
}

#[tokio::test]
async fn the_code_makes_the_first_administrator_and_signs_them_in() {
    let atoll = Atoll::start().await;
    assert_eq!(atoll.anonymous().get("/setup").await.json(), json!({"needed": true}));
    let code = atoll.setup_code().await.unwrap();
    let answer = try_code(&atoll, code.expose()).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["user"]["role"], "admin");
    assert_eq!(answer.json()["expires_at"], "2026-11-23T20:00:00Z");
    let admin = atoll.anonymous().with_cookie(&answer.session_token());
    assert_eq!(admin.get("/users").await.status, 200);
    assert_eq!(atoll.anonymous().get("/setup").await.json(), json!({"needed": false}));
}

#[tokio::test]
async fn a_code_works_once() {
    let (atoll, _) = Atoll::set_up().await;
    assert_eq!(try_code(&atoll, "0000-0000-0000-0000").await.refused(), refusal(409, "already-set-up"));
    assert!(atoll.setup_code().await.is_err());
    assert!(atoll.platform.store.setup_codes().await.unwrap().is_empty());
}

#[tokio::test]
async fn two_who_use_one_code_at_once_make_one_administrator() {
    let atoll = Atoll::start().await;
    let code = atoll.setup_code().await.unwrap();
    let mut other = first(code.expose());
    other["email"] = json!("eve@example.com");
    let anonymous = atoll.anonymous();
    let (one, two) = tokio::join!(try_code(&atoll, code.expose()), anonymous.post("/setup", other));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{one:?} {two:?}");
    assert_eq!(atoll.platform.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_code_is_worth_nothing_after_an_hour_or_when_a_newer_one_was_issued() {
    let atoll = Atoll::start().await;
    let older = atoll.setup_code().await.unwrap();
    let newer = atoll.setup_code().await.unwrap();
    assert_eq!(try_code(&atoll, older.expose()).await.refused(), refusal(403, "setup-code-wrong"));
    atoll.clock.advance(SignedDuration::from_mins(60));
    assert_eq!(try_code(&atoll, newer.expose()).await.refused(), refusal(403, "setup-code-wrong"));
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let atoll = Atoll::start().await;
    atoll.setup_code().await.unwrap();
    for _ in 0..10 {
        assert_eq!(try_code(&atoll, "0000-0000-0000-0000").await.refused(), refusal(403, "setup-code-wrong"));
    }
    let answer = try_code(&atoll, "0000-0000-0000-0000").await;
    assert_eq!(answer.refused(), refusal(429, "too-many-attempts"));
    assert_eq!(answer.headers["retry-after"], "900");
}

#[tokio::test]
async fn the_database_keeps_no_code() {
    let atoll = Atoll::start().await;
    let code = atoll.setup_code().await.unwrap();
    let kept = atoll.platform.store.setup_codes().await.unwrap();
    assert_eq!(kept[0].code_hash.len(), 64);
    assert!(!kept[0].code_hash.contains(&code.expose().replace('-', "").to_lowercase()));
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named() {
    let atoll = Atoll::start().await;
    let body = json!({"code": "x", "name": " ", "email": "ada", "password": "short"});
    let answer = atoll.anonymous().post("/setup", body).await;
    assert_eq!(answer.refused(), refusal(422, "invalid"));
    let problem = answer.json();
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["name", "email", "password"]);
}
