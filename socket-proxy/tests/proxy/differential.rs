//! What the engine understands is what we believe that we sent, whatever a client sends.
//!
//! The bytes that arrive at the engine are read by a model of its own readers ([`crate::go`]), which shares nothing
//! with ours. Clients are generated: a good body with members put in under every spelling of a name that the engine
//! would take for a field, repeated, cut up, and followed by things.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;

use crate::{
    engine::Received,
    go::{self, Go},
    support::{Bench, container_body, network_body, volume_body},
};

const CASES: u32 = 600;

/// An endpoint that takes a body, with a body that is accepted and the names that its engine type knows.
struct Endpoint {
    path: &'static str,
    body: Value,
    go: Go,
    names: &'static [&'static str],
    /// Undoes a success on the engine, so that the next case meets the same engine.
    undo: fn(&mut crate::engine::State),
}

fn endpoints() -> [Endpoint; 4] {
    [
        Endpoint {
            path: "/containers/create?name=atoll-hello-main-web",
            body: container_body("hello", 0),
            go: go::CONTAINER_CREATE,
            names: &[
                "HostConfig",
                "Image",
                "Labels",
                "Env",
                "Cmd",
                "User",
                "Privileged",
                "Binds",
                "Mounts",
                "CapAdd",
                "MaskedPaths",
                "NetworkMode",
                "PidMode",
                "Memory",
                "SecurityOpt",
                "NetworkingConfig",
                "atoll.app",
            ],
            undo: |state| drop(state.containers.pop()),
        },
        Endpoint {
            path: "/networks/create",
            body: network_body("hello", 0),
            go: go::NETWORK_CREATE,
            names: &[
                "Name",
                "Driver",
                "Internal",
                "IPAM",
                "Options",
                "Labels",
                "EnableIPv6",
                "ConfigFrom",
                "Ingress",
            ],
            undo: |state| drop(state.networks.pop()),
        },
        Endpoint {
            path: "/volumes/create",
            body: volume_body("hello"),
            go: go::VOLUME_CREATE,
            names: &["Name", "Driver", "DriverOpts", "Labels", "Opts", "ClusterVolumeSpec"],
            undo: |state| drop(state.volumes.pop()),
        },
        Endpoint {
            path: "/networks/atoll-notes-main/connect",
            body: serde_json::json!({"Container": "atoll-controlplane"}),
            go: go::NETWORK_CONNECT,
            names: &["Container", "EndpointConfig", "Aliases", "IPAMConfig", "DriverOpts", "Force"],
            undo: |_| {},
        },
    ]
}

/// Every spelling that Go takes for the name, and some that it does not.
fn spelling(name: &str, form: u8) -> String {
    match form {
        0..6 => name.to_owned(),
        6 => name.to_lowercase(),
        7 => name.to_uppercase(),
        8 => name.replacen('s', "\u{17f}", 1),
        9 => name.replacen(['k', 'K'], "\u{212a}", 1),
        10 => format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]),
        11 => format!("{name} "),
        12 => format!("{name}\\u0000"),
        _ => format!("\u{feff}{name}"),
    }
}

// Null comes often, so that clients that may pass are among them.
const VALUES: [&str; 33] = [
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
    "false",
    "true",
    "0",
    "-1",
    "1",
    "1.0",
    "1e3",
    "-0",
    "18446744073709551616",
    "\"\"",
    "\"host\"",
    "\"local\"",
    "\"atoll/hello:1.0.0\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[0,0]",
    "[\"/:/host\"]",
    "{\"Privileged\":true}",
    "{\"privileged\":true}",
    "{\"atoll.app\":\"notes\"}",
    "{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}",
    "[[[[[]]]]]",
];
const TAILS: [&str; 12] = ["", "", "", "", "", "", "\r\n", " ", "}", "]", " {}", "\0"];

