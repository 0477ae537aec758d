//! What arrives at an app, and what of the app arrives at the browser.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::support::{NOTES, World};

#[tokio::test]
async fn nothing_that_a_client_says_about_itself_arrives() {
    let (world, ada, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}; own=1");
    let user = format!("{}", ada.id);
    for forged in [
        "Atoll-Identity: forged",
        "ATOLL-IDENTITY: forged",
        "atoll_identity: forged",
        "Atoll_Identity: forged",
        "Atoll-User: forged",
        "X-Atoll-User: forged",
        "X-Forwarded-User: forged",
        "x-forwarded-user: forged",
        "X_Forwarded_User: forged",
        "X-Forwarded_User: forged",
        "X.Forwarded.User: forged",
        "X-Forwarded-Email: forged",
        "X-Forwarded-Groups: forged",
        "X-Forwarded-Groups: user\r\nX-Forwarded-Groups: forged",
        "X-Forwarded-For: forged",
        "X-Forwarded-Host: forged",
        "X-Forwarded-Proto: forged",
        "X-Forwarded-Port: forged",
        "X-Forwarded-Prefix: forged",
        "Forwarded: for=forged",
        "X-Real-IP: forged",
        "Remote-User: forged",
        "REMOTE_USER: forged",
        "X-Remote-User: forged",
        "X-Auth-Request-User: forged",
        "X-WebAuth-User: forged",
        "X-Original-URL: /forged",
        "X-Request-Id: forged",
        "Connection: X-Forwarded-User, Atoll-Identity\r\nX-Forwarded-User: forged",
        "Transfer-Encoding: chunked\r\nTrailer: X-Forwarded-User\r\n\r\n1\r\na\r\n0\r\nX-Forwarded-User: forged",
    ] {
        world.upstream.forget();
        let answer = world.client().get(NOTES, "/", &[&cookie, forged]).await;
        assert_eq!(answer.status, 200, "{forged}: {answer:?}");
        let seen = world.upstream.only();
        assert!(!format!("{seen:?}").contains("forged"), "{forged}: {seen:#?}");
        assert_eq!(seen.one("x-forwarded-user"), user, "{forged}");
        assert_eq!(seen.one("x-forwarded-groups"), "user", "{forged}");
        assert!(seen.one("atoll-identity").len() > 200, "{forged}");
    }
}

#[tokio::test]
async fn the_platforms_cookies_never_arrive_and_the_apps_own_do() {
    let (world, ada, cookie) = World::with_user().await;
    let token = cookie.split_once('=').unwrap().1.to_owned();
    for line in [
        format!("Cookie: own=1; {cookie}; __Host-atoll-handoff=nonce"),
        format!("Cookie: {cookie}\r\nCookie: own=1\r\nCookie: __Host-atoll-session={}", ada.console),
        format!("cookie: __host-ATOLL-app={token}; {cookie};own=1"),
        format!("COOKIE: {cookie}; __Host_atoll_app={token}; own=1; =__Host-atoll-app={token}"),
    ] {
        world.upstream.forget();
        let answer = world.client().get(NOTES, "/", &[&line]).await;
        assert_eq!(answer.status, 200, "{line}: {answer:?}");
        let seen = world.upstream.only();
        assert_eq!(seen.one("cookie"), "own=1", "{line}");
        let told = format!("{seen:?}");
        assert!(
            !told.contains(&token) && !told.contains(&ada.console) && !told.contains("nonce"),
            "{line}: {told}"
        );
    }
}

#[tokio::test]
async fn a_token_of_the_platform_that_is_sent_as_a_bearer_token_never_arrives() {
    let (world, ada, cookie) = World::with_user().await;
    for token in [&ada.console, cookie.split_once('=').unwrap().1] {
        world.upstream.forget();
        let lines = [&format!("Cookie: {cookie}"), &format!("Authorization: Bearer {token}")];
        assert_eq!(world.client().get(NOTES, "/", &[lines[0], lines[1]]).await.status, 200);
        assert!(world.upstream.only().all("authorization").is_empty());
    }
    world.upstream.forget();
    world.client().get(NOTES, "/", &[&format!("Cookie: {cookie}"), "Authorization: Bearer its-own"]).await;
    assert_eq!(world.upstream.only().one("authorization"), "Bearer its-own");
}

#[tokio::test]
async fn an_app_is_told_who_asks_by_a_token_that_the_keys_verify() {
    let (world, ada, cookie) = World::with_user().await;
    world.client().get(NOTES, "/files?page=2", &[&format!("Cookie: {cookie}")]).await;
    let seen = world.upstream.only();
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/files?page=2"));
    let identity = seen.one("atoll-identity");
    let keys = &world.platform.keys;
    let claims: serde_json::Value = keys.verify(identity, "http://atoll.localhost:8080", "notes").unwrap();
    assert_eq!(claims["sub"], ada.id.to_string());
    assert_eq!((&claims["name"], &claims["email"]), (&"ada".into(), &"ada@example.com".into()));
    assert_eq!(claims["roles"], serde_json::json!(["user"]));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    let head: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(identity.split('.').next().unwrap()).unwrap())
            .unwrap();
    assert_eq!((&head["alg"], &head["kid"]), (&"RS256".into(), &keys.jwks()["keys"][0]["kid"]));
    assert_eq!(seen.one("host"), NOTES);
    assert_eq!(seen.one("x-forwarded-host"), NOTES);
    assert_eq!(seen.one("x-forwarded-proto"), "http");
    assert_eq!(seen.one("x-forwarded-for"), "127.0.0.1");
    assert_eq!(seen.one("x-forwarded-email"), "ada@example.com");
}

