//! What ordinary clients really send: recorded bodies of the docker CLI, and bollard itself.

use bollard::{
    API_DEFAULT_VERSION, Docker,
    models::{ContainerCreateBody, NetworkConnectRequest, NetworkCreateRequest, VolumeCreateRequest},
    query_parameters::{
        CreateContainerOptionsBuilder, InspectContainerOptions, ListContainersOptionsBuilder,
        ListVolumesOptions, RemoveContainerOptionsBuilder, RemoveVolumeOptions, StartContainerOptions,
        StopContainerOptionsBuilder,
    },
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    engine::Engine,
    support::{ALLOWLIST, Bench, LOCK, container_body, network_body, parse, volume_body},
};

/// What `docker create` and `docker run` send besides the values that are given (docker CLI 28.2, API 1.41).
fn docker_cli(network: &str) -> Value {
    let mut body: Value = serde_json::from_str(include_str!("docker_cli_create.json")).unwrap();
    body["HostConfig"]["NetworkMode"] = json!(network);
    for (field, value) in container_body("hello", 0).as_object().unwrap() {
        body[field] = value.clone();
    }
    body
}

#[tokio::test]
async fn the_docker_cli_creates_with_its_whole_structure_of_empty_values() {
    for network in ["default", "atoll-hello-main"] {
        let bench = Bench::start().await;
        bench.island("hello", 0).await;
        let answer = bench.post("/containers/create?name=atoll-hello-main-web", docker_cli(network)).await;
        assert_eq!(answer.status, 201, "{network}: {answer:?}");
    }
}

#[tokio::test]
async fn the_docker_cli_makes_networks_volumes_and_joins() {
    let bench = Bench::start().await;
    let mut network = json!({
        "Driver": "bridge", "Scope": "", "Internal": true, "Attachable": false, "Ingress": false, "ConfigOnly": false,
        "IPAM": {"Driver": "default", "Options": {}, "Config": [{"Subnet": "10.212.0.0/28"}]}, "ConfigFrom": null,
        "Options": {}, "CheckDuplicate": true,
    });
    for (field, value) in network_body("hello", 0).as_object().unwrap() {
        network[field] = value.clone();
    }
    assert_eq!(bench.post("/networks/create", network).await.status, 201);
    let mut volume = volume_body("hello");
    volume["Driver"] = json!("local");
    assert_eq!(bench.post("/volumes/create", volume).await.status, 201);
    let endpoint = json!({
        "IPAMConfig": {}, "Links": null, "Aliases": [], "MacAddress": "", "DriverOpts": {}, "GwPriority": 0,
        "NetworkID": "", "EndpointID": "", "Gateway": "", "IPAddress": "", "IPPrefixLen": 0, "IPv6Gateway": "",
        "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0, "DNSNames": null,
    });
    let join = json!({"Container": "atoll-controlplane", "EndpointConfig": endpoint});
    assert_eq!(bench.post("/networks/atoll-hello-main/connect", join).await.status, 200);
    let leave = json!({"Container": "atoll-controlplane", "Force": true});
    assert_eq!(bench.post("/networks/atoll-hello-main/disconnect", leave).await.status, 200);
}

