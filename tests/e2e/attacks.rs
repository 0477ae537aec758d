//! Attacks on the engine, each shown twice: it works when the engine is asked itself, and the proxy refuses the very
//! same words and nothing is there afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
};

use atoll_tests::raw::{ENGINE, PROXY, RawAnswer, ask};
use atoll_tests::{Machine, Stack};
use serde_json::{Value, json};

const MARKER: &str = "/run/atoll-attack-marker";
const ATTACKER: &str = "atoll-attacker";

/// What the attacker's container has come to, seen from the host.
struct Victim {
    pid: u64,
}

impl Victim {
    /// A file as a process in the container sees it.
    fn path(&self, path: &str) -> PathBuf {
        Path::new(&format!("/proc/{}/root", self.pid)).join(path.trim_start_matches('/'))
    }

    fn reads_marker(&self, path: &str) -> bool {
        fs::read_to_string(self.path(path)).is_ok_and(|text| text == "secret of the host")
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.pid)).unwrap_or_default()
    }

    fn shares(&self, namespace: &str) -> bool {
        let of = |process: &str| {
            fs::read_link(format!("/proc/{process}/ns/{namespace}")).expect("namespaces are there")
        };
        of(&self.pid.to_string()) == of("self")
    }

    /// Whether a capability is in the effective set; its number is that of capabilities(7).
    fn holds(&self, capability: u32) -> bool {
        let status = self.proc("status");
        let hex = status.lines().find_map(|line| line.strip_prefix("CapEff:\t")).expect("a capability set");
        u64::from_str_radix(hex.trim(), 16).expect("hex") & (1 << capability) != 0
    }
}

/// One attack: what it is, what is put into the create, and how its success shows.
struct Attack {
    name: &'static str,
    /// Fields of `HostConfig`.
    host: Value,
    works: Shown,
}

/// How an attack's success shows.
enum Shown {
    /// By what the running container has.
    Running(fn(&Victim) -> bool),
    /// By what the engine agreed to. Because a test machine within a container may not hold every capability itself, and
    /// then the kernel beneath stops what the engine would start.
    Created(fn(&Value) -> bool),
}

const SYS_ADMIN: u32 = 21;

