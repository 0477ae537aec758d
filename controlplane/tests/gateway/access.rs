//! Who gets to an app, to which path of it, and what everybody else is told.

use atoll_controlplane::reconciler::InstanceState;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{CONSOLE, Connection, NOTES, OTHER, World, id, request};

const BROWSER: [&str; 3] = [
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Dest: document",
];

#[tokio::test]
async fn without_a_session_nothing_reaches_the_app() {
    let world = World::new().await;
    let ada = world.person("ada", Some("user")).await;
    let console = ada.console.clone();
    let other = world.enter(&ada, "other").await;
    for line in [
        "X: nothing".to_owned(),
        "Cookie: __Host-atoll-app=nonsense".to_owned(),
        format!("Cookie: __Host-atoll-app={console}"),
        format!("Cookie: __Host-atoll-session={console}"),
        format!("Cookie: {other}"),
        format!("Authorization: Bearer {console}"),
    ] {
        let answer = world.client().get(NOTES, "/", &[&line]).await;
        assert_eq!((answer.status, answer.problem().as_str()), (401, "not-signed-in"), "{line}");
    }
    assert!(world.upstream.seen().is_empty());
    assert_eq!(world.upstream.known.connections.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_identity_that_an_app_was_given_is_no_session() {
    let (world, _, cookie) = World::with_user().await;
    world.client().get(NOTES, "/", &[&format!("Cookie: {cookie}")]).await;
    let identity = world.upstream.only().one("atoll-identity").to_owned();
    let answer = world.client().get(NOTES, "/", &[&format!("Cookie: __Host-atoll-app={identity}")]).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_session_without_a_grant_reaches_nothing() {
    let world = World::new().await;
    let eve = world.person("eve", None).await;
    let cookie = format!("Cookie: {}", world.enter(&eve, "notes").await);
    let answer = world.client().get(NOTES, "/", &[&cookie]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (403, "no-grant"));
    assert!(!answer.body.contains("Notes"), "{}", answer.body);
    let page = world.client().get(NOTES, "/", &[&[cookie.as_str()], &BROWSER[..]].concat()).await;
    assert_eq!((page.status, page.header("content-type")), (403, "text/html; charset=utf-8"));
    assert!(
        page.body.contains("You have not been given this app.") && page.body.contains("Ask an administrator")
    );
    assert!(page.body.contains(page.header("x-request-id")), "{}", page.body);
    assert!(world.upstream.seen().is_empty());
}

#[tokio::test]
async fn a_revoked_grant_a_disabled_person_and_a_log_out_bite_at_once() {
    use atoll_controlplane::{identity::accounts::AccountChanges, permissions::Actor};
    let (world, ada, cookie) = World::with_user().await;
    let line = format!("Cookie: {cookie}");
    let status = async || world.client().get(NOTES, "/", &[&line]).await.status;
    assert_eq!(status().await, 200);
    world.revoke(ada.id, "notes").await;
    assert_eq!(status().await, 403);
    world.grant(ada.id, "notes", "user").await;
    assert_eq!(status().await, 200);
    let bob = world.person("bob", Some("user")).await;
    let bobs = format!("Cookie: {}", world.enter(&bob, "notes").await);
    let console = atoll_controlplane::identity::session::Audience::Console;
    let session = world.platform.sessions.verify(&bob.console, &console).unwrap();
    world.platform.accounts.sign_out(&Actor::System, &session).await.unwrap();
    assert_eq!(world.client().get(NOTES, "/", &[&bobs]).await.status, 401);
    let disabled = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
    world.platform.accounts.update(&Actor::System, ada.id, disabled).await.unwrap();
    assert_eq!(status().await, 401);
}

/// The status of one more request on a connection that stays open.
async fn next(connection: &mut Connection, host: &str, cookie: &str) -> u16 {
    let line = format!("Cookie: {cookie}");
    let request = request("GET", host, "/", &[&line], "").replace("Connection: close\r\n", "");
    connection.stream.write_all(request.as_bytes()).await.unwrap();
    let head = connection.until("\r\n\r\n").await.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.parse().unwrap();
    while connection.read.len() < length {
        assert!(connection.stream.read_buf(&mut connection.read).await.unwrap() > 0, "{head}");
    }
    connection.read.drain(..length);
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_connection_on_which_somebody_was_let_in_lets_nobody_in_by_itself() {
    use atoll_controlplane::{identity::session::Audience, permissions::Actor};
    let (world, ada, adas) = World::with_user().await;
    let bob = world.person("bob", Some("user")).await;
    let bobs = world.enter(&bob, "notes").await;
    let mut connection = world.client().connect().await;
    for (cookie, user) in [(&adas, &ada), (&adas, &ada), (&bobs, &bob), (&adas, &ada), (&bobs, &bob)] {
        world.upstream.forget();
        assert_eq!(next(&mut connection, NOTES, cookie).await, 200);
        assert_eq!(world.upstream.only().one("x-forwarded-user"), user.id.to_string());
    }
    world.upstream.forget();
    // The same length, the same beginning, the same end, another app, nothing.
    let (begin, end) = bobs.split_at(bobs.len() - 2);
    let other_end = if end.starts_with('A') { end.replacen('A', "B", 1) } else { format!("A{}", &end[1..]) };
    let elsewhere = bobs.replacen("app=", "app=x", 1);
    for (host, cookie) in [
        (NOTES, format!("{begin}{other_end}")),
        (NOTES, elsewhere[..bobs.len()].to_owned()),
        (NOTES, begin.to_owned()),
        (OTHER, bobs.clone()),
        (NOTES, "a=b".to_owned()),
    ] {
        assert_eq!(next(&mut connection, NOTES, &bobs).await, 200);
        world.upstream.forget();
        assert_eq!(next(&mut connection, host, &cookie).await, 401, "{host} {cookie}");
        assert!(world.upstream.seen().is_empty(), "{host} {cookie}");
    }
    assert_eq!(next(&mut connection, NOTES, &bobs).await, 200);
    let session = world.platform.sessions.verify(&bob.console, &Audience::Console).unwrap();
    world.platform.accounts.sign_out(&Actor::System, &session).await.unwrap();
    assert_eq!(next(&mut connection, NOTES, &bobs).await, 401);
    assert_eq!(next(&mut connection, NOTES, &adas).await, 200);
    world.clock.advance(jiff::SignedDuration::from_hours(9));
    assert_eq!(next(&mut connection, NOTES, &adas).await, 401);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let (world, _, cookie) = World::with_user().await;
    let line = format!("Cookie: {cookie}");
    world.clock.advance(jiff::SignedDuration::from_mins(8 * 60 - 1));
    assert_eq!(world.client().get(NOTES, "/", &[&line]).await.status, 200);
    world.clock.advance(jiff::SignedDuration::from_mins(2));
    assert_eq!(world.client().get(NOTES, "/", &[&line]).await.status, 401);
}

#[tokio::test]
async fn no_spelling_of_a_path_gets_by_its_role() {
    let world = World::new().await;
    let (ada, bob) = (world.person("ada", Some("user")).await, world.person("bob", Some("admin")).await);
    let user = format!("Cookie: {}", world.enter(&ada, "notes").await);
    let admin = format!("Cookie: {}", world.enter(&bob, "notes").await);
    for (target, as_user, as_admin, forwarded) in [
        ("/", 200, 200, "/"),
        ("/?next=/admin/", 200, 200, "/?next=/admin/"),
        ("/administrators", 200, 200, "/administrators"),
        ("/group%2Fproject", 200, 200, "/group%2Fproject"),
        ("/a;v=1/b", 200, 200, "/a;v=1/b"),
        ("/a%20b/%C3%A4", 200, 200, "/a%20b/%C3%A4"),
        ("//a///b", 200, 200, "/a/b"),
        ("/admin/", 403, 200, "/admin/"),
        ("/admin", 403, 200, "/admin"),
        ("/admin/users?x=1", 403, 200, "/admin/users?x=1"),
        ("//admin//users", 403, 200, "/admin/users"),
        ("/ADMIN/users", 403, 200, "/ADMIN/users"),
        ("/%61dmin/users", 403, 200, "/%61dmin/users"),
        ("/%2561dmin/users", 403, 200, "/%2561dmin/users"),
        ("/admin;x=y/users", 403, 200, "/admin;x=y/users"),
        ("/;x/admin/users", 403, 200, "/;x/admin/users"),
        ("/admin%2Fusers", 403, 200, "/admin%2Fusers"),
        ("/%2fadmin/users", 403, 200, "/%2fadmin/users"),
        ("/admin%5Cusers", 403, 200, "/admin%5Cusers"),
        ("/admin%3Bx/users", 403, 200, "/admin%3Bx/users"),
        ("/closed/x", 403, 403, ""),
        ("/x/../admin/", 400, 400, ""),
        ("/x/%2e%2e/admin/", 400, 400, ""),
        ("/x/%252e%252e/admin/", 400, 400, ""),
        ("/x/..%2fadmin/", 400, 400, ""),
        ("/x/..;/admin/", 400, 400, ""),
        ("/./admin/", 400, 400, ""),
        ("/x\\..\\admin/", 400, 400, ""),
        ("/x\\admin/", 400, 400, ""),
        ("/admin%00/", 400, 400, ""),
        ("/x%0d%0aX-Forwarded-User:%20root", 400, 400, ""),
        ("/x%", 400, 400, ""),
        ("*", 400, 400, ""),
    ] {
        for (cookie, expected) in [(&user, as_user), (&admin, as_admin)] {
            world.upstream.forget();
            let answer = world.client().get(NOTES, target, &[cookie]).await;
            assert_eq!(answer.status, expected, "{target}: {answer:?}");
            let arrived: Vec<_> = world.upstream.seen().into_iter().map(|seen| seen.target).collect();
            let passes = expected == 200;
            assert_eq!(arrived, if passes { vec![forwarded.to_owned()] } else { vec![] }, "{target}");
        }
    }
}

#[tokio::test]
async fn an_absolute_target_must_name_the_same_host() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let same = world.client().get(NOTES, &format!("http://{NOTES}/x"), &[&cookie]).await;
    assert_eq!((same.status, world.upstream.only().target.as_str()), (200, "/x"));
    let another = world.client().get(NOTES, &format!("http://{OTHER}/x"), &[&cookie]).await;
    assert_eq!((another.status, another.problem().as_str()), (400, "bad-host"));
    for method in ["CONNECT", "TRACE"] {
        let target = if method == "CONNECT" { NOTES } else { "/" };
        let answer = world.client().ask(method, NOTES, target, &[&cookie], "").await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[tokio::test]
async fn unknown_hosts_are_told_nothing() {
    let world = World::new().await;
    for host in ["evil.example", "127.0.0.1", "a.b.atoll.localhost:8080", "localhost:8080"] {
        let answer = world.client().get(host, "/", &BROWSER).await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(!answer.body.contains("atoll"), "{}", answer.body);
    }
    // An app that is not on the list looks like any other to those who are not signed in.
    let (known, unknown) = (
        world.client().get(NOTES, "/", &[]).await,
        world.client().get("secret.atoll.localhost:8080", "/", &[]).await,
    );
    assert_eq!((known.status, known.problem()), (unknown.status, unknown.problem()));
    assert_eq!(world.client().get(CONSOLE, "/", &[]).await.body, "the console");
}

#[tokio::test]
async fn another_apps_page_can_neither_read_nor_change_anything() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let origin = format!("Origin: http://{OTHER}");
    for (method, lines) in [
        ("POST", vec!["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: empty"]),
        ("POST", vec!["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]),
        ("GET", vec!["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"]),
        ("GET", vec!["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"]),
        ("DELETE", vec![origin.as_str()]),
        ("POST", vec!["Origin: null"]),
    ] {
        let answer =
            world.client().ask(method, NOTES, "/", &[&[cookie.as_str()], &lines[..]].concat(), "").await;
        assert_eq!((answer.status, answer.problem().as_str()), (403, "cross-origin"), "{method} {lines:?}");
    }
    assert!(world.upstream.seen().is_empty());
    let link = ["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    assert_eq!(world.client().get(NOTES, "/", &[&[cookie.as_str()], &link[..]].concat()).await.status, 200);
}

#[tokio::test]
async fn an_app_that_does_not_run_says_what_it_does_instead() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    let since = world.clock.now();
    for (state, code, words, reloads) in [
        (InstanceState::Stopped, "app-stopped", "Notes is stopped", false),
        (
            InstanceState::Starting { since, step: "waiting for `db` to answer".to_owned() },
            "app-starting",
            "Waiting for <code>db</code> to answer.",
            true,
        ),
        (
            InstanceState::Failed {
                cause: "the image is gone".to_owned(),
                cure: "Lock it again.".to_owned(),
            },
            "app-failed",
            "The image is gone.",
            false,
        ),
    ] {
        world.notes.send_replace(state);
        let problem = world.client().ask("POST", NOTES, "/", &[&cookie], "x").await;
        assert_eq!((problem.status, problem.problem().as_str()), (503, code));
        let page = world.client().get(NOTES, "/", &[&[cookie.as_str()], &BROWSER[..]].concat()).await;
        assert_eq!(page.status, 503);
        assert!(page.body.contains(words), "{}", page.body);
        assert_eq!(page.headers("refresh").len(), usize::from(reloads), "{}", page.head);
    }
    // Nothing listens there.
    world.notes.send_replace(InstanceState::Ready { endpoint: "127.0.0.1:1".parse().unwrap() });
    let answer = world.client().get(NOTES, "/", &[&cookie]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (502, "app-unreachable"));
}

#[tokio::test]
async fn what_a_stranger_sends_is_never_lost_in_a_redirect() {
    let world = World::new().await;
    let answer = world.client().ask("POST", NOTES, "/save", &BROWSER, "a=1").await;
    assert_eq!((answer.status, answer.header("content-type")), (401, "text/html; charset=utf-8"));
    assert!(answer.body.contains("was not passed on") && answer.headers("location").is_empty());
}

#[tokio::test]
async fn a_changed_allowlist_counts_from_the_next_request_on() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    assert_eq!(world.client().get(NOTES, "/reports/1", &[&cookie]).await.status, 200);
    world.change_policy("- {path: /closed/, role: owner}", "- {path: /reports/, role: admin}");
    for _ in 0..100 {
        if world.client().get(NOTES, "/reports/1", &[&cookie]).await.status == 403 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the new rule did not count within a second");
}

#[tokio::test]
async fn an_app_without_websockets_refuses_them_and_large_bodies_are_named() {
    let world = World::new().await;
    let ada = world.person("ada", None).await;
    world.grant(ada.id, "other", "user").await;
    let cookie = format!("Cookie: {}", world.enter(&ada, "other").await);
    let upgrade = [cookie.as_str(), "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
    let refused = world.client().get(OTHER, "/app/ws", &upgrade).await;
    assert_eq!((refused.status, refused.problem().as_str()), (403, "no-websocket"));
    let large = world.client().ask("POST", OTHER, "/app/upload", &[&cookie], &"x".repeat(1025)).await;
    assert_eq!((large.status, large.problem().as_str()), (413, "body-too-large"));
    assert!(large.json()["detail"].as_str().unwrap().contains("1 KiB"), "{large:?}");
    // Nobody's path.
    assert_eq!(world.client().get(OTHER, "/", &[&cookie]).await.problem(), "role-too-low");
    assert!(world.upstream.seen().is_empty());
    assert_eq!(world.platform.access.apps_of(ada.id)[0].0, id("other"));
}
