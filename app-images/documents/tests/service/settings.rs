//! The settings: only an administrator sees and changes them, the key is never told, and a broken file changes nothing.

use std::fs;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::provider::{envelope, good};
use crate::support::client::send;
use crate::support::platform::{Key, claims};
use crate::support::provider::{FakeProvider, says};
use crate::support::server::Options;
use crate::support::{Answer, Client, Server, eventually};

const PATH: &str = "/admin/api/settings";
const KEY: &str = "sk-ant-0123456789abcd";

/// A person whose token carries the role.
pub(crate) fn administrator(server: &Server) -> Client {
    let mut claims = claims("root");
    claims["roles"] = json!(["user", "admin"]);
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "first"});
    server.stranger().with_token(Key::new("first").sign(&header, &claims))
}

async fn put(client: &Client, body: Value) -> Answer {
    send(client.request(Method::PUT, PATH).json(&body)).await
}

fn with_ai(changes: Value) -> Value {
    let mut ai =
        json!({"dialect": "anthropic", "base_url": "https://api.example.com", "model": "m", "api_key": KEY});
    ai.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({"ai": ai})
}

#[tokio::test]
async fn nobody_but_an_administrator_sees_or_changes_settings() {
    let server = Server::start().await;
    let person = server.client("anna");
    for (method, path) in [(Method::GET, PATH), (Method::PUT, PATH)] {
        let body = json!({"trash_days": 1});
        let answer = send(person.request(method.clone(), path).json(&body)).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::FORBIDDEN, "not-an-administrator")
        );
        let answer = send(server.stranger().request(method, path).json(&body)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(administrator(&server).get(PATH).await.json()["trash_days"], 30);
}

#[tokio::test]
async fn the_key_is_written_and_never_read() {
    let server = Server::start().await;
    let root = administrator(&server);
    let stored = put(&root, with_ai(json!({}))).await;
    assert_eq!(stored.status, StatusCode::OK, "{}", stored.text());
    assert_eq!(stored.json()["ai"]["api_key"], "****abcd");
    assert_eq!(stored.json()["egress_line"], "egress: [{host: api.example.com, port: 443}]");
    let again = put(&root, with_ai(json!({"api_key": "****abcd", "model": "other"}))).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    for answer in [stored, again, root.get(PATH).await] {
        assert!(!answer.text().contains(KEY), "{}", answer.text());
    }
    let file: Value =
        serde_json::from_slice(&fs::read(server.data().join("settings.json")).unwrap()).unwrap();
    assert_eq!((&file["ai"]["api_key"], &file["ai"]["model"]), (&json!(KEY), &json!("other")));

    let elsewhere =
        put(&root, with_ai(json!({"api_key": null, "base_url": "https://thief.example.com"}))).await;
    assert_eq!(
        (elsewhere.status, elsewhere.problem().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "bad-settings")
    );
}

#[tokio::test]
async fn a_change_made_from_an_older_version_is_not_stored() {
    let server = Server::start().await;
    let root = administrator(&server);
    let first = root.get(PATH).await;
    let tag = first.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", first.json()["version"]));
    let change = |days: u32| {
        root.request(Method::PUT, PATH).header("if-match", &tag).json(&json!({"trash_days": days}))
    };
    assert_eq!(send(change(10)).await.status, StatusCode::OK);
    let late = send(change(11)).await;
    assert_eq!((late.status, late.problem().as_str()), (StatusCode::PRECONDITION_FAILED, "settings-changed"));
    assert_eq!(root.get(PATH).await.json()["trash_days"], 10);
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_with_the_field_in_words() {
    let server = Server::start().await;
    let root = administrator(&server);
    for (body, words) in [
        (with_ai(json!({"base_url": "http://169.254.169.254"})), "ai.base_url"),
        (with_ai(json!({"dialect": "gopher"})), "unknown variant"),
        (json!({"retention": 3}), "unknown field"),
        (json!({"ocr_languages": ["-l"]}), "ocr_languages"),
    ] {
        let answer = put(&root, body).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "bad-settings")
        );
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    assert!(!server.data().join("settings.json").exists());
}

