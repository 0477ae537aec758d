//! `/session`

use atoll_controlplane::identity::session::Audience;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Atoll, PASSWORD, refusal};

#[tokio::test]
async fn cookie_and_bearer_name_the_same_session() {
    let (atoll, admin) = Atoll::set_up().await;
    let by_cookie = admin.get("/session").await;
    let by_bearer = atoll.anonymous().with_bearer(admin.token()).get("/session").await;
    assert_eq!((by_cookie.status, by_bearer.status), (200, 200));
    assert_eq!(by_cookie.json(), by_bearer.json());
    assert_eq!(by_cookie.json()["user"]["email"], "ada@example.com");
    assert_eq!(by_cookie.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn signing_in_needs_the_right_password_and_says_no_more() {
    let (atoll, _) = Atoll::set_up().await;
    let tries = [
        ("ada@example.com", "wrong horse battery"),
        ("eve@example.com", PASSWORD),
        ("not an address", PASSWORD),
    ];
    let mut said = Vec::new();
    for (email, password) in tries {
        let answer = atoll.anonymous().post("/session", json!({"email": email, "password": password})).await;
        assert_eq!(answer.refused(), refusal(401, "wrong-credentials"));
        assert!(!answer.headers.contains_key("set-cookie"));
        let mut problem = answer.json();
        problem["request_id"].take();
        said.push(problem);
    }
    assert!(said.windows(2).all(|two| two[0] == two[1]), "{said:?}");
    assert_eq!(atoll.signed_in("ADA@Example.com").await.get("/session").await.status, 200);
}

#[tokio::test]
async fn the_last_login_is_noted() {
    let (atoll, admin) = Atoll::set_up().await;
    assert!(admin.get("/profile").await.json().get("last_login_at").is_none());
    atoll.clock.advance(SignedDuration::from_mins(5));
    atoll.signed_in("ada@example.com").await;
    assert_eq!(admin.get("/profile").await.json()["last_login_at"], "2026-11-23T12:05:00Z");
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down_and_the_owner_gets_in_again_later() {
    let (atoll, _) = Atoll::set_up().await;
    let wrong = json!({"email": "ada@example.com", "password": "wrong horse battery"});
    for _ in 0..10 {
        assert_eq!(atoll.anonymous().post("/session", wrong.clone()).await.status, 401);
    }
    let right = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = atoll.anonymous().post("/session", right.clone()).await;
    assert_eq!(answer.refused(), refusal(429, "too-many-attempts"));
    atoll.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(atoll.anonymous().post("/session", right).await.status, 200);
}

#[tokio::test]
async fn signing_out_bites_at_once_and_in_every_app_too() {
    let (atoll, admin) = Atoll::set_up().await;
    let platform = &atoll.platform;
    let session = platform.sessions.verify(admin.token(), &Audience::Console).unwrap();
    let notes = Audience::App("notes".parse().unwrap());
    let (token, in_app) =
        platform.sessions.issue(session.user, notes.clone(), Some(session.id)).await.unwrap();
    assert!(platform.sessions.verify(token.expose(), &notes).is_some());
    let other = atoll.signed_in("ada@example.com").await;

    let answer = admin.delete("/session").await;
    assert_eq!(answer.status, 204);
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("__Host-atoll-session=;"));
    assert_eq!(admin.get("/session").await.refused(), refusal(401, "not-signed-in"));
    assert!(platform.sessions.verify(token.expose(), &notes).is_none());
    assert!(!in_app.is_live(atoll.clock.now()));
    assert_eq!(other.get("/session").await.status, 200, "another login of the same person goes on");
}

#[tokio::test]
async fn a_session_ends_after_eight_hours() {
    let (atoll, admin) = Atoll::set_up().await;
    atoll.clock.advance(SignedDuration::from_secs(8 * 3600 - 1));
    assert_eq!(admin.get("/session").await.status, 200);
    atoll.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(admin.get("/session").await.status, 401);
    atoll.platform.sessions.sweep().await.unwrap();
    assert!(atoll.platform.store.sessions(jiff::Timestamp::UNIX_EPOCH).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_for_an_app_is_worth_nothing_at_the_console_or_at_another_app() {
    let (atoll, admin) = Atoll::set_up().await;
    let sessions = &atoll.platform.sessions;
    let parent = sessions.verify(admin.token(), &Audience::Console).unwrap();
    let notes = Audience::App("notes".parse().unwrap());
    let (token, _) = sessions.issue(parent.user, notes.clone(), Some(parent.id)).await.unwrap();
    assert_eq!(atoll.anonymous().with_bearer(token.expose()).get("/session").await.status, 401);
    assert!(sessions.verify(token.expose(), &notes).is_some());
    assert_eq!(atoll.anonymous().with_cookie(token.expose()).get("/session").await.status, 401);
    assert!(sessions.verify(token.expose(), &Audience::App("other".parse().unwrap())).is_none());
    assert!(sessions.verify(admin.token(), &notes).is_none());
}

#[tokio::test]
async fn a_token_that_another_key_signed_or_that_was_changed_is_refused() {
    let (atoll, admin) = Atoll::set_up().await;
    let (stranger, _) = Atoll::set_up().await;
    let foreign = stranger.signed_in("ada@example.com").await;
    assert_eq!(atoll.anonymous().with_bearer(foreign.token()).get("/session").await.status, 401);
    let mut changed = admin.token().to_owned();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'B' } else { 'A' });
    for token in [changed.as_str(), "", "a.b.c", &admin.token()[..admin.token().len() - 20]] {
        assert_eq!(atoll.anonymous().with_bearer(token).get("/session").await.status, 401, "{token}");
    }
}

#[tokio::test]
async fn sessions_outlive_the_process() {
    let (atoll, admin) = Atoll::set_up().await;
    let platform = &atoll.platform;
    let again = atoll_controlplane::platform::Platform::with_keys(
        (*platform.config).clone(),
        atoll.clock.clone(),
        platform.random.clone(),
        platform.keys.clone(),
    );
    let again = again.await.unwrap();
    assert!(again.sessions.verify(admin.token(), &Audience::Console).is_some());
}

#[tokio::test]
async fn a_page_of_another_origin_can_neither_change_nor_sign_in() {
    let (_atoll, admin) = Atoll::set_up().await;
    let sibling = "http://notes.atoll.localhost:8080";
    let post = |client: &crate::support::Client, name: &'static str, value: &'static str| {
        let request = client.request_at(Method::DELETE, "/api/v1/session");
        // `Client` sends the right origin by itself; a second value is what a foreign page would send.
        let request = request.build().map(|mut request| {
            request.headers_mut().remove("origin");
            request.headers_mut().insert(name, value.parse().unwrap());
            request
        });
        reqwest::RequestBuilder::from_parts(reqwest::Client::new(), request.unwrap())
    };
    for (name, value) in [("origin", sibling), ("sec-fetch-site", "same-site"), ("x-nothing", "1")] {
        let answer = Answer::of(post(&admin, name, value)).await;
        assert_eq!(answer.refused(), refusal(403, "cross-origin"), "{name}: {value}");
    }
    assert_eq!(admin.get("/session").await.status, 200);
    assert_eq!(Answer::of(post(&admin, "sec-fetch-site", "same-origin")).await.status, 204);
}

#[tokio::test]
async fn no_page_of_another_origin_is_told_that_it_may_read() {
    let (_atoll, admin) = Atoll::set_up().await;
    let request = admin.request(Method::GET, "/session");
    let answer = Answer::of(request).await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{answer:?}");
    assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
}
