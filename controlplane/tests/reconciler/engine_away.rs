//! The engine goes away and comes back: states say so, nothing is forgotten, everything is restored.

use atoll_controlplane::reconciler::{EngineSeen, InstanceState, OperationState, StepState, VolumeFate};

use crate::{
    fake_engine::{Fault, Gate},
    world::{World, a_while, steps},
};

#[tokio::test]
async fn an_engine_that_restarts_gets_its_apps_back() {
    let world = World::new().await;
    world.installed("notes").await;
    world.installed("hello").await;
    world.engine.go_away();
    for app in ["notes", "hello"] {
        let failed = world.instance(app, |state| matches!(state, InstanceState::Failed { .. })).await;
        assert!(format!("{failed:?}").contains("The container engine does not answer"), "{failed:?}");
    }
    world
        .until("it is seen as away", async || matches!(world.reconciler().engine(), EngineSeen::Away { .. }))
        .await;
    assert!(world.app("notes").await.is_some());
    world.engine.come_back();
    world.ready("notes").await;
    world.ready("hello").await;
    world
        .until("it is seen as here", async || matches!(world.reconciler().engine(), EngineSeen::Here(_)))
        .await;
}

#[tokio::test]
async fn an_app_that_still_answers_is_left_in_peace_while_the_engine_is_away() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.hang_up();
    world
        .until("it is seen as away", async || matches!(world.reconciler().engine(), EngineSeen::Away { .. }))
        .await;
    world.advance(60);
    a_while().await;
    let state = world.reconciler().island(&"hello".parse().unwrap()).borrow().clone();
    assert!(matches!(state, InstanceState::Ready { .. }), "{state:?}");
}

#[tokio::test]
async fn an_install_without_an_engine_fails_at_once_and_names_the_cure() {
    let world = World::new().await;
    world.engine.go_away();
    let operation = world.installed("hello").await;
    let error = operation.error.clone().unwrap();
    assert!(error.message.starts_with("The container engine does not answer"), "{error:?}");
    assert!(error.cure.contains("atoll doctor"), "{error:?}");
    assert!(world.app("hello").await.is_none());
    assert_eq!(steps(&operation, StepState::Failed).len(), 1);
}

#[tokio::test]
async fn an_install_waits_for_an_engine_that_goes_away_in_the_middle() {
    let world = World::new().await;
    let gate = std::sync::Arc::new(Gate::default());
    world.engine.fault("POST /containers/create", Fault::Hold(gate.clone()));
    let operation = world.install("hello").await.unwrap().id;
    gate.reached.notified().await;
    world.engine.hang_up();
    gate.open.notify_one();
    world
        .until("the step says what it waits for", async || {
            let now = world.reconciler().operations().get(operation).await.unwrap().unwrap();
            now.steps.iter().any(|step| step.detail.as_deref().is_some_and(|d| d.contains("does not answer")))
        })
        .await;
    // It is tried again and again, from the first step on.
    for _ in 0..10 {
        world.advance(5);
        a_while().await;
    }
    assert!(!world.reconciler().operations().get(operation).await.unwrap().unwrap().is_finished());
    world.engine.come_back();
    assert_eq!(world.ended(operation).await.state, OperationState::Succeeded);
    world.ready("hello").await;
}

#[tokio::test]
async fn an_install_whose_engine_stays_away_is_rolled_back_when_it_returns() {
    let world = World::new().await;
    let gate = std::sync::Arc::new(Gate::default());
    world.engine.fault("POST /containers/create", Fault::Hold(gate.clone()));
    let operation = world.install("hello").await.unwrap().id;
    gate.reached.notified().await;
    world.engine.hang_up();
    gate.open.notify_one();
    world
        .until("it rolls back", async || {
            world.advance(30);
            let now = world.reconciler().operations().get(operation).await.unwrap().unwrap();
            steps(&now, StepState::Running).contains(&"roll_back")
        })
        .await;
    assert_eq!(world.engine.objects().len(), 1);
    world.engine.come_back();
    assert_eq!(world.ended(operation).await.state, OperationState::Failed);
    assert_eq!(world.engine.objects(), [""; 0]);
}

#[tokio::test]
async fn a_stop_without_an_engine_fails_and_is_made_good_when_it_returns() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.hang_up();
    let stop = world.stop_app("hello").await.unwrap();
    assert_eq!(world.ended(stop.id).await.state, OperationState::Failed);
    world.engine.come_back();
    world
        .until("it is stopped", async || {
            world.engine.objects().contains(&"container atoll-hello-main-web exited".to_owned())
        })
        .await;
}

#[tokio::test]
async fn a_removal_without_an_engine_can_be_asked_for_again() {
    let world = World::new().await;
    world.installed("hello").await;
    world.engine.go_away();
    let first = world.remove("hello", VolumeFate::Delete).await.unwrap();
    assert_eq!(world.ended(first.id).await.state, OperationState::Failed);
    assert!(world.app("hello").await.is_some());
    world.engine.come_back();
    let again = world.remove("hello", VolumeFate::Delete).await.unwrap();
    assert_eq!(world.ended(again.id).await.state, OperationState::Succeeded);
    assert_eq!(world.engine.objects(), [""; 0]);
}