#[tokio::test]
async fn what_the_cli_prints_as_the_rendering_can_be_sent_as_it_is() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    let mut sent = bench.engine.writes().pop().unwrap().body;
    sent["Labels"].as_object_mut().unwrap().remove("atoll.seal");
    let id = sent["HostConfig"]["NetworkMode"].as_str().unwrap().to_owned();
    let text = sent.to_string().replace(&id, "atoll-hello-main");
    assert_eq!(bench.delete("/containers/atoll-hello-main-web").await.status, 204);
    let answer = bench.call("POST", "/containers/create?name=atoll-hello-main-web", Some(&text)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[tokio::test]
async fn docker_py_creates_with_its_nulls_and_lists_with_its_words() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    // What docker-py 7.1 sends, which leaves nothing out.
    let mut body = json!({
        "Hostname": null, "Domainname": null, "ExposedPorts": null, "User": null, "Tty": false, "OpenStdin": false,
        "StdinOnce": false, "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Cmd": null,
        "Volumes": null, "NetworkDisabled": false, "Entrypoint": null, "WorkingDir": null,
        "HostConfig": {"NetworkMode": "default"}, "NetworkingConfig": null, "MacAddress": null, "StopSignal": null,
        "Healthcheck": null, "StopTimeout": null, "Runtime": null,
    });
    body.as_object_mut().unwrap().extend(container_body("hello", 0).as_object().unwrap().clone());
    let name = "atoll-hello-main-web";
    let answer = bench.post(&format!("/containers/create?name={name}"), body.clone()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    body["Runtime"] = json!("runc");
    assert_eq!(bench.post(&format!("/containers/create?name={name}"), body).await.reason(), "field-differs");
    for path in [
        "/containers/json?limit=-1&all=1&size=0&trunc_cmd=0",
        "/images/json?only_ids=0&all=0",
        &format!("/containers/{name}/stats?stream=False&one-shot=True"),
        // What it asks for when somebody wants the image of a container.
        &format!("/images/{}/json", &crate::engine::IMAGE_ID["sha256:".len()..]),
    ] {
        let answer = bench.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    let remove = format!("/containers/{name}?v=False&link=False&force=False");
    assert_eq!(bench.delete(&remove).await.status, 204);
}

#[tokio::test]
async fn signals_and_conditions_reach_the_engine_in_one_spelling() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    for (query, sent) in [
        ("", "SIGKILL"),
        ("?signal=", "SIGKILL"),
        ("?signal=TERM", "SIGTERM"),
        ("?signal=SIGTERM", "SIGTERM"),
        ("?signal=SIGUSR1", "SIGUSR1"),
    ] {
        let answer = bench.call("POST", &format!("/containers/atoll-hello-main-web/kill{query}"), None).await;
        assert_eq!(answer.status, 204, "{query}");
        let target = bench.engine.writes().pop().unwrap().target;
        assert!(target.ends_with(&format!("/kill?signal={sent}")), "{query}: {target}");
    }
    for (query, sent) in [
        ("", "not-running"),
        ("?condition=", "not-running"),
        ("?condition=not-running", "not-running"),
        ("?condition=next-exit", "next-exit"),
        ("?condition=removed", "removed"),
    ] {
        let mut stream = bench.connect().await;
        let wait =
            format!("POST /v1.41/containers/atoll-hello-main-web/wait{query} HTTP/1.1\r\nHost: d\r\n\r\n");
        stream.write_all(wait.as_bytes()).await.unwrap();
        let mut status = [0; 15];
        stream.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 200 OK", "{query}");
        let target = bench.engine.state().received.last().unwrap().target.clone();
        assert!(target.ends_with(&format!("/wait?condition={sent}")), "{query}: {target}");
    }
}

#[tokio::test]
async fn one_connection_carries_one_request_after_the_other() {
    let bench = Bench::start().await;
    let mut stream = bench.connect().await;
    for _ in 0..3 {
        stream.write_all(b"GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nOK") {
            answer.push(stream.read_u8().await.expect("the connection was closed"));
        }
        let head = String::from_utf8(answer).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("Content-Length: 2\r\n"), "{head}");
    }
}

#[tokio::test]
async fn clients_find_out_which_version_is_spoken() {
    let bench = Bench::start().await;
    for target in ["HEAD /_ping", "GET /_ping", "GET /version", "GET /v1.53/version", "GET /v1.24/version"] {
        let text =
            bench.raw(format!("{target} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n").as_bytes()).await;
        let answer = parse(&text);
        assert_eq!(answer.status, 200, "{target}");
        assert!(answer.head.contains("Api-Version: 1.41"), "{target}: {}", answer.head);
        assert_eq!(text.ends_with("\r\n\r\n"), target.starts_with("HEAD"), "{target}: {text}");
    }
}