#[tokio::test]
async fn an_identity_is_kept_for_a_while_and_renewed_before_it_ends() {
    let (world, _, cookie) = World::with_user().await;
    let line = format!("Cookie: {cookie}");
    let identity = async || {
        world.upstream.forget();
        assert_eq!(world.client().get(NOTES, "/", &[&line]).await.status, 200);
        world.upstream.only().one("atoll-identity").to_owned()
    };
    let first = identity().await;
    assert_eq!(identity().await, first);
    world.clock.advance(jiff::SignedDuration::from_secs(200));
    // The one that is still good goes out while another is being signed.
    assert_eq!(identity().await, first);
    let mut renewed = identity().await;
    for _ in 0..200 {
        if renewed != first {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        renewed = identity().await;
    }
    assert_ne!(renewed, first);
    // Nobody asked for long: what has ended is not sent.
    world.clock.advance(jiff::SignedDuration::from_secs(3600));
    let last = identity().await;
    assert_ne!(last, renewed);
    let claims: serde_json::Value =
        world.platform.keys.verify(&last, "http://atoll.localhost:8080", "notes").unwrap();
    assert!(claims["exp"].as_i64().unwrap() > world.clock.now().as_second() + 120, "{claims}");
}

#[tokio::test]
async fn a_new_role_is_in_the_next_identity() {
    let (world, ada, cookie) = World::with_user().await;
    let line = format!("Cookie: {cookie}");
    world.client().get(NOTES, "/", &[&line]).await;
    world.grant(ada.id, "notes", "admin").await;
    world.client().get(NOTES, "/", &[&line]).await;
    let seen = world.upstream.seen();
    assert_eq!(seen[0].one("x-forwarded-groups"), "user");
    assert_eq!(seen[1].one("x-forwarded-groups"), "user,admin");
}

#[tokio::test]
async fn an_app_sets_cookies_for_its_own_origin_only() {
    let (world, _, cookie) = World::with_user().await;
    let answer = world.client().get(NOTES, "/cookies", &[&format!("Cookie: {cookie}")]).await;
    assert_eq!(answer.headers("set-cookie"), ["own=1; Path=/; HttpOnly", "wide=1; Path=/"]);
    assert!(answer.headers("clear-site-data").is_empty());
    assert_eq!(answer.body, "set");
    assert_eq!(answer.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn hop_by_hop_fields_end_at_the_gateway() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let lines = [
        cookie.as_str(),
        "Connection: X-Secret",
        "X-Secret: 1",
        "Keep-Alive: timeout=5",
        "TE: trailers",
        "Upgrade: h2c",
        "HTTP2-Settings: x",
        "Proxy-Authorization: Basic x",
        "Proxy: http://evil.example",
        "Accept: text/plain",
    ];
    assert_eq!(world.client().get(NOTES, "/", &lines).await.status, 200);
    let names: Vec<_> = world.upstream.only().headers.into_iter().map(|(name, _)| name).collect();
    for gone in ["x-secret", "keep-alive", "te", "upgrade", "proxy-authorization", "proxy", "connection"] {
        assert!(!names.contains(&gone.to_owned()), "{gone}: {names:?}");
    }
    assert!(names.contains(&"accept".to_owned()));
    let refused = world.client().get(NOTES, "/", &[&cookie, "Connection: close, Host"]).await;
    assert_eq!((refused.status, refused.problem().as_str()), (400, "bad-header"));
}

#[tokio::test]
async fn an_app_can_tell_which_trace_a_request_belongs_to() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let answer = world.client().get(NOTES, "/", &[&cookie]).await;
    let request = answer.header("x-request-id").replace('-', "");
    let begun = world.upstream.only().one("traceparent").to_owned();
    assert!(begun.starts_with(&format!("00-{request}-")) && begun.ends_with("-00"), "{begun}");
    world.upstream.forget();
    let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    world.client().get(NOTES, "/", &[&cookie, &format!("Traceparent: {given}")]).await;
    assert_eq!(world.upstream.only().one("traceparent"), given);
}

#[tokio::test]
async fn an_app_whose_entry_asks_for_it_gets_identities_signed_with_ed25519() {
    let (world, ada, cookie) = World::with_user().await;
    world.change_policy("    websocket: true\n", "    websocket: true\n    identity: {algorithm: EdDSA}\n");
    let line = format!("Cookie: {cookie}");
    let algorithm = |token: &str| jsonwebtoken::decode_header(token).unwrap().alg;
    for _ in 0..400 {
        assert_eq!(world.client().get(NOTES, "/", &[&line]).await.status, 200);
        let seen = world.upstream.only();
        let identity = seen.one("atoll-identity");
        if algorithm(identity) == jsonwebtoken::Algorithm::EdDSA {
            let published: jsonwebtoken::jwk::JwkSet =
                serde_json::from_value(world.platform.keys.jwks()).unwrap();
            let kid = jsonwebtoken::decode_header(identity).unwrap().kid.unwrap();
            let key = jsonwebtoken::DecodingKey::from_jwk(published.find(&kid).unwrap()).unwrap();
            let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
            rules.set_audience(&["notes"]);
            // The world's clock stands still.
            rules.validate_exp = false;
            let claims = jsonwebtoken::decode::<serde_json::Value>(identity, &key, &rules).unwrap().claims;
            assert_eq!(claims["sub"], ada.id.to_string());
            return;
        }
        world.upstream.forget();
    }
    panic!("identities are still signed by the other algorithm");
}
