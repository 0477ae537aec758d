//! Programs that have no browser: an access token and a password for one app, from the console to a real app and back.

use std::time::{Duration, Instant};

use atoll_tests::person::app_url;
use atoll_tests::stack::base_url;
use atoll_tests::{Answer, Person, Stack};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::access::open_socket;

/// How long a credential may still work after it was revoked.
const REVOKED_WITHIN: Duration = Duration::from_secs(1);

/// What a program shows.
#[derive(Clone, Copy)]
enum Credential<'a> {
    Bearer(&'a str),
    /// As clients for calendars and `git` do: the person's address, and the token where a password is asked for.
    Basic(&'a str),
}

/// A token that was made through the console's API.
struct Token {
    id: String,
    secret: String,
}

async fn token(person: &Person, wish: Value) -> Token {
    let made = person.api(Method::POST, "/profile/tokens", Some(wish)).await.expect_status(201).json();
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    Token { id: text(&made["token"]["id"]), secret: text(&made["secret"]) }
}

/// A program of nobody's browser: it has no cookie.
async fn asks(url: &str, method: Method, credential: Credential<'_>) -> Answer {
    let program = Person::new();
    let request = program.request(method, url);
    let request = match credential {
        Credential::Bearer(token) => request.bearer_auth(token),
        Credential::Basic(token) => request.basic_auth("programmer@example.com", Some(token)),
    };
    program.send(request).await
}

async fn at_app(app: &str, credential: Credential<'_>) -> Answer {
    asks(&app_url(app, "/echo"), Method::GET, credential).await
}

async fn at_api(method: Method, path: &str, credential: Credential<'_>) -> Answer {
    asks(&format!("{}/api/v1{path}", base_url()), method, credential).await
}

/// Somebody who may open `probe-a` only.
async fn programmer() -> (Stack, Person) {
    let (stack, _user) = Stack::with_probes().await;
    let programmer = stack.user("programmer").await;
    stack.grant("probe-a", "programmer").await;
    (stack, programmer)
}

#[tokio::test]
async fn a_token_reaches_what_its_scopes_name_and_the_app_never_sees_it() {
    let (stack, programmer) = programmer().await;
    let scopes = json!({"name": "script", "scopes": ["api:read", "app:probe-a"], "expires_in_days": 1});
    let token = token(&programmer, scopes).await;
    let id = stack.user_id("programmer").await;
    for credential in [Credential::Bearer(&token.secret), Credential::Basic(&token.secret)] {
        let seen = at_app("probe-a", credential).await.expect_status(200).json();
        assert_eq!(seen["headers"]["x-forwarded-user"], json!([id]), "{seen:#}");
        assert!(!seen.to_string().contains(&token.secret), "the token arrived at the app: {seen:#}");
        assert!(seen["headers"].get("authorization").is_none(), "{seen:#}");
    }
    let bearer = Credential::Bearer(&token.secret);
    at_app("probe-b", bearer).await.expect_status(403);
    let profile = at_api(Method::GET, "/profile", bearer).await.expect_status(200).json();
    assert_eq!(profile["email"], "programmer@example.com", "{profile}");
    let refused = at_api(Method::DELETE, &format!("/profile/tokens/{}", token.id), bearer).await;
    assert_eq!(refused.status, 403, "reading is no right to change: {refused:?}");
    at_api(Method::GET, "/users", bearer).await.expect_status(403);
}

#[tokio::test]
async fn a_password_for_one_app_opens_that_app_and_nothing_else() {
    let (_stack, programmer) = programmer().await;
    let password = token(&programmer, json!({"name": "calendar", "scopes": ["app:probe-a"]})).await;
    let basic = Credential::Basic(&password.secret);
    at_app("probe-a", basic).await.expect_status(200);
    at_app("probe-b", basic).await.expect_status(403);
    // What has no scope of the API is nobody to it.
    let at_console = at_api(Method::GET, "/profile", Credential::Bearer(&password.secret)).await;
    assert_eq!(at_console.status, 401, "{at_console:?}");
}

#[tokio::test]
async fn what_is_revoked_is_refused_within_a_second_and_its_open_socket_ends() {
    let (_stack, programmer) = programmer().await;
    for basic in [false, true] {
        let token = token(&programmer, json!({"name": "lost", "scopes": ["app:probe-a"]})).await;
        let credential =
            if basic { Credential::Basic(&token.secret) } else { Credential::Bearer(&token.secret) };
        at_app("probe-a", credential).await.expect_status(200);
        let mut socket = open_socket(AUTHORIZATION, format!("Bearer {}", token.secret)).await;
        socket.send(Message::text("still there?")).await.expect("the socket is open");
        let echo = socket.next().await.expect("an echo").expect("no error");
        assert_eq!(echo, Message::text("still there?"));

        let path = format!("/profile/tokens/{}", token.id);
        programmer.api(Method::DELETE, &path, None).await.expect_status(204);
        let revoked = Instant::now();
        let ends = async {
            while let Some(Ok(message)) = socket.next().await
                && !message.is_close()
            {}
        };
        tokio::time::timeout(REVOKED_WITHIN, ends).await.expect("an open socket ends within a second");
        let refused = at_app("probe-a", credential).await;
        assert_eq!(refused.status, 401, "{refused:?}");
        assert!(revoked.elapsed() < REVOKED_WITHIN, "it took {:?}", revoked.elapsed());
    }
}
