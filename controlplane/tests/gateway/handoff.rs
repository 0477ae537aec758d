//! From a login on the console to a session on an app's origin.

use jiff::SignedDuration;

use crate::support::{Answer, CONSOLE, NOTES, OTHER, Person, World};

const BROWSER: [&str; 2] = ["Accept: text/html", "Sec-Fetch-Mode: navigate"];

/// What a browser holds in the middle of a hand-off.
struct Halfway {
    nonce: String,
    /// On the console's origin.
    open: String,
}

async fn begin(world: &World, host: &str, target: &str) -> Halfway {
    let answer = world.client().get(host, target, &BROWSER).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let nonce = answer.cookie("__Host-atoll-handoff");
    let set = answer.header("set-cookie");
    assert!(set.contains("Secure; HttpOnly; SameSite=Lax") && !set.contains("Domain"), "{set}");
    let open = answer.header("location").strip_prefix(&format!("http://{CONSOLE}")).unwrap().to_owned();
    assert!(open.starts_with("/open/") && !open.contains(&nonce), "{open}");
    Halfway { nonce, open }
}

/// The console's answer to the open link.
async fn open(world: &World, person: &Person, halfway: &Halfway) -> Answer {
    let cookie = format!("Cookie: __Host-atoll-session={}", person.console);
    world.client().get(CONSOLE, &halfway.open, &[BROWSER[0], &cookie]).await
}

/// The path with which the person comes back to the app's origin.
async fn code(world: &World, person: &Person, halfway: &Halfway, host: &str) -> String {
    let answer = open(world, person, halfway).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let path = answer.header("location").strip_prefix(&format!("http://{host}")).unwrap().to_owned();
    assert!(path.starts_with("/.atoll/enter?code="), "{path}");
    path
}

async fn enter(world: &World, host: &str, path: &str, nonce: &str) -> Answer {
    let cookie = format!("Cookie: __Host-atoll-handoff={nonce}");
    world.client().get(host, path, &[BROWSER[0], &cookie]).await
}

#[tokio::test]
async fn a_person_comes_to_the_deep_link_that_they_asked_for() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let halfway = begin(&world, NOTES, "/files/7?page=2&q=a%26b").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    let entered = enter(&world, NOTES, &path, &halfway.nonce).await;
    assert_eq!((entered.status, entered.header("location")), (303, "/files/7?page=2&q=a%26b"));
    assert_eq!(entered.header("referrer-policy"), "no-referrer");
    let set = entered.header("set-cookie");
    assert!(set.contains("; Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax"), "{set}");
    let cookie = format!("Cookie: __Host-atoll-app={}", entered.cookie("__Host-atoll-app"));
    let page = world.client().get(NOTES, entered.header("location"), &[BROWSER[0], &cookie]).await;
    assert_eq!((page.status, page.body.as_str()), (200, "hello"));
    assert_eq!(world.upstream.only().one("x-forwarded-user"), ada.id.to_string());
    // The code never got to the app.
    assert!(!format!("{:?}", world.upstream.seen()).contains("enter"));
}

#[tokio::test]
async fn a_code_works_once() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    assert_eq!(enter(&world, NOTES, &path, &halfway.nonce).await.status, 303);
    let again = enter(&world, NOTES, &path, &halfway.nonce).await;
    assert_eq!(again.status, 403);
    assert!(again.body.contains("That link no longer works") && again.headers("set-cookie").is_empty());
}

#[tokio::test]
async fn of_many_who_present_a_code_at_once_one_gets_in() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    let tries = (0..8).map(|_| enter(&world, NOTES, &path, &halfway.nonce));
    let statuses = futures_util::future::join_all(tries).await;
    assert_eq!(statuses.iter().filter(|answer| answer.status == 303).count(), 1);
    assert_eq!(statuses.iter().filter(|answer| answer.status == 403).count(), 7);
}

