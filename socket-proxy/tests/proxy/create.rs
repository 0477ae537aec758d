//! Creating: what clients may say, what the engine gets, and everything in between that is refused.

use serde_json::{Value, json};

use crate::support::{Bench, container_body, network_body, volume_body};

/// The container body with one value set at a path such as `HostConfig.Privileged`.
fn with(path: &str, value: Value) -> Value {
    let mut body = container_body("hello", 0);
    let mut place = &mut body;
    for key in path.split('.') {
        place = &mut place[key];
    }
    *place = value;
    body
}

async fn ready() -> Bench {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench
}

#[tokio::test]
async fn the_engine_gets_the_rendering_and_not_one_byte_of_the_client() {
    let bench = ready().await;
    assert_eq!(
        bench
            .post("/networks/atoll-hello-main/connect", json!({"Container": "atoll-controlplane"}))
            .await
            .status,
        200
    );
    assert_eq!(bench.create("hello", 0).await.status, 201);
    let mut writes: Vec<Value> = bench
        .engine
        .writes()
        .into_iter()
        .map(|call| json!({"method": call.method, "target": call.target, "body": call.body}))
        .collect();
    for write in &mut writes {
        let labels = write["body"].get_mut("Labels").and_then(Value::as_object_mut);
        if let Some(seal) = labels.and_then(|labels| labels.get_mut("atoll.seal")) {
            assert_eq!(seal.as_str().unwrap().len(), 64);
            *seal = json!("<seal>");
        }
    }
    insta::assert_json_snapshot!(writes);
}