#[tokio::test]
async fn the_file_is_read_again_and_a_broken_one_keeps_the_last_good_settings() {
    let server = Server::start().await;
    let root = administrator(&server);
    let file = server.data().join("settings.json");
    fs::write(&file, r#"{"trash_days": 5}"#).unwrap();
    let shown = async || root.get(PATH).await.json();
    eventually("the file is read", async || (shown().await["trash_days"] == 5).then_some(())).await;
    fs::write(&file, r#"{"trash_days": "#).unwrap();
    let broken = eventually("the problem is shown", async || {
        Some(shown().await).filter(|settings| settings["problem"].is_string())
    })
    .await;
    assert_eq!(broken["trash_days"], 5);
    fs::write(&file, r#"{"trash_days": 6}"#).unwrap();
    let mended = eventually("the file is read", async || {
        Some(shown().await).filter(|settings| settings["trash_days"] == 6)
    })
    .await;
    assert!(mended["problem"].is_null());
    let health = server.stranger().get("/healthz").await.text();
    assert_eq!(health, format!("ok\nsettings {}\n", mended["version"]));
}

#[tokio::test]
async fn a_restart_with_a_broken_file_keeps_the_last_good_settings_and_the_page_is_told() {
    let server = Server::start().await;
    let platform = server.platform.clone();
    let stored = put(&administrator(&server), with_ai(json!({"model": "kept"}))).await;
    assert_eq!(stored.status, StatusCode::OK, "{}", stored.text());
    let data = server.stop().await;
    fs::write(data.path().join("settings.json"), r#"{"trash_days": "#).unwrap();
    let server = Server::on(data, platform, Options::default()).await;
    let shown = administrator(&server).get(PATH).await.json();
    assert_eq!((&shown["ai"]["model"], &shown["ai"]["api_key"]), (&json!("kept"), &json!("****abcd")));
    let problem = shown["problem"].as_str().unwrap();
    assert!(problem.contains("no JSON") && problem.contains("The last good settings hold."), "{problem}");
}

const TEST: &str = "/admin/api/settings/test";

#[tokio::test]
async fn a_test_of_the_connection_shows_the_providers_own_error_and_stores_nothing() {
    let server = Server::start().await;
    let root = administrator(&server);
    let refusing = FakeProvider::start([says(401, json!({"error": {"message": "invalid x-api-key"}}))]).await;
    let body = with_ai(json!({"base_url": refusing.base_url(), "allow_private_hosts": true}));
    let answer = send(root.request(Method::POST, TEST).json(&body)).await;
    let shown = answer.json();
    assert_eq!((answer.status, &shown["ok"]), (StatusCode::OK, &json!(false)), "{shown}");
    assert!(shown["message"].as_str().unwrap().contains("invalid x-api-key"), "{shown}");
    assert!(root.get(PATH).await.json()["ai"].is_null());

    let person = server.client("anna");
    assert_eq!(send(person.request(Method::POST, TEST).json(&body)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(refusing.asked().len(), 1);
}

#[tokio::test]
async fn a_test_of_the_stored_settings_shows_model_tokens_and_cost() {
    let server = Server::start().await;
    let root = administrator(&server);
    let nothing = send(root.request(Method::POST, TEST)).await.json();
    assert_eq!(nothing["ok"], false, "{nothing}");
    let said = envelope("anthropic", &good().to_string());
    let provider = FakeProvider::start([says(200, said)]).await;
    let ai = json!({"base_url": provider.base_url(), "allow_private_hosts": true, "price_in": "1", "price_out": "5"});
    let stored = put(&root, with_ai(ai)).await;
    assert_eq!((stored.status, &stored.json()["circuit"]["failures"]), (StatusCode::OK, &json!(0)));
    let shown = send(root.request(Method::POST, TEST)).await.json();
    assert_eq!(
        (&shown["ok"], &shown["model"], &shown["cost"]),
        (&json!(true), &json!("m-1"), &json!("0.0002")),
        "{shown}"
    );
    assert_eq!(provider.asked()[0].headers["x-api-key"], KEY);
}

#[tokio::test]
async fn a_smaller_limit_holds_for_the_next_upload_and_a_larger_one_not_beyond_what_the_operator_allows() {
    let server = Server::start().await;
    let (root, anna) = (administrator(&server), server.client("anna"));
    let limit = async || anna.get("/api/person").await.json()["max_upload_bytes"].as_u64().unwrap();
    let allowed = limit().await;
    assert_eq!(put(&root, json!({"max_file_bytes": 2048})).await.status, StatusCode::OK);
    assert_eq!(limit().await, 2048);
    let answer = anna.upload(&[("big.pdf", &[b'%'; 4096])]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.text());
    assert!(answer.text().contains("2 KiB"), "{}", answer.text());
    assert_eq!(put(&root, json!({"max_file_bytes": allowed * 4})).await.status, StatusCode::OK);
    assert_eq!(limit().await, allowed);
}
