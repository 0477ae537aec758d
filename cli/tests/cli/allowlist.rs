//! `atoll allowlist check`, `list` and `render`.

use std::{fs, path::Path};

use serde_json::Value;

use crate::program::Place;

const ALLOWLIST: &str = include_str!("../../../sandbox/testdata/allowlist.yaml");
const LOCK: &str = include_str!("../../../sandbox/testdata/allowlist.lock");

/// What a person may get wrong, as (what to replace, by what).
const MISTAKES: [(&str, &str); 12] = [
    ("memory: 64Mi", "memroy: 64Mi"),
    ("memory: 64Mi", "memory: 64MB"),
    ("image: atoll/hello:1.0.0", "image: atoll/hello"),
    ("image: atoll/hello:1.0.0", "image: atoll/hello:1.0.0\n      image: atoll/hello:2.0.0"),
    ("user: \"10002:10002\"", "user: \"0:0\""),
    ("- id: hello", "- id: Hello"),
    ("- id: hello", "- id: notes"),
    ("depends_on: [db]", "depends_on: [database]"),
    ("role: admin}", "role: boss}"),
    ("mountPath: /data", "mountPath: /proc"),
    ("rule: readOnlyRootFilesystem", "rule: privileged"),
    ("subnets: 10.212.0.0/16", "subnets: 8.8.0.0/16"),
];

#[test]
fn each_mistake_names_file_line_column_and_cure() {
    let report = MISTAKES.map(|(good, bad)| {
        assert_eq!(ALLOWLIST.matches(good).count().min(1), 1, "{good}");
        let place = Place::with_policy(&ALLOWLIST.replacen(good, bad, 1), Some(LOCK));
        let run = place.run("allowlist check").ended(1);
        assert_eq!(run.err, "", "findings are the result, so they go to standard output");
        format!("# {bad}\n{}", run.out)
    });
    insta::assert_snapshot!(report.join("\n"));
}

#[test]
fn findings_for_machines_have_numbers() {
    let place = Place::with_policy(&ALLOWLIST.replacen("memory: 64Mi", "memroy: 64Mi", 1), None);
    insta::assert_json_snapshot!(place.run("allowlist check --json").ended(1).json());
}

#[test]
fn words_that_are_not_acted_upon_yet_and_missing_icons_are_told_without_failing() {
    let place = Place::with_policy(ALLOWLIST, Some(LOCK));
    insta::assert_snapshot!(place.run("allowlist check --platform linux/amd64").ended(0).told());
    place.write("icons/notes.svg", "<svg/>");
    let run = place.run("allowlist check --platform linux/amd64").ended(0);
    assert!(!run.out.contains("icon"), "{}", run.out);
}

#[test]
fn images_without_a_pin_and_pins_without_an_image_are_told() {
    let place = Place::with_policy(ALLOWLIST, Some(&LOCK.replace("atoll/hello:1.0.0", "atoll/hello:0.9.0")));
    let run = place.run("allowlist check --platform linux/amd64").ended(1);
    assert!(run.out.contains("error: no pin of image `atoll/hello:1.0.0` for linux/amd64"), "{}", run.out);
    assert!(run.out.contains("note: pins image `atoll/hello:0.9.0`, which no app uses"), "{}", run.out);
    let run =
        Place::with_policy(ALLOWLIST, Some(LOCK)).run("allowlist check --platform linux/riscv64").ended(1);
    assert_eq!(run.out.matches("for linux/riscv64").count(), 3, "{}", run.out);
}

#[test]
fn a_lock_that_cannot_be_read_is_an_error_too() {
    let place = Place::with_policy(ALLOWLIST, Some(&LOCK.replace("sha256:db", "sha256:DB")));
    let run = place.run("allowlist check").ended(1);
    assert!(run.out.contains("allowlist.lock:7:19: error: "), "{}", run.out);
}

#[test]
fn without_an_allowlist_one_learns_where_it_was_looked_for() {
    let place = Place::new();
    assert!(
        place.run("allowlist check").ended(1).out.contains("allowlist.yaml: error: there is no such file")
    );
    let run = place.run("allowlist list --allowlist other/policy.yaml").ended(1);
    insta::assert_snapshot!(run.told());
}

#[test]
fn the_projects_own_allowlist_has_no_mistake() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let place = Place::with_policy(&fs::read_to_string(root.join("allowlist.yaml")).unwrap(), None);
    let findings = place.run("allowlist check --json").json()["findings"].clone();
    let errors = findings.as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    let messages: Vec<&str> = errors.map(|finding| finding["message"].as_str().unwrap()).collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].starts_with("no pin of image `atoll/documents:1.0.0`"), "{messages:?}");
}

#[test]
fn the_list_shows_versions_pins_limits_and_rating() {
    let place = Place::with_policy(ALLOWLIST, Some(LOCK));
    insta::assert_snapshot!(place.run("allowlist list --platform linux/amd64").ended(0).out);
    insta::assert_json_snapshot!(
        "list_json",
        place.run("allowlist list --platform linux/amd64 --json").ended(0).json()
    );
}

/// What `sandbox` holds to be right, without the snapshot's heading.
fn golden(name: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = root.join(format!("sandbox/src/render/snapshots/atoll_sandbox__render__tests__{name}.snap"));
    let text = fs::read_to_string(file).unwrap();
    serde_json::from_str(text.splitn(3, "---\n").nth(2).unwrap()).unwrap()
}

#[test]
fn rendering_prints_exactly_what_the_sandbox_renders() {
    let place = Place::with_policy(ALLOWLIST, Some(LOCK));
    for (arguments, name) in [
        ("notes --instance u1 --index 17 --api 1.41", "docker-1.41"),
        ("notes --instance u1 --index 17 --api 1.44", "docker-1.44"),
        ("notes --instance u1 --index 17 --api 1.48", "docker-1.48"),
        ("notes --instance u1 --index 17 --podman", "podman-1.41"),
        ("hello", "hello"),
        ("hello --json", "hello"),
    ] {
        let run = place.run(&format!("allowlist render --platform linux/amd64 {arguments}")).ended(0);
        assert_eq!(run.json(), golden(name), "{arguments}");
    }
}

#[test]
fn what_cannot_be_rendered_is_told_and_nothing_is_printed() {
    let place = Place::with_policy(ALLOWLIST, None);
    for (arguments, code, said) in [
        ("nobody", 1, "the app `nobody` is not on the allowlist"),
        ("hello", 1, "run `atoll allowlist lock`"),
        ("hello --index 4096", 1, "lies outside `host.subnets`"),
        ("hello --api 1.40", 1, "Docker 20.10"),
        ("hello --api nonsense", 2, "an API version has the form 1.41"),
        ("Hello", 2, "is not a valid app id"),
    ] {
        let run = place.run(&format!("allowlist render {arguments}")).ended(code);
        assert!(run.err.contains(said) && run.out.is_empty(), "{arguments}: {run:?}");
    }
}
