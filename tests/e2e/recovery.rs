//! Crash-only: whatever is killed, the desired state comes back and nothing is left over.

use std::time::Duration;

use atoll_tests::stack::eventually;
use atoll_tests::{Machine, Probe, Stack};
use reqwest::Method;
use serde_json::json;

/// When after the click the control plane is killed, in milliseconds: an install takes about half a second.
const KILL_AFTER_MS: [u64; 6] = [20, 80, 150, 250, 400, 700];

#[tokio::test]
async fn a_control_plane_killed_amid_an_install_leaves_no_orphan() {
    let stack = Stack::ready().await;
    for delay in KILL_AFTER_MS {
        stack.removed("probe-crash").await;
        assert_eq!(stack.machine.objects_of("probe-crash"), [""; 0], "nothing is there before");
        let begun = stack
            .admin
            .api(Method::POST, "/apps", Some(json!({"app": "probe-crash"})))
            .await
            .expect_status(202)
            .json();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        stack.machine.docker(&["kill", "--signal", "KILL", "atoll-controlplane"]);
        stack.machine.docker(&["start", "atoll-controlplane"]);
        stack.wait_until_up().await;

        let ended = stack.ended(begun["id"].as_str().expect("an id")).await;
        let mut left = stack.machine.objects_of("probe-crash");
        left.sort();
        if ended["state"] == "succeeded" {
            stack.wait_for_state("probe-crash", "ready").await;
            let island =
                ["atoll-probe-crash-main", "atoll-probe-crash-main-data", "atoll-probe-crash-main-web"];
            assert_eq!(left, island, "killed after {delay} ms: {ended:#}");
        } else {
            assert_eq!(left, [""; 0], "killed after {delay} ms: {ended:#}");
        }
    }
    stack.removed("probe-crash").await;
    assert_eq!(stack.machine.objects_of("probe-crash"), [""; 0], "removing takes everything");
}

#[tokio::test]
async fn an_app_that_somebody_removed_comes_back() {
    let (stack, user) = Stack::with_probes().await;
    let probe = Probe::opened("probe-a", &user).await;
    stack.machine.docker(&["rm", "--force", &probe.container()]);
    answers_again(&stack, "probe-a").await;
    Probe::opened("probe-a", &user).await.text("/healthz").await;
}

#[tokio::test]
async fn an_app_that_was_killed_comes_back() {
    let (stack, user) = Stack::with_probes().await;
    let probe = Probe::opened("probe-a", &user).await;
    stack.machine.docker(&["kill", &probe.container()]);
    answers_again(&stack, "probe-a").await;
}

#[tokio::test]
async fn the_control_plane_finds_its_apps_again_after_a_restart() {
    let (stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let before = started_at(stack.machine, "probe-a");
    stack.machine.docker(&["restart", "--time", "5", "atoll-controlplane"]);
    stack.wait_until_up().await;
    answers_again(&stack, "probe-a").await;
    user.get_at("probe-a", "/healthz").await.expect_status(200);
    assert_eq!(
        started_at(stack.machine, "probe-a"),
        before,
        "a restart of the control plane must not restart the apps"
    );
}

#[tokio::test]
async fn after_a_crash_of_the_engine_everything_that_should_run_runs() {
    let (stack, user) = Stack::with_probes().await;
    for app in ["probe-a", "probe-b"] {
        Probe::opened(app, &user).await;
    }
    stack.machine.crash_engine();
    stack.wait_until_up().await;
    for app in ["probe-a", "probe-b"] {
        answers_again(&stack, app).await;
        user.get_at(app, "/healthz").await.expect_status(200);
    }
}

/// Waits until the app's container runs and the app answers through the gateway.
async fn answers_again(stack: &Stack, app: &'static str) {
    let container = format!("atoll-{app}-main-web");
    eventually(&format!("`{app}` runs again"), 60, async || {
        let state = stack.machine.docker_succeeds(&[
            "exec",
            &container,
            "/atoll-probe",
            "ask",
            "tcp",
            "127.0.0.1",
            "8080",
        ]);
        state.then_some(())
    })
    .await;
    stack.wait_for_state(app, "ready").await;
}

fn started_at(machine: Machine, app: &str) -> String {
    machine.docker(&["inspect", "--format", "{{.State.StartedAt}}", &format!("atoll-{app}-main-web")])
}
