//! Removing, with the data or without.

use atoll_controlplane::reconciler::{CommandError, OperationState, StepState, VolumeFate};

use crate::{
    fake_engine::Fault,
    world::{World, steps},
};

#[tokio::test]
async fn a_removed_app_leaves_its_data_its_secrets_and_its_grants_when_they_are_kept() {
    let world = World::new().await;
    world.installed("notes").await;
    let secrets = world.engine.environment("notes-main-db");
    let remove = world.remove("notes", VolumeFate::Keep).await.unwrap();
    let ended = world.ended(remove.id).await;
    assert_eq!(ended.state, OperationState::Succeeded, "{ended:#?}");
    assert_eq!(steps(&ended, StepState::Skipped), ["remove_volumes"]);
    assert_eq!(world.engine.objects(), ["volume atoll-notes-main-files", "volume atoll-notes-main-rows"]);
    assert!(world.app("notes").await.is_none());
    assert!(world.role("notes").is_some());

    // The data is opened with the password that it was written with.
    world.installed("notes").await;
    assert_eq!(world.engine.environment("notes-main-db"), secrets);
}

#[tokio::test]
async fn a_removed_app_leaves_nothing_when_its_data_is_deleted() {
    let world = World::new().await;
    world.installed("notes").await;
    let secrets = world.engine.environment("notes-main-db");
    let remove = world.remove("notes", VolumeFate::Delete).await.unwrap();
    assert_eq!(world.ended(remove.id).await.state, OperationState::Succeeded);
    crate::install::assert_nothing_is_left(&world, "notes").await;

    world.installed("notes").await;
    assert_ne!(world.engine.environment("notes-main-db"), secrets);
}

#[tokio::test]
async fn a_removal_that_fails_can_be_asked_for_again() {
    let world = World::new().await;
    world.installed("notes").await;
    world
        .engine
        .fault("DELETE /volumes/atoll-notes-main-rows", Fault::Refuse(409, "engine", "volume is in use"));
    let remove = world.remove("notes", VolumeFate::Delete).await.unwrap();
    let ended = world.ended(remove.id).await;
    assert_eq!(steps(&ended, StepState::Failed), ["remove_volumes"]);
    assert!(ended.error.unwrap().message.contains("volume is in use"));
    assert!(world.app("notes").await.is_some());
    let again = world.remove("notes", VolumeFate::Delete).await.unwrap();
    assert_eq!(world.ended(again.id).await.state, OperationState::Succeeded);
    assert_eq!(world.engine.objects(), [""; 0]);
    assert!(matches!(world.remove("notes", VolumeFate::Keep).await, Err(CommandError::NotInstalled { .. })));
}

#[tokio::test]
async fn the_address_range_of_a_removed_app_is_free_for_the_next() {
    let world = World::new().await;
    world.installed("notes").await;
    let remove = world.remove("notes", VolumeFate::Keep).await.unwrap();
    world.ended(remove.id).await;
    world.installed("hello").await;
    assert_eq!(world.engine.objects()[0], "network atoll-hello-main #0 [atoll-controlplane]");
}
