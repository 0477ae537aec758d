//! Every field that the engine has is a back door until it was tried.
//!
//! The table is the engine's own request types ([`crate::go`]): each of their fields, at every depth, is sent with each
//! value of its type that could do harm, and with the value that clients send for "not set".

use serde_json::{Value, json};

use crate::{
    go::{self, Go},
    support::{Bench, container_body, network_body, volume_body},
};

/// Fields that say what is meant; other tests send them.
const REFERENCES: [&str; 5] = ["Image", "Labels", "Env", "Container", "Force"];
/// Where every value of the field's type means nothing on the endpoints that are offered.
const HARMLESS: [&str; 3] = ["AttachStdout", "AttachStderr", "CheckDuplicate"];
/// What is rendered as true, so that a client may say it too.
const RENDERED: [&str; 3] = ["ReadonlyRootfs", "Init", "Internal"];
/// Where the empty value does harm: it takes the masks of /proc and /sys off, and the addresses away.
const EMPTY_IS_HOSTILE: [&str; 4] = ["MaskedPaths", "ReadonlyPaths", "EnableIPv4", "MemorySwappiness"];

/// Values of a type of which none is neutral.
fn hostile(go: &Go) -> Vec<Value> {
    match go {
        Go::Bool => vec![json!(true)],
        Go::Int => vec![json!(1), json!(-1), json!(i64::MAX)],
        Go::Text => vec![json!("host"), json!("/"), json!("container:atoll-controlplane"), json!(" ")],
        Go::Pointer(inner) => hostile(inner),
        Go::List(inner) => hostile(inner).into_iter().map(|value| json!([value])).collect(),
        Go::Map(inner) => hostile(inner).into_iter().map(|value| json!({"x": value})).collect(),
        Go::Struct(fields) => fields
            .iter()
            .flat_map(|(name, go)| hostile(go).into_iter().map(move |value| json!({*name: value})))
            .collect(),
        Go::Nothing => vec![json!({})],
    }
}

/// Whether a value says what is rendered, or, as -1 does in one place, that nothing was set.
fn may_be_sent(field: &str, value: &Value) -> bool {
    let inside = || {
        let mut fields = value.as_object().into_iter().flatten();
        fields.any(|(field, value)| HARMLESS.contains(&field.as_str()) || may_be_sent(field, value))
    };
    (RENDERED.contains(&field) && value == true) || (field == "MemorySwappiness" && value == -1) || inside()
}

/// What clients send for a field that was never set.
fn neutral(go: &Go) -> Vec<Value> {
    match go {
        Go::Bool => vec![json!(null), json!(false)],
        Go::Int => vec![json!(null), json!(0)],
        Go::Text => vec![json!(null), json!("")],
        Go::Pointer(_) => vec![json!(null)],
        Go::List(_) => vec![json!(null), json!([])],
        Go::Map(_) => vec![json!(null), json!({})],
        Go::Struct(fields) => {
            let one = |value: fn(&Go) -> Value| {
                fields.iter().map(|(name, go)| ((*name).to_owned(), value(go))).collect::<Value>()
            };
            vec![json!({}), one(|go| neutral(go).remove(0)), one(|go| neutral(go).pop().unwrap_or_default())]
        }
        Go::Nothing => vec![],
    }
}

/// An endpoint, its good body, and the object in it whose fields are tried.
struct Door {
    path: &'static str,
    body: Value,
    /// Where in the body the fields belong.
    place: &'static str,
    go: Go,
}

fn inner(go: &Go, name: &str) -> Go {
    match go {
        Go::Pointer(go) => inner(go, name),
        Go::Struct(fields) => fields.iter().find(|(field, _)| *field == name).unwrap().1,
        Go::Map(go) => **go,
        Go::Bool | Go::Int | Go::Text | Go::List(_) | Go::Nothing => panic!("{name} has no fields"),
    }
}

