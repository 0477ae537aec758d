//! `atoll doctor`.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use serde_json::{Value, json};

use crate::{
    api_server::ApiServer,
    engine_socket::{EngineSocket, built, digest, pulled},
    program::{Place, Program, Run},
};

const ALLOWLIST: &str = include_str!("../../../sandbox/testdata/allowlist.yaml");
const NOTES: &str = "registry.example.org:5000/team/notes";

/// A machine on which all is well, with the stack running.
struct Machine {
    place: Place,
    engine: EngineSocket,
    proxy: EngineSocket,
    api: ApiServer,
}

impl Machine {
    fn new() -> Self {
        let place = Place::with_policy(ALLOWLIST, None);
        let engine = EngineSocket::good(
            place.root(),
            &[
                ("atoll/database:17", built('a')),
                ("atoll/hello:1.0.0", built('b')),
                (&format!("{NOTES}:1.2.0"), pulled('c', NOTES, 'd')),
            ],
        );
        // What a volume's folder is on the host.
        let volume = place.root().join("volume");
        fs::create_dir(&volume).unwrap();
        let proxy = EngineSocket::start(&volume, [("/info".to_owned(), confined("enforced (ABI 4)"))]);
        let api = ApiServer::start();
        place.atoll("allowlist lock").env("DOCKER_HOST", engine.address()).run().ended(0);
        let machine = Self { place, engine, proxy, api };
        machine
            .container("atoll-socket-proxy", &json!({"Status": "running", "Health": {"Status": "healthy"}}));
        machine
            .container("atoll-controlplane", &json!({"Status": "running", "Health": {"Status": "healthy"}}));
        machine
    }

    fn container(&self, name: &str, state: &Value) {
        self.container_with(name, state, &[]);
    }

    /// Its volume is seen at `/run/atoll`, `/data` and `/etc/ssl/atoll`.
    fn container_with(&self, name: &str, state: &Value, variables: &[&str]) {
        let env: Vec<String> = [
            format!("ATOLL_BASE_URL={}", self.api.url()),
            "ATOLL_LISTEN=unix:/run/atoll/engine.sock".to_owned(),
        ]
        .into_iter()
        .chain(variables.iter().map(|variable| (*variable).to_owned()))
        .collect();
        let mounts: Vec<Value> = ["/run/atoll", "/data", "/etc/ssl/atoll"]
            .map(|inside| json!({"Source": self.place.root().join("volume"), "Destination": inside}))
            .into();
        // As compose makes it, but of whoever runs the tests, who owns the files.
        let user = format!("{}:{}", nix::unistd::getuid(), nix::unistd::getgid());
        let container = json!({"State": state, "Config": {"Env": env, "User": user}, "Mounts": mounts});
        self.engine.set(&format!("/containers/{name}/json"), container);
    }

    fn doctor(&self, arguments: &str) -> Program {
        self.place.atoll(&format!("doctor {arguments}")).env("DOCKER_HOST", self.engine.address())
    }

    /// What is found about one check.
    fn check(&self, id: &str) -> Value {
        check(&self.doctor("--json").run(), id)
    }
}

#[path = "doctor/tls.rs"]
mod tls;

/// What a socket proxy says of itself.
fn confined(landlock: &str) -> Value {
    json!({"Atoll": {"Confinement": {"landlock": landlock, "seccomp": "enforced (78 system calls)"}}})
}

