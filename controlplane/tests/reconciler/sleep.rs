//! An app that nobody uses sleeps, and whoever asks for it has it woken.

use atoll_controlplane::reconciler::{AppState, InstanceState};

use crate::world::{World, a_while, id};

const AWAKE: &str = "http: {service: web, port: 8080, access: [{path: /, role: user}]}";
const IDLE: &str =
    "http: {service: web, port: 8080, access: [{path: /, role: user}]}\n  idle: {after: 60s, action: stop}";

/// `hello` is installed, answers, and would sleep after a minute.
async fn sleepy() -> World {
    let world = World::new().await;
    world.edit_allowlist(AWAKE, IDLE);
    world.installed("hello").await;
    world
}

/// Lets time pass until the app sleeps.
async fn asleep(world: &World) {
    for _ in 0..100 {
        if world.state("hello").await == AppState::Sleeping {
            return;
        }
        world.advance(20);
        a_while().await;
    }
    panic!("half an hour has passed, and it does not sleep");
}

async fn sleeping(world: &World) {
    asleep(world).await;
    world
        .until("its container has stopped", async || {
            world
                .engine
                .take_calls()
                .iter()
                .any(|call| call.contains("/containers/atoll-hello-main-web/stop"))
        })
        .await;
}

#[tokio::test]
async fn an_app_that_nobody_uses_sleeps_until_it_is_asked_for() {
    let world = sleepy().await;
    sleeping(&world).await;
    assert_eq!(world.state("hello").await, AppState::Sleeping);
    let asked = world.reconciler().uses(&id("hello")).begin();
    world.reconciler().uses(&id("hello")).wake();
    world.ready("hello").await;
    assert_eq!(world.state("hello").await, AppState::Ready);
    // While something is open it stays awake, however long that takes.
    world.advance(600);
    a_while().await;
    assert_eq!(world.state("hello").await, AppState::Ready);
    drop(asked);
    asleep(&world).await;
}

#[tokio::test]
async fn an_app_that_sleeps_sleeps_on_when_the_control_plane_starts_again() {
    let mut world = sleepy().await;
    sleeping(&world).await;
    world.crash().await;
    world.start();
    world.instance("hello", |state| *state == InstanceState::Sleeping).await;
    world.advance(60);
    a_while().await;
    let started = world.engine.take_calls().iter().any(|call| call.ends_with("-web/start"));
    assert!(!started);
    world.reconciler().uses(&id("hello")).wake();
    world.ready("hello").await;
}

#[tokio::test]
async fn an_administrators_word_ends_the_sleep() {
    let world = sleepy().await;
    sleeping(&world).await;
    let stop = world.stop_app("hello").await.unwrap();
    world.ended(stop.id).await;
    assert_eq!(world.state("hello").await, AppState::Stopped);
    world.reconciler().uses(&id("hello")).wake();
    a_while().await;
    assert_eq!(world.state("hello").await, AppState::Stopped);
    let start = world.start_app("hello").await.unwrap();
    world.ended(start.id).await;
    world.ready("hello").await;
}

#[tokio::test]
async fn an_app_whose_entry_says_nothing_of_sleep_stays_awake() {
    let world = World::new().await;
    world.installed("hello").await;
    world.advance(100_000);
    a_while().await;
    assert_eq!(world.state("hello").await, AppState::Ready);
}
