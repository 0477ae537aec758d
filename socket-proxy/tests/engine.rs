//! The proxy in front of a real engine, when `ATOLL_TEST_ENGINE` names its socket (`unix:///…`).
//!
//! The test must run in the engine's own network namespace, and the engine must be one that may be used up: the test makes and removes an image, a container that stands for the
//! control plane, and an island at `10.212.255.0/28`. It needs a static busybox on the machine.

// Because this is a test as a whole: what does not hold ends it.
#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
    time::Duration,
};

use atoll_socket_proxy::{Confinement, PolicyFiles, RegistryCredentials, Seal, Settings, run};
use bollard::{
    API_DEFAULT_VERSION, Docker,
    models::{ContainerCreateBody, NetworkConnectRequest, NetworkCreateRequest, VolumeCreateRequest},
    query_parameters::{
        CreateContainerOptionsBuilder, CreateImageOptionsBuilder, InspectContainerOptions,
        LogsOptionsBuilder, RemoveContainerOptionsBuilder, RemoveImageOptions, RemoveVolumeOptions,
        StartContainerOptions, StopContainerOptionsBuilder, WaitContainerOptions,
    },
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::oneshot,
};

const ALLOWLIST: &str = r#"
schemaVersion: 1
revision: 1
host: {subnets: 10.212.255.0/28, limits: {instances: 1, cpu: "1", memory: 64Mi, pids: 64}}
apps:
- id: proxytest
  version: 1.0.0
  title: Test
  description: Looks at its own cage
  category: test
  services:
    web:
      image: atoll-proxy-test/busybox:1
      user: "10001:10001"
      command: [/bin/busybox, sh, -c, "SCRIPT"]
      volumes: [{name: data, mountPath: /data}]
      tmpfs: [{mountPath: /tmp, size: 4Mi}]
      stop_grace_period: 1s
      resources: {limits: {cpu: "0.5", memory: 32Mi, pids: 32}}
  http: {service: web, port: 8080, access: [{path: /, role: user}]}
  roles: [{id: user, title: Can use}]
"#;

/// Where the listener on the host listens.
const PORT: u16 = 9123;

/// What the app does at each start; each line of its output is one finding.
const SCRIPT: &str = "cd /tmp && /bin/busybox touch ok && echo tmp writable; \
    /bin/busybox touch /x 2>/dev/null || echo root read-only; \
    /bin/busybox grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp|Uid):' /proc/self/status; \
    for host in $HOSTS_TO_TRY 10.212.255.1; do \
      /bin/busybox nc -w 1 $host 9123 </dev/null 2>/dev/null && echo reached $host; done; \
    /bin/busybox wget -T 3 -q -O - http://example.com/ 2>/dev/null && echo resolved; echo done; exec /bin/busybox sleep 600";

const NAME: &str = "atoll-proxytest-main-web";

#[tokio::test]
async fn an_app_lives_verified_in_its_cage_on_a_real_engine() {
    let Ok(engine) = env::var("ATOLL_TEST_ENGINE") else {
        println!("skipped: set ATOLL_TEST_ENGINE to the socket of an engine that may be used up");
        return;
    };
    let Ok(busybox) = fs::read("/bin/busybox") else {
        println!("skipped: there is no static busybox (Debian: busybox-static)");
        return;
    };
    let engine = engine.trim_start_matches("unix://").to_owned();
    let direct = connect(Path::new(&engine)).await;
    clean(&direct).await;
    let image = import(&direct, &busybox).await;
    let gateway = json!({"Image": image, "Cmd": ["/bin/busybox", "sleep", "600"]});
    create(&direct, "atoll-proxytest-gateway", gateway).await;
    direct.start_container("atoll-proxytest-gateway", None::<StartContainerOptions>).await.unwrap();

    let (folder, _end) = proxy(&engine, &image, &listening_addresses().await);
    live(&folder.path().join("proxy.sock")).await;
    clean(&direct).await;
}

/// The life of the app, through the proxy alone.
async fn live(socket: &Path) {
    let proxy = &connect(socket).await;
    let labels = |more: Value| {
        let mut labels = json!({"atoll.app": "proxytest", "atoll.instance": "main"});
        labels.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        labels
    };
    let network = json!({"Name": "atoll-proxytest-main", "Labels": labels(json!({"atoll.index": "0"}))});
    let network: NetworkCreateRequest = serde_json::from_value(network).unwrap();
    proxy.create_network(network).await.unwrap();
    let join =
        NetworkConnectRequest { container: "atoll-proxytest-gateway".to_owned(), ..Default::default() };
    proxy.connect_network("atoll-proxytest-main", join).await.unwrap();
    let volume =
        json!({"Name": "atoll-proxytest-main-data", "Labels": labels(json!({"atoll.volume": "data"}))});
    let volume: VolumeCreateRequest = serde_json::from_value(volume).unwrap();
    proxy.create_volume(volume).await.unwrap();
    let body = json!({"Labels": labels(json!({"atoll.service": "web", "atoll.index": "0"}))});
    create(proxy, NAME, body).await;

    // Twice, because a runtime may treat the second start of a container differently from the first.
    for start in 1..=2 {
        proxy.start_container(NAME, None::<StartContainerOptions>).await.unwrap();
        let lines = lines_until_done(proxy, start).await;
        assert!(lines.contains("tmp writable"), "start {start}: {lines}");
        assert!(lines.contains("root read-only"), "start {start}: {lines}");
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            assert!(lines.contains(&format!("{set}:\t0000000000000000")), "start {start}: {lines}");
        }
        assert!(lines.contains("NoNewPrivs:\t1") && lines.contains("Seccomp:\t2"), "start {start}: {lines}");
        assert!(lines.contains("Uid:\t10001\t10001\t10001\t10001"), "start {start}: {lines}");
        assert!(!lines.contains("reached") && !lines.contains("resolved"), "start {start}: {lines}");
        let seen = serde_json::to_value(inspect(proxy).await).unwrap();
        assert_eq!(seen["State"]["Running"], true, "start {start}");
        proxy.stop_container(NAME, Some(StopContainerOptionsBuilder::new().t(1).build())).await.unwrap();
        let ended = proxy.wait_container(NAME, None::<WaitContainerOptions>).next().await;
        assert!(ended.is_some(), "start {start}");
    }
    assert_eq!(verdict(socket).await, json!({"Verdict": "verified", "Differences": []}));
}