fn attacks() -> Vec<Attack> {
    let attack = |name, host, works| Attack { name, host, works: Shown::Running(works) };
    vec![
        attack("a bind mount of the host's root", json!({"Binds": ["/:/host"]}), |v| {
            v.reads_marker(&format!("/host{MARKER}"))
        }),
        attack(
            "a bind mount written as a mount",
            json!({"Mounts": [{"Type": "bind", "Source": "/run", "Target": "/host"}]}),
            |v| v.reads_marker("/host/atoll-attack-marker"),
        ),
        attack(
            "a bind mount through a volume's driver options",
            json!({"Mounts": [{
                "Type": "volume", "Source": "attack-inline", "Target": "/host",
                "VolumeOptions": {"DriverConfig": {"Options": {"type": "none", "o": "bind", "device": "/run"}}},
            }]}),
            |v| v.reads_marker("/host/atoll-attack-marker"),
        ),
        attack(
            "a bind mount of the engine's socket",
            json!({"Binds": ["/run/docker.sock:/docker.sock"]}),
            |v| v.proc("mountinfo").contains(" /docker.sock "),
        ),
        Attack {
            name: "a privileged container",
            host: json!({"Privileged": true}),
            works: Shown::Created(|inspect| inspect["HostConfig"]["Privileged"] == true),
        },
        attack("a capability", json!({"CapAdd": ["SYS_ADMIN"]}), |v| v.holds(SYS_ADMIN)),
        attack("the host's network", json!({"NetworkMode": "host"}), |v| v.shares("net")),
        attack("the host's processes", json!({"PidMode": "host"}), |v| v.shares("pid")),
        attack("the host's IPC", json!({"IpcMode": "host"}), |v| v.shares("ipc")),
        attack("unmasked /proc", json!({"MaskedPaths": []}), |v| {
            !v.proc("mountinfo").contains(" /proc/kcore ")
        }),
        attack("writable /proc/sys", json!({"ReadonlyPaths": []}), |v| {
            !v.proc("mountinfo").contains(" /proc/sys ")
        }),
        attack("no seccomp filter", json!({"SecurityOpt": ["seccomp=unconfined"]}), |v| {
            v.proc("status").contains("Seccomp:\t0")
        }),
        attack(
            "a device of the host",
            json!({"Devices": [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/host", "CgroupPermissions": "rwm"}]}),
            |v| v.path("/dev/host").exists(),
        ),
    ]
}

/// The create of the attacker's container at the engine itself.
fn at_the_engine(attack: &Attack) -> Value {
    json!({"Image": "atoll-test/probe:1", "Entrypoint": ["/atoll-probe", "sleep"], "HostConfig": attack.host})
}

/// The same at the proxy, as a taken-over control plane would ask: an app of the list, with one field more.
fn at_the_proxy(attack: &Attack) -> Value {
    let labels = json!({"atoll.app": "probe-crash", "atoll.instance": "main", "atoll.service": "web", "atoll.index": "3"});
    json!({"Image": "atoll-test/probe:1", "Labels": labels, "HostConfig": attack.host})
}

fn remove(machine: Machine) {
    machine.docker_succeeds(&["rm", "--force", "--volumes", ATTACKER]);
    machine.docker_succeeds(&["volume", "rm", "--force", "attack-inline", "attack-volume"]);
}

/// Carries an attack out at the engine itself, and says whether it has worked.
fn works(attack: &Attack) -> bool {
    let created = ask(ENGINE, "POST", &format!("/containers/create?name={ATTACKER}"), &at_the_engine(attack));
    assert_eq!(created.status, 201, "{}: {created:?}", attack.name);
    let inspect = || ask(ENGINE, "GET", &format!("/containers/{ATTACKER}/json"), &Value::Null).body;
    let shown = match attack.works {
        Shown::Created(shows) => shows(&inspect()),
        Shown::Running(shows) => {
            let begun = ask(ENGINE, "POST", &format!("/containers/{ATTACKER}/start"), &Value::Null);
            assert_eq!(begun.status, 204, "{}: {begun:?}", attack.name);
            shows(&Victim { pid: inspect()["State"]["Pid"].as_u64().expect("it runs") })
        }
    };
    remove(Machine::here());
    shown
}

#[track_caller]
fn refused(name: &str, answer: &RawAnswer) {
    assert_eq!(answer.status, 403, "{name} went through the proxy: {answer:?}");
    let reason = answer.body["reason"].as_str().unwrap_or_default();
    assert!(matches!(reason, "field-differs" | "not-offered" | "unknown-field"), "{name}: {answer:?}");
}

#[test]
fn each_attack_works_at_the_engine_and_is_refused_by_the_proxy() {
    let machine = Machine::here();
    fs::write(MARKER, "secret of the host").expect("the machine's /run can be written");
    remove(machine);
    for attack in attacks() {
        assert!(
            works(&attack),
            "{} does not work at the engine, so its refusal would say nothing",
            attack.name
        );

        let before = machine.docker(&["ps", "--all", "--quiet"]);
        let name = "/containers/create?name=atoll-probe-crash-main-web";
        refused(attack.name, &ask(PROXY, "POST", name, &at_the_proxy(&attack)));
        assert_eq!(machine.docker(&["ps", "--all", "--quiet"]), before, "{}", attack.name);
    }
}

#[test]
fn a_volume_that_is_the_host_s_folder_can_be_made_at_the_engine_and_not_through_the_proxy() {
    let machine = Machine::here();
    remove(machine);
    fs::write(MARKER, "secret of the host").expect("the machine's /run can be written");
    let options = json!({"type": "none", "o": "bind", "device": "/run"});
    let volume = json!({"Name": "attack-volume", "DriverOpts": options});
    assert_eq!(ask(ENGINE, "POST", "/volumes/create", &volume).status, 201);
    let mount = Attack {
        name: "a volume with options",
        host: json!({"Mounts": [{"Type": "volume", "Source": "attack-volume", "Target": "/host"}]}),
        works: Shown::Running(|v| v.reads_marker("/host/atoll-attack-marker")),
    };
    assert!(works(&mount), "the volume shows no folder of the host");

    let labels = json!({"atoll.app": "probe-crash", "atoll.instance": "main", "atoll.volume": "data"});
    let asked = json!({"Name": "atoll-probe-crash-main-data", "Labels": labels, "DriverOpts": options});
    refused("driver options", &ask(PROXY, "POST", "/volumes/create", &asked));
    assert!(!machine.docker_succeeds(&["volume", "inspect", "atoll-probe-crash-main-data"]));
}

#[tokio::test]
async fn what_the_engine_shows_of_every_container_the_proxy_shows_of_none() {
    let (stack, _user) = Stack::with_probes().await;
    let control_plane = "/containers/atoll-controlplane/json";
    let shown = ask(ENGINE, "GET", control_plane, &Value::Null);
    assert!(shown.body["Config"]["Env"].is_array(), "the engine shows the environment: {shown:?}");
    assert_eq!(ask(PROXY, "GET", control_plane, &Value::Null).status, 404);
    let app = ask(PROXY, "GET", "/containers/atoll-probe-a-main-web/json", &Value::Null);
    assert_eq!(app.status, 200);
    assert!(app.body["Config"].get("Env").is_none() && !app.body.to_string().contains("/var/lib/docker"));
    assert!(stack.machine.docker_succeeds(&[
        "exec",
        "atoll-probe-a-main-web",
        "/atoll-probe",
        "ask",
        "tcp",
        "127.0.0.1",
        "8080"
    ]));
    let exec = json!({"Cmd": ["/atoll-probe", "ask", "tcp", "127.0.0.1", "8080"]});
    refused("exec", &ask(PROXY, "POST", "/containers/atoll-probe-a-main-web/exec", &exec));
    for path in [
        "/containers/atoll-controlplane/archive?path=/",
        "/containers/atoll-controlplane/export",
        "/system/df",
    ] {
        refused(path, &ask(PROXY, "GET", path, &Value::Null));
    }
}