#[tokio::test]
async fn a_code_works_in_the_browser_that_asked_only_and_is_spent_by_the_attempt() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let stranger = begin(&world, NOTES, "/").await;
    for nonce in [stranger.nonce.as_str(), "", "planted"] {
        let halfway = begin(&world, NOTES, "/").await;
        let path = code(&world, &ada, &halfway, NOTES).await;
        let stolen = enter(&world, NOTES, &path, nonce).await;
        assert_eq!((stolen.status, stolen.headers("set-cookie").len()), (403, 0), "{nonce}");
        assert_eq!(enter(&world, NOTES, &path, &halfway.nonce).await.status, 403, "{nonce}");
    }
    // Nor does the state serve in the nonce's place.
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    let state = halfway.open.split_once("state=").unwrap().1.split('&').next().unwrap();
    assert_eq!(enter(&world, NOTES, &path, state).await.status, 403);
}

#[tokio::test]
async fn a_code_works_for_its_app_only() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    world.grant(ada.id, "other", "user").await;
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    let elsewhere = enter(&world, OTHER, &path, &halfway.nonce).await;
    assert_eq!((elsewhere.status, elsewhere.headers("set-cookie").len()), (403, 0));
}

#[tokio::test]
async fn a_code_is_worth_nothing_after_a_minute_nor_after_log_out() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    world.clock.advance(SignedDuration::from_secs(59));
    let in_time = code(&world, &ada, &halfway, NOTES).await;
    world.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(enter(&world, NOTES, &path, &halfway.nonce).await.status, 403);
    assert_eq!(enter(&world, NOTES, &in_time, &halfway.nonce).await.status, 303);
    let late = code(&world, &ada, &halfway, NOTES).await;
    let console = atoll_controlplane::identity::session::Audience::Console;
    let session = world.platform.sessions.verify(&ada.console, &console).unwrap();
    world
        .platform
        .accounts
        .sign_out(&atoll_controlplane::permissions::Actor::System, &session)
        .await
        .unwrap();
    assert_eq!(enter(&world, NOTES, &late, &halfway.nonce).await.status, 403);
}

#[tokio::test]
async fn a_code_is_for_its_user_whoever_holds_the_browser() {
    let world = World::new().await;
    let (ada, bob) = (world.person("ada", Some("user")).await, world.person("bob", Some("user")).await);
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &bob, &halfway, NOTES).await;
    let entered = enter(&world, NOTES, &path, &halfway.nonce).await;
    let cookie = format!("Cookie: __Host-atoll-app={}", entered.cookie("__Host-atoll-app"));
    world.client().get(NOTES, "/", &[&cookie]).await;
    assert_eq!(world.upstream.only().one("x-forwarded-user"), bob.id.to_string());
    assert_ne!(ada.id, bob.id);
}

#[tokio::test]
async fn without_a_grant_there_is_no_code_and_no_hint_whether_the_app_exists() {
    let world = World::new().await;
    let eve = world.person("eve", None).await;
    let halfway = begin(&world, NOTES, "/").await;
    let known = open(&world, &eve, &halfway).await;
    assert_eq!(known.status, 403);
    assert!(known.body.contains("You have not been given this app."), "{}", known.body);
    let unknown = Halfway { open: halfway.open.replace("/open/notes", "/open/secret"), nonce: String::new() };
    let unknown = open(&world, &eve, &unknown).await;
    let without_id = |answer: &Answer| answer.body.split("<footer>").next().unwrap().to_owned();
    assert_eq!((known.status, without_id(&known)), (unknown.status, without_id(&unknown)));
    // The refusal is on the record.
    let events = world.platform.store.audit_events_after(0, 100).await.unwrap();
    assert!(
        events.iter().any(|event| event.action == "app.open" && event.subject == "app:notes"),
        "{events:?}"
    );
}

#[tokio::test]
async fn a_grant_that_is_taken_away_meanwhile_counts() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let halfway = begin(&world, NOTES, "/").await;
    let path = code(&world, &ada, &halfway, NOTES).await;
    world.revoke(ada.id, "notes").await;
    let refused = enter(&world, NOTES, &path, &halfway.nonce).await;
    assert_eq!((refused.status, refused.headers("set-cookie").len()), (403, 0));
}