#[track_caller]
fn check(run: &Run, id: &str) -> Value {
    let report = run.json();
    let found = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {report:#}")).clone()
}

#[track_caller]
fn assert_found(check: &Value, state: &str, words: &[&str]) {
    assert_eq!(check["state"], state, "{check:#}");
    for word in words {
        assert!(check.to_string().contains(word), "`{word}` is not in {check:#}");
    }
}

#[test]
fn on_a_good_machine_all_is_well() {
    let machine = Machine::new();
    let run = machine.doctor("").run().ended(0);
    // Because the disk and the ports are this machine's own.
    let lines = run.out.lines().filter(|line| !line.contains("space for volumes"));
    let text = lines.collect::<Vec<_>>().join("\n").replace(&machine.api.url(), "URL");
    insta::assert_snapshot!(text.replace(&machine.place.root().display().to_string(), "FOLDER"));
    assert!(machine.engine.asked().iter().all(|asked| asked.starts_with("GET ")));
}

#[test]
fn for_machines_the_report_has_a_stable_shape() {
    let machine = Machine::new();
    let report = machine.doctor("--json").run().ended(0).json();
    assert_eq!((&report["ok"], &report["problems"]), (&json!(true), &json!(0)));
    let ids: Vec<&str> =
        report["checks"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    insta::assert_json_snapshot!(ids);
}

#[test]
fn without_an_engine_the_rest_is_still_examined() {
    let machine = Machine::new();
    let run = machine.place.atoll("doctor --json --engine unix:///nonexistent/docker.sock").run().ended(3);
    assert_found(
        &check(&run, "engine.reachable"),
        "problem",
        &["/nonexistent/docker.sock", "start Docker 20.10"],
    );
    assert_found(&check(&run, "policy.allowlist"), "ok", &["2 apps"]);
    assert_found(&check(&run, "policy.images"), "untried", &[]);
    assert_found(&check(&run, "stack.controlplane"), "untried", &[]);
}

#[test]
fn a_socket_that_nobody_listens_at_is_told_apart_from_none() {
    let place = Place::new();
    drop(std::os::unix::net::UnixListener::bind(place.path("dead.sock")).unwrap());
    let run = place.atoll("doctor --json --engine").arg(place.path("dead.sock")).run().ended(3);
    assert_found(&check(&run, "engine.reachable"), "problem", &["nobody listens", "systemctl start docker"]);
}

#[test]
fn a_socket_of_another_group_names_the_group_to_join() {
    let machine = Machine::new();
    let socket = machine.place.path("engine.sock");
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o660)).unwrap();
    fs::set_permissions(machine.place.root(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = machine.place.path("atoll");
    fs::copy(env!("CARGO_BIN_EXE_atoll"), &copy).unwrap();
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let run = if is_root {
        // Because root may open every socket: another user has to try, and one that belongs to a group with a name.
        std::os::unix::fs::chown(&socket, Some(0), Some(1)).unwrap();
        machine.doctor("--json").run_by(65_534, &copy).run()
    } else {
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o000)).unwrap();
        machine.doctor("--json").run()
    };
    let found = check(&run.ended(3), "engine.reachable");
    assert_found(&found, "problem", &["permission denied", "engine.sock"]);
    if is_root {
        assert_found(&found, "problem", &[&format!("usermod -aG {}", group_of_number_one())]);
    }
}

/// `daemon` on Debian.
fn group_of_number_one() -> String {
    let groups = fs::read_to_string("/etc/group").unwrap();
    let line = groups.lines().find(|line| line.split(':').nth(2) == Some("1")).unwrap();
    line.split(':').next().unwrap().to_owned()
}

#[test]
fn an_engine_that_is_too_old_is_named_and_not_examined_further() {
    let machine = Machine::new();
    machine.engine.change("/version", "Version", json!("19.03.15"));
    machine.engine.change("/version", "ApiVersion", json!("1.40"));
    let run = machine.doctor("--json").run().ended(3);
    assert_found(&check(&run, "engine.version"), "problem", &["19.03.15", "1.40", "1.41", "20.10"]);
    assert!(!run.out.contains("limits.memory"), "{}", run.out);
}

#[test]
fn something_else_behind_the_socket_is_not_taken_for_an_engine() {
    let machine = Machine::new();
    machine.engine.set("/version", json!(["hello"]));
    assert_found(&machine.check("engine.reachable"), "problem", &["not a container engine"]);
}

#[test]
fn limits_that_cannot_be_enforced_are_problems() {
    let machine = Machine::new();
    for (key, id) in
        [("MemoryLimit", "limits.memory"), ("PidsLimit", "limits.pids"), ("CpuCfsQuota", "limits.cpu")]
    {
        machine.engine.change("/info", key, json!(false));
        assert_found(&machine.check(id), "problem", &["cannot be enforced"]);
    }
    machine.engine.change("/info", "SwapLimit", json!(false));
    assert_found(&machine.check("limits.swap"), "warning", &["swapaccount=1"]);
}

