//! Installing: what is made in which order, what people see of it, and that a failure leaves nothing behind.

use std::sync::Arc;

use atoll_controlplane::reconciler::{
    AppState, CommandError, InstanceState, OperationState, StepState, state::Verdict,
};
use serde_json::json;

use crate::{
    fake_engine::{Behaviour, Fault, Gate},
    world::{World, id, steps},
};

#[tokio::test]
async fn an_image_that_a_registry_has_is_pulled_once_and_its_bytes_are_told() {
    let lock = include_str!("allowlist.lock").replacen(r#""source": "local""#, r#""source": "registry""#, 1);
    let mut world = World::with_lock(&lock).await;
    world.start();
    let operation = world.installed("notes").await;
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:#?}");
    let images = operation.steps.iter().find(|step| step.name.as_str() == "images").unwrap();
    let progress = images.progress.as_ref().unwrap();
    assert_eq!((progress.done, progress.total), (4096, Some(4096)), "{images:?}");
    let calls = world.engine.take_calls();
    assert_eq!(calls.iter().filter(|call| call.contains("/images/create")).count(), 1, "{calls:?}");
}

#[tokio::test]
async fn an_installed_app_is_up_verified_and_given_to_its_installer() {
    let world = World::new().await;
    let operation = world.installed("notes").await;
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:#?}");
    assert!(operation.steps.iter().all(|step| step.state == StepState::Done), "{operation:#?}");
    assert_eq!(
        world.engine.objects(),
        [
            "network atoll-notes-main #0 [atoll-controlplane]",
            "volume atoll-notes-main-files",
            "volume atoll-notes-main-rows",
            "container atoll-notes-main-db running",
            "container atoll-notes-main-web running",
        ]
    );
    let Some(InstanceState::Ready { endpoint }) =
        Some(world.reconciler().island(&id("notes")).borrow().clone())
    else {
        panic!("it is ready")
    };
    // Addresses follow the alphabetical order of services: db has .2, web .3.
    assert_eq!(endpoint.to_string(), "10.212.0.3:8000");
    let app = world.app("notes").await.unwrap();
    assert_eq!(app.state, AppState::Ready);
    assert_eq!(app.verification.unwrap().verdict, Verdict::Verified);
    assert_eq!(world.role("notes").as_deref(), Some("admin"));
    assert_eq!(operation.created_by, world.admin());
    let stored = world.store.operation(operation.id).await.unwrap();
    assert_eq!(stored, Some(operation));
}

#[tokio::test]
async fn a_service_starts_after_the_one_that_it_needs_and_the_gateway_joins_first_of_all() {
    let world = World::new().await;
    world.installed("notes").await;
    let mut calls = world.engine.take_calls();
    // What runs at once may come in either order.
    let starts: Vec<String> = calls.iter().filter(|call| call.ends_with("/start")).cloned().collect();
    assert_eq!(
        starts,
        ["POST /containers/atoll-notes-main-db/start", "POST /containers/atoll-notes-main-web/start"]
    );
    calls.sort();
    assert_eq!(
        calls,
        [
            "POST /containers/atoll-notes-main-db/start",
            "POST /containers/atoll-notes-main-web/start",
            "POST /containers/create atoll-notes-main-db",
            "POST /containers/create atoll-notes-main-web",
            "POST /networks/atoll-notes-main/connect",
            "POST /networks/create atoll-notes-main",
            "POST /volumes/create atoll-notes-main-files",
            "POST /volumes/create atoll-notes-main-rows",
        ]
    );
}

#[tokio::test]
async fn services_that_name_the_same_secret_are_given_the_same_and_nobody_stores_it_in_the_clear() {
    let world = World::new().await;
    world.installed("notes").await;
    let value = |service: &str, name: &str| {
        let env = world.engine.environment(&format!("notes-main-{service}"));
        env.iter().find_map(|variable| variable.strip_prefix(&format!("{name}=")).map(str::to_owned)).unwrap()
    };
    let secret = value("web", "DATABASE_PASSWORD");
    assert_eq!(secret, value("db", "ROWS_PASSWORD"));
    assert_eq!(secret.len(), 43);
    let operations = format!("{:?}", world.store.operations(None, 10).await.unwrap());
    let sealed = format!(
        "{:?}",
        world.store.sealed_secrets(&atoll_sandbox::names::IslandId::shared(id("notes"))).await
    );
    let trail = format!("{:?}", world.store.audit_events_after(0, 100).await.unwrap());
    assert!(!operations.contains(&secret) && !sealed.contains(&secret) && !trail.contains(&secret));
}

#[tokio::test]
async fn each_app_gets_an_address_range_of_its_own() {
    let world = World::new().await;
    world.installed("notes").await;
    world.installed("hello").await;
    assert!(world.engine.objects().contains(&"network atoll-hello-main #1 [atoll-controlplane]".to_owned()));
    let index = atoll_sandbox::subnet::NetworkIndex(1);
    assert_eq!(world.reconciler().island_at(index).unwrap().app, id("hello"));
}

#[tokio::test]
async fn a_range_that_somebody_else_uses_is_passed_over() {
    let world = World::new().await;
    world.engine.overlap([0, 1]);
    let operation = world.installed("hello").await;
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:#?}");
    assert_eq!(world.engine.objects()[0], "network atoll-hello-main #2 [atoll-controlplane]");
    let island = world.app("hello").await.unwrap().island;
    assert_eq!(world.store.installation(&island).await.unwrap().unwrap().index.0, 2);
}

#[tokio::test]
async fn a_full_address_pool_says_so_and_leaves_nothing() {
    let world = World::new().await;
    world.engine.overlap(0..4);
    let operation = world.installed("hello").await;
    let error = operation.error.clone().unwrap();
    assert_eq!(error.message, "All 4 address ranges of `host.subnets` 10.212.0.0/26 are in use.");
    assert!(error.cure.contains("widen `host.subnets`"));
    assert_eq!(steps(&operation, StepState::Failed), ["network"]);
    assert_nothing_is_left(&world, "hello").await;
}

/// Every call that an install makes, refused.
#[tokio::test]
async fn whichever_call_fails_nothing_is_left_behind() {
    let world = World::new().await;
    let calls = [
        ("GET /images/test/notes:1/json", "images"),
        ("GET /volumes/atoll-notes-main-rows", "address"),
        ("GET /networks/atoll-notes-main", "network"),
        ("POST /networks/create", "network"),
        ("POST /volumes/create atoll-notes-main-files", "volumes"),
        ("POST /networks/atoll-notes-main/connect", "gateway"),
        ("GET /containers/atoll-notes-main-web/json", "containers"),
        ("POST /containers/create atoll-notes-main-db", "containers"),
        ("POST /containers/create atoll-notes-main-web", "containers"),
        ("POST /containers/atoll-notes-main-db/start", "start"),
        ("POST /containers/atoll-notes-main-web/start", "start"),
    ];
    for (call, step) in calls {
        world.engine.fault(call, Fault::Refuse(500, "engine", "the disk is on fire"));
        let operation = world.installed("notes").await;
        assert_eq!(operation.state, OperationState::Failed, "{call}");
        assert_eq!(steps(&operation, StepState::Failed), [step], "{call}");
        let error = operation.error.clone().unwrap();
        assert!(error.message.contains("the disk is on fire") && !error.cure.is_empty(), "{error:?}");
        assert_nothing_is_left(&world, "notes").await;
    }
    let operation = world.installed("notes").await;
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:#?}");
}

#[tokio::test]
async fn an_answer_that_is_lost_on_the_way_does_no_harm() {
    for call in [
        "POST /networks/create",
        "POST /volumes/create",
        "POST /networks/atoll-notes-main/connect",
        "POST /containers/create",
        "POST /containers/atoll-notes-main-web/start",
    ] {
        let world = World::new().await;
        world.engine.fault(call, Fault::Lose);
        let operation = world.installed("notes").await;
        assert_eq!(operation.state, OperationState::Succeeded, "{call} {operation:#?}");
    }
}

#[tokio::test]
async fn an_app_that_dies_at_once_fails_the_install_with_its_exit_code() {
    let world = World::new().await;
    world.engine.behave("notes-main-web", Behaviour::Dies(3));
    let operation = world.installed("notes").await;
    assert_eq!(steps(&operation, StepState::Failed), ["verify"]);
    assert_eq!(operation.error.clone().unwrap().message, "Service `web` ended by itself with exit code 3.");
    assert_nothing_is_left(&world, "notes").await;

    world.engine.behave("notes-main-web", Behaviour::Starves);
    let error = world.installed("notes").await.error.unwrap();
    assert!(error.message.contains("its memory limit of 64Mi"), "{error:?}");
    assert!(error.cure.contains("resources.limits.memory"), "{error:?}");
}

#[tokio::test]
async fn an_app_that_never_answers_fails_the_install_after_its_startup_time() {
    let world = World::new().await;
    world.engine.behave("notes-main-web", Behaviour::Answers(503));
    let operation = world.installed("notes").await;
    assert_eq!(steps(&operation, StepState::Failed), ["ready"]);
    let error = operation.error.clone().unwrap();
    assert_eq!(
        error.message,
        "Service `web` runs, but after 5 s it still answers `/healthz` with status 503."
    );
    assert_nothing_is_left(&world, "notes").await;

    world.engine.behave("notes-main-web", Behaviour::Silent);
    let error = world.installed("notes").await.error.unwrap();
    assert_eq!(error.message, "Service `web` runs, but after 5 s it still refuses connections on port 8000.");
    assert!(error.cure.contains("probe.startup"));
}

#[tokio::test]
async fn a_container_that_differs_is_stopped_and_named() {
    let lies = [
        ("Memory", json!(0), "HostConfig.Memory"),
        ("NanoCpus", json!(0), "HostConfig.NanoCpus"),
        ("PidsLimit", json!(null), "HostConfig.PidsLimit"),
        ("CapDrop", json!([]), "HostConfig.CapDrop"),
        ("CapAdd", json!(["CAP_SYS_ADMIN"]), "HostConfig.CapAdd"),
        ("SecurityOpt", json!([]), "HostConfig.SecurityOpt.no-new-privileges"),
        ("Privileged", json!(true), "HostConfig.Privileged"),
        ("ReadonlyRootfs", json!(false), "HostConfig.ReadonlyRootfs"),
    ];
    let world = World::new().await;
    for (field, lie, named) in lies {
        world.engine.tamper(Some((field, lie)));
        let operation = world.installed("hello").await;
        assert_eq!(steps(&operation, StepState::Failed), ["verify"], "{field}");
        let error = operation.error.clone().unwrap();
        assert!(error.message.contains(named), "{error:?}");
        assert_nothing_is_left(&world, "hello").await;
    }
}

#[tokio::test]
async fn an_engine_that_cannot_enforce_limits_is_refused_unless_that_is_accepted() {
    let mut world = World::at_rest().await;
    world.engine.set_info("MemoryLimit", json!(false));
    world.engine.tamper(Some(("Memory", json!(0))));
    world.start();
    let operation = world.installed("hello").await;
    assert_eq!(steps(&operation, StepState::Failed), ["policy"]);
    assert!(operation.error.unwrap().cure.contains("--accept-unenforced-limits"));

    world.crash().await;
    world.accept_unenforced_limits = true;
    world.start();
    let operation = world.installed("hello").await;
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:#?}");
    let verification = world.app("hello").await.unwrap().verification.unwrap();
    assert_eq!(verification.verdict, Verdict::Differs);
    assert_eq!(verification.differences[0].field, "HostConfig.Memory");
}

#[tokio::test]
async fn a_failed_install_leaves_the_data_of_an_earlier_one_alone() {
    let world = World::new().await;
    world.engine.plant_volume("notes-main-rows");
    world.engine.behave("notes-main-web", Behaviour::Dies(1));
    world.installed("notes").await;
    assert_eq!(world.engine.objects(), ["volume atoll-notes-main-rows"]);
}

#[tokio::test]
async fn an_image_without_a_pin_fails_with_the_way_out() {
    let world = World::new().await;
    let error = world.installed("unpinned").await.error.unwrap();
    assert_eq!(error.message, "The lock has no pin of image `test/unpinned:1` for linux/amd64.");
    assert!(error.cure.contains("atoll allowlist lock"));
    assert_nothing_is_left(&world, "unpinned").await;
}

#[tokio::test]
async fn what_cannot_be_installed_is_refused_before_anything_happens() {
    let world = World::new().await;
    assert!(matches!(world.install("nobody").await, Err(CommandError::UnknownApp { .. })));
    assert!(matches!(world.start_app("hello").await, Err(CommandError::NotInstalled { .. })));
    let gate = Arc::new(Gate::default());
    world.engine.fault("POST /networks/create", Fault::Hold(gate.clone()));
    let first = world.install("hello").await.unwrap();
    gate.reached.notified().await;
    let Err(CommandError::Busy { operation, .. }) = world.install("hello").await else {
        panic!("it is busy")
    };
    assert_eq!(operation, Some(first.id));
    gate.open.notify_one();
    world.ended(first.id).await;
    assert!(matches!(world.install("hello").await, Err(CommandError::AlreadyInstalled { .. })));
}

#[tokio::test]
async fn steps_are_seen_as_they_happen() {
    let world = World::new().await;
    let gate = Arc::new(Gate::default());
    world.engine.fault("POST /networks/create", Fault::Hold(gate.clone()));
    let operation = world.install("hello").await.unwrap();
    assert_eq!(steps(&operation, StepState::Pending).len(), operation.steps.len());
    gate.reached.notified().await;
    let now = world.reconciler().operations().get(operation.id).await.unwrap().unwrap();
    assert_eq!(steps(&now, StepState::Done), ["policy", "images", "address"]);
    assert_eq!(steps(&now, StepState::Running), ["network"]);
    assert_eq!(world.state("hello").await, AppState::Installing);
    gate.open.notify_one();
    let ended = world.ended(operation.id).await;
    assert_eq!(steps(&ended, StepState::Skipped), ["volumes"]);
}

pub(crate) async fn assert_nothing_is_left(world: &World, app: &str) {
    assert_eq!(world.engine.objects(), [""; 0], "{app}");
    assert!(world.app(app).await.is_none());
    assert_eq!(world.role(app), None);
    let island = atoll_sandbox::names::IslandId::shared(id(app));
    assert_eq!(world.store.sealed_secrets(&island).await.unwrap(), []);
    assert_eq!(*world.reconciler().island(&id(app)).borrow(), InstanceState::Stopped);
}
