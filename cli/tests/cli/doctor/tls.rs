//! What `atoll doctor` finds about certificates.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};

use super::{Machine, assert_found, check};
use crate::program::Run;

const NAMES: [&str; 2] = ["atoll.localhost", "*.atoll.localhost"];
const FILES: [&str; 2] = ["ATOLL_TLS_CERT=/etc/ssl/atoll/cert.pem", "ATOLL_TLS_KEY=/etc/ssl/atoll/key.pem"];

fn up() -> Value {
    json!({"Status": "running", "Health": {"Status": "healthy"}})
}

/// An authority, and the one above it.
struct Authorities {
    middle: CertifiedIssuer<'static, KeyPair>,
    root: CertifiedIssuer<'static, KeyPair>,
}

impl Authorities {
    fn new() -> Self {
        let asked = |name: &str| {
            let mut asked = CertificateParams::default();
            asked.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            asked.distinguished_name.push(DnType::CommonName, name);
            asked
        };
        let key = || KeyPair::generate().unwrap();
        let root = CertifiedIssuer::self_signed(asked("Root"), key()).unwrap();
        let middle = CertifiedIssuer::signed_by(asked("Middle"), key(), &root).unwrap();
        Self { middle, root }
    }

    /// A certificate for `names` that is valid from one day after today to another, and its key, as PEM.
    fn issue(&self, names: &[&str], days: std::ops::Range<i64>) -> (String, String) {
        let mut asked =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        let at = |day: i64| {
            let date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
            let date = date.checked_add(jiff::Span::new().days(day)).unwrap();
            rcgen::date_time_ymd(
                date.year().into(),
                u8::try_from(date.month()).unwrap(),
                u8::try_from(date.day()).unwrap(),
            )
        };
        (asked.not_before, asked.not_after) = (at(days.start), at(days.end));
        asked.distinguished_name.push(DnType::CommonName, "server");
        let key = KeyPair::generate().unwrap();
        let certificate = asked.signed_by(&key, &self.middle).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

impl Machine {
    /// One whose control plane serves by files that say this.
    fn with_files(certificate: &str, key: &str) -> Self {
        let machine = Self::new();
        machine.put(certificate, key);
        machine.container_with("atoll-controlplane", &up(), &FILES);
        machine
    }

    fn put(&self, certificate: &str, key: &str) {
        self.place.write("volume/cert.pem", certificate);
        self.place.write("volume/key.pem", key);
    }

    fn examined(&self) -> Run {
        self.doctor("--json").run()
    }
}

#[test]
fn a_good_pair_is_told_with_what_it_is_for_and_until_when() {
    let authorities = Authorities::new();
    let (own, key) = authorities.issue(&NAMES, -1..60);
    let machine = Machine::with_files(&(own + &authorities.middle.pem()), &key);
    let run = machine.examined().ended(0);
    assert_found(&check(&run, "tls.source"), "ok", &["/etc/ssl/atoll/cert.pem"]);
    assert_found(&check(&run, "tls.certificate"), "ok", &["2 certificates", "volume/cert.pem"]);
    assert_found(&check(&run, "tls.key"), "ok", &["belongs to the certificate"]);
    assert_found(&check(&run, "tls.chain"), "ok", &["2 certificates in order"]);
    assert_found(&check(&run, "tls.names"), "ok", &["atoll.localhost", "hello.atoll.localhost"]);
    assert_found(&check(&run, "tls.validity"), "ok", &["until 20", "59 days"]);
}

#[test]
fn a_file_that_is_missing_empty_or_out_of_reach_is_named() {
    let authorities = Authorities::new();
    let (own, key) = authorities.issue(&NAMES, -1..60);
    let machine = Machine::with_files("nonsense", &key);
    let run = machine.examined().ended(3);
    assert_found(&check(&run, "tls.certificate"), "problem", &["volume/cert.pem", "no certificate in it"]);
    assert_found(&check(&run, "tls.key"), "untried", &[]);
    assert_found(&check(&run, "tls.validity"), "untried", &["cannot be read"]);
    machine.put(&own, "nonsense");
    assert_found(&machine.check("tls.key"), "problem", &["volume/key.pem", "no private key in it"]);
    fs::remove_file(machine.place.path("volume/key.pem")).unwrap();
    assert_found(&machine.check("tls.key"), "problem", &["volume/key.pem", "No such file"]);
    machine.container_with("atoll-controlplane", &up(), &["ATOLL_TLS_CERT=/elsewhere/cert.pem", FILES[1]]);
    assert_found(&machine.check("tls.certificate"), "problem", &["/elsewhere/cert.pem", "ATOLL_TLS_DIR"]);
    machine.container_with("atoll-controlplane", &up(), &FILES[..1]);
    assert_found(&machine.check("tls.source"), "problem", &["without ATOLL_TLS_KEY"]);
}

#[test]
fn a_key_that_the_control_planes_user_cannot_read_is_a_problem_though_root_can() {
    if !nix::unistd::getuid().is_root() {
        return;
    }
    let authorities = Authorities::new();
    let (own, key) = authorities.issue(&NAMES, -1..60);
    let machine = Machine::with_files(&own, &key);
    let path = machine.place.path("volume/key.pem");
    chown(&path, Some(1), Some(1)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let state = json!({"State": up(), "Config": {"Env": FILES, "User": "10000:10000"},
        "Mounts": [{"Source": machine.place.path("volume"), "Destination": "/etc/ssl/atoll"}]});
    machine.engine.set("/containers/atoll-controlplane/json", state);
    assert_found(&machine.check("tls.key"), "problem", &["volume/key.pem", "user 10000", "chgrp 10000"]);
    chown(&path, Some(1), Some(10000)).unwrap();
    assert_found(&machine.check("tls.key"), "ok", &[]);
    fs::set_permissions(machine.place.path("volume"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_found(&machine.check("tls.key"), "problem", &["user 10000"]);
}

#[test]
fn a_key_of_another_certificate_is_told_apart_from_a_chain_in_the_wrong_order() {
    let authorities = Authorities::new();
    let (own, key) = authorities.issue(&NAMES, -1..60);
    let (middle, root) = (authorities.middle.pem(), authorities.root.pem());
    let machine =
        Machine::with_files(&(own.clone() + &middle), &KeyPair::generate().unwrap().serialize_pem());
    assert_found(&machine.check("tls.key"), "problem", &["does not belong to the certificate", "one pair"]);
    machine.put(&(middle.clone() + &own), &key);
    assert_found(
        &machine.check("tls.key"),
        "problem",
        &["begins with the certificate of", "Middle", "own certificate first"],
    );
    machine.put(&(own.clone() + &root + &middle), &key);
    assert_found(
        &machine.check("tls.chain"),
        "problem",
        &["followed by that of", "CN=Root", "CN=Middle", "in order"],
    );
    machine.put(&own, &key);
    assert_found(&machine.check("tls.chain"), "warning", &["not that of", "CN=Middle"]);
}

#[test]
fn names_that_are_missing_are_a_problem_for_the_console_and_for_installed_apps() {
    let authorities = Authorities::new();
    let (own, key) = authorities.issue(&["atoll.localhost"], -1..60);
    let machine = Machine::with_files(&(own + &authorities.middle.pem()), &key);
    let words = ["not for `hello.atoll.localhost`, only for: atoll.localhost", "*.atoll.localhost"];
    assert_found(&machine.check("tls.names"), "warning", &words);
    machine.container("atoll-hello-main-web", &json!({"Status": "running"}));
    assert_found(&machine.check("tls.names"), "problem", &words);
}

#[test]
fn the_end_of_a_certificate_is_a_warning_two_weeks_before_it_comes() {
    let authorities = Authorities::new();
    let middle = authorities.middle.pem();
    let machine = Machine::with_files("", "");
    for (days, state, words) in [
        (-90..13, "warning", "expires soon"),
        (-90..15, "ok", "14 days"),
        (-90..-1, "problem", "expired at"),
        (2..90, "problem", "valid only from"),
    ] {
        let (own, key) = authorities.issue(&NAMES, days);
        machine.put(&(own + &middle), &key);
        assert_found(&machine.check("tls.validity"), state, &[words]);
    }
}

#[test]
fn what_an_acme_server_refuses_is_told_in_its_own_words() {
    let authorities = Authorities::new();
    let machine = Machine::new();
    let directory = "https://acme.example.org/directory";
    let variable = format!("ATOLL_ACME_DIRECTORY={directory}");
    machine.container_with("atoll-controlplane", &up(), &[&variable]);
    assert_found(&machine.check("tls.source"), "ok", &[directory]);
    assert_found(&machine.check("tls.acme"), "untried", &["has not looked yet"]);
    assert_found(&machine.check("tls.certificate"), "problem", &["none for atoll.localhost"]);

    let (own, key) = authorities.issue(&["atoll.localhost"], -60..30);
    machine.place.write("volume/acme/atoll.localhost.pem", &(key + &own + &authorities.middle.pem()));
    let why =
        "There is no fresh certificate for `hello.atoll.localhost`: DNS problem: NXDOMAIN looking up A.";
    let found =
        json!({"about": "acme", "host": "hello.atoll.localhost", "message": why, "cure": "Mend DNS."});
    let test = json!({"source": "acme", "problems": [found]});
    machine.place.write("volume/tls.json", &test.to_string());
    assert_found(&machine.check("tls.acme"), "problem", &["NXDOMAIN looking up A", "Mend DNS."]);
    assert_found(&machine.check("tls.certificate"), "ok", &["1 host"]);
    assert_found(&machine.check("tls.validity"), "ok", &["atoll.localhost: until"]);
    machine.container("atoll-hello-main-web", &json!({"Status": "running"}));
    assert_found(&machine.check("tls.certificate"), "problem", &["none for hello.atoll.localhost"]);

    machine.place.write("volume/tls.json", &json!({"source": "acme", "problems": []}).to_string());
    assert_found(&machine.check("tls.acme"), "ok", &["no refusal"]);
    machine.place.write("volume/tls.json", "{}");
    assert_found(&machine.check("tls.acme"), "untried", &["not understood"]);
}

#[test]
fn passwords_in_the_clear_are_warned_of() {
    let machine = Machine::new();
    let run = machine.doctor("--json --url http://atoll.invalid").run();
    assert_found(&check(&run, "tls.source"), "warning", &["for everybody to read", "docs/tls.md"]);
    let run = machine.doctor("--json --url https://atoll.invalid").run();
    assert_found(&check(&run, "tls.source"), "ok", &["in front of Atoll"]);
}
