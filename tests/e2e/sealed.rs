//! An app cannot become more than it is, nor take more than its share.

use std::fs;
use std::path::Path;
use std::time::Duration;

use atoll_tests::stack::eventually;
use atoll_tests::{Probe, Stack};
use reqwest::Method;
use serde_json::Value;

/// What `tests/policy/allowlist.yaml` gives a probe.
const PIDS: u64 = 48;
const CPU: f64 = 0.5;
const MEMORY_MIB: usize = 64;

#[tokio::test]
async fn an_app_has_no_capability_no_new_privileges_a_seccomp_filter_and_is_not_root() {
    let (_stack, user) = Stack::with_probes().await;
    for app in ["probe-a", "probe-b"] {
        let status = Probe::opened(app, &user).await.text("/proc/status").await;
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            assert_eq!(field(&status, set), "0000000000000000", "{set} of {app}");
        }
        assert_eq!(field(&status, "NoNewPrivs"), "1");
        assert_eq!(field(&status, "Seccomp"), "2");
        assert_eq!(field(&status, "Uid"), "10002\t10002\t10002\t10002");
        assert_eq!(field(&status, "Gid"), "10002\t10002\t10002\t10002");
        assert_eq!(field(&status, "Groups").trim(), "10002");
    }
}

fn field<'a>(status: &'a str, name: &str) -> &'a str {
    let line = status.lines().find(|line| line.starts_with(&format!("{name}:"))).unwrap_or_default();
    line.split_once(':').map_or("", |(_, value)| value.trim_start_matches('\t'))
}

#[tokio::test]
async fn the_root_is_read_only_and_the_app_writes_only_where_it_may() {
    let (_stack, user) = Stack::with_probes().await;
    let probe = Probe::opened("probe-a", &user).await;
    for path in ["/x", "/etc/x", "/atoll-probe", "/dev/x", "/proc/sys/kernel/core_pattern", "/sys/x"] {
        let tried = probe.ask(&format!("/write?path={path}")).await;
        assert_eq!(tried["written"], false, "{path}: {tried}");
    }
    for path in ["/data/x", "/tmp/x"] {
        let tried = probe.ask(&format!("/write?path={path}")).await;
        assert_eq!(tried["written"], true, "{path}: {tried}");
    }
}

// Because a runtime may treat the second start of a container differently from the first: runc 1.1.5 mounts a tmpfs anew
// with other rights.
#[tokio::test]
async fn an_app_that_was_stopped_and_started_is_as_sealed_as_before() {
    let (stack, user) = Stack::with_probes().await;
    for action in ["stop", "start"] {
        stack.succeeds(Method::POST, &format!("/apps/probe-a/{action}"), None).await;
    }
    stack.wait_for_state("probe-a", "ready").await;
    let probe = Probe::opened("probe-a", &user).await;
    for (path, may) in [("/x", false), ("/data/again", true), ("/tmp/again", true)] {
        assert_eq!(probe.ask(&format!("/write?path={path}")).await["written"], may, "{path}");
    }
    let status = probe.text("/proc/status").await;
    assert_eq!((field(&status, "CapBnd"), field(&status, "NoNewPrivs")), ("0000000000000000", "1"));
    assert_eq!(stack.app("probe-a").await["verification"]["verdict"], "verified");
}

#[tokio::test]
async fn a_fork_bomb_stops_at_the_process_limit_and_the_neighbour_answers_on() {
    let (_stack, user) = Stack::with_probes().await;
    let (bomber, neighbour) = (Probe::opened("probe-a", &user).await, Probe::opened("probe-b", &user).await);
    let (bombed, calm) = tokio::join!(bomber.ask("/fork?n=500"), neighbour.text("/healthz"));
    assert_eq!(calm, "ok");
    let started = bombed["started"].as_u64().expect("a number");
    assert!((1..PIDS).contains(&started), "started {started} processes of {PIDS} allowed: {bombed}");
    assert!(bombed["stopped_by"].is_string(), "{bombed}");
}

