//! What a name means may change between looking and acting: the host renames, re-tags and recreates at the worst moment.
//!
//! The engine makes the change right after it has answered the look, so that the window is always hit.

use serde_json::json;

use crate::{
    engine::{IMAGE_ID, State},
    support::{Bench, container_body},
};

const WEB: &str = "atoll-hello-main-web";

async fn ready() -> Bench {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    bench
}

fn id_of(bench: &Bench, name: &str) -> String {
    bench.engine.state().find("containers", name).unwrap()["Id"].as_str().unwrap().to_owned()
}

/// Ours gets another name, and somebody else's container takes the old one.
fn swap_names(state: &mut State) {
    let ours = state.containers.iter_mut().find(|container| container["Name"] == format!("/{WEB}")).unwrap();
    ours["Name"] = json!("/elsewhere");
    state.add_container(WEB, json!({}));
}

/// Ours is gone, and somebody else's container has its name.
fn replace(state: &mut State) {
    state.containers.retain(|container| container["Name"] != format!("/{WEB}"));
    state.add_container(WEB, json!({}));
}

#[tokio::test]
async fn a_container_that_is_renamed_after_the_look_is_still_the_one_that_is_meant() {
    for (method, call) in [("POST", "/stop"), ("POST", "/kill"), ("DELETE", "?force=1"), ("POST", "/start")] {
        let bench = ready().await;
        let id = id_of(&bench, WEB);
        bench.engine.state().afterwards.push(("GET /containers/", swap_names));
        let answer = bench.call(method, &format!("/containers/{WEB}{call}"), None).await;
        assert_eq!(answer.status, 204, "{method} {call}: {answer:?}");
        let sent = bench.engine.writes().pop().unwrap();
        assert!(sent.target.starts_with(&format!("/v1.41/containers/{id}")), "{sent:?}");
        let foreign = id_of(&bench, WEB);
        assert_ne!(foreign, id, "{call}");
    }
}

#[tokio::test]
async fn a_container_that_is_replaced_after_the_look_is_not_touched() {
    for (method, call) in [
        ("POST", "/stop"),
        ("POST", "/kill"),
        ("DELETE", "?force=1"),
        ("POST", "/start"),
        ("GET", "/logs?stdout=1"),
    ] {
        let bench = ready().await;
        let id = id_of(&bench, WEB);
        bench.engine.state().afterwards.push(("GET /containers/", replace));
        bench.call(method, &format!("/containers/{WEB}{call}"), None).await;
        let foreign = id_of(&bench, WEB);
        let received = bench.engine.state().received.clone();
        let asked = received.iter().filter(|call| !call.target.ends_with("/json"));
        assert!(
            asked.clone().all(|call| !call.target.contains(&foreign)),
            "{call} reached the foreign container"
        );
        assert!(asked.filter(|call| call.target.contains("/containers/")).all(|call| {
            call.target.contains(&id) || call.target.contains("/create") || call.target.contains("/json")
        }));
    }
}

#[tokio::test]
async fn an_image_that_is_tagged_anew_after_the_look_is_not_started() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench.engine.state().afterwards.push(("GET /images/", |state| {
        state.images[0]["RepoTags"] = json!([]);
        state.images.push(json!({"Id": "sha256:evil", "RepoTags": ["atoll/hello:1.0.0"], "RepoDigests": []}));
    }));
    assert_eq!(bench.create("hello", 0).await.status, 201);
    assert_eq!(bench.engine.writes().pop().unwrap().body["Image"], IMAGE_ID);
}

#[tokio::test]
async fn a_network_that_is_replaced_after_the_look_is_not_joined() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    let id = bench.engine.state().networks[0]["Id"].clone();
    bench.engine.state().afterwards.push(("GET /images/", |state| {
        state.networks[0]["Id"] = json!("f".repeat(64));
        state.networks[0]["Labels"] = json!({});
        state.networks[0]["Internal"] = json!(false);
    }));
    bench.create("hello", 0).await;
    let sent = bench.engine.writes().pop().unwrap().body;
    assert_eq!(sent["HostConfig"]["NetworkMode"], id);
}

#[tokio::test]
async fn the_gateway_is_joined_by_its_id_and_not_by_a_name_that_moves() {
    let bench = ready().await;
    let id = id_of(&bench, "atoll-controlplane");
    bench.engine.state().afterwards.push(("GET /containers/", |state| {
        state.containers[0]["Name"] = json!("/retired");
        state.add_container("atoll-controlplane", json!({}));
    }));
    let join = json!({"Container": "atoll-controlplane"});
    assert_eq!(bench.post("/networks/atoll-hello-main/connect", join).await.status, 200);
    assert_eq!(bench.engine.writes().pop().unwrap().body["Container"], id);
}

#[tokio::test]
async fn a_name_that_is_the_start_of_another_s_id_does_not_lead_there() {
    let bench = ready().await;
    let foreign = bench.engine.state().add_container("customer-db", json!({}));
    // Somebody names a container like the start of ours, and ours is asked for by the start of its id.
    let ours = id_of(&bench, WEB);
    bench.engine.state().add_container(&ours[..12], json!({}));
    let before = bench.engine.writes().len();
    for reference in [&ours[..12], &foreign[..6], &foreign] {
        let answer = bench.call("POST", &format!("/containers/{reference}/stop"), None).await;
        assert_eq!(answer.reason(), "no-such", "{reference}");
    }
    assert_eq!(bench.engine.writes().len(), before);
    assert_eq!(bench.call("POST", &format!("/containers/{ours}/stop"), None).await.status, 204);
}

#[tokio::test]
async fn a_volume_cannot_be_removed_between_the_look_and_the_create() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench.engine.state().change_time = std::time::Duration::from_millis(300);
    let remove = async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        bench.delete("/volumes/atoll-hello-main-data").await
    };
    let (created, removed) = tokio::join!(bench.create("hello", 0), remove);
    // The engine makes a volume that is missing by itself, without a seal: then nobody could remove it any more.
    assert_eq!((created.status, removed.reason()), (201, "engine"), "{created:?} {removed:?}");
    assert_eq!(bench.get("/volumes/atoll-hello-main-data").await.status, 200);
}

#[tokio::test]
async fn a_volume_that_the_host_replaces_with_a_mount_of_its_root_is_not_used() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench.engine.state().afterwards.push(("GET /images/", |state| {
        state.volumes[0]["Labels"] = json!({});
        state.volumes[0]["Options"] = json!({"type": "none", "o": "bind", "device": "/"});
    }));
    let answer = bench.create("hello", 0).await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert!(bench.engine.state().find("containers", WEB).is_none(), "it is still there");
}

#[tokio::test]
async fn a_container_of_a_foreign_volume_is_not_started() {
    let bench = ready().await;
    bench.engine.state().volumes[0]["Labels"] = json!({});
    bench.engine.state().volumes[0]["Options"] = json!({"type": "none", "o": "bind", "device": "/"});
    let answer = bench.call("POST", &format!("/containers/{WEB}/start"), None).await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert!(!bench.engine.writes().iter().any(|call| call.target.ends_with("/start")));
}

#[tokio::test]
async fn a_foreign_container_of_the_name_is_neither_replaced_nor_named_by_its_id() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    let foreign = bench.engine.state().add_container(WEB, json!({}));
    let answer = bench.post(&format!("/containers/create?name={WEB}"), container_body("hello", 0)).await;
    assert_eq!(answer.reason(), "name-taken", "{answer:?}");
    assert!(!answer.message().contains(&foreign[..12]), "{}", answer.message());
    assert!(bench.engine.state().find("containers", &foreign).is_some());
}