async fn lines_until_done(proxy: &Docker, times: usize) -> String {
    let options = LogsOptionsBuilder::new().stdout(true).stderr(true).follow(true).build();
    let mut stream = proxy.logs(NAME, Some(options));
    let mut lines = String::new();
    let read = async {
        while let Some(line) = stream.next().await {
            lines.push_str(&line.unwrap().to_string());
            if lines.matches("done").count() == times {
                return;
            }
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), read).await;
    assert!(ended.is_ok(), "the app does not come to its end: {lines}");
    lines
}

async fn inspect(docker: &Docker) -> bollard::models::ContainerInspectResponse {
    docker.inspect_container(NAME, None::<InspectContainerOptions>).await.unwrap()
}

/// The proxy's own object in an inspect, which bollard does not know.
async fn verdict(socket: &Path) -> Value {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    let request = format!("GET /containers/{NAME}/json HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let inspect: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    inspect["Atoll"].clone()
}

/// Every address of this machine, with a listener behind each that is shown to answer.
async fn listening_addresses() -> Vec<String> {
    let listener = TcpListener::bind(("0.0.0.0", PORT)).await.unwrap();
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let output = Command::new("ip").args(["-4", "-o", "addr", "show", "scope", "global"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let addresses = text.lines().filter_map(|line| line.split_whitespace().nth(3)?.split('/').next());
    let addresses: Vec<String> = addresses.map(str::to_owned).collect();
    assert!(!addresses.is_empty(), "this machine has no address to try");
    for address in &addresses {
        TcpStream::connect((address.as_str(), PORT)).await.unwrap();
    }
    addresses
}

/// A proxy of the test's own in front of the engine.
fn proxy(engine: &str, image: &str, addresses: &[String]) -> (TempDir, oneshot::Sender<()>) {
    let folder = tempfile::tempdir().unwrap();
    let lock = json!({"schemaVersion": 1, "revision": 1, "images": {
        "atoll-proxy-test/busybox:1": {"linux/amd64": {"digest": image, "source": "local"}},
    }});
    fs::write(folder.path().join("allowlist.lock"), lock.to_string()).unwrap();
    let script = SCRIPT.replace("$HOSTS_TO_TRY", &addresses.join(" ")).replace('"', "\\\"");
    fs::write(folder.path().join("allowlist.yaml"), ALLOWLIST.replace("SCRIPT", &script)).unwrap();
    let settings = Settings {
        upstream: engine.into(),
        policy: PolicyFiles {
            allowlist: folder.path().join("allowlist.yaml"),
            lock: folder.path().join("allowlist.lock"),
            trust: None,
        },
        seal: Seal::open(folder.path()).unwrap(),
        gateway: "atoll-proxytest-gateway".to_owned(),
        accept_unenforced_limits: false,
        credentials: RegistryCredentials::default(),
        client_uids: vec![std::fs::metadata("/proc/self").map_or(0, |own| own.uid())],
        metrics: None,
        confinement: Confinement::none(),
    };
    let listener = UnixListener::bind(folder.path().join("proxy.sock")).unwrap();
    let (end, ended) = oneshot::channel::<()>();
    tokio::spawn(run(listener, settings, async { drop(ended.await) }));
    (folder, end)
}

async fn connect(socket: &Path) -> Docker {
    let docker = Docker::connect_with_unix(socket.to_str().unwrap(), 60, API_DEFAULT_VERSION).unwrap();
    docker.negotiate_version().await.unwrap()
}

async fn create(docker: &Docker, name: &str, body: Value) {
    let body: ContainerCreateBody = serde_json::from_value(body).unwrap();
    docker
        .create_container(Some(CreateContainerOptionsBuilder::new().name(name).build()), body)
        .await
        .unwrap();
}

/// Makes an image out of one program and says its id.
async fn import(docker: &Docker, busybox: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("bin")).unwrap();
    fs::create_dir_all(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("bin/busybox"), busybox).unwrap();
    fs::set_permissions(folder.path().join("bin/busybox"), fs::Permissions::from_mode(0o755)).unwrap();
    let tar = Command::new("tar").arg("-C").arg(folder.path()).args(["-c", "."]).output().unwrap().stdout;
    let options =
        CreateImageOptionsBuilder::new().from_src("-").repo("atoll-proxy-test/busybox").tag("1").build();
    let body = bollard::body_full(tar.into());
    let mut progress = docker.create_image(Some(options), Some(body), None);
    while let Some(step) = progress.next().await {
        step.unwrap();
    }
    docker.inspect_image("atoll-proxy-test/busybox:1").await.unwrap().id.unwrap()
}

/// Removes what an earlier run may have left.
async fn clean(docker: &Docker) {
    for name in [NAME, "atoll-proxytest-gateway"] {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        let _ = docker.remove_container(name, Some(options)).await;
    }
    let _ = docker.remove_network("atoll-proxytest-main").await;
    let _ = docker.remove_volume("atoll-proxytest-main-data", None::<RemoveVolumeOptions>).await;
    let _ = docker.remove_image("atoll-proxy-test/busybox:1", None::<RemoveImageOptions>, None).await;
}
