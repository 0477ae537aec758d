//! What somebody gets who has taken over the control plane: the socket proxy's socket, and an ordinary docker client.
//!
//! First the same words go to the engine itself, where they work, so that a refusal means the proxy.

use std::process::Command;

use atoll_tests::{Machine, Stack};

/// Where the volume with the proxy's socket lies on the host.
const PROXY: &str = "unix:///var/lib/docker/volumes/atoll_proxy-socket/_data/proxy.sock";

/// The docker client as uid 10000 would use it. Returns whether it succeeded, and what it said.
fn at_the_proxy(arguments: &[&str]) -> (bool, String) {
    let output =
        Command::new("docker").args(["--host", PROXY]).args(arguments).output().expect("docker is there");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[track_caller]
fn refused(arguments: &[&str]) {
    let (done, said) = at_the_proxy(arguments);
    assert!(!done, "docker {arguments:?} went through the proxy: {said}");
}

#[tokio::test]
async fn an_ordinary_client_finds_the_apps_and_nothing_else() {
    let (stack, _user) = Stack::with_probes().await;
    let everything = stack.machine.docker(&["ps", "--all", "--format", "{{.Names}}"]);
    assert!(everything.contains("atoll-socket-proxy"), "{everything}");
    let (done, seen) = at_the_proxy(&["ps", "--all", "--format", "{{.Names}}"]);
    assert!(done && seen.contains("atoll-probe-a-main-web"), "{seen}");
    assert!(
        seen.lines().all(|name| name.starts_with("atoll-probe-") || name.starts_with("atoll-documents-")),
        "{seen}"
    );
    for name in ["atoll-socket-proxy", "atoll-controlplane"] {
        for verb in ["inspect", "logs", "stop", "kill", "rm"] {
            refused(&[verb, name]);
        }
        // Because the client calls a forced removal of nothing a success, what counts is that it is still there.
        at_the_proxy(&["rm", "--force", name]);
        let running = stack.machine.docker(&["inspect", "--format", "{{.State.Running}}", name]);
        assert_eq!(running.trim(), "true", "{name} was removed through the proxy");
    }
}

#[tokio::test]
async fn nothing_that_the_allowlist_does_not_describe_can_be_started() {
    let (stack, _user) = Stack::with_probes().await;
    let before = stack.machine.docker(&["ps", "--all", "--quiet"]);
    let image = "atoll-test/probe:1";
    let name = "atoll-probe-crash-main-web";
    let labels = [
        "--label",
        "atoll.app=probe-crash",
        "--label",
        "atoll.instance=main",
        "--label",
        "atoll.service=web",
    ];
    let wishes: [&[&str]; 12] = [
        &["--privileged"],
        &["--volume", "/:/host"],
        &["--mount", "type=bind,source=/,target=/host"],
        &["--network", "host"],
        &["--pid", "host"],
        &["--cap-add", "SYS_ADMIN"],
        &["--user", "0:0"],
        &["--device", "/dev/vda"],
        &["--security-opt", "seccomp=unconfined"],
        &["--memory", "4g"],
        &["--publish", "9999:8080"],
        &["--env", "LD_PRELOAD=/data/evil.so"],
    ];
    for wish in wishes {
        refused(
            &[&["create", "--name", name][..], &labels, &["--label", "atoll.index=3"], wish, &[image]]
                .concat(),
        );
        refused(&[&["create"][..], wish, &[image]].concat());
    }
    refused(&["create", "--name", name, "atoll/socket-proxy:dev"]);
    assert_eq!(
        stack.machine.docker(&["ps", "--all", "--quiet"]),
        before,
        "something was created all the same"
    );
}

#[tokio::test]
async fn no_command_runs_in_an_app_and_nothing_is_copied_out_of_it() {
    let (stack, _user) = Stack::with_probes().await;
    let container = "atoll-probe-a-main-web";
    assert!(stack.machine.docker_succeeds(&[
        "exec",
        container,
        "/atoll-probe",
        "ask",
        "tcp",
        "127.0.0.1",
        "8080"
    ]));
    refused(&["exec", container, "/atoll-probe", "ask", "tcp", "127.0.0.1", "8080"]);
    refused(&["cp", &format!("{container}:/data"), "/run/stolen"]);
    refused(&["export", "--output", "/run/stolen.tar", container]);
    refused(&["commit", container, "stolen:1"]);
    refused(&["update", "--memory", "2g", container]);
    refused(&["rename", container, "mine"]);
    refused(&["network", "connect", "bridge", container]);
    refused(&["volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=/", "root"]);
    refused(&["network", "create", "--driver", "macvlan", "--opt", "parent=lan0", "out"]);
    refused(&["image", "rm", "--force", "atoll-test/probe:1"]);
    refused(&["system", "prune", "--force"]);
    refused(&["swarm", "init"]);
}

#[test]
fn the_proxy_has_no_network_no_right_and_only_the_engine_socket() {
    let proxy = Machine::here().inspect("atoll-socket-proxy");
    let host = &proxy["HostConfig"];
    assert_eq!(host["NetworkMode"], "none");
    assert_eq!(host["ReadonlyRootfs"], true);
    assert_eq!(host["CapDrop"][0], "ALL");
    assert_eq!(proxy["Config"]["User"], "10000:10000");
    let mounts = proxy["Mounts"].as_array().expect("a list");
    let binds: Vec<_> = mounts.iter().filter(|mount| mount["Type"] == "bind").collect();
    assert!(binds.iter().all(|mount| mount["RW"] == false), "{binds:#?}");
}
