//! Ordinary clients at the proxy before the real engine: the docker client and docker-py, as people use them.

use std::{
    env,
    process::{Command, Output},
};

use atoll_tests::{Stack, raw::PROXY};

const CONTAINER: &str = "atoll-probe-a-main-web";

/// Runs the docker client against the proxy, for at most some seconds, since some of its verbs never end.
fn docker(secs: u32, arguments: &[&str]) -> Output {
    let host = format!("unix://{PROXY}");
    Command::new("timeout")
        .args([&secs.to_string(), "docker", "--host", &host])
        .args(arguments)
        .output()
        .expect("timeout and docker are there")
}

#[track_caller]
fn says(secs: u32, arguments: &[&str], wanted: &str) {
    let output = docker(secs, arguments);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(wanted), "docker {arguments:?} says: {said}");
    // 124 is what `timeout` ends with when it had to.
    assert!(matches!(output.status.code(), Some(0 | 124)), "docker {arguments:?} failed: {said}");
}

#[tokio::test]
async fn the_docker_client_shows_apps_their_logs_statistics_and_events() {
    let (_stack, user) = Stack::with_probes().await;
    atoll_tests::Probe::opened("probe-a", &user).await.ask("/log?lines=3&width=20").await;
    says(20, &["ps"], CONTAINER);
    says(20, &["ps", "--all", "--no-trunc", "--filter", "label=atoll.app=probe-a"], CONTAINER);
    says(20, &["inspect", "--format", "{{.State.Status}}", CONTAINER], "running");
    says(20, &["logs", "--tail", "50", CONTAINER], "line ");
    says(2, &["logs", "--follow", "--since", "1h", CONTAINER], "line ");
    says(20, &["stats", "--no-stream", "--format", "{{.Name}}", CONTAINER], CONTAINER);
    says(3, &["stats", "--format", "{{.Name}}"], CONTAINER);
    says(20, &["events", "--since", "1h", "--until", "0s"], "container start");
    says(20, &["network", "ls"], "atoll-probe-a-main");
    says(20, &["volume", "ls"], "atoll-probe-a-main-data");
    says(20, &["images"], "atoll-test/probe");
    says(20, &["version"], "1.41");
}

#[tokio::test]
async fn docker_py_reads_whatever_is_offered() {
    let (_stack, _user) = Stack::with_probes().await;
    let python = env::var("ATOLL_DOCKER_PY").expect("tests/e2e.sh names it");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/docker_py.py");
    let output = Command::new(python).args([script, PROXY, CONTAINER]).output().expect("python is there");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("events"), "{said}");
}
