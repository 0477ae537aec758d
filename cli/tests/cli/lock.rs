//! `atoll allowlist lock`.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use crate::{
    engine_socket::{EngineSocket, built, digest, pulled},
    program::{Place, Run},
};

const ALLOWLIST: &str = include_str!("../../../sandbox/testdata/allowlist.yaml");
const NOTES: &str = "registry.example.org:5000/team/notes";

fn engine(place: &Place) -> EngineSocket {
    EngineSocket::good(
        place.root(),
        &[
            ("atoll/database:17", built('a')),
            ("atoll/hello:1.0.0", built('b')),
            (&format!("{NOTES}:1.2.0"), pulled('c', NOTES, 'd')),
        ],
    )
}

fn lock(place: &Place, engine: &EngineSocket, arguments: &str) -> Run {
    place.atoll(&format!("allowlist lock {arguments}")).env("DOCKER_HOST", engine.address()).run()
}

fn locked(place: &Place) -> Value {
    serde_json::from_str(&place.read("allowlist.lock")).unwrap()
}

#[test]
fn images_are_pinned_by_id_or_by_manifest_and_the_engine_is_only_read() {
    let place = Place::with_policy(ALLOWLIST, None);
    let engine = engine(&place);
    let run = lock(&place, &engine, "").ended(0);
    insta::assert_snapshot!("lock_first", run.out);
    insta::assert_snapshot!("lock_file", place.read("allowlist.lock"));
    let mode = fs::metadata(place.path("allowlist.lock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644, "the platform must be able to read it");
    assert!(engine.asked().iter().all(|asked| asked.starts_with("GET ")), "{:?}", engine.asked());
    place.run("allowlist check").ended(0);
}

#[test]
fn locking_again_changes_nothing_and_says_so() {
    let place = Place::with_policy(ALLOWLIST, None);
    let engine = engine(&place);
    lock(&place, &engine, "").ended(0);
    let before = (
        place.read("allowlist.lock"),
        fs::metadata(place.path("allowlist.lock")).unwrap().modified().unwrap(),
    );
    let run = lock(&place, &engine, "").ended(0);
    assert_eq!(run.out, "Nothing to do: allowlist.lock is up to date (revision 1).\n");
    let after = (
        place.read("allowlist.lock"),
        fs::metadata(place.path("allowlist.lock")).unwrap().modified().unwrap(),
    );
    assert_eq!(before, after);
    assert_eq!(lock(&place, &engine, "--json").ended(0).json()["changed"], false);
}

#[test]
fn a_rebuilt_image_counts_the_revision_up_and_other_platforms_keep_their_pins() {
    let place = Place::with_policy(ALLOWLIST, None);
    let engine = engine(&place);
    lock(&place, &engine, "").ended(0);
    let mut text = locked(&place);
    let foreign = json!({"digest": digest('9'), "source": "local"});
    text["images"]["atoll/hello:1.0.0"]["linux/arm64"] = foreign.clone();
    place.write("allowlist.lock", &text.to_string());
    fs::set_permissions(place.path("allowlist.lock"), fs::Permissions::from_mode(0o640)).unwrap();

    engine.set("/images/atoll/hello:1.0.0/json", built('e'));
    let report = lock(&place, &engine, "--json").ended(0).json();
    insta::assert_json_snapshot!("lock_changed", report);
    let hello = &locked(&place)["images"]["atoll/hello:1.0.0"];
    assert_eq!(hello["linux/amd64"]["digest"], digest('e'));
    assert_eq!(hello["linux/arm64"], foreign);
    let mode = fs::metadata(place.path("allowlist.lock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "its permissions are the operator's");
}

#[test]
fn a_missing_image_is_named_with_its_cure_and_nothing_is_written() {
    let place = Place::with_policy(ALLOWLIST, None);
    let engine = EngineSocket::good(place.root(), &[("atoll/hello:1.0.0", built('b'))]);
    let before = place.names();
    let run = lock(&place, &engine, "").ended(1);
    insta::assert_snapshot!(run.told());
    assert_eq!(place.names(), before);

    engine.set(
        "/images/atoll/database:17/json",
        json!({"Id": digest('a'), "Os": "linux", "Architecture": "arm64"}),
    );
    let run = lock(&place, &engine, "notes").ended(1);
    assert!(run.err.contains("is made for linux/arm64, but the engine runs linux/amd64"), "{}", run.err);
    assert_eq!(place.names(), before);
}

#[test]
fn one_app_can_be_locked_alone_and_a_wrong_name_is_told() {
    let place = Place::with_policy(ALLOWLIST, None);
    let engine = EngineSocket::good(place.root(), &[("atoll/hello:1.0.0", built('b'))]);
    lock(&place, &engine, "hello").ended(0);
    let images = locked(&place)["images"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(images, ["atoll/hello:1.0.0"]);
    let run = lock(&place, &engine, "helo").ended(1);
    assert_eq!(
        run.err,
        "error: the app `helo` is not on the allowlist\n  cure: the apps are: notes, hello\n"
    );
}

#[test]
fn pins_that_no_app_needs_any_more_go_only_when_all_is_locked() {
    let place = Place::with_policy(ALLOWLIST, None);
    let engine = engine(&place);
    lock(&place, &engine, "").ended(0);
    let (hello, _) = ALLOWLIST.split_once("- id: notes").unwrap();
    let (_, entry) = ALLOWLIST.split_once("- id: hello").unwrap();
    place.write("allowlist.yaml", &format!("{hello}- id: hello{entry}"));
    lock(&place, &engine, "hello").ended(0);
    assert_eq!(locked(&place)["images"].as_object().unwrap().len(), 3);
    let run = lock(&place, &engine, "").ended(0);
    assert!(run.out.contains("removed") && run.out.contains("revision 2"), "{}", run.out);
    assert_eq!(locked(&place)["images"].as_object().unwrap().len(), 1);
}

#[test]
fn a_lock_that_is_a_link_stays_one() {
    let place = Place::with_policy(ALLOWLIST, None);
    place.write("elsewhere/real.lock", "{\"schemaVersion\": 1, \"revision\": 4, \"images\": {}}");
    std::os::unix::fs::symlink("elsewhere/real.lock", place.path("allowlist.lock")).unwrap();
    lock(&place, &engine(&place), "").ended(0);
    assert!(fs::symlink_metadata(place.path("allowlist.lock")).unwrap().is_symlink());
    assert!(place.read("elsewhere/real.lock").contains("\"revision\": 5"));
}

#[test]
fn a_broken_lock_is_not_written_over() {
    let place = Place::with_policy(ALLOWLIST, Some("<<<<<<< ours\n"));
    let run = lock(&place, &engine(&place), "").ended(1);
    assert!(run.err.contains("allowlist.lock") && run.err.contains("begins at revision 1"), "{}", run.err);
    assert_eq!(place.read("allowlist.lock"), "<<<<<<< ours\n");
}

#[test]
fn only_a_unix_socket_is_an_engine() {
    let place = Place::with_policy(ALLOWLIST, None);
    let run = place.atoll("allowlist lock").env("DOCKER_HOST", "tcp://10.0.0.1:2375").run().ended(1);
    insta::assert_snapshot!(run.told());
    let run = place.run("allowlist lock --engine unix:///nonexistent.sock").ended(1);
    assert!(run.err.contains("there is no socket at /nonexistent.sock"), "{}", run.err);
}