#[tokio::test]
async fn every_hostile_field_is_refused_by_name_and_nothing_is_written() {
    let bench = ready().await;
    let before = bench.engine.writes().len();
    let hostile = [
        ("HostConfig.Privileged", json!(true)),
        ("HostConfig.Binds", json!(["/:/host"])),
        ("HostConfig.Binds", json!([""])),
        ("HostConfig.Mounts", json!([{"Type": "bind", "Source": "/", "Target": "/host"}])),
        (
            "HostConfig.Mounts",
            json!([{"Type": "volume", "Source": "atoll-hello-main-data", "Target": "/data", "VolumeOptions": {"DriverConfig": {"Options": {"device": "/"}}}}]),
        ),
        ("HostConfig.Mounts", json!([{"Type": "volume", "Source": "foreign", "Target": "/data"}])),
        ("HostConfig.Mounts", json!([{}])),
        ("HostConfig.Tmpfs", json!({"/tmp": "exec,suid"})),
        ("HostConfig.VolumesFrom", json!(["atoll-socket-proxy"])),
        ("HostConfig.NetworkMode", json!("host")),
        ("HostConfig.NetworkMode", json!("container:atoll-controlplane")),
        ("HostConfig.NetworkMode", json!("bridge")),
        ("HostConfig.PidMode", json!("host")),
        ("HostConfig.IpcMode", json!("host")),
        ("HostConfig.UTSMode", json!("host")),
        ("HostConfig.UsernsMode", json!("host")),
        ("HostConfig.CgroupnsMode", json!("host")),
        ("HostConfig.Cgroup", json!("container:x")),
        ("HostConfig.CgroupParent", json!("/")),
        ("HostConfig.CapAdd", json!(["SYS_ADMIN"])),
        ("HostConfig.CapDrop", json!(["CHOWN"])),
        ("HostConfig.Capabilities", json!(["CAP_SYS_ADMIN"])),
        ("HostConfig.SecurityOpt", json!(["no-new-privileges", "seccomp=unconfined"])),
        ("HostConfig.SecurityOpt", json!(["apparmor=unconfined"])),
        ("HostConfig.SecurityOpt", json!(["systempaths=unconfined"])),
        ("HostConfig.MaskedPaths", json!([])),
        ("HostConfig.ReadonlyPaths", json!([])),
        (
            "HostConfig.Devices",
            json!([{"PathOnHost": "/dev/sda", "PathInContainer": "/dev/sda", "CgroupPermissions": "rwm"}]),
        ),
        ("HostConfig.DeviceCgroupRules", json!(["b 8:* rwm"])),
        ("HostConfig.DeviceRequests", json!([{"Driver": "cdi", "DeviceIDs": ["x"]}])),
        ("HostConfig.Runtime", json!("io.containerd.other.v1")),
        ("HostConfig.Memory", json!(-1)),
        ("HostConfig.Memory", json!(999_999_999_999_u64)),
        ("HostConfig.Memory", json!(104_857_600.0)),
        ("HostConfig.MemorySwap", json!(-1)),
        ("HostConfig.MemorySwappiness", json!(0)),
        ("HostConfig.PidsLimit", json!(-1)),
        ("HostConfig.NanoCpus", json!(4_000_000_000_u64)),
        ("HostConfig.CpuQuota", json!(-1)),
        ("HostConfig.OomKillDisable", json!(true)),
        ("HostConfig.OomScoreAdj", json!(-1000)),
        ("HostConfig.Ulimits", json!([{"Name": "nofile", "Soft": -1, "Hard": -1}])),
        ("HostConfig.Sysctls", json!({"net.ipv4.ip_forward": "1"})),
        ("HostConfig.ExtraHosts", json!(["host:host-gateway"])),
        ("HostConfig.Dns", json!(["8.8.8.8"])),
        ("HostConfig.Links", json!(["atoll-controlplane:cp"])),
        ("HostConfig.PortBindings", json!({"8080/tcp": [{"HostPort": "80"}]})),
        ("HostConfig.PublishAllPorts", json!(true)),
        ("HostConfig.RestartPolicy", json!({"Name": "always"})),
        ("HostConfig.RestartPolicy", json!("always")),
        ("HostConfig.LogConfig", json!({"Type": "syslog", "Config": {"syslog-address": "tcp://1.2.3.4"}})),
        ("HostConfig.LogConfig", json!({"Type": "local", "Config": {"max-size": "10g"}})),
        ("HostConfig.StorageOpt", json!({"size": "1T"})),
        ("HostConfig.GroupAdd", json!(["docker"])),
        ("HostConfig.ReadonlyRootfs", json!("false")),
        ("HostConfig.AutoRemove", json!(true)),
        ("HostConfig.VolumeDriver", json!("evil")),
        ("HostConfig.Annotations", json!({"run.oci.x": "y"})),
        ("HostConfig.ShmSize", json!(1_u64 << 40)),
        ("HostConfig.Init", json!("x")),
        ("HostConfig.Isolation", json!("x")),
        ("HostConfig.privileged", json!(true)),
        ("HostConfig.Privileged ", json!(true)),
        ("HostConfig.NewestField", json!(null)),
        ("hostconfig", json!({"Privileged": true})),
        ("HostConfig", json!([])),
        ("HostConfig", json!("x")),
        ("Privileged", json!(true)),
        ("Memory", json!(1)),
        ("User", json!("0")),
        ("User", json!("root")),
        ("Image", json!("alpine")),
        ("Image", json!("atoll/hello:latest")),
        (
            "Image",
            json!(
                "atoll/hello:1.0.0@sha256:0000000000000000000000000000000000000000000000000000000000000000"
            ),
        ),
        ("Image", json!(["atoll/hello:1.0.0"])),
        ("Cmd", json!(["/bin/sh"])),
        ("Cmd", json!("/bin/sh")),
        ("Entrypoint", json!(["/bin/sh"])),
        ("Entrypoint", json!([""])),
        ("WorkingDir", json!("/proc")),
        ("Volumes", json!({"/x": {}})),
        ("ExposedPorts", json!({"80/tcp": {}})),
        ("Healthcheck", json!({"Test": ["CMD", "x"]})),
        ("OnBuild", json!(["RUN x"])),
        ("Shell", json!(["/bin/sh"])),
        ("StopSignal", json!("SIGKILL")),
        ("StopTimeout", json!(-1)),
        ("Tty", json!(true)),
        ("OpenStdin", json!(true)),
        ("AttachStdin", json!(true)),
        ("MacAddress", json!("02:42:00:00:00:01")),
        ("Hostname", json!("console")),
        ("Domainname", json!("x")),
        ("NetworkDisabled", json!(true)),
        ("NetworkingConfig", json!({"EndpointsConfig": {"host": {}}})),
        ("NetworkingConfig", json!({"EndpointsConfig": {"atoll-notes-main": {}}})),
        (
            "NetworkingConfig",
            json!({"EndpointsConfig": {"atoll-hello-main": {"IPAMConfig": {"IPv4Address": "10.212.0.14"}}}}),
        ),
        ("NetworkingConfig", json!({"EndpointsConfig": {"atoll-hello-main": {"Aliases": ["controlplane"]}}})),
        ("NetworkingConfig", json!({"EndpointsConfig": {"atoll-hello-main": {"DriverOpts": {"x": "y"}}}})),
        (
            "NetworkingConfig",
            json!({"EndpointsConfig": {"atoll-hello-main": {"MacAddress": "02:42:00:00:00:01"}}}),
        ),
        ("NetworkingConfig", json!({"EndpointsConfig": {"atoll-hello-main": "x"}})),
        ("Env", json!(["TOKEN=x", "LD_PRELOAD=/x.so"])),
        ("Env", json!(["TOKEN=x", "LOG_LEVEL=debug"])),
        ("Env", json!(["TOKEN=x", "TOKEN=y"])),
        ("Env", json!(["TOKEN=x", "LOG_LEVEL=info", "LOG_LEVEL=info"])),
        ("Env", json!(["TOKEN=x\ny"])),
        ("Env", json!(["TOKEN=x", "ATOLL_APP=notes"])),
        ("Env", json!(["TOKEN"])),
        ("Env", json!([])),
        ("Env", json!("TOKEN=x")),
        ("Env", json!([["TOKEN=x"]])),
    ];
    for (path, value) in hostile {
        let body = with(path, value);
        let answer = bench.post("/containers/create?name=atoll-hello-main-web", body.clone()).await;
        assert!(matches!(answer.status, 400 | 403), "{body} was answered {answer:?}");
        let word = path.split('.').next_back().unwrap().trim();
        assert!(
            answer.message().contains(word) || answer.reason() == "bad-body" || path == "Env",
            "{path}: {}",
            answer.message()
        );
        assert!(!answer.message().contains("hunter2"), "a secret in {}", answer.message());
    }
    assert_eq!(bench.engine.writes().len(), before);
}