#[test]
fn rootless_podman_on_the_old_control_groups_is_seen_through() {
    let machine = Machine::new();
    machine.engine.change("/version", "Version", json!("4.3.1"));
    machine.engine.change("/version", "ApiVersion", json!("1.41"));
    machine.engine.change("/version", "Components", json!([{"Name": "Podman Engine", "Version": "4.3.1"}]));
    assert_found(&machine.check("network.isolated"), "warning", &["without root"]);
    machine.engine.change("/info", "CgroupVersion", json!("1"));
    machine.engine.change("/info", "SecurityOptions", json!(["name=seccomp", "name=rootless"]));
    assert_found(&machine.check("engine.version"), "ok", &["Podman 4.3.1"]);
    assert_found(&machine.check("limits.cgroups"), "problem", &["--accept-unenforced-limits"]);
    assert_found(&machine.check("limits.memory"), "problem", &[]);
    assert_found(&machine.check("network.isolated"), "ok", &["namespace of their own"]);
}

#[test]
fn missing_system_call_filters_are_a_problem_and_missing_apparmor_a_warning() {
    let machine = Machine::new();
    machine.engine.change("/info", "SecurityOptions", json!(["name=cgroupns"]));
    assert_found(&machine.check("isolation.seccomp"), "problem", &["CONFIG_SECCOMP_FILTER"]);
    assert_found(&machine.check("isolation.lsm"), "warning", &["AppArmor"]);
}

#[test]
fn many_bridges_behind_the_packet_filter_are_explained() {
    let machine = Machine::new();
    machine.engine.set("/networks", (0..60).map(|_| json!({"Driver": "bridge"})).collect());
    assert_found(
        &machine.check("network.filter"),
        "warning",
        &["60 bridges", "bridge-nf-call-iptables=0", "DOCKER-USER"],
    );
    machine.engine.change("/info", "BridgeNfIptables", json!(false));
    assert_found(&machine.check("network.filter"), "ok", &["do not cross"]);
}

#[test]
fn a_changed_image_of_an_installed_app_is_a_problem_and_one_that_nobody_installed_a_warning() {
    let machine = Machine::new();
    machine.engine.set("/images/atoll/hello:1.0.0/json", built('e'));
    let found = machine.check("policy.images");
    assert_found(
        &found,
        "warning",
        &["`atoll/hello:1.0.0` is not the image that was pinned", "atoll allowlist lock"],
    );
    machine.container("atoll-hello-main-web", &json!({"Status": "running"}));
    assert_found(&machine.check("policy.images"), "problem", &["atoll/hello:1.0.0"]);

    machine.engine.set(&format!("/images/{}/json", digest('b')), built('b'));
    assert_found(&machine.check("policy.images"), "warning", &["the pinned one is still there"]);
}

#[test]
fn a_pulled_image_is_compared_by_its_manifest() {
    let machine = Machine::new();
    machine.engine.set(&format!("/images/{NOTES}:1.2.0/json"), pulled('9', NOTES, 'd'));
    assert_found(&machine.check("policy.images"), "ok", &[]);
    machine.engine.set(&format!("/images/{NOTES}:1.2.0/json"), pulled('c', NOTES, '8'));
    assert_found(&machine.check("policy.images"), "warning", &["not the image that was pinned"]);
}

#[test]
fn a_mistake_in_the_policy_is_told_with_its_place() {
    let machine = Machine::new();
    machine.place.write("allowlist.yaml", &ALLOWLIST.replacen("memory: 64Mi", "memory: 64MB", 1));
    assert_found(&machine.check("policy.allowlist"), "problem", &["allowlist.yaml:68:49", "64MB"]);
    fs::remove_file(machine.place.path("allowlist.lock")).unwrap();
    assert_found(&machine.check("policy.lock"), "problem", &["run `atoll allowlist lock`"]);
}

#[test]
fn the_stacks_containers_are_looked_at() {
    let machine = Machine::new();
    let state = json!({"Status": "running", "Health": {"Status": "unhealthy"}});
    machine.container("atoll-socket-proxy", &state);
    assert_found(
        &machine.check("stack.proxy"),
        "problem",
        &["up, but unhealthy", "docker logs --tail 50 atoll-socket-proxy"],
    );
    machine.container("atoll-controlplane", &json!({"Status": "exited", "ExitCode": 3}));
    assert_found(&machine.check("stack.controlplane"), "problem", &["exited (exit code 3)"]);
    machine.container("atoll-controlplane", &json!({"Status": "exited", "ExitCode": 137, "OOMKilled": true}));
    assert_found(&machine.check("stack.controlplane"), "problem", &["want of memory", "mem_limit"]);
}

