//! What is not as it should be is made so, without anybody asking.

use atoll_controlplane::reconciler::{AppState, InstanceState, state::ServiceState};
use serde_json::json;

use crate::{
    fake_engine::Behaviour,
    world::{World, a_while},
};

fn starts(world: &World, service: &str) -> usize {
    let start = format!("POST /containers/atoll-{service}/start");
    world.engine.take_calls().iter().filter(|call| **call == start).count()
}

#[tokio::test]
async fn a_service_that_dies_is_started_again() {
    let world = World::new().await;
    world.installed("notes").await;
    world.engine.kill("notes-main-web", 1, false);
    world.instance("notes", |state| !matches!(state, InstanceState::Ready { .. })).await;
    world.ready("notes").await;
    world
        .until("the restart is counted", async || {
            let services = world.app("notes").await.unwrap().services;
            services
                .iter()
                .any(|s| s.name.as_str() == "web" && s.restarts == 1 && s.state == ServiceState::Running)
        })
        .await;
}

#[tokio::test]
async fn a_service_that_keeps_dying_is_tried_ever_less_often_and_named() {
    let mut world = World::new().await;
    world.installed("hello").await;
    world.engine.behave("hello-main-web", Behaviour::Dies(7));
    world.engine.take_calls();
    world.engine.kill("hello-main-web", 7, false);
    let failed = world.instance("hello", |state| matches!(state, InstanceState::Failed { .. })).await;
    world.freeze();
    let InstanceState::Failed { cause, cure } = failed else { panic!("it has failed") };
    assert!(cause.starts_with("Service `web` ended by itself with exit code 7."), "{cause}");
    assert!(cause.contains("That makes 3 times in a row"), "{cause}");
    assert!(cure.contains("log"), "{cure}");
    assert_eq!(world.state("hello").await, AppState::Failed);

    // Time stands still: nothing is tried.
    a_while().await;
    starts(&world, "hello-main-web");
    a_while().await;
    assert_eq!(starts(&world, "hello-main-web"), 0);
    // The longest wait is five minutes: after that it is tried again.
    world.advance(301);
    world.until("it is tried again", async || starts(&world, "hello-main-web") == 1).await;

    world.engine.behave("hello-main-web", Behaviour::Answers(200));
    world.let_time_flow();
    world.advance(301);
    world.ready("hello").await;
}

#[tokio::test]
async fn memory_that_ran_out_is_named() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.behave("hello-main-web", Behaviour::Starves);
    world.engine.kill("hello-main-web", 137, true);
    let failed = world.instance("hello", |state| matches!(state, InstanceState::Failed { .. })).await;
    let InstanceState::Failed { cause, cure } = failed else { panic!("it has failed") };
    assert!(cause.contains("its memory limit of 64Mi") && cure.contains("limits.memory"), "{cause} {cure}");
}

#[tokio::test]
async fn a_service_that_stops_answering_is_started_again() {
    let mut world = World::new().await;
    world.installed("notes").await;
    world.freeze();
    a_while().await;
    world.engine.take_calls();
    world.engine.silence("notes-main-web");
    // One unanswered question is not enough, since the entry says two.
    world.advance(11);
    a_while().await;
    assert!(matches!(
        *world.reconciler().island(&"notes".parse().unwrap()).borrow(),
        InstanceState::Ready { .. }
    ));
    world.let_time_flow();
    world.advance(11);
    world.until("it is stopped and started", async || starts(&world, "notes-main-web") == 1).await;
    world.ready("notes").await;
}

#[tokio::test]
async fn a_container_that_vanished_is_made_again() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.vanish("hello-main-web");
    world
        .until("it is back", async || {
            world.engine.objects().contains(&"container atoll-hello-main-web running".to_owned())
        })
        .await;
    world.ready("hello").await;
}

#[tokio::test]
async fn a_network_that_lost_the_gateway_is_joined_again() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.recreate_gateway();
    world
        .until("it is joined", async || {
            world.engine.objects()[0] == "network atoll-hello-main #0 [atoll-controlplane]"
        })
        .await;
    world.ready("hello").await;
}

#[tokio::test]
async fn what_nobody_installed_is_removed_and_volumes_never_are() {
    let world = World::new().await;
    world.engine.plant_orphan("ghost");
    world.engine.plant_volume("ghost-main-data");
    world.reconciler().wake();
    world
        .until("only data is left", async || world.engine.objects() == ["volume atoll-ghost-main-data"])
        .await;
}

#[tokio::test]
async fn what_was_stopped_stays_down_even_if_somebody_starts_it() {
    let world = World::new().await;
    world.installed("hello").await;
    let stop = world.stop_app("hello").await.unwrap();
    world.ended(stop.id).await;
    world.engine.start_behind_our_back("hello-main-web").await;
    world
        .until("it is stopped again", async || {
            world.engine.objects().contains(&"container atoll-hello-main-web exited".to_owned())
        })
        .await;
    assert_eq!(world.state("hello").await, AppState::Stopped);
}

#[tokio::test]
async fn an_app_that_leaves_the_allowlist_is_stopped_and_comes_back_with_it() {
    let world = World::new().await;
    world.installed("hello").await;
    world.edit_allowlist("- id: hello", "- id: other");
    let failed = world.instance("hello", |state| matches!(state, InstanceState::Failed { .. })).await;
    assert!(format!("{failed:?}").contains("`hello` is not on the allowlist"), "{failed:?}");
    world
        .until("it does not run", async || {
            world.engine.objects().contains(&"container atoll-hello-main-web exited".to_owned())
        })
        .await;
    world.edit_allowlist("- id: other", "- id: hello");
    world.ready("hello").await;
}

#[tokio::test]
async fn a_container_that_differs_after_a_restart_stays_down_until_somebody_says_so() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.tamper(Some(("CapDrop", json!([]))));
    world.engine.kill("hello-main-web", 1, false);
    let failed = world.instance("hello", |state| matches!(state, InstanceState::Failed { .. })).await;
    assert!(format!("{failed:?}").contains("HostConfig.CapDrop"), "{failed:?}");
    world.engine.tamper(None);
    world.engine.take_calls();
    world.reconciler().wake();
    a_while().await;
    assert_eq!(starts(&world, "hello-main-web"), 0);
    assert!(!world.engine.objects().iter().any(|object| object.ends_with("running")));
    let start = world.start_app("hello").await.unwrap();
    assert!(world.ended(start.id).await.error.is_none());
    world.ready("hello").await;
}

#[tokio::test]
async fn a_changed_entry_takes_effect_at_the_next_start() {
    let world = World::new().await;
    world.installed("hello").await;
    world.edit_allowlist("cpu: \"0.25\", memory: 64Mi", "cpu: \"0.5\", memory: 64Mi");
    a_while().await;
    world.ready("hello").await;
    let stop = world.stop_app("hello").await.unwrap();
    world.ended(stop.id).await;
    world.engine.take_calls();
    let start = world.start_app("hello").await.unwrap();
    assert!(world.ended(start.id).await.error.is_none());
    let calls = world.engine.take_calls();
    assert!(calls.contains(&"POST /containers/create atoll-hello-main-web".to_owned()), "{calls:?}");
}
