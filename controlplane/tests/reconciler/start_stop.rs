//! Stopping and starting.

use atoll_controlplane::reconciler::{AppState, InstanceState, OperationState};

use crate::{fake_engine::Behaviour, world::World};

#[tokio::test]
async fn a_stopped_app_keeps_everything_but_runs_no_more_until_it_is_started() {
    let world = World::new().await;
    world.installed("notes").await;
    world.engine.take_calls();
    let stop = world.stop_app("notes").await.unwrap();
    assert_eq!(world.ended(stop.id).await.state, OperationState::Succeeded);
    // The other way round than they were started.
    let stops = ["POST /containers/atoll-notes-main-web/stop", "POST /containers/atoll-notes-main-db/stop"];
    assert_eq!(world.engine.take_calls(), stops);
    assert_eq!(world.state("notes").await, AppState::Stopped);
    assert_eq!(*world.reconciler().island(&"notes".parse().unwrap()).borrow(), InstanceState::Stopped);
    assert_eq!(world.engine.objects().len(), 5);

    let start = world.start_app("notes").await.unwrap();
    assert_eq!(world.ended(start.id).await.state, OperationState::Succeeded);
    world.ready("notes").await;
    assert_eq!(world.state("notes").await, AppState::Ready);
}

#[tokio::test]
async fn a_stopped_app_stays_down_over_a_restart_of_the_control_plane() {
    let mut world = World::new().await;
    world.installed("hello").await;
    let stop = world.stop_app("hello").await.unwrap();
    world.ended(stop.id).await;
    world.crash().await;
    world.start();
    world.installed("notes").await;
    assert!(world.engine.objects().contains(&"container atoll-hello-main-web exited".to_owned()));
    assert_eq!(world.state("hello").await, AppState::Stopped);
}

#[tokio::test]
async fn a_start_that_fails_says_why_and_the_app_is_tried_again() {
    let world = World::new().await;
    world.installed("hello").await;
    let stop = world.stop_app("hello").await.unwrap();
    world.ended(stop.id).await;
    world.engine.behave("hello-main-web", Behaviour::Dies(2));
    let start = world.start_app("hello").await.unwrap();
    let ended = world.ended(start.id).await;
    assert_eq!(ended.error.unwrap().message, "Service `web` ended by itself with exit code 2.");
    world.engine.behave("hello-main-web", Behaviour::Answers(200));
    world.ready("hello").await;
}

#[tokio::test]
async fn starting_what_runs_changes_nothing() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.take_calls();
    let start = world.start_app("hello").await.unwrap();
    assert_eq!(world.ended(start.id).await.state, OperationState::Succeeded);
    let calls = world.engine.take_calls();
    assert!(calls.iter().all(|call| !call.contains("/containers/")), "{calls:?}");
}