#[test]
fn a_port_is_free_or_ours_or_somebody_elses() {
    let machine = Machine::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = |port: u16| format!("--json --url http://atoll.localhost:{port}");
    let run = machine.doctor(&url(silent)).run().ended(3);
    assert_found(
        &check(&run, "address.answers"),
        "problem",
        &["the control plane is up, but nobody answers"],
    );
    machine.container("atoll-controlplane", &json!({"Status": "exited"}));
    let run = machine.doctor(&url(silent)).run();
    assert_found(&check(&run, "address.answers"), "ok", &["is free"]);
    machine.api.pretend_to_be_another();
    assert_found(&machine.check("address.answers"), "problem", &["something else answers", "ss -ltnp"]);
}

#[test]
fn a_base_url_that_does_not_resolve_is_a_problem_also_for_the_apps() {
    let machine = Machine::new();
    let run = machine.doctor("--json --url http://atoll.invalid:8080").run().ended(3);
    assert_found(
        &check(&run, "address.resolves"),
        "problem",
        &["atoll.invalid", "hello.atoll.invalid", "DNS"],
    );
    assert_found(&check(&run, "address.leads-here"), "untried", &[]);
    assert_found(&check(&run, "address.answers"), "untried", &[]);
}

/// Runs as root only, because only root may give a program names of its own (a mount over `/etc/hosts`).
#[test]
fn names_that_lead_to_another_machine_are_told_with_where_they_lead() {
    if !nix::unistd::getuid().is_root() {
        return;
    }
    let machine = Machine::new();
    let url = "http://atoll.example.test:8080";
    let all = "atoll.example.test hello.atoll.example.test notes.atoll.example.test";
    let found = |hosts: String| {
        machine.place.write("hosts", &hosts);
        machine.doctor(&format!("--json --url {url}")).with_hosts(&machine.place.path("hosts")).run()
    };
    let run = found(format!("127.0.0.1 {all}\n"));
    assert_found(&check(&run, "address.resolves"), "ok", &["those of 2 apps"]);
    assert_found(&check(&run, "address.leads-here"), "ok", &["this machine"]);
    let run = found(format!("127.0.0.1 {}\n192.0.2.7 notes.atoll.example.test\n", &all[..43]));
    let words = ["notes.atoll.example.test to 192.0.2.7", "does not have", "router or a proxy"];
    assert_found(&check(&run, "address.leads-here"), "warning", &words);
    let run = found("127.0.0.1 atoll.example.test\n".to_owned());
    let words = ["notes.atoll.example.test, hello.atoll.example.test", "*.atoll.example.test"];
    assert_found(&check(&run, "address.resolves"), "problem", &words);
}

#[test]
fn the_pins_are_those_of_the_engines_platform() {
    let machine = Machine::new();
    machine.engine.change("/version", "Arch", json!("arm64"));
    assert_found(&machine.check("policy.images"), "warning", &["not pinned for linux/arm64"]);
}

#[test]
fn how_far_the_socket_proxy_confined_itself_is_asked_of_it() {
    let machine = Machine::new();
    let held = ["landlock enforced (ABI 4), seccomp enforced (78 system calls)"];
    assert_found(&machine.check("stack.confinement"), "ok", &held);
    machine.proxy.set("/info", confined("missing: the kernel does not know it"));
    let lacking = ["landlock missing: the kernel does not know it", "cure"];
    assert_found(&machine.check("stack.confinement"), "warning", &lacking);
    machine.proxy.set("/info", json!({"Atoll": {"Confinement": {}}}));
    assert_found(&machine.check("stack.confinement"), "problem", &["has not confined itself"]);
    fs::remove_file(machine.place.root().join("volume/engine.sock")).unwrap();
    assert_found(&machine.check("stack.confinement"), "untried", &["root may ask it"]);
}