fn doors() -> Vec<Door> {
    let create = "/containers/create?name=atoll-hello-main-web";
    let endpoint = inner(&inner(&inner(&go::CONTAINER_CREATE, "NetworkingConfig"), "EndpointsConfig"), "");
    let door = |path, body, place, go| Door { path, body, place, go };
    let mut with_endpoint = container_body("hello", 0);
    with_endpoint["NetworkingConfig"] = json!({"EndpointsConfig": {"atoll-hello-main": {}}});
    vec![
        door(create, container_body("hello", 0), "", go::CONTAINER_CREATE),
        door(create, container_body("hello", 0), "/HostConfig", inner(&go::CONTAINER_CREATE, "HostConfig")),
        door(create, with_endpoint, "/NetworkingConfig/EndpointsConfig/atoll-hello-main", endpoint),
        door("/networks/create", network_body("third", 2), "", go::NETWORK_CREATE),
        door("/networks/create", network_body("third", 2), "/IPAM", inner(&go::NETWORK_CREATE, "IPAM")),
        door("/volumes/create", volume_body("third"), "", go::VOLUME_CREATE),
        door(
            "/networks/atoll-hello-main/connect",
            json!({"Container": "atoll-controlplane", "EndpointConfig": {}}),
            "/EndpointConfig",
            inner(&go::NETWORK_CONNECT, "EndpointConfig"),
        ),
    ]
}

impl Door {
    fn fields(&self) -> Vec<(&'static str, Go)> {
        match self.go {
            Go::Struct(fields) => fields.to_vec(),
            Go::Pointer(Go::Struct(fields)) => fields.to_vec(),
            Go::Bool | Go::Int | Go::Text | Go::Pointer(_) | Go::List(_) | Go::Map(_) | Go::Nothing => {
                panic!("{} has no fields", self.place)
            }
        }
    }

    fn with(&self, field: &str, value: &Value) -> Value {
        let mut body = self.body.clone();
        if self.place == "/HostConfig" || self.place == "/IPAM" {
            body[&self.place[1..]] = json!({});
        }
        body.pointer_mut(self.place).unwrap()[field] = value.clone();
        body
    }
}

async fn ready() -> Bench {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    bench
}

#[tokio::test]
async fn no_field_of_the_engine_takes_a_value_that_was_not_rendered() {
    let bench = ready().await;
    let before = bench.engine.writes().len();
    let mut tried = 0;
    for door in doors() {
        for (field, go) in door.fields() {
            if REFERENCES.contains(&field) || HARMLESS.contains(&field) {
                continue;
            }
            for value in hostile(&go) {
                if may_be_sent(field, &value) {
                    continue;
                }
                let body = door.with(field, &value);
                let answer = bench.post(door.path, body.clone()).await;
                assert!(
                    matches!(answer.reason(), "field-differs" | "unknown-field"),
                    "{} {body} was answered {answer:?}",
                    door.path
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 400, "only {tried} values were tried");
    assert_eq!(bench.engine.writes().len(), before);
}

#[tokio::test]
async fn every_field_may_be_sent_as_clients_send_what_was_never_set() {
    let bench = ready().await;
    for door in doors() {
        for (field, go) in door.fields() {
            for value in neutral(&go) {
                let hostile = EMPTY_IS_HOSTILE.contains(&field) && !value.is_null();
                if hostile || REFERENCES.contains(&field) {
                    continue;
                }
                let body = door.with(field, &value);
                let answer = bench.post(door.path, body.clone()).await;
                assert!(matches!(answer.status, 200 | 201), "{} {body} was answered {answer:?}", door.path);
                let mut state = bench.engine.state();
                state.containers.truncate(2);
                state.networks.retain(|network| network["Name"] == "atoll-hello-main");
                state.volumes.retain(|volume| volume["Name"] == "atoll-hello-main-data");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_value_that_does_harm_is_not_neutral() {
    let bench = ready().await;
    let before = bench.engine.writes().len();
    for (field, value) in [
        ("MaskedPaths", json!([])),
        ("MaskedPaths", json!("")),
        ("MaskedPaths", json!({})),
        ("MaskedPaths", json!(false)),
        ("MaskedPaths", json!(["/proc/kcore"])),
        ("ReadonlyPaths", json!([])),
        ("ReadonlyPaths", json!(0)),
        ("MemorySwappiness", json!(0)),
        ("MemorySwappiness", json!(100)),
        ("MemorySwappiness", json!("-1")),
    ] {
        let mut body = container_body("hello", 0);
        body["HostConfig"] = json!({field: value});
        let answer = bench.post("/containers/create?name=atoll-hello-main-web", body.clone()).await;
        assert_eq!(answer.reason(), "field-differs", "{body} was answered {answer:?}");
    }
    let mut network = network_body("third", 2);
    network["EnableIPv4"] = json!(false);
    assert_eq!(bench.post("/networks/create", network).await.reason(), "field-differs");
    assert_eq!(bench.engine.writes().len(), before);
}
