//! `atoll allowlist keygen`, `sign` and `verify`.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::program::Place;

const ALLOWLIST: &str = include_str!("../../../sandbox/testdata/allowlist.yaml");
const LOCK: &str = include_str!("../../../sandbox/testdata/allowlist.lock");

fn place() -> Place {
    let place = Place::with_policy(ALLOWLIST, Some(LOCK));
    place.run("allowlist keygen").ended(0);
    place
}

#[test]
fn what_is_signed_can_be_verified_until_a_byte_changes() {
    let place = place();
    let signed = place.run("allowlist sign --json").ended(0).json();
    assert_eq!(signed["signature"], "allowlist.sig");
    let verified = place.run("allowlist verify --json").ended(0).json();
    assert_eq!(signed, verified);
    for (name, text) in [("allowlist.yaml", ALLOWLIST), ("allowlist.lock", LOCK)] {
        place.write(name, &format!("{text}\n"));
        let run = place.run("allowlist verify").ended(1);
        assert!(run.err.contains("has changed since") && run.err.contains("allowlist sign"), "{}", run.err);
        place.write(name, text);
    }
    place.run("allowlist verify").ended(0);
}

#[test]
fn a_key_is_its_owners_alone_and_never_replaced_nor_printed() {
    let place = place();
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("allowlist.key"), mode("allowlist.pub") & 0o077), (0o600, 0o044));
    let before = place.read("allowlist.key");
    let run = place.run("allowlist keygen").ended(1);
    assert!(run.err.contains("never replaced"), "{}", run.err);
    assert_eq!(place.read("allowlist.key"), before);
    let other = place.run("allowlist keygen --out other.key --json").ended(0);
    let secret = place.read("other.key");
    assert!(!other.out.contains(secret.lines().nth(1).unwrap()));
    assert_eq!(
        other.json()["publicKey"],
        serde_json::Value::Null,
        "the words are in snake case, as everywhere"
    );
    assert_eq!(other.json()["public_key"], "other.pub");
}

#[test]
fn bad_input_is_named_with_the_cure() {
    let place = place();
    let told = |arguments: &str, code: i32| place.run(arguments).ended(code).err;
    assert!(told("allowlist verify", 1).contains("run `atoll allowlist sign`"));
    assert!(told("allowlist sign --key allowlist.pub", 1).contains("no Ed25519 private key"));
    assert!(told("allowlist sign --key nothing", 1).contains("keygen"));
    place.run("allowlist keygen --out other.key").ended(0);
    place.run("allowlist sign --key other.key").ended(0);
    assert!(told("allowlist verify", 1).contains("is the trusted one"));
    fs::remove_file(place.path("allowlist.lock")).unwrap();
    assert!(told("allowlist sign", 1).contains("atoll allowlist lock"));
    place.write("allowlist.lock", LOCK);
    place.write("allowlist.yaml", "apps: [");
    assert!(told("allowlist sign", 1).contains("allowlist.yaml"));
}
