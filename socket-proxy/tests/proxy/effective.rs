//! Proved, not assumed: the engine's own view is compared with what was asked for.

use serde_json::{Value, json};

use crate::support::{Bench, serve};

/// Changes what the engine keeps.
type Tamper = fn(&mut Value);

async fn created_by(tamper: Tamper) -> (Bench, crate::support::Answer) {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench.engine.state().tamper = tamper;
    let answer = bench.create("hello", 0).await;
    (bench, answer)
}

#[tokio::test]
async fn a_container_that_is_not_what_was_asked_for_goes_away_again() {
    let tampered: [(&str, Tamper); 19] = [
        ("Privileged", |c| c["HostConfig"]["Privileged"] = json!(true)),
        ("Memory", |c| c["HostConfig"]["Memory"] = json!(0)),
        ("NanoCpus", |c| c["HostConfig"]["NanoCpus"] = json!(0)),
        ("PidsLimit", |c| c["HostConfig"]["PidsLimit"] = json!(null)),
        ("CapDrop", |c| c["HostConfig"]["CapDrop"] = json!(null)),
        ("CapAdd", |c| c["HostConfig"]["CapAdd"] = json!(["SYS_ADMIN"])),
        ("SecurityOpt", |c| {
            c["HostConfig"]["SecurityOpt"] = json!(["no-new-privileges", "seccomp=unconfined"])
        }),
        ("ReadonlyRootfs", |c| c["HostConfig"]["ReadonlyRootfs"] = json!(false)),
        ("NetworkMode", |c| c["HostConfig"]["NetworkMode"] = json!("host")),
        ("MaskedPaths", |c| c["HostConfig"]["MaskedPaths"] = json!([])),
        ("ReadonlyPaths", |c| c["HostConfig"]["ReadonlyPaths"] = json!(["/x"])),
        ("Binds", |c| c["HostConfig"]["Binds"] = json!(["/:/host"])),
        ("FieldOfTheFuture", |c| c["HostConfig"]["FieldOfTheFuture"] = json!("x")),
        ("User", |c| c["Config"]["User"] = json!("")),
        ("Image", |c| c["Image"] = json!("sha256:other")),
        ("Mounts", |c| {
            c["Mounts"]
                .as_array_mut()
                .unwrap()
                .push(json!({"Type": "volume", "Name": "anonymous", "Destination": "/x", "RW": true}))
        }),
        ("Networks", |c| c["NetworkSettings"]["Networks"]["bridge"] = json!({})),
        ("Env.TOKEN", |c| c["Config"]["Env"] = json!(["ATOLL_APP=hello"])),
        ("Tmpfs", |c| c["HostConfig"]["Tmpfs"] = json!({"/tmp": "exec"})),
    ];
    for (word, tamper) in tampered {
        let (bench, answer) = created_by(tamper).await;
        assert_eq!((answer.status, answer.reason()), (409, "effective-differs"), "{word}");
        assert!(answer.message().contains(word) || word == "Env.TOKEN", "{word}: {}", answer.message());
        assert!(!answer.message().contains("hunter2"));
        assert_eq!(bench.engine.state().containers.len(), 2, "{word}: it is still there");
        let removed = bench.engine.writes().pop().unwrap();
        assert!(removed.method == "DELETE" && removed.target.contains("v=1"), "{word}: {removed:?}");
    }
}

