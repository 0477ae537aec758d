//! Who gets in: only somebody with a token that the platform signed, for this app, not expired.

use crate::support::client::send;
use crate::support::platform::{Key, claims, now, signing_input};
use crate::support::server::Options;
use crate::support::{Client, Platform, Server};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

fn header() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "kid": "first"})
}

fn changed(mut object: Value, field: &str, value: Value) -> Value {
    object[field] = value;
    object
}

fn without(mut object: Value, field: &str) -> Value {
    object.as_object_mut().unwrap().remove(field);
    object
}

/// `alg: HS256`, with something public as the secret.
fn hmac_forgery(secret: &[u8]) -> String {
    let message = signing_input(&changed(header(), "alg", json!("HS256")), &claims("anna"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", BASE64.encode(tag.as_ref()))
}

/// Every bad token that we could think of, with what is bad about it.
fn bad_tokens() -> Vec<(&'static str, String)> {
    let (ours, foreign) = (Key::new("first"), Key::new("foreign"));
    let none = signing_input(&changed(header(), "alg", json!("none")), &claims("anna"));
    let good = ours.token("anna");
    let (content, signature) = good.rsplit_once('.').unwrap();
    let modulus = ours.jwk()["n"].as_str().unwrap().to_owned();
    let other_claims = signing_input(&header(), &claims("ben"));
    vec![
        ("no token at all", String::new()),
        ("not a token", "anna".into()),
        ("two dots and nothing else", "..".into()),
        ("alg none without a signature", format!("{none}.")),
        ("alg none with a stolen signature", format!("{none}.{signature}")),
        ("HMAC with the public key as its secret", hmac_forgery(&ours.public_der())),
        ("HMAC with the modulus as its secret", hmac_forgery(modulus.as_bytes())),
        ("HMAC with nothing as its secret", hmac_forgery(b"")),
        ("no signature", format!("{content}.")),
        ("a cut signature", good[..good.len() - 8].into()),
        ("another person's claims under this signature", format!("{other_claims}.{signature}")),
        ("signed by a key that nobody published", foreign.token("anna")),
        ("signed by a foreign key under our key's name", foreign.sign(&header(), &claims("anna"))),
        ("no key name", ours.sign(&without(header(), "kid"), &claims("anna"))),
        ("another RSA algorithm", ours.sign(&changed(header(), "alg", json!("RS512")), &claims("anna"))),
        ("expired", ours.sign(&header(), &changed(claims("anna"), "exp", json!(now() - 60)))),
        ("no expiry", ours.sign(&header(), &without(claims("anna"), "exp"))),
        ("not valid yet", ours.sign(&header(), &changed(claims("anna"), "nbf", json!(now() + 600)))),
        ("for another app", ours.sign(&header(), &changed(claims("anna"), "aud", json!("wiki")))),
        (
            "for an app whose name begins like ours",
            ours.sign(&header(), &changed(claims("anna"), "aud", json!("documents2"))),
        ),
        ("for nobody", ours.sign(&header(), &without(claims("anna"), "aud"))),
        ("about nobody", ours.sign(&header(), &without(claims("anna"), "sub"))),
        ("about an empty name", ours.sign(&header(), &changed(claims("anna"), "sub", json!("")))),
        ("about a number", ours.sign(&header(), &changed(claims("anna"), "sub", json!(7)))),
        ("far too long", ours.sign(&header(), &changed(claims("anna"), "name", json!("x".repeat(9000))))),
    ]
}

#[tokio::test]
async fn every_bad_token_is_refused() {
    let server = Server::start().await;
    assert_eq!(
        server.client("anna").get("/api/documents").await.status,
        StatusCode::OK,
        "a good one is accepted"
    );
    for (what, token) in bad_tokens() {
        let answer = server.stranger().with_token(token).get("/api/documents").await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::UNAUTHORIZED, "no-identity"),
            "{what}"
        );
    }
}

#[tokio::test]
async fn nothing_but_the_token_is_believed() {
    let server = Server::start().await;
    let stranger = server.stranger();
    for (name, value) in [
        ("x-forwarded-user", "anna"),
        ("x-forwarded-email", "anna@example.org"),
        ("remote-user", "anna"),
        ("atoll_identity", &Key::new("first").token("anna")),
        ("authorization", &format!("Bearer {}", Key::new("first").token("anna"))),
        ("cookie", &format!("Atoll-Identity={}", Key::new("first").token("anna"))),
    ] {
        let answer = send(stranger.request(Method::GET, "/api/documents").header(name, value)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    let two = server.client("anna").request(Method::GET, "/api/documents");
    let answer = send(two.header("atoll-identity", Key::new("first").token("ben"))).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "two tokens");
}

#[tokio::test]
async fn without_identity_there_is_nothing_but_the_health_check() {
    let server = Server::start().await;
    let stranger = server.stranger();
    assert_eq!(stranger.get("/healthz").await.status, StatusCode::OK);
    let (_, description) = atoll_documents::api::router();
    let paths = description
        .paths
        .paths
        .keys()
        .map(|path| path.replace("{id}", "01a20863-cb1c-73e4-b270-426bded9390f"));
    for path in paths.chain(["/", "/assets/x.js", "/api/openapi.json", "/api", "/nowhere"].map(str::to_owned))
    {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = send(stranger.request(method.clone(), &path)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_platform_that_starts_later_than_the_app_is_no_problem() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let platform = Platform::at(listener.local_addr().unwrap());
    drop(listener);
    let server = Server::on(tempfile::tempdir().unwrap(), platform.clone(), Options::default()).await;
    let anna = server.client("anna");
    assert_eq!(anna.get("/healthz").await.status, StatusCode::OK);
    let early = anna.get("/api/documents").await;
    assert_eq!(
        (early.status, early.problem().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "identity-keys-unavailable")
    );
    platform.serve(TcpListener::bind(platform.address).await.unwrap());
    crate::support::eventually("the keys are fetched", || async {
        (anna.get("/api/documents").await.status == StatusCode::OK).then_some(())
    })
    .await;
}

#[tokio::test]
async fn invented_key_names_cannot_make_the_app_hammer_the_platform() {
    let server = Server::start().await;
    let anna = server.client("anna");
    anna.get("/api/documents").await;
    for number in 0..20 {
        let named = json!({"alg": "RS256", "kid": format!("invented-{number}")});
        let token = Key::new("first").sign(&named, &claims("anna"));
        let answer = server.stranger().with_token(token).get("/api/documents").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(server.platform.fetches(), 1);
    assert_eq!(anna.get("/api/documents").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_the_first_token_names_it() {
    let server = Server::start().await;
    let (first, second) = (Key::new("first"), Key::new("second"));
    assert_eq!(server.client("anna").get("/api/documents").await.status, StatusCode::OK);
    server.platform.publish(&[&first, &second]);
    let client = Client::unknown(server.address).with_token(second.token("anna"));
    crate::support::eventually("the new key is known", || async {
        (client.get("/api/documents").await.status == StatusCode::OK).then_some(())
    })
    .await;
}
