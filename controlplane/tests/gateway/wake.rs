//! Apps that sleep: who wakes them, and what whoever asks is told meanwhile.

use std::time::{Duration, Instant};

use atoll_controlplane::reconciler::InstanceState;

use crate::support::{NOTES, World};

const WINDOW: [&str; 2] = ["Accept: text/html", "Sec-Fetch-Mode: navigate"];

async fn asleep() -> (World, String) {
    let (world, _, cookie) = World::with_user().await;
    world.notes.send_replace(InstanceState::Sleeping);
    (world, format!("Cookie: {cookie}"))
}

/// Plays the island's keeper: waits until it is called, starts the app, says that it answers.
async fn wakes(world: &World) {
    world.uses.called().await;
    assert!(world.uses.was_wanted());
    let since = world.clock.now();
    world.notes.send_replace(InstanceState::Starting { since, step: "waiting for `db`".to_owned() });
    tokio::task::yield_now().await;
    world.notes.send_replace(InstanceState::Ready { endpoint: world.upstream.address });
}

#[tokio::test]
async fn a_program_is_held_until_the_app_has_woken() {
    let (world, cookie) = asleep().await;
    let lines = [cookie.as_str()];
    let (answer, ()) = tokio::join!(world.client().get(NOTES, "/", &lines), wakes(&world));
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
}

#[tokio::test]
async fn what_a_person_sends_is_held_too_and_arrives_whole() {
    let (world, cookie) = asleep().await;
    let lines = [&[cookie.as_str()], &WINDOW[..]].concat();
    let (answer, ()) =
        tokio::join!(world.client().ask("POST", NOTES, "/upload", &lines, "a=1&b=2"), wakes(&world));
    assert_eq!((answer.status, answer.body.as_str()), (200, "7"));
}

#[tokio::test]
async fn a_window_shows_the_step_and_asks_again_by_itself() {
    let (world, cookie) = asleep().await;
    let lines = [&[cookie.as_str()], &WINDOW[..]].concat();
    let page = world.client().get(NOTES, "/deep?link=1", &lines).await;
    assert_eq!((page.status, page.header("refresh"), page.header("retry-after")), (503, "2", "2"));
    assert!(page.body.contains("Notes is starting") && page.body.contains("being woken"), "{}", page.body);
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(world.uses.was_wanted());
    let since = world.clock.now();
    world.notes.send_replace(InstanceState::Starting { since, step: "waiting for `db`".to_owned() });
    let page = world.client().get(NOTES, "/deep?link=1", &lines).await;
    assert!(page.body.contains("Waiting for <code>db</code>."), "{}", page.body);
    world.notes.send_replace(InstanceState::Ready { endpoint: world.upstream.address });
    assert_eq!(world.client().get(NOTES, "/deep?link=1", &lines).await.status, 200);
}

#[tokio::test]
async fn an_app_that_does_not_wake_in_time_is_asked_again_later() {
    let (world, cookie) = asleep().await;
    let begun = Instant::now();
    let answer = world.client().get(NOTES, "/", &[&cookie]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (503, "app-starting"));
    assert_eq!(answer.header("retry-after"), "2");
    // The entry's `startTimeout` is 300 ms.
    assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());
    world.notes.send_replace(InstanceState::Sleeping);
    let fails = async {
        world.uses.called().await;
        let (cause, cure) = ("the image is gone".to_owned(), "Lock it again.".to_owned());
        world.notes.send_replace(InstanceState::Failed { cause, cure });
    };
    world.uses.was_wanted();
    let lines = [cookie.as_str()];
    let (answer, ()) = tokio::join!(world.client().get(NOTES, "/", &lines), fails);
    assert_eq!(answer.problem(), "app-failed");
}

#[tokio::test]
async fn nobody_without_a_right_wakes_an_app() {
    let (world, _) = asleep().await;
    let bob = world.person("bob", None).await;
    world.grant(bob.id, "other", "user").await;
    let strangers = format!("Cookie: {}", world.enter(&bob, "notes").await);
    let viewer = world.person("eve", Some("user")).await;
    let low = format!("Cookie: {}", world.enter(&viewer, "notes").await);
    for (target, lines) in [
        ("/", vec![]),
        ("/", WINDOW.to_vec()),
        ("/", vec![strangers.as_str()]),
        ("/", vec!["Cookie: __Host-atoll-app=forged"]),
        ("/admin/", vec![low.as_str()]),
        ("/", vec![low.as_str(), "Sec-Fetch-Site: cross-site"]),
    ] {
        let answer = world.client().get(NOTES, target, &lines).await;
        assert!([303, 401, 403].contains(&answer.status), "{target} {lines:?}: {answer:?}");
        assert!(!world.uses.was_wanted(), "{target} {lines:?}");
    }
    assert_eq!(world.uses.begun(), 0);
}