#[tokio::test]
async fn a_memory_hog_is_killed_at_its_limit_and_the_neighbour_answers_on() {
    let (stack, user) = Stack::with_probes().await;
    let (hog, neighbour) = (Probe::opened("probe-a", &user).await, Probe::opened("probe-b", &user).await);
    let held = hog.ask(&format!("/hog?mib={}", MEMORY_MIB / 2)).await;
    assert_eq!(held["held_mib"], MEMORY_MIB / 2, "half the limit must be there");

    let before = started_at(&stack, &hog);
    let four_times = format!("/hog?mib={}", MEMORY_MIB * 4);
    let (over, calm) = tokio::join!(user.get_at("probe-a", &four_times), neighbour.text("/healthz"));
    assert_ne!(over.status, 200, "four times the limit was granted: {over:?}");
    assert_eq!(calm, "ok");
    eventually("the killed app is started again", 60, async || {
        let restarted = stack.machine.docker_succeeds(&["inspect", &hog.container()])
            && started_at(&stack, &hog) != before;
        restarted.then_some(())
    })
    .await;
    stack.wait_for_state("probe-a", "ready").await;
}

fn started_at(stack: &Stack, probe: &Probe<'_>) -> Value {
    stack.machine.inspect(&probe.container())["State"]["StartedAt"].clone()
}

#[tokio::test]
async fn the_processor_quota_holds_within_fifteen_percent() {
    let (_stack, user) = Stack::with_probes().await;
    let burned = Probe::opened("probe-a", &user).await.ask("/burn?secs=6&threads=4").await;
    let share =
        burned["cpu_secs"].as_f64().expect("seconds") / burned["wall_secs"].as_f64().expect("seconds");
    assert!((share / CPU - 1.0).abs() <= 0.15, "got {share:.3} processors of {CPU}: {burned}");
}

#[tokio::test]
async fn logs_rotate_and_do_not_fill_the_disk() {
    const WRITTEN_MIB: usize = 60;
    const KEPT_MIB: u64 = 31; // 3 files of 10 MiB, and the line that overflows each
    let (stack, user) = Stack::with_probes().await;
    let probe = Probe::opened("probe-a", &user).await;
    for _ in 0..WRITTEN_MIB / 10 {
        probe.ask("/log?lines=10240&width=1019").await;
    }
    let id = stack.machine.inspect(&probe.container())["Id"].as_str().expect("an id").to_owned();
    let folder = format!("/var/lib/docker/containers/{id}/local-logs");
    let (files, bytes) = eventually("the log has been rotated", 20, async || {
        let (files, bytes) = size_of(Path::new(&folder));
        (files > 1).then_some((files, bytes))
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(
        files <= 3 && bytes <= KEPT_MIB << 20,
        "{files} files with {bytes} bytes of {WRITTEN_MIB} MiB written"
    );
}

fn size_of(folder: &Path) -> (usize, u64) {
    let entries = fs::read_dir(folder).expect("the engine keeps its logs there");
    let sizes: Vec<u64> =
        entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|data| data.len()).collect();
    (sizes.len(), sizes.iter().sum())
}

#[tokio::test]
async fn the_running_container_is_what_was_asked_for_and_shown_as_verified() {
    let (stack, _user) = Stack::with_probes().await;
    for app in ["probe-a", "probe-b"] {
        let view = stack.app(app).await;
        assert_eq!(view["verification"]["verdict"], "verified", "{view:#}");
        let host = stack.machine.inspect(&format!("atoll-{app}-main-web"))["HostConfig"].clone();
        assert_eq!(host["Memory"], MEMORY_MIB << 20);
        assert_eq!(host["MemorySwap"], MEMORY_MIB << 20);
        assert_eq!(host["NanoCpus"], 500_000_000);
        assert_eq!(host["PidsLimit"], PIDS);
        assert_eq!(host["CapDrop"][0], "ALL");
        assert_eq!(host["ReadonlyRootfs"], true);
        assert_eq!(
            host["RestartPolicy"]["Name"].as_str().filter(|name| *name != "no").unwrap_or_default(),
            ""
        );
        assert_eq!(host["LogConfig"]["Type"], "local");
        assert!(host["PortBindings"].as_object().is_none_or(serde_json::Map::is_empty), "{host:#}");
    }
}
