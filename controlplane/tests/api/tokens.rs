//! `/profile/tokens`: made, used, listed and revoked.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Answer, Atoll, Client, PASSWORD, refusal};

async fn make(client: &Client, scopes: &[&str], days: Option<u16>) -> Answer {
    let mut body = json!({"name": "backup job", "scopes": scopes});
    if let Some(days) = days {
        body["expires_in_days"] = days.into();
    }
    client.post("/profile/tokens", body).await
}

/// A client that has nothing but a new token of `owner`, and the token's id.
async fn program(atoll: &Atoll, owner: &Client, scopes: &[&str]) -> (Client, String) {
    let made = make(owner, scopes, Some(30)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (token, id) = (made.json()["secret"].clone(), made.json()["token"]["id"].clone());
    (atoll.anonymous().with_bearer(token.as_str().unwrap()), id.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_token_is_shown_once_and_listed_without_its_secret() {
    let (atoll, admin) = Atoll::set_up().await;
    let made = make(&admin, &["api:read", "app:notes"], Some(30)).await.json();
    let (secret, made) = (made["secret"].as_str().unwrap().to_owned(), made["token"].clone());
    assert!(secret.starts_with("atoll_pat_") && secret.len() == 48, "{secret}");
    assert_eq!(made["scopes"], json!(["api:read", "app:notes"]));
    assert_eq!(made["expires_at"], "2026-12-23T12:00:00Z");
    let listed = admin.get("/profile/tokens").await;
    assert!(!listed.text.contains(&secret[10..]), "{}", listed.text);
    let listed = listed.json()["tokens"][0].clone();
    assert_eq!((&listed["id"], &listed["name"]), (&made["id"], &json!("backup job")));
    assert_eq!(listed["last_used_at"], Value::Null);
    // Nor does the database have it.
    let kept = atoll.platform.store.access_tokens(atoll.clock.now()).await.unwrap();
    assert!(!format!("{kept:?}").contains(&secret[10..]));
}

#[tokio::test]
async fn a_token_reaches_what_its_scopes_cover_and_no_more() {
    let (atoll, admin) = Atoll::set_up().await;
    let (reader, _) = program(&atoll, &admin, &["api:read"]).await;
    let (writer, _) = program(&atoll, &admin, &["api:write"]).await;
    let (opener, _) = program(&atoll, &admin, &["app:notes"]).await;
    assert_eq!(reader.get("/users").await.status, 200);
    let new = json!({"name": "Ben", "email": "ben@example.com", "password": PASSWORD, "role": "member"});
    let refused = reader.post("/users", new.clone()).await;
    assert_eq!(refused.refused(), refusal(403, "token-scope"));
    assert!(refused.text.contains("`api:write`"), "{}", refused.text);
    assert_eq!(writer.post("/users", new).await.status, 201);
    assert_eq!(writer.get("/users").await.status, 200);
    assert_eq!(opener.get("/profile").await.refused(), refusal(401, "not-signed-in"));
}

#[tokio::test]
async fn a_token_that_got_lost_cannot_make_itself_last() {
    let (atoll, admin) = Atoll::set_up().await;
    let (writer, _) = program(&atoll, &admin, &["api:write"]).await;
    for answer in [
        make(&writer, &["api:write"], Some(30)).await,
        writer.put("/profile/password", json!({"current": PASSWORD, "new": "staple battery horse"})).await,
        writer.patch("/profile", json!({"email": "eve@example.com"})).await,
        writer.delete("/session").await,
    ] {
        assert_eq!(answer.refused(), refusal(403, "token-scope"));
    }
}

#[tokio::test]
async fn a_token_can_do_no_more_than_its_owner() {
    let (atoll, admin) = Atoll::set_up().await;
    let (_, ben) = atoll.member(&admin, "ben").await;
    let (program, _) = program(&atoll, &ben, &["api:write"]).await;
    assert_eq!(program.get("/profile").await.json()["name"], "ben");
    assert_eq!(program.get("/users").await.refused(), refusal(403, "not-administrator"));
}

#[tokio::test]
async fn a_token_for_the_api_has_an_end_and_one_for_an_app_may_have_none() {
    let (atoll, admin) = Atoll::set_up().await;
    for (scopes, days, code) in [
        (&["api:read"][..], None, "token-endless"),
        (&["api:read"], Some(0), "token-lifetime"),
        (&["app:notes"], Some(367), "token-lifetime"),
        (&["api:all"], Some(1), "invalid"),
        (&[], Some(1), "invalid"),
    ] {
        assert_eq!(make(&admin, scopes, days).await.refused(), refusal(422, code), "{scopes:?} {days:?}");
    }
    assert_eq!(make(&admin, &["app:notes"], None).await.json()["token"]["expires_at"], Value::Null);
    let (reader, _) = program(&atoll, &admin, &["api:read"]).await;
    atoll.clock.advance(SignedDuration::from_hours(24 * 30 - 1));
    assert_eq!(reader.get("/status").await.status, 200);
    atoll.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(reader.get("/status").await.refused(), refusal(401, "not-signed-in"));
}

#[tokio::test]
async fn a_revoked_token_and_those_of_somebody_who_is_kept_out_are_worth_nothing() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let (first, first_id) = program(&atoll, &ben, &["api:read"]).await;
    let (second, _) = program(&atoll, &ben, &["api:read"]).await;
    let path = format!("/profile/tokens/{first_id}");
    assert_eq!(admin.delete(&path).await.refused(), refusal(404, "unknown-token"));
    assert_eq!(ben.delete(&path).await.status, 204);
    assert_eq!(first.get("/profile").await.status, 401);
    assert_eq!(second.get("/profile").await.status, 200);
    let user = format!("/users/{id}");
    admin.patch(&user, json!({"disabled": true})).await;
    assert_eq!(second.get("/profile").await.status, 401);
    admin.patch(&user, json!({"disabled": false})).await;
    assert_eq!(second.get("/profile").await.status, 200);
    admin.put(&format!("{user}/password"), json!({"new": PASSWORD})).await;
    assert_eq!(second.get("/profile").await.status, 401);
    assert_eq!(
        atoll.signed_in("ben@example.com").await.get("/profile/tokens").await.json()["tokens"],
        json!([])
    );
}

#[tokio::test]
async fn a_token_outlives_a_restart_with_its_last_use() {
    let (atoll, admin) = Atoll::set_up().await;
    let (reader, id) = program(&atoll, &admin, &["api:read"]).await;
    atoll.clock.advance(SignedDuration::from_secs(60));
    reader.get("/profile").await;
    let used = "2026-11-23T12:01:00Z";
    let listed = reader.get("/profile/tokens").await.json()["tokens"][0].clone();
    assert_eq!((listed["id"].as_str(), listed["last_used_at"].as_str()), (Some(id.as_str()), Some(used)));
    atoll.platform.tokens.save().await.unwrap();
    let kept = atoll.platform.store.access_tokens(atoll.clock.now()).await.unwrap();
    assert_eq!(kept[0].last_used_at, Some(used.parse().unwrap()));
}

#[tokio::test]
async fn whoever_tries_tokens_is_slowed_down_and_a_right_one_is_not() {
    let (atoll, admin) = Atoll::set_up().await;
    let (reader, _) = program(&atoll, &admin, &["api:read"]).await;
    let wrong = atoll.anonymous().with_bearer("atoll_pat_0000000000000000000000000000000000000");
    for _ in 0..10 {
        let answer = wrong.get("/profile").await;
        assert_eq!(answer.refused(), refusal(401, "not-signed-in"));
        assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"Atoll\"");
    }
    let slowed = wrong.get("/profile").await;
    assert_eq!(slowed.refused(), refusal(429, "too-many-attempts"));
    assert_eq!(slowed.headers["retry-after"], "900");
    assert_eq!(reader.get("/profile").await.status, 200);
}

#[tokio::test]
async fn nobody_keeps_more_tokens_than_can_be_looked_through() {
    let (_atoll, admin) = Atoll::set_up().await;
    for _ in 0..50 {
        assert_eq!(make(&admin, &["app:notes"], None).await.status, 201);
    }
    assert_eq!(make(&admin, &["app:notes"], None).await.refused(), refusal(409, "too-many-tokens"));
}

#[tokio::test]
async fn a_stream_that_was_opened_by_a_token_ends_with_it() {
    let (atoll, admin, _engine) = Atoll::with_engine().await;
    let (reader, id) = program(&atoll, &admin, &["api:read"]).await;
    admin.operation(admin.request(reqwest::Method::POST, "/apps").json(&json!({"app": "notes"}))).await;
    let stream = reader.request(reqwest::Method::GET, "/apps/notes/logs/stream").send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let begun = std::time::Instant::now();
    let path = format!("/profile/tokens/{id}");
    let (read, revoked) = tokio::join!(stream.text(), admin.delete(&path));
    assert_eq!(revoked.status, 204);
    drop(read);
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_administrator_sees_somebodys_tokens_without_the_secrets_and_ends_one() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let made = make(&ben, &["app:notes"], None).await.json();
    let (lost, lost_id) = program(&atoll, &ben, &["api:read"]).await;
    let listed = admin.get(&format!("/users/{id}/tokens")).await;
    assert!(!listed.text.contains(&made["secret"].as_str().unwrap()[10..]), "{}", listed.text);
    assert_eq!(listed.json(), ben.get("/profile/tokens").await.json());
    assert_eq!(lost.get("/profile").await.status, 200);
    assert_eq!(admin.delete(&format!("/users/{id}/tokens/{lost_id}")).await.status, 204);
    assert_eq!(lost.get("/profile").await.status, 401);
    assert_eq!(ben.get("/profile/tokens").await.json()["tokens"], json!([made["token"]]));
    let told = admin.get("/audit?limit=1").await.json()["events"][0].clone();
    assert_eq!(
        (&told["actor"]["name"], &told["action"], &told["subject"], &told["detail"]),
        (
            &json!("Ada"),
            &json!("token.revoke"),
            &json!(format!("token:{lost_id}")),
            &json!(format!("of user:{id}"))
        )
    );
}

#[tokio::test]
async fn a_token_of_somebody_else_is_not_found_under_a_persons_name() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let (_, ben_token) = program(&atoll, &ben, &["api:read"]).await;
    let (_, own) = program(&atoll, &admin, &["api:read"]).await;
    let answer = admin.delete(&format!("/users/{id}/tokens/{own}")).await;
    assert_eq!(answer.refused(), refusal(404, "unknown-token"));
    let nobody = "01234567-89ab-7def-8123-456789abcdef";
    let answer = admin.get(&format!("/users/{nobody}/tokens")).await;
    assert_eq!(answer.refused(), refusal(404, "unknown-user"));
    let answer = ben.delete(&format!("/users/{id}/tokens/{ben_token}")).await;
    assert_eq!(answer.refused(), refusal(403, "not-administrator"));
}