#[tokio::test]
async fn bollard_walks_through_the_life_of_an_app() {
    let bench = Bench::start().await;
    let socket = bench.path("proxy.sock");
    let docker = Docker::connect_with_unix(socket.to_str().unwrap(), 10, API_DEFAULT_VERSION).unwrap();
    let docker = docker.negotiate_version().await.unwrap();
    assert_eq!(docker.client_version().to_string(), "1.41");
    let network: NetworkCreateRequest = serde_json::from_value(network_body("hello", 0)).unwrap();
    docker.create_network(network).await.unwrap();
    let volume: VolumeCreateRequest = serde_json::from_value(volume_body("hello")).unwrap();
    docker.create_volume(volume).await.unwrap();
    let join = NetworkConnectRequest { container: "atoll-controlplane".to_owned(), ..Default::default() };
    docker.connect_network("atoll-hello-main", join).await.unwrap();
    let body: ContainerCreateBody = serde_json::from_value(container_body("hello", 0)).unwrap();
    let name = "atoll-hello-main-web";
    docker
        .create_container(Some(CreateContainerOptionsBuilder::new().name(name).build()), body)
        .await
        .unwrap();
    docker.start_container(name, None::<StartContainerOptions>).await.unwrap();
    let seen = docker.inspect_container(name, None::<InspectContainerOptions>).await.unwrap();
    assert_eq!(seen.config.unwrap().image.unwrap(), "atoll/hello:1.0.0");
    let list = ListContainersOptionsBuilder::new().all(true).build();
    assert_eq!(docker.list_containers(Some(list)).await.unwrap().len(), 1);
    docker.inspect_image("atoll/hello:1.0.0").await.unwrap();
    docker.inspect_network("atoll-hello-main", None).await.unwrap();
    assert_eq!(docker.list_networks(None).await.unwrap().len(), 1);
    assert_eq!(docker.list_volumes(None::<ListVolumesOptions>).await.unwrap().volumes.unwrap().len(), 1);
    docker.stop_container(name, Some(StopContainerOptionsBuilder::new().t(1).build())).await.unwrap();
    docker
        .remove_container(name, Some(RemoveContainerOptionsBuilder::new().force(true).v(true).build()))
        .await
        .unwrap();
    docker.remove_network("atoll-hello-main").await.unwrap();
    docker.remove_volume("atoll-hello-main-data", None::<RemoveVolumeOptions>).await.unwrap();
    docker.info().await.unwrap();
    docker.version().await.unwrap();
    docker.ping().await.unwrap();
}

#[tokio::test]
async fn the_newest_version_that_both_sides_know_is_spoken_and_rendered() {
    let cases = [
        (
            json!({"ApiVersion": "1.44", "MinAPIVersion": "1.24"}),
            "1.44",
            "com.docker.network.bridge.inhibit_ipv4",
        ),
        (
            json!({"ApiVersion": "1.52", "MinAPIVersion": "1.44"}),
            "1.48",
            "com.docker.network.bridge.gateway_mode_ipv4",
        ),
        (json!({"ApiVersion": "1.41", "Components": [{"Name": "Podman Engine"}]}), "1.41", "isolate"),
    ];
    for (mut version, spoken, option) in cases {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(&folder.path().join("engine.sock"));
        version
            .as_object_mut()
            .unwrap()
            .extend(json!({"Os": "linux", "Arch": "amd64", "Version": "1"}).as_object().unwrap().clone());
        engine.state().version = version;
        let bench = Bench::before(engine, folder, ALLOWLIST, LOCK).await;
        let body = network_body("hello", 0).to_string();
        let request = format!(
            "POST /v{spoken}/networks/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(parse(&bench.raw(request.as_bytes()).await).status, 201, "{spoken}");
        let sent = bench.engine.writes().pop().unwrap();
        assert_eq!(sent.target, format!("/v{spoken}/networks/create"));
        assert!(sent.body["Options"].get(option).is_some(), "{spoken}: {}", sent.body);
        let older = request.replace(&format!("/v{spoken}/"), "/v1.43/");
        assert_eq!(parse(&bench.raw(older.as_bytes()).await).reason(), "api-version");
    }
}
