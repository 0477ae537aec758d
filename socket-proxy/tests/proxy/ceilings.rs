//! The ceilings of `host.limits` hold, however the creates come.

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::support::{ALLOWLIST, Answer, Bench, container_body, network_body, serve};

/// The test policy has room for two containers of 100 MiB and for four islands.
async fn islands() -> Bench {
    let bench = Bench::start().await;
    for (index, app) in ["hello", "notes", "third", "fourth"].into_iter().enumerate() {
        bench.island(app, index as u32).await;
    }
    bench
}

fn made(bench: &Bench) -> usize {
    bench.engine.state().containers.len() - 2
}

#[tokio::test]
async fn a_container_beyond_the_memory_ceiling_is_refused_with_the_sum_and_the_cure() {
    let bench = islands().await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    assert_eq!(bench.create("notes", 1).await.status, 201);
    let answer = bench.create("third", 2).await;
    assert_eq!((answer.status, answer.reason()), (403, "ceiling"));
    insta::assert_snapshot!(answer.message(), @"`third` needs 100 MiB memory; 56 MiB of the ceiling of 256 MiB are free: remove another app or raise `host.limits.memory` in the allowlist");
    assert_eq!(bench.delete("/containers/atoll-hello-main-web").await.status, 204);
    assert_eq!(bench.create("third", 2).await.status, 201);
}

#[tokio::test]
async fn parallel_creates_cannot_pass_the_ceiling_together() {
    let bench = islands().await;
    bench.engine.state().change_time = Duration::from_millis(50);
    let apps = [("hello", 0), ("notes", 1), ("third", 2), ("fourth", 3)];
    let answers = futures_util::future::join_all(apps.map(|(app, index)| bench.create(app, index))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((created, made(&bench)), (2, 2), "{answers:?}");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_create_makes_no_room_for_another() {
    let bench = islands().await;
    bench.engine.state().change_time = Duration::from_millis(300);
    for (app, index) in [("hello", 0), ("notes", 1)] {
        let body = container_body(app, index).to_string();
        let mut stream = bench.connect().await;
        let head = format!(
            "POST /v1.41/containers/create?name=atoll-{app}-main-web HTTP/1.1\r\nHost: d\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let answer = bench.create("third", 2).await;
    assert_eq!(answer.reason(), "ceiling", "{answer:?}");
    assert_eq!(made(&bench), 2);
}

#[tokio::test]
async fn the_ceiling_is_counted_from_the_engine_and_survives_a_restart() {
    let mut bench = islands().await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    assert_eq!(bench.create("notes", 1).await.status, 201);
    bench.running.abort();
    let (running, end) = serve(&bench.folder, false);
    (bench.running, bench.end) = (running, Some(end));
    assert_eq!(bench.create("third", 2).await.reason(), "ceiling");
}

/// Ends the proxy, and starts another one with this ceiling for memory.
async fn restart_with_memory(bench: &mut Bench, memory: &str) {
    bench.running.abort();
    let allowlist = ALLOWLIST.replace("memory: 256Mi", &format!("memory: {memory}"));
    std::fs::write(bench.path("allowlist.yaml"), allowlist).unwrap();
    let (running, end) = serve(&bench.folder, false);
    (bench.running, bench.end) = (running, Some(end));
    assert_eq!(bench.get("/_ping").await.status, 200);
}

#[tokio::test]
async fn the_limits_of_a_container_are_asked_once_while_it_exists() {
    let mut bench = islands().await;
    restart_with_memory(&mut bench, "150Mi").await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    let id = bench.engine.state().find("containers", "atoll-hello-main-web").unwrap()["Id"].clone();
    let path = format!("/containers/{}/json", id.as_str().unwrap());
    let asked = || bench.engine.state().received.iter().filter(|call| call.target.ends_with(&path)).count();
    assert_eq!(bench.create("notes", 1).await.reason(), "ceiling");
    let before = asked();
    assert_eq!(bench.create("notes", 1).await.reason(), "ceiling");
    assert_eq!(asked(), before);
}

/// Three containers where there is room for two: as if a create had been under way when an earlier proxy was killed.
async fn one_too_many() -> Bench {
    let mut bench = islands().await;
    restart_with_memory(&mut bench, "512Mi").await;
    for (app, index) in [("hello", 0), ("notes", 1), ("third", 2)] {
        assert_eq!(bench.create(app, index).await.status, 201);
    }
    restart_with_memory(&mut bench, "256Mi").await;
    bench
}

async fn start(bench: &Bench, app: &str) -> Answer {
    bench.call("POST", &format!("/containers/atoll-{app}-main-web/start"), None).await
}

#[tokio::test]
async fn what_was_created_beyond_the_ceiling_does_not_start_beyond_it() {
    let bench = one_too_many().await;
    assert_eq!(start(&bench, "hello").await.status, 204);
    assert_eq!(start(&bench, "third").await.status, 204);
    let answer = start(&bench, "notes").await;
    assert_eq!((answer.status, answer.reason()), (403, "ceiling"));
    insta::assert_snapshot!(answer.message(), @"`notes` needs 100 MiB memory; 56 MiB of the ceiling of 256 MiB are free: remove another app or raise `host.limits.memory` in the allowlist");
    assert_eq!(start(&bench, "hello").await.status, 304, "what runs may be started again");
    assert_eq!(bench.call("POST", "/containers/atoll-third-main-web/stop", None).await.status, 204);
    assert_eq!(start(&bench, "notes").await.status, 204);
}

#[tokio::test]
async fn parallel_starts_cannot_pass_the_ceiling_together() {
    let bench = one_too_many().await;
    bench.engine.state().change_time = Duration::from_millis(50);
    let apps = ["hello", "notes", "third"];
    let answers = futures_util::future::join_all(apps.map(|app| start(&bench, app))).await;
    let started = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(started, 2, "{answers:?}");
}

#[tokio::test]
async fn what_others_run_on_the_host_does_not_count() {
    let bench = islands().await;
    let labels = serde_json::json!({"atoll.app": "hello", "atoll.instance": "main", "atoll.seal": "00"});
    bench.engine.state().add_container("big", labels);
    bench.engine.state().containers.last_mut().unwrap()["HostConfig"]["Memory"] = (1_u64 << 40).into();
    assert_eq!(bench.create("hello", 0).await.status, 201);
}

#[tokio::test]
async fn an_island_beyond_the_ceiling_is_refused() {
    let bench = islands().await;
    let answer = bench.post("/networks/create", network_body("fifth", 4)).await;
    assert_eq!((answer.status, answer.reason()), (403, "ceiling"));
    assert!(answer.message().starts_with("4 of 4 islands exist"), "{}", answer.message());
}