#[tokio::test]
async fn who_is_not_signed_in_logs_in_first_and_then_goes_on() {
    let world = World::new().await;
    let halfway = begin(&world, NOTES, "/x").await;
    let answer = world.client().get(CONSOLE, &halfway.open, &BROWSER).await;
    assert_eq!(answer.status, 303);
    let location = answer.header("location");
    let to = location.strip_prefix(&format!("http://{CONSOLE}/login?to=")).unwrap();
    let decoded: String = url::form_urlencoded::parse(format!("to={to}").as_bytes()).next().unwrap().1.into();
    assert_eq!(decoded, halfway.open);
}

#[tokio::test]
async fn the_launchers_link_goes_by_the_apps_origin_for_its_nonce() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let link = Halfway { nonce: String::new(), open: "/open/notes".to_owned() };
    let answer = open(&world, &ada, &link).await;
    assert_eq!((answer.status, answer.header("location")), (303, format!("http://{NOTES}/").as_str()));
    for evil in ["//evil.example", "http://evil.example", "/%5cevil.example", "/../x"] {
        let link = Halfway { nonce: String::new(), open: format!("/open/notes?to={evil}") };
        let place = open(&world, &ada, &link).await.header("location").to_owned();
        assert!(place.starts_with(&format!("http://{NOTES}/")), "{evil}: {place}");
    }
}

#[tokio::test]
async fn two_tabs_that_open_an_app_at_once_both_get_in() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let first = begin(&world, NOTES, "/one").await;
    let kept = format!("Cookie: __Host-atoll-handoff={}", first.nonce);
    let second = world.client().get(NOTES, "/two", &[BROWSER[0], &kept]).await;
    assert_eq!(second.cookie("__Host-atoll-handoff"), first.nonce);
    let open = second.header("location").strip_prefix(&format!("http://{CONSOLE}")).unwrap().to_owned();
    let second = Halfway { nonce: first.nonce.clone(), open };
    for (tab, place) in [(&second, "/two"), (&first, "/one")] {
        let path = code(&world, &ada, tab, NOTES).await;
        assert_eq!(enter(&world, NOTES, &path, &tab.nonce).await.header("location"), place);
    }
}

#[tokio::test]
async fn leaving_ends_the_session_on_that_app_only() {
    let (world, ada, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let foreign =
        ["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", BROWSER[0]];
    let asked =
        world.client().get(NOTES, "/.atoll/leave", &[&[cookie.as_str()], &foreign[..]].concat()).await;
    assert_eq!(asked.status, 200);
    // The answer to the form is a redirect to another origin.
    assert!(!asked.header("content-security-policy").contains("form-action"), "{}", asked.head);
    assert!(
        asked.body.contains("Log out of this app?") && asked.body.contains("method=\"post\""),
        "{}",
        asked.body
    );
    let post =
        world.client().ask("POST", NOTES, "/.atoll/leave", &[&cookie, "Sec-Fetch-Site: same-site"], "").await;
    assert_eq!(post.problem(), "cross-origin");
    assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.status, 200);
    let left = world
        .client()
        .ask("POST", NOTES, "/.atoll/leave", &[&cookie, "Sec-Fetch-Site: same-origin"], "")
        .await;
    assert_eq!((left.status, left.header("location")), (303, format!("http://{CONSOLE}/").as_str()));
    assert_eq!(left.cookie("__Host-atoll-app"), "");
    assert_eq!(world.client().get(NOTES, "/", &[&cookie]).await.status, 401);
    let console = atoll_controlplane::identity::session::Audience::Console;
    assert!(world.platform.sessions.verify(&ada.console, &console).is_some());
}

#[tokio::test]
async fn the_platforms_corner_of_an_origin_never_reaches_the_app() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for (target, status) in [
        ("/.atoll/", 404),
        ("/.atoll/x", 404),
        ("/.ATOLL/enter", 303),
        ("/%2eatoll/x", 404),
        ("//.atoll/x", 404),
        ("/.atoll%2fx", 404),
        // Somebody who is in already and presses reload.
        ("/.atoll/enter?code=used", 303),
    ] {
        assert_eq!(world.client().get(NOTES, target, &[&cookie]).await.status, status, "{target}");
    }
    assert_eq!(world.client().ask("POST", NOTES, "/.atoll/enter", &[&cookie], "").await.status, 405);
    assert!(world.upstream.seen().is_empty());
}
