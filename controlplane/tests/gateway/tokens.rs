//! Programs on an app's origin: access tokens by Bearer and by Basic, and what becomes of an app's own credentials.

use std::time::Duration;

use atoll_controlplane::{identity::accounts::AccountChanges, permissions::Actor};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use tokio::io::AsyncWriteExt;

use crate::support::{NOTES, OTHER, World, request};

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

fn basic(user: &str, password: &str) -> String {
    format!("Authorization: Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[tokio::test]
async fn a_token_opens_its_app_by_bearer_and_by_basic_and_the_app_never_sees_it() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let (token, _) = world.token(&ada, "app:notes").await;
    for line in
        [bearer(&token), basic("ada@example.com", &token), basic("whoever", &token), basic(&token, "")]
    {
        let answer = world.client().ask("PROPFIND", NOTES, "/calendars/", &[&line], "").await;
        assert_eq!(answer.status, 200, "{line}: {answer:?}");
        let seen = world.upstream.only();
        assert_eq!(
            (seen.method.as_str(), seen.one("x-forwarded-user")),
            ("PROPFIND", ada.id.to_string().as_str())
        );
        assert!(!seen.one("atoll-identity").is_empty());
        assert!(
            !format!("{seen:?}").contains("atoll_pat_") && seen.all("authorization").is_empty(),
            "{seen:?}"
        );
        world.upstream.forget();
    }
}

#[tokio::test]
async fn a_token_opens_nothing_else() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    world.grant(ada.id, "other", "user").await;
    let (notes, _) = world.token(&ada, "app:notes").await;
    let (api, _) = world.token(&ada, "api:write").await;
    for (host, path, token) in [(OTHER, "/app/", &notes), (NOTES, "/", &api)] {
        let answer = world.client().get(host, path, &[&bearer(token)]).await;
        assert_eq!((answer.status, answer.problem().as_str()), (403, "token-scope"));
    }
    // A role rule holds for programs too.
    let answer = world.client().get(NOTES, "/admin/", &[&bearer(&notes)]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (403, "role-too-low"));
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test]
async fn a_password_that_people_sign_in_with_is_no_credential_for_an_app() {
    let world = World::new().await;
    world.person("ada", Some("user")).await;
    let line = basic("ada@example.com", "correct horse battery");
    let answer = world.client().get(NOTES, "/", &[&line]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (401, "not-signed-in"));
}

#[tokio::test]
async fn an_apps_own_credential_passes_beside_a_cookie() {
    let (world, _, cookie) = World::with_user().await;
    let line = basic("app", "own");
    world.client().get(NOTES, "/", &[&format!("Cookie: {cookie}"), &line]).await;
    assert_eq!(format!("Authorization: {}", world.upstream.only().one("authorization")), line);
}

#[tokio::test]
async fn a_token_counts_alone_even_beside_a_good_cookie() {
    let (world, ada, cookie) = World::with_user().await;
    let (token, id) = world.token(&ada, "app:notes").await;
    world.platform.tokens.revoke(&Actor::System, ada.id, id).await.unwrap();
    let lines = [format!("Cookie: {cookie}"), bearer(&token)];
    let answer = world.client().get(NOTES, "/", &[&lines[0], &lines[1]]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (401, "invalid-token"));
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test]
async fn programs_are_asked_for_a_password_and_browsers_are_not() {
    let world = World::new().await;
    let asked = async |host: &str, lines: &[&str]| {
        let answer = world.client().get(host, "/", lines).await;
        answer.headers("www-authenticate").first().map(|challenge| (*challenge).to_owned())
    };
    let basic = Some("Basic realm=\"Atoll\", charset=\"UTF-8\"".to_owned());
    assert_eq!(asked(NOTES, &["User-Agent: git/2.39.5"]).await, basic);
    // Whether there is such an app does not show.
    assert_eq!(asked("nothing.atoll.localhost:8080", &["User-Agent: git/2.39.5"]).await, basic);
    assert_eq!(asked(NOTES, &["Sec-Fetch-Mode: cors"]).await, None);
    assert_eq!(asked(NOTES, &["Accept: text/html"]).await, None);
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_use_a_credential_that_a_browser_remembers() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let (token, _) = world.token(&ada, "app:notes").await;
    let line = basic("ada", &token);
    let answer = world.client().ask("POST", NOTES, "/", &[&line, "Sec-Fetch-Site: same-site"], "x").await;
    assert_eq!((answer.status, answer.problem().as_str()), (403, "cross-origin"));
}

#[tokio::test]
async fn guesses_are_slowed_down() {
    let world = World::new().await;
    let line = bearer("atoll_pat_00000000000000000000000000000000000000");
    for _ in 0..10 {
        assert_eq!(world.client().get(NOTES, "/", &[&line]).await.problem(), "invalid-token");
    }
    let answer = world.client().get(NOTES, "/", &[&line]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "900"));
}

/// Opens a stream by a token, does something, and wants the stream to end within a second.
async fn ends_a_stream(change: impl AsyncFnOnce(&World, &crate::support::Person, &str)) {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let (token, id) = world.token(&ada, "app:notes").await;
    let mut connection = world.client().connect().await;
    let asked = request("GET", NOTES, "/events", &[&bearer(&token)], "");
    connection.stream.write_all(asked.as_bytes()).await.unwrap();
    connection.until("data:").await;
    change(&world, &ada, &id.to_string()).await;
    let took = connection.closed().await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_ne!(world.client().get(NOTES, "/", &[&bearer(&token)]).await.status, 200);
}

#[tokio::test]
async fn revoking_a_token_ends_what_it_has_open() {
    ends_a_stream(async |world, ada, id| {
        world.platform.tokens.revoke(&Actor::System, ada.id, id.parse().unwrap()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn losing_the_grant_ends_what_a_token_has_open() {
    ends_a_stream(async |world, ada, _| world.revoke(ada.id, "notes").await).await;
}

#[tokio::test]
async fn being_kept_out_ends_what_a_token_has_open() {
    ends_a_stream(async |world, ada, _| {
        let disabled = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
        world.platform.accounts.update(&Actor::System, ada.id, disabled).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_by_itself_and_with_it_what_it_has_open() {
    ends_a_stream(async |world, _, _| {
        world.clock.advance(SignedDuration::from_hours(24 * 30 + 1));
        tokio::time::sleep(Duration::from_millis(1100)).await;
    })
    .await;
}
