//! What became published holes in gateways of this kind, each tried here.

use crate::support::{NOTES, World, request};

/// What must never arrive, whatever it is called.
const FORGED: &str = "forged";

async fn asked(world: &World, target: &str, lines: &[&str]) -> (u16, String) {
    world.upstream.forget();
    let answer = world.client().get(NOTES, target, lines).await;
    (answer.status, format!("{:?}", world.upstream.seen()))
}

/// CVE-2025-64484 (oauth2-proxy) and CVE-2026-39858 (Traefik): the gateway removes `X-Forwarded-User`, the client sends
/// `X_Forwarded_User`, and a WSGI or PHP app takes one for the other.
#[tokio::test]
async fn a_spelling_that_an_app_takes_for_a_hyphen_does_not_arrive() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let names = [
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
        "X-Forwarded-Proto",
        "Atoll-Identity",
        "Remote-User",
    ];
    for name in names {
        for (instead, of) in [("_", "-"), (".", "-"), ("!", "-"), ("~", "-"), ("+", "-"), ("|", "-")] {
            for spelled in [
                name.replace(of, instead),
                name.replacen(of, instead, 1),
                name.to_uppercase().replace(of, instead),
            ] {
                let (status, seen) = asked(&world, "/", &[&cookie, &format!("{spelled}: {FORGED}")]).await;
                assert_eq!(status, 200, "{spelled}");
                assert!(!seen.contains(FORGED), "{spelled}: {seen}");
            }
        }
    }
}

/// CVE-2025-48865 (fabio): `Connection` lists what the gateway adds, so that it drops its own word on the way out.
#[tokio::test]
async fn what_the_gateway_says_cannot_be_dropped_by_listing_it() {
    let (world, ada, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for name in [
        "X-Forwarded-User",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "Atoll-Identity",
        "X-Request-Id",
    ] {
        for listed in [
            name.to_owned(),
            name.to_lowercase(),
            format!("keep-alive, {name}"),
            format!("{name}\r\nConnection: {name}"),
        ] {
            let sent = request("GET", NOTES, "/", &[&cookie], "")
                .replace("Connection: close", &format!("Connection: close, {listed}"));
            world.upstream.forget();
            assert_eq!(world.client().raw(sent).await.status, 200, "{listed}");
            let seen = world.upstream.only();
            assert_eq!(seen.all(&name.to_lowercase()).len(), 1, "{listed}: {seen:#?}");
            assert_eq!(seen.one("x-forwarded-user"), ada.id.to_string());
        }
    }
}

/// CVE-2026-40575 (oauth2-proxy): a field says which path is asked for, the rules are held against that, and the app
/// gets another.
#[tokio::test]
async fn no_field_says_which_path_the_rules_are_for() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for name in [
        "X-Forwarded-Uri",
        "X-Forwarded-Path",
        "X-Forwarded-Prefix",
        "X-Forwarded-Method",
        "X-Original-Uri",
        "X-Original-Url",
        "X-Rewrite-Url",
        "X-Auth-Request-Redirect",
    ] {
        let (status, seen) = asked(&world, "/admin/users", &[&cookie, &format!("{name}: /")]).await;
        assert_eq!((status, seen.as_str()), (403, "[]"), "{name}");
        let (status, seen) = asked(&world, "/", &[&cookie, &format!("{name}: /{FORGED}")]).await;
        assert!(status == 200 && !seen.contains(FORGED), "{name}: {seen}");
        // Nor without a session.
        let (status, seen) = asked(&world, "/", &[&format!("{name}: /healthz")]).await;
        assert_eq!((status, seen.as_str()), (401, "[]"), "{name}");
    }
}

/// A gateway that trusts where a request says it comes from: whoever can reach the port can be anybody.
#[tokio::test]
async fn no_address_that_a_client_claims_is_believed() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for name in
        ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"]
    {
        let claim = format!("{name}: for=127.0.0.1;{FORGED}");
        let (status, seen) = asked(&world, "/", &[&cookie, &claim]).await;
        assert!(status == 200 && !seen.contains(FORGED), "{name}: {seen}");
        assert_eq!(asked(&world, "/healthz", &[&claim]).await.0, 401, "{name}");
    }
}