/// One member more: which name, spelt how, with which value, in the body or in an object of its own, first or last.
#[derive(Debug, Clone)]
struct Member {
    name: usize,
    form: u8,
    value: usize,
    inside: Option<usize>,
    first: bool,
}

prop_compose! {
    fn member()(
        name in 0..64_usize, form in 0..14_u8, value in 0..VALUES.len(), inside in prop::option::weighted(0.3, 0..64_usize),
        first in any::<bool>(),
    ) -> Member {
        Member { name, form, value, inside, first }
    }
}

/// A client's body as text: the good one with the members put in and the tail behind it.
fn text(endpoint: &Endpoint, members: &[Member], tail: &str) -> String {
    let good = endpoint.body.to_string();
    let mut inner = good[1..good.len() - 1].to_owned();
    for member in members {
        let names = endpoint.names;
        let key = spelling(names[member.name % names.len()], member.form);
        let mut more = format!("\"{key}\":{}", VALUES[member.value]);
        if let Some(outer) = member.inside {
            more = format!("\"{}\":{{{more}}}", names[outer % names.len()]);
        }
        inner = if member.first { format!("{more},{inner}") } else { format!("{inner},{more}") };
    }
    format!("{{{inner}}}{tail}")
}

/// Sends a body and returns the answer's status with what the engine was told to do.
async fn send(bench: &Bench, endpoint: &Endpoint, body: &str) -> (u16, Vec<Received>) {
    let before = bench.engine.writes().len();
    let answer = bench.call("POST", endpoint.path, Some(body)).await;
    (answer.status, bench.engine.writes().split_off(before))
}

/// Checks one endpoint with generated clients.
async fn check(bench: &Bench, endpoint: &Endpoint) {
    let (status, writes) = send(bench, endpoint, &endpoint.body.to_string()).await;
    assert!(matches!(status, 200 | 201), "{}: the good body is refused: {status}", endpoint.path);
    (endpoint.undo)(&mut bench.engine.state());
    let golden = writes[0].raw.clone();
    let understood = go::read_json(&endpoint.go, &golden).unwrap();
    let believed: Value = serde_json::from_slice(&golden).unwrap();
    assert_eq!(go::set_only(&understood), go::set_only(&believed), "{}", endpoint.path);

    let cases = (prop::collection::vec(member(), 1..4), prop::sample::select(&TAILS[..]));
    let mut runner = TestRunner::deterministic();
    let (mut accepted, mut fooled) = (0, 0);
    for _ in 0..CASES {
        let (members, tail) = cases.new_tree(&mut runner).unwrap().current();
        let body = text(endpoint, &members, tail);
        let (status, writes) = send(bench, endpoint, &body).await;
        let as_sent = go::read_json(&endpoint.go, body.as_bytes());
        let hostile = as_sent.is_ok_and(|read| {
            let good = go::read_json(&endpoint.go, endpoint.body.to_string().as_bytes()).unwrap();
            go::set_only(&read) != go::set_only(&good)
        });
        match &writes[..] {
            [] => assert!(matches!(status, 400 | 403), "{body} was answered {status}"),
            [one] => {
                assert_eq!(one.raw, golden, "{body} changed what the engine is told");
                (endpoint.undo)(&mut bench.engine.state());
                accepted += 1;
            }
            more => panic!("{body} made {} writes", more.len()),
        }
        fooled += u32::from(hostile);
    }
    // Or the property would say nothing: neutral clients get through, and many would have fooled a filter.
    assert!(accepted > 2, "{}: only {accepted} clients were accepted", endpoint.path);
    assert!(fooled > 2, "{}: only {fooled} clients would have changed anything", endpoint.path);
}

#[tokio::test]
async fn the_engine_understands_the_rendering_whatever_a_client_sends() {
    let bench = Bench::start().await;
    let [container, network, volume, connect] = endpoints();
    check(&bench, &network).await;
    check(&bench, &volume).await;
    bench.island("hello", 0).await;
    bench.island("notes", 1).await;
    check(&bench, &container).await;
    check(&bench, &connect).await;
}

