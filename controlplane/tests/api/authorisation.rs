//! Who may do what: every call of the API's description, asked by everybody, as one table.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Atoll, Client};

/// Every call: method and path with places for parameters.
fn calls() -> Vec<(Method, String)> {
    let description = serde_json::to_value(atoll_controlplane::api::openapi()).unwrap();
    let mut calls = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            calls.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    calls
}

/// Asks, with an empty body where there is one, for things that do not exist: nothing changes, and whoever is let
/// through hears of something else than a refusal.
async fn ask(client: &Client, method: &Method, path: &str) -> Answer {
    let nobody = "01234567-89ab-7def-8123-456789abcdef";
    let path = path
        .replace("{app}", "notes")
        .replace("{id}", nobody)
        .replace("{user_id}", nobody)
        .replace("{token_id}", nobody);
    let request = client.request_at(method.clone(), &path);
    let has_body = *method == Method::POST || *method == Method::PUT || *method == Method::PATCH;
    Answer::of(if has_body { request.json(&json!({})) } else { request }).await
}

fn verdict(answer: &Answer) -> &'static str {
    let problem = serde_json::from_str::<Value>(&answer.text).unwrap_or_default();
    match problem["type"].as_str() {
        Some("urn:atoll:problem:not-signed-in") => "sign in",
        Some("urn:atoll:problem:not-administrator") => "refused",
        Some("urn:atoll:problem:token-scope") => "scope",
        Some(_) | None => "may",
    }
}

#[tokio::test]
async fn who_may_do_what() {
    let (atoll, admin) = Atoll::set_up().await;
    let (member, _) = atoll.member(&admin, "ben").await;
    let (granted, _) = atoll.member(&admin, "cleo").await;
    assert_eq!(admin.put(&format!("/apps/notes/grants/{granted}"), json!({})).await.status, 200);
    let ada = admin.get("/profile").await.json()["id"].as_str().unwrap().parse().unwrap();

    // What an administrator may by a token of each scope.
    let mut tokens = Vec::new();
    for scope in ["api:read", "api:write"] {
        let body = json!({"name": scope, "scopes": [scope], "expires_in_days": 1});
        let made = admin.post("/profile/tokens", body).await.json();
        tokens.push(atoll.anonymous().with_bearer(made["secret"].as_str().unwrap()));
    }

    let mut table = format!(
        "{:7}{:36}{:11}{:9}{:12}{:7}{:10}api:write\n",
        "", "", "anonymous", "member", "with grant", "admin", "api:read"
    );
    for (method, path) in calls() {
        let mut row = format!("{:7}{:36}", method.as_str(), path.trim_start_matches("/api/v1"));
        let anonymous = verdict(&ask(&atoll.anonymous(), &method, &path).await);
        write!(row, "{anonymous:11}").unwrap();
        for (user, width) in [(member, 9), (granted, 12), (ada, 7)] {
            // A session for each question, because one of the questions is to end it.
            let token = atoll.token_for(user).await;
            let by_cookie =
                verdict(&ask(&atoll.anonymous().with_cookie(token.expose()), &method, &path).await);
            let token = atoll.token_for(user).await;
            let by_bearer =
                verdict(&ask(&atoll.anonymous().with_bearer(token.expose()), &method, &path).await);
            assert_eq!(by_cookie, by_bearer, "{method} {path}");
            write!(row, "{by_cookie:width$}").unwrap();
        }
        for token in &tokens {
            write!(row, "{:10}", verdict(&ask(token, &method, &path).await)).unwrap();
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn nobody_without_a_login_reaches_anything_but_the_way_in() {
    let (atoll, _) = Atoll::set_up().await;
    let open = ["GET /api/v1/setup", "POST /api/v1/setup", "POST /api/v1/session"];
    let mut asked = 0;
    for (method, path) in calls() {
        let answer = ask(&atoll.anonymous(), &method, &path).await;
        let is_open = open.contains(&format!("{method} {path}").as_str());
        assert_eq!(answer.status == 401, !is_open, "{method} {path}: {answer:?}");
        asked += 1;
    }
    assert!(asked >= 40, "the description lists the calls: {asked}");
}

#[tokio::test]
async fn what_exists_shows_to_nobody_who_may_not_ask() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let (there, not_there) = (ben.get(&format!("/users/{id}")).await, ben.get("/users/not-even-an-id").await);
    assert_eq!(there.refused(), not_there.refused());
}