#[tokio::test]
async fn an_engine_may_write_the_islands_name_where_it_was_given_its_id() {
    let (bench, answer) =
        created_by(|container| container["HostConfig"]["NetworkMode"] = json!("atoll-hello-main")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let seen = bench.get("/containers/atoll-hello-main-web/json").await.body;
    assert_eq!(seen["Atoll"]["Verdict"], "verified", "{seen}");
}

#[tokio::test]
async fn a_container_that_has_changed_is_not_started_and_says_what_differs() {
    let (bench, answer) = created_by(|_| {}).await;
    assert_eq!(answer.status, 201);
    let seen = bench.get("/containers/atoll-hello-main-web/json").await;
    assert_eq!(seen.body["Atoll"], json!({"Verdict": "verified", "Differences": []}));
    bench.engine.state().containers[2]["HostConfig"]["Memory"] = json!(1_u64 << 40);
    let answer = bench.call("POST", "/containers/atoll-hello-main-web/start", None).await;
    assert_eq!(answer.reason(), "effective-differs");
    let seen = bench.get("/containers/atoll-hello-main-web/json").await;
    let difference =
        json!({"Field": "HostConfig.Memory", "Expected": "104857600", "Actual": "1099511627776"});
    assert_eq!(seen.body["Atoll"], json!({"Verdict": "differs", "Differences": [difference]}));
    assert!(!bench.engine.writes().iter().any(|call| call.target.ends_with("/start")));
}

#[tokio::test]
async fn a_container_of_an_entry_that_has_changed_is_not_started_until_it_is_made_anew() {
    let (bench, _) = created_by(|_| {}).await;
    let policy = crate::support::ALLOWLIST.replacen("LOG_LEVEL: info", "LOG_LEVEL: warn", 1);
    std::fs::write(bench.path("allowlist.yaml"), policy).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let answer = bench.call("POST", "/containers/atoll-hello-main-web/start", None).await;
    assert_eq!((answer.status, answer.reason()), (409, "outdated"), "{answer:?}");
    assert_eq!(bench.get("/containers/atoll-hello-main-web/json").await.body["Atoll"]["Verdict"], "differs");
    assert_eq!(bench.delete("/containers/atoll-hello-main-web?force=1").await.status, 204);
    assert_eq!(bench.create("hello", 0).await.status, 201);
    assert_eq!(bench.call("POST", "/containers/atoll-hello-main-web/start", None).await.status, 204);
}

#[tokio::test]
async fn a_change_of_the_entry_that_no_field_shows_is_a_difference_all_the_same() {
    let (bench, _) = created_by(|_| {}).await;
    let (before, after) = crate::support::ALLOWLIST.split_once("LOG_LEVEL: info").unwrap();
    std::fs::write(bench.path("allowlist.yaml"), [before, after].concat()).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let seen = bench.get("/containers/atoll-hello-main-web/json").await.body["Atoll"].take();
    let difference =
        json!({"Field": "Entry", "Expected": "as it is now", "Actual": "as it was when this was created"});
    assert_eq!(seen, json!({"Verdict": "differs", "Differences": [difference]}));
}

#[tokio::test]
async fn a_network_with_a_way_out_is_no_island() {
    let changes: [(&str, Tamper); 6] = [
        ("Internal", |n| n["Internal"] = json!(false)),
        ("Options", |n| n["Options"] = json!({})),
        ("Options", |n| n["Options"]["com.docker.network.bridge.name"] = json!("docker0")),
        ("Driver", |n| n["Driver"] = json!("macvlan")),
        ("EnableIPv6", |n| n["EnableIPv6"] = json!(true)),
        ("IPAM", |n| n["IPAM"]["Config"][0]["Subnet"] = json!("10.0.0.0/8")),
    ];
    for (word, change) in changes {
        let (bench, answer) = created_by(|_| {}).await;
        assert_eq!(answer.status, 201);
        change(&mut bench.engine.state().networks[0]);
        let answer = bench.call("POST", "/containers/atoll-hello-main-web/start", None).await;
        assert_eq!(answer.reason(), "effective-differs", "{word}");
        assert!(answer.message().contains(word), "{}", answer.message());
    }
}

#[tokio::test]
async fn a_volume_that_is_a_mount_of_something_else_is_not_used() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench.engine.state().volumes[0]["Options"] = json!({"type": "none", "o": "bind", "device": "/"});
    assert_eq!(bench.create("hello", 0).await.reason(), "effective-differs");
    assert_eq!(bench.engine.state().containers.len(), 2);
}

#[tokio::test]
async fn unenforced_limits_are_accepted_only_when_told_so_and_nothing_else_is() {
    let (mut bench, refused) = created_by(|c| c["HostConfig"]["Memory"] = json!(0)).await;
    assert_eq!(refused.reason(), "effective-differs");
    bench.running.abort();
    let (running, end) = serve(&bench.folder, true);
    (bench.running, bench.end) = (running, Some(end));
    assert_eq!(bench.create("hello", 0).await.status, 201);
    assert_eq!(bench.get("/containers/atoll-hello-main-web/json").await.body["Atoll"]["Verdict"], "differs");
    assert_eq!(bench.delete("/containers/atoll-hello-main-web").await.status, 204);
    bench.engine.state().tamper = |c| c["HostConfig"]["Privileged"] = json!(true);
    assert_eq!(bench.create("hello", 0).await.reason(), "effective-differs");
}
