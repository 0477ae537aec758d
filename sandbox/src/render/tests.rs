use super::*;
use crate::{allowlist::Allowlist, holes::Holes, lock::Lock};

fn policy() -> Policy {
    let allowlist =
        Allowlist::parse("allowlist.yaml", include_str!("../../testdata/allowlist.yaml")).unwrap();
    let lock = Lock::parse("allowlist.lock", include_str!("../../testdata/allowlist.lock")).unwrap();
    Policy::new(allowlist, lock)
}

fn island(app: &str, instance: &str, index: u32) -> Island {
    let id = IslandId { app: app.parse().unwrap(), instance: instance.parse().unwrap() };
    Island { id, index: NetworkIndex(index) }
}

fn docker(version: &str) -> Dialect {
    Dialect::Docker(version.parse().unwrap())
}

/// Calls `check` with a context over the test policy.
fn with<T>(dialect: Dialect, check: impl FnOnce(Context<'_>) -> T) -> T {
    let platform = "linux/amd64".parse().unwrap();
    check(Context { policy: &policy(), dialect, platform: &platform })
}

fn filled() -> Holes {
    let mut holes = Holes::none();
    holes.insert("DATABASE_PASSWORD", "hunter2").unwrap();
    holes.insert("NOTES_LANGUAGE", "de").unwrap();
    holes
}

#[test]
fn the_requests_of_each_dialect() {
    let dialects = [
        ("docker-1.41", docker("1.41")),
        ("docker-1.44", docker("1.44")),
        ("docker-1.48", docker("1.48")),
        ("podman-1.41", Dialect::Podman("1.41".parse().unwrap())),
    ];
    for (name, dialect) in dialects {
        let requests = with(dialect, |context| {
            start_sequence(&context, &island("notes", "u1", 17), "atoll-controlplane").unwrap()
        });
        insta::assert_json_snapshot!(name, requests);
    }
}

#[test]
fn the_smallest_app_is_sealed_just_as_tightly() {
    let requests = with(docker("1.41"), |context| {
        start_sequence(&context, &island("hello", "main", 0), "atoll-controlplane").unwrap()
    });
    insta::assert_json_snapshot!("hello", requests);
}

#[test]
fn the_digest_does_not_depend_on_the_values_of_holes_but_on_everything_else() {
    let spec = |version: &str, index: u32, holes: &Holes| {
        with(docker(version), |context| {
            let web = "web".parse().unwrap();
            let request = container(&context, &island("notes", "main", index), &web, holes).unwrap();
            request.body["Labels"][labels::SPEC].clone()
        })
    };
    let mut other = Holes::none();
    other.insert("DATABASE_PASSWORD", "correct horse").unwrap();
    assert_eq!(spec("1.41", 3, &filled()), spec("1.41", 3, &other));
    assert_ne!(spec("1.41", 3, &filled()), spec("1.41", 4, &filled()));
}

#[test]
fn binding_writes_ids_and_nothing_else() {
    let body = with(docker("1.41"), |context| {
        container(&context, &island("hello", "main", 0), &"web".parse().unwrap(), &Holes::none())
            .unwrap()
            .body
    });
    let bound = bind(body.clone(), "sha256:1d", "network-id");
    assert_eq!(bound["Image"], "sha256:1d");
    assert_eq!(bound["HostConfig"]["NetworkMode"], "network-id");
    let endpoints = &bound["NetworkingConfig"]["EndpointsConfig"];
    assert_eq!(endpoints["network-id"], body["NetworkingConfig"]["EndpointsConfig"]["atoll-hello-main"]);
    assert_eq!(endpoints.as_object().unwrap().len(), 1);
    assert_eq!(
        bind(
            bound,
            "sha256:4e114e114e114e114e114e114e114e114e114e114e114e114e114e114e114e11",
            "atoll-hello-main"
        ),
        body
    );
}

#[test]
fn what_the_allowlist_does_not_describe_cannot_be_rendered() {
    with(docker("1.41"), |context| {
        let message = |result: Result<Request, RenderError>| result.unwrap_err().to_string();
        let web = "web".parse().unwrap();
        let empty = Holes::none();
        let report = [
            message(network(&context, &island("nobody", "main", 0))),
            message(network(&context, &island("hello", "u1", 0))),
            message(network(&context, &island("hello", "main", 4096))),
            message(connect(&context, &island("hello", "main", 4096), "x")),
            message(volume(&context, &island("notes", "main", 0).id, &"roots".parse().unwrap())),
            message(container(&context, &island("hello", "main", 0), &"db".parse().unwrap(), &empty)),
            message(container(&context, &island("notes", "main", 0), &web, &empty)),
            message(container(&context, &island("hello", "main", 0), &web, &filled())),
        ];
        insta::assert_snapshot!(report.join("\n"));
    });
    let platform = "linux/arm64".parse().unwrap();
    let context = Context { policy: &policy(), dialect: docker("1.41"), platform: &platform };
    let error = container(&context, &island("hello", "main", 0), &"web".parse().unwrap(), &Holes::none());
    assert!(error.unwrap_err().to_string().ends_with("for linux/arm64: run `atoll allowlist lock`"));
}

#[test]
fn every_container_of_every_entry_is_hardened_and_limited() {
    with(docker("1.48"), |context| {
        for (app, services) in [("notes", ["web", "db"]), ("hello", ["web", "web"])] {
            for service in services {
                let mut holes = Holes::none();
                for secret in &context.policy.app(&app.parse().unwrap()).unwrap().services
                    [&service.parse().unwrap()]
                    .secrets
                {
                    holes.insert(&secret.env, "x").unwrap();
                }
                let island = island(app, "main", 5);
                let body = container(&context, &island, &service.parse().unwrap(), &holes).unwrap().body;
                let host = &body["HostConfig"];
                assert_eq!(host["CapDrop"], json!(["ALL"]));
                assert_eq!(host["SecurityOpt"], json!(["no-new-privileges"]));
                assert_eq!(host["Memory"], host["MemorySwap"]);
                for limit in ["Memory", "NanoCpus", "PidsLimit"] {
                    assert!(host[limit].as_u64().unwrap() > 0, "{limit}");
                }
                for absent in
                    ["Privileged", "Binds", "Devices", "PortBindings", "CapAdd", "PidMode", "Runtime"]
                {
                    assert!(host.get(absent).is_none(), "{absent}");
                }
            }
        }
    });
}

/// CVE-2026-34205 (Home Assistant): apps on the host's own network, with a port that was meant for the gateway alone and
/// asked for no credentials, answered the whole LAN.
#[test]
fn no_app_can_be_reached_past_the_gateway() {
    for dialect in [docker("1.41"), docker("1.44"), docker("1.48"), Dialect::Podman("1.41".parse().unwrap())]
    {
        for app in ["notes", "hello"] {
            let instance = if app == "notes" { "u1" } else { "main" };
            let island = island(app, instance, 3);
            let requests = with(dialect, |context| start_sequence(&context, &island, "atoll-controlplane"));
            let requests = requests.unwrap();
            let of = |path: &'static str| requests.iter().filter(move |request| request.path == path);
            assert_eq!(of("/networks/create").count(), 1);
            assert!(of("/networks/create").all(|network| network.body["Internal"] == true));
            assert!(of("/containers/create").count() > 0);
            for container in of("/containers/create") {
                let (body, host) = (&container.body, &container.body["HostConfig"]);
                assert_eq!(host["NetworkMode"], island.id.network());
                assert_eq!(body["NetworkingConfig"]["EndpointsConfig"].as_object().unwrap().len(), 1);
                assert!(host.get("PortBindings").is_none() && host.get("PublishAllPorts").is_none());
                assert!(body.get("ExposedPorts").is_none());
            }
        }
    }
    // Nor has an entry a word for it.
    let written = include_str!("../../testdata/allowlist.yaml");
    for words in ["network_mode: host", "networks: [bridge]", "ports: [\"8080:8080\"]"] {
        let asked = written.replacen("      image:", &format!("      {words}\n      image:"), 1);
        assert_ne!(asked, written);
        let refused = Allowlist::parse("allowlist.yaml", &asked).unwrap_err().to_string();
        assert!(refused.contains(words.split(':').next().unwrap()), "{refused}");
    }
}