#[tokio::test]
async fn labels_name_one_thing_or_nothing_happens() {
    let bench = ready().await;
    let before = bench.engine.writes().len();
    for (label, value) in [
        ("atoll.app", json!("nobody")),
        ("atoll.app", json!("../hello")),
        ("atoll.app", json!(null)),
        ("atoll.instance", json!("u1")),
        ("atoll.service", json!("db")),
        ("atoll.index", json!("1")),
        ("atoll.index", json!("99999")),
        ("atoll.index", json!("-1")),
        ("atoll.seal", json!("00")),
        ("atoll.spec", json!("00")),
        ("com.docker.compose.project", json!("atoll")),
        ("traefik.enable", json!("true")),
    ] {
        let mut body = container_body("hello", 0);
        body["Labels"][label] = value;
        let answer = bench.post("/containers/create?name=atoll-hello-main-web", body.clone()).await;
        assert!((400..500).contains(&answer.status), "{body} was answered {answer:?}");
    }
    for name in ["atoll-controlplane", "atoll-notes-main-web", "x", "atoll-hello-main-web2"] {
        let answer = bench.post(&format!("/containers/create?name={name}"), container_body("hello", 0)).await;
        assert_eq!(answer.reason(), "field-differs", "{name}");
    }
    assert_eq!(bench.engine.writes().len(), before);
}

