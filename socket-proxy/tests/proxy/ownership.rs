//! What this proxy did not make does not exist for its clients.

use serde_json::json;

use crate::support::{Bench, container_body, volume_body};

async fn ready() -> Bench {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    bench
}

#[tokio::test]
async fn foreign_objects_the_proxy_and_the_control_plane_cannot_be_touched_or_seen() {
    let bench = ready().await;
    let foreign = bench.engine.state().add_container("customer-db", json!({}));
    let before = bench.engine.writes().len();
    for name in ["atoll-controlplane", "atoll-socket-proxy", "customer-db", &foreign, &foreign[..12]] {
        for (method, call) in [
            ("GET", "/json"),
            ("GET", "/logs?stdout=1"),
            ("GET", "/stats"),
            ("POST", "/start"),
            ("POST", "/stop"),
            ("POST", "/kill"),
            ("POST", "/wait"),
            ("DELETE", ""),
            ("DELETE", "?force=1"),
        ] {
            let answer = bench.call(method, &format!("/containers/{name}{call}"), None).await;
            assert_eq!(answer.reason(), "no-such", "{method} {name}{call} was answered {answer:?}");
        }
    }
    let list = bench.get("/containers/json?all=1").await;
    assert_eq!(list.body.as_array().unwrap().len(), 1);
    assert_eq!(bench.engine.writes().len(), before);
}

