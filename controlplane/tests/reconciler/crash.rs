//! `kill -9` at any call: the next start completes or undoes, and nothing is left over.

use std::sync::Arc;

use atoll_controlplane::reconciler::{OperationKind, OperationState, VolumeFate};

use crate::{
    fake_engine::{Behaviour, Fault, Gate},
    world::{World, in_time},
};

/// The calls of an operation, in the order in which they come first.
async fn calls_of(kind: OperationKind) -> Vec<String> {
    let world = World::new().await;
    prepare(&world, kind).await;
    world.engine.take_calls();
    let operation = ask(&world, kind).await;
    world.ended(operation).await;
    world.engine.take_calls()
}

async fn prepare(world: &World, kind: OperationKind) {
    match kind {
        OperationKind::Install => {}
        OperationKind::Stop | OperationKind::Remove => drop(world.installed("notes").await),
        OperationKind::Start => {
            world.installed("notes").await;
            let stop = world.stop_app("notes").await.unwrap();
            world.ended(stop.id).await;
        }
    }
}

async fn ask(world: &World, kind: OperationKind) -> atoll_controlplane::ids::OperationId {
    let asked = match kind {
        OperationKind::Install => world.install("notes").await,
        OperationKind::Start => world.start_app("notes").await,
        OperationKind::Stop => world.stop_app("notes").await,
        OperationKind::Remove => world.remove("notes", VolumeFate::Delete).await,
    };
    asked.unwrap().id
}

/// Kills the control plane while `call` is under way, lets the call go on, and starts a new one.
async fn crash_at(kind: OperationKind, call: &str) -> (World, atoll_controlplane::ids::OperationId) {
    let mut world = World::new().await;
    prepare(&world, kind).await;
    let gate = Arc::new(Gate::default());
    world.engine.fault(call, Fault::Hold(Arc::clone(&gate)));
    let operation = ask(&world, kind).await;
    in_time(gate.reached.notified()).await;
    world.crash().await;
    gate.open.notify_one();
    world.start();
    (world, operation)
}

const WHOLE: [&str; 5] = [
    "network atoll-notes-main #0 [atoll-controlplane]",
    "volume atoll-notes-main-files",
    "volume atoll-notes-main-rows",
    "container atoll-notes-main-db running",
    "container atoll-notes-main-web running",
];

#[tokio::test]
async fn an_install_that_is_cut_short_at_any_call_is_completed() {
    let calls = calls_of(OperationKind::Install).await;
    assert_eq!(calls.len(), 8, "{calls:?}");
    for call in calls {
        let (world, operation) = crash_at(OperationKind::Install, &call).await;
        let ended = world.ended(operation).await;
        assert_eq!(ended.state, OperationState::Succeeded, "{call} {ended:#?}");
        assert_eq!(world.engine.objects(), WHOLE, "{call}");
        assert_eq!(world.role("notes").as_deref(), Some("admin"), "{call}");
    }
}

#[tokio::test]
async fn a_stop_a_start_and_a_removal_that_are_cut_short_at_any_call_are_completed() {
    for kind in [OperationKind::Start, OperationKind::Stop, OperationKind::Remove] {
        let calls = calls_of(kind).await;
        assert!(!calls.is_empty(), "{kind}");
        for call in calls {
            let (world, operation) = crash_at(kind, &call).await;
            let ended = world.ended(operation).await;
            assert_eq!(ended.state, OperationState::Succeeded, "{kind} {call} {ended:#?}");
            let containers_run = world.engine.objects().iter().filter(|o| o.ends_with("running")).count();
            match kind {
                OperationKind::Install | OperationKind::Start => assert_eq!(containers_run, 2, "{call}"),
                OperationKind::Stop => assert_eq!(containers_run, 0, "{call}"),
                OperationKind::Remove => assert_eq!(world.engine.objects(), [""; 0], "{call}"),
            }
        }
    }
}

#[tokio::test]
async fn a_rolling_back_that_is_cut_short_at_any_call_goes_on() {
    let undo = [
        "DELETE /containers/atoll-notes-main-db",
        "DELETE /containers/atoll-notes-main-web",
        "POST /networks/atoll-notes-main/disconnect",
        "DELETE /networks/atoll-notes-main",
        "DELETE /volumes/atoll-notes-main-rows",
    ];
    for call in undo {
        let mut world = World::new().await;
        world.engine.behave("notes-main-web", Behaviour::Dies(1));
        let gate = Arc::new(Gate::default());
        world.engine.fault(call, Fault::Hold(Arc::clone(&gate)));
        let operation = world.install("notes").await.unwrap().id;
        in_time(gate.reached.notified()).await;
        world.crash().await;
        gate.open.notify_one();
        world.start();
        let ended = world.ended(operation).await;
        assert_eq!(ended.state, OperationState::Failed, "{call}");
        assert_eq!(world.engine.objects(), [""; 0], "{call}");
        assert!(world.app("notes").await.is_none(), "{call}");
    }
}

#[tokio::test]
async fn an_operation_that_was_accepted_and_not_begun_is_carried_out_at_the_next_start() {
    let mut world = World::new().await;
    world.crash().await;
    world.start();
    let operation = world.install("hello").await.unwrap().id;
    world.crash().await;
    world.start();
    assert_eq!(world.ended(operation).await.state, OperationState::Succeeded);
}

#[tokio::test]
async fn a_control_plane_that_starts_again_leaves_running_apps_alone() {
    let mut world = World::new().await;
    world.installed("notes").await;
    world.engine.take_calls();
    world.crash().await;
    world.start();
    world.ready("notes").await;
    let touched: Vec<String> =
        world.engine.take_calls().into_iter().filter(|c| c.contains("containers")).collect();
    assert_eq!(touched, [""; 0]);
}

#[tokio::test]
async fn a_control_plane_in_a_new_container_joins_every_island_again() {
    let mut world = World::new().await;
    world.installed("notes").await;
    world.installed("hello").await;
    world.crash().await;
    world.engine.recreate_gateway();
    world.start();
    world.ready("notes").await;
    world.ready("hello").await;
    let networks: Vec<String> =
        world.engine.objects().into_iter().filter(|o| o.starts_with("network")).collect();
    assert!(networks.iter().all(|network| network.ends_with("[atoll-controlplane]")), "{networks:?}");
}