#[tokio::test]
async fn hostile_networks_and_volumes_are_refused() {
    let bench = Bench::start().await;
    for (field, value) in [
        ("Name", json!("bridge")),
        ("Driver", json!("macvlan")),
        ("Driver", json!("host")),
        ("Internal", json!("false")),
        ("Attachable", json!(true)),
        ("Ingress", json!(true)),
        ("ConfigOnly", json!(true)),
        ("ConfigFrom", json!({"Network": "bridge"})),
        ("Scope", json!("swarm")),
        ("EnableIPv6", json!(true)),
        ("EnableIPv4", json!(false)),
        ("IPAM", json!({"Driver": "evil"})),
        ("IPAM", json!({"Config": [{"Subnet": "169.254.0.0/16"}]})),
        ("IPAM", json!({"Config": [{"Subnet": "10.212.0.0/28", "Gateway": "10.212.0.9"}]})),
        ("IPAM", json!({"Config": [{"Subnet": "10.212.0.0/28"}, {"Subnet": "10.1.0.0/16"}]})),
        ("IPAM", json!({"Options": {"x": "y"}})),
        ("Options", json!({"com.docker.network.bridge.name": "docker0"})),
        ("Options", json!({"com.docker.network.bridge.inhibit_ipv4": "false"})),
        ("Options", json!({"com.docker.network.bridge.inhibit_ipv4": "true", "parent": "eth0"})),
        ("Extra", json!(1)),
    ] {
        let mut body = network_body("hello", 0);
        body[field] = value;
        let answer = bench.post("/networks/create", body.clone()).await;
        assert_eq!(answer.status, 403, "{body} was answered {answer:?}");
    }
    for (field, value) in [
        ("Name", json!("foreign")),
        ("Driver", json!("nfs")),
        ("DriverOpts", json!({"type": "none", "o": "bind", "device": "/"})),
        ("Opts", json!({"device": "/"})),
        ("ClusterVolumeSpec", json!({"Group": "x"})),
    ] {
        let mut body = volume_body("hello");
        body[field] = value;
        let answer = bench.post("/volumes/create", body.clone()).await;
        assert_eq!(answer.status, 403, "{body} was answered {answer:?}");
    }
    assert_eq!(bench.engine.writes().len(), 0);
}

#[tokio::test]
async fn a_missing_or_changed_image_is_named_with_pin_and_cure() {
    let bench = ready().await;
    bench.engine.state().images[0]["Id"] = json!("sha256:other");
    let changed = bench.create("hello", 0).await;
    assert_eq!((changed.status, changed.reason()), (409, "image-changed"));
    assert!(changed.message().contains("atoll/hello:1.0.0") && changed.message().contains("sha256:4e114e"));
    assert!(changed.message().contains("atoll allowlist lock"), "{}", changed.message());
    // A tag that is spelled like the pin is not the pin.
    bench.engine.state().images[0]["RepoTags"] = json!(["atoll/hello:1.0.0", crate::engine::IMAGE_ID]);
    assert_eq!(bench.create("hello", 0).await.reason(), "image-changed");
    bench.engine.state().images.clear();
    let missing = bench.create("hello", 0).await;
    assert_eq!((missing.status, missing.reason()), (404, "image-missing"));
    assert!(
        missing.message().contains("atoll/hello:1.0.0") && missing.message().contains("atoll allowlist lock")
    );
    assert_eq!(bench.get("/images/atoll/hello:1.0.0/json").await.status, 404);
    assert_eq!(bench.engine.state().containers.len(), 2);
}

#[tokio::test]
async fn only_images_of_the_allowlist_are_seen() {
    let bench = Bench::start().await;
    let seen = bench.get("/images/atoll/hello:1.0.0/json").await;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body.get("Config"), None);
    let asked =
        || bench.engine.state().received.iter().filter(|call| call.target.contains("/images/")).count();
    let before = asked();
    for foreign in ["atoll/database:17", "alpine", "4e114e114e11", "atoll/hello"] {
        assert_eq!(bench.get(&format!("/images/{foreign}/json")).await.status, 404, "{foreign}");
    }
    assert_eq!(asked(), before, "the engine was asked about images that no entry names");
    let list = bench.get("/images/json").await;
    let row = json!({
        "Id": crate::engine::IMAGE_ID, "ParentId": "", "RepoTags": ["atoll/hello:1.0.0"], "RepoDigests": [],
        "Created": 0, "Size": 1000, "SharedSize": -1, "Containers": -1, "Labels": {},
    });
    assert_eq!(list.body, json!([row]));
}

#[tokio::test]
async fn a_container_needs_its_island_first() {
    let bench = Bench::start().await;
    let answer = bench.create("hello", 0).await;
    assert_eq!((answer.status, answer.message()), (404, "No such network: atoll-hello-main"));
    assert_eq!(bench.post("/networks/create", network_body("hello", 0)).await.status, 201);
    let answer = bench.create("hello", 0).await;
    assert_eq!((answer.status, answer.message()), (404, "No such volume: atoll-hello-main-data"));
    assert_eq!(bench.engine.writes().len(), 1);
}