#[tokio::test]
async fn a_copied_or_forged_seal_does_not_make_an_object_ours() {
    let bench = ready().await;
    let labels =
        bench.engine.state().find("containers", "atoll-hello-main-web").unwrap()["Config"]["Labels"].clone();
    let mut elsewhere = labels.clone();
    elsewhere["atoll.app"] = json!("notes");
    let mut nonsense = labels.clone();
    nonsense["atoll.seal"] = json!("00".repeat(32));
    for (name, labels) in
        [("copied", labels), ("atoll-notes-main-web", elsewhere), ("atoll-hello-main-web2", nonsense)]
    {
        bench.engine.state().add_container(name, labels);
        assert_eq!(bench.delete(&format!("/containers/{name}")).await.reason(), "no-such", "{name}");
        assert_eq!(
            bench.call("POST", &format!("/containers/{name}/start"), None).await.reason(),
            "no-such",
            "{name}"
        );
    }
    assert_eq!(bench.get("/containers/json?all=1").await.body.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn calls_go_out_under_the_full_id_so_that_a_rename_changes_nothing() {
    let bench = ready().await;
    let id = bench.engine.state().find("containers", "atoll-hello-main-web").unwrap()["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    // The engine says 304 when it has stopped already.
    for (reference, status) in [("atoll-hello-main-web", 204), (&id, 304), (&id[..20], 304)] {
        let stop = format!("/containers/{reference}/stop?t=1");
        assert_eq!(bench.call("POST", &stop, None).await.status, status);
        assert_eq!(bench.engine.writes().last().unwrap().target, format!("/v1.41/containers/{id}/stop?t=1"));
    }
}

#[tokio::test]
async fn a_list_leaves_out_what_has_stopped_unless_it_is_asked_for() {
    let bench = ready().await;
    let rows = async |query: &str| {
        bench.get(&format!("/containers/json{query}")).await.body.as_array().unwrap().len()
    };
    let running = async || bench.get("/info").await.body["ContainersRunning"].clone();
    assert_eq!(running().await, 0);
    for (query, count) in [
        ("", 0),
        ("?all=1", 1),
        ("?limit=5", 1),
        ("?filters=%7B%22status%22%3A%5B%22created%22%5D%7D", 1),
        ("?filters=%7B%22status%22%3A%5B%22running%22%5D%7D", 0),
        ("?filters=%7B%22name%22%3A%5B%22hello%22%5D%7D", 0),
    ] {
        assert_eq!(rows(query).await, count, "{query}");
    }
    assert_eq!(bench.call("POST", "/containers/atoll-hello-main-web/start", None).await.status, 204);
    assert_eq!((rows("").await, running().await), (1, 1.into()));
}

#[tokio::test]
async fn an_object_whose_id_could_be_a_path_is_not_touched() {
    let bench = ready().await;
    let right = bench.engine.state().networks[0]["Id"].as_str().unwrap().to_owned();
    for id in [&right[..63], &format!("{}/../x", &right[..59])[..], "", &"g".repeat(64)] {
        bench.engine.state().networks[0]["Id"] = json!(id);
        let answer = bench.get("/networks/atoll-hello-main").await;
        assert_eq!((answer.status, answer.reason()), (502, "engine"), "{id}: {answer:?}");
    }
}

#[tokio::test]
async fn a_foreign_volume_or_network_of_the_same_name_is_never_used() {
    let bench = Bench::start().await;
    bench
        .engine
        .state()
        .volumes
        .push(json!({"Name": "atoll-hello-main-data", "Driver": "local", "Labels": null}));
    let answer = bench.post("/volumes/create", volume_body("hello")).await;
    assert_eq!((answer.status, answer.reason()), (409, "name-taken"));
    assert_eq!(bench.delete("/volumes/atoll-hello-main-data").await.reason(), "no-such");
    bench
        .engine
        .state()
        .networks
        .push(json!({"Id": "a".repeat(64), "Name": "atoll-hello-main", "Labels": {}, "Driver": "bridge"}));
    assert_eq!(bench.create("hello", 0).await.reason(), "no-such");
    assert_eq!(bench.delete("/networks/atoll-hello-main").await.reason(), "no-such");
    assert_eq!(bench.get("/networks").await.body, json!([]));
    assert_eq!(bench.engine.writes().len(), 0);
}

#[tokio::test]
async fn nobody_but_the_control_plane_joins_an_island() {
    let bench = ready().await;
    bench.engine.state().add_container("customer-db", json!({}));
    let id = bench.engine.state().find("containers", "atoll-controlplane").unwrap()["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = bench.engine.writes().len();
    for body in [
        json!({"Container": "atoll-socket-proxy"}),
        json!({"Container": "customer-db"}),
        json!({"Container": "atoll-hello-main-web"}),
        json!({"Container": "/atoll-controlplane"}),
        json!({}),
        json!({"Container": null}),
        json!({"Container": "atoll-controlplane", "EndpointConfig": {"IPAMConfig": {"IPv4Address": "10.212.0.2"}}}),
        json!({"Container": "atoll-controlplane", "EndpointConfig": {"Aliases": ["web"]}}),
    ] {
        let answer = bench.post("/networks/atoll-hello-main/connect", body.clone()).await;
        assert_eq!(answer.status, 403, "{body} was answered {answer:?}");
    }
    assert_eq!(bench.engine.writes().len(), before);
    for network in ["bridge", "host", "atoll_front"] {
        let answer = bench
            .post(&format!("/networks/{network}/connect"), json!({"Container": "atoll-controlplane"}))
            .await;
        assert_eq!(answer.reason(), "no-such", "{network}");
    }
    let full = json!({"Container": "atoll-controlplane", "EndpointConfig": {"IPAMConfig": {"IPv4Address": "10.212.0.14"}}});
    assert_eq!(bench.post("/networks/atoll-hello-main/connect", full).await.status, 200);
    let sent = bench.engine.writes().pop().unwrap().body;
    assert_eq!(
        sent,
        json!({"Container": id, "EndpointConfig": {"IPAMConfig": {"IPv4Address": "10.212.0.14"}}})
    );
}

#[tokio::test]
async fn what_is_seen_holds_no_value_no_path_of_the_host_and_no_foreign_name() {
    let bench = ready().await;
    {
        let mut state = bench.engine.state();
        let members = json!({"x": {"Name": "customer-db", "IPv4Address": "1.2.3.4"}, "y": {"Name": "atoll-controlplane"}});
        state.networks[0]["Containers"] = members;
        state.networks[0]["Peers"] = json!(["foreign"]);
    }
    for path in [
        "/containers/atoll-hello-main-web/json",
        "/containers/json?all=1",
        "/networks/atoll-hello-main",
        "/networks",
        "/volumes/atoll-hello-main-data",
        "/volumes",
        "/info",
        "/version",
        "/images/atoll/hello:1.0.0/json",
    ] {
        let text = bench.get(path).await;
        assert_eq!(text.status, 200, "{path}: {text:?}");
        let text = text.body.to_string();
        for secret in
            ["hunter2", "/var/lib", "customer", "foreign", "secret", "atoll.seal", "Registry", "4711"]
        {
            assert!(!text.contains(secret), "{path} shows {secret}: {text}");
        }
    }
}

#[tokio::test]
async fn the_labels_and_the_network_that_the_proxy_gave_are_seen_wherever_an_object_is() {
    let bench = ready().await;
    let own = json!({"atoll.app": "hello", "atoll.instance": "main"});
    let holds = |labels: &serde_json::Value| {
        own.as_object().unwrap().iter().all(|(name, value)| labels[name] == *value)
    };
    assert!(holds(&bench.get("/containers/atoll-hello-main-web/json").await.body["Config"]["Labels"]));
    assert!(holds(&bench.get("/containers/json?all=1").await.body[0]["Labels"]));
    // And the island's network, by its name, which the engine puts there for its id.
    for networks in [
        bench.get("/containers/atoll-hello-main-web/json").await.body["NetworkSettings"]["Networks"].take(),
        bench.get("/containers/json?all=1").await.body[0]["NetworkSettings"]["Networks"].take(),
    ] {
        assert_eq!(networks.as_object().unwrap().keys().collect::<Vec<_>>(), ["atoll-hello-main"]);
    }
    assert!(holds(&bench.get("/networks/atoll-hello-main").await.body["Labels"]));
    assert!(holds(&bench.get("/networks").await.body[0]["Labels"]));
    assert!(holds(&bench.get("/volumes/atoll-hello-main-data").await.body["Labels"]));
    assert!(holds(&bench.get("/volumes").await.body["Volumes"][0]["Labels"]));
}

#[tokio::test]
async fn whoever_links_to_an_app_is_not_named_in_its_list() {
    let bench = ready().await;
    bench.engine.state().row = |row| row["Names"] = json!(["/customer-db/alias", "/atoll-hello-main-web"]);
    let list = bench.get("/containers/json?all=1").await.body;
    assert_eq!(list[0]["Names"], json!(["/atoll-hello-main-web"]));
}

#[tokio::test]
async fn lists_can_be_filtered_as_clients_write_filters() {
    let bench = ready().await;
    let list = async |filters: &str| {
        let filters: String = filters.bytes().map(|byte| format!("%{byte:02X}")).collect();
        bench.get(&format!("/containers/json?all=1&filters={filters}")).await.body.as_array().unwrap().len()
    };
    assert_eq!(list(r#"{"label":["atoll.app=hello"]}"#).await, 1);
    assert_eq!(list(r#"{"label":{"atoll.app=hello":true}}"#).await, 1);
    assert_eq!(list(r#"{"label":["atoll.app=notes"]}"#).await, 0);
    assert_eq!(list(r#"{"label":["atoll.app"],"status":["running"]}"#).await, 0);
    assert_eq!(bench.get("/containers/json").await.body, json!([]));
}

#[tokio::test]
async fn what_an_image_writes_into_labels_means_nothing() {
    let bench = Bench::start().await;
    bench.engine.state().tamper = |inspect| inspect["Config"]["Labels"]["atoll.volume"] = json!("planted");
    bench.island("hello", 0).await;
    let answer = bench.post("/containers/create?name=atoll-hello-main-web", container_body("hello", 0)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(bench.get("/containers/atoll-hello-main-web/json").await.status, 200);
}

#[tokio::test]
async fn an_engine_that_speaks_of_the_host_is_not_quoted_on_it() {
    let bench = ready().await;
    let seen = async |path: &str| {
        let answer = bench.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let text = answer.body.to_string();
        for foreign in ["/var/lib", "/etc/", "customer", "/srv"] {
            assert!(!text.contains(foreign), "{path} shows {foreign}: {text}");
        }
        text
    };
    {
        let mut state = bench.engine.state();
        let container = state.containers.last_mut().unwrap();
        container["State"]["Error"] = json!("error mounting \"/var/lib/docker/volumes/x\": no such device");
        container["NetworkSettings"]["Networks"]["customer_lan"] =
            json!({"NetworkID": "x", "IPAddress": "192.168.7.9"});
        container["HostConfig"]["Binds"] = json!(["/srv/customer:/x", "/etc:/y"]);
        container["HostConfig"]["LogConfig"]["Path"] = json!("/var/lib/docker/x.log");
        container["Mounts"].as_array_mut().unwrap().push(json!(
            {"Type": "bind", "Source": "/srv/customer", "Destination": "/x", "RW": true}
        ));
        let prefix_of_ours =
            json!({"x": {"Name": "atoll-hello-main-customer"}, "y": {"Name": "atoll-hello-main-web"}});
        state.networks[0]["Containers"] = prefix_of_ours;
        state.networks[0]["IPAM"]["Options"] = json!({"file": "/etc/customer"});
        let digest = format!("sha256:{}", "1".repeat(64));
        state.images[0]["RepoDigests"] =
            json!([format!("customer/private@{digest}"), format!("atoll/hello@{digest}")]);
        state.volumes[0]["Options"] = json!({"device": "/srv/customer"});
    }
    let inspect = seen("/containers/atoll-hello-main-web/json").await;
    assert!(inspect.contains("no such device"), "the cause is gone: {inspect}");
    assert!(inspect.contains("differs") && !inspect.contains("192.168.7.9"), "{inspect}");
    assert!(!seen("/containers/json?all=1").await.contains("192.168.7.9"));
    assert!(seen("/networks/atoll-hello-main").await.contains("atoll-hello-main-web"));
    for path in ["/images/json", "/images/atoll/hello:1.0.0/json"] {
        assert!(seen(path).await.contains("atoll/hello@sha256:11"), "{path}");
    }
    for path in ["/networks", "/volumes"] {
        seen(path).await;
    }
}

#[tokio::test]
async fn a_list_that_is_filtered_answers_no_guess_about_a_seal() {
    let bench = ready().await;
    for (path, kind) in
        [("/containers/json?all=1&", "containers"), ("/networks?", "networks"), ("/volumes?", "volumes")]
    {
        let object = bench.engine.state().list(kind).last().unwrap().clone();
        let labels = if kind == "containers" { &object["Config"]["Labels"] } else { &object["Labels"] };
        let guess =
            json!({"label": [format!("atoll.seal={}", labels["atoll.seal"].as_str().unwrap())]}).to_string();
        let filters: String = guess.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = bench.get(&format!("{path}filters={filters}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.body.to_string().contains("hello"), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn rows_of_others_may_hold_anything_and_ours_are_listed_all_the_same() {
    let bench = ready().await;
    let foreign = json!({"atoll.app": "quo\"ted", "atoll.seal": "\u{1f512}", "more": "labels"});
    bench.engine.state().add_container("customer-db", foreign);
    let list = bench.get("/containers/json?all=1").await.body;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["Names"], json!(["/atoll-hello-main-web"]));
    bench.engine.state().row = |row| row["State"] = json!({"strange": true});
    let answer = bench.get("/containers/json?all=1").await;
    assert_eq!(
        (answer.status, answer.reason()),
        (502, "engine"),
        "a row of ours that cannot be read was passed over"
    );
}