#[tokio::test]
async fn a_value_for_a_hole_arrives_as_it_was_sent() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    for _ in 0..100 {
        let value = "[^\\x00\\r\\n]{0,40}".new_tree(&mut runner).unwrap().current();
        let mut body = container_body("hello", 0);
        body["Env"] = serde_json::json!([format!("TOKEN={value}")]);
        let answer = bench.post("/containers/create?name=atoll-hello-main-web", body).await;
        assert_eq!(answer.status, 201, "{value:?}: {answer:?}");
        let sent = bench.engine.writes().pop().unwrap().raw;
        let understood = go::read_json(&go::CONTAINER_CREATE, &sent).unwrap();
        let tokens: Vec<&str> =
            understood["Env"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let wanted = format!("TOKEN={value}");
        assert_eq!(tokens.iter().filter(|variable| variable.starts_with("TOKEN=")).count(), 1);
        assert!(tokens.contains(&wanted.as_str()), "{value:?} arrived as {tokens:?}");
        bench.engine.state().containers.pop();
    }
}

/// Keys and values as a client may write them, encoded or not.
fn query() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "t",
        "T",
        "signal",
        "force",
        "Force",
        "v",
        "link",
        "stdout",
        "tail",
        "since",
        "follow",
        "checkpoint",
        "%74",
        "t;x",
    ]);
    let value = prop_oneof![
        Just(String::new()),
        "[0-9]{1,4}",
        "(SIG)?(TERM|KILL|HUP)",
        "true|false|1|0|yes",
        "[0-9]{1,3}%2[0-9a-f]",
        "[ -~]{0,6}",
    ];
    prop::collection::vec((key, value).prop_map(|(key, value)| format!("{key}={value}")), 0..4)
        .prop_map(|pairs| pairs.join("&"))
}

#[tokio::test]
async fn the_engine_reads_in_a_query_what_the_client_meant_and_nothing_else() {
    let bench = Bench::start().await;
    bench.island("hello", 0).await;
    assert_eq!(bench.create("hello", 0).await.status, 201);
    let mut runner = TestRunner::deterministic();
    let mut carried = 0;
    for _ in 0..400 {
        let query = query().new_tree(&mut runner).unwrap().current();
        for (method, call, known) in [
            ("POST", "stop", &["t"][..]),
            ("POST", "kill", &["signal"]),
            ("GET", "logs", &["stdout", "stderr", "follow", "timestamps", "tail", "since"]),
        ] {
            let before = bench.engine.state().received.len();
            let path = format!("/containers/atoll-hello-main-web/{call}?follow=0&{query}");
            let path = if call == "logs" { path } else { path.replace("follow=0&", "") };
            bench.call(method, path.trim_end_matches(['?', '&']), None).await;
            let calls = bench.engine.state().received.split_off(before);
            let Some(sent) = calls.iter().find(|sent| sent.target.contains(&format!("/{call}"))) else {
                continue;
            };
            carried += 1;
            let meant = go::parse_query(&query);
            let (_, sent_query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
            for (key, values) in go::parse_query(sent_query) {
                assert!(known.contains(&key.as_str()) && values.len() == 1, "{query}: {}", sent.target);
                let asked = meant.get(&key).map(|values| values[0].as_str()).unwrap_or_default();
                let value = values[0].as_str();
                let number = |text: &str| text.parse::<u32>().ok();
                let same = value == asked
                    || value.strip_prefix("SIG") == Some(asked)
                    || (number(value).is_some() && number(value) == number(asked));
                let truth = matches!((asked, value), ("true", "1") | ("false" | "", "0"));
                let default = asked.is_empty() && matches!(value, "SIGKILL" | "all");
                assert!(same || truth || default, "{key} is {value} for {query}");
            }
        }
    }
    assert!(carried > 100, "only {carried} calls were carried out");
}
