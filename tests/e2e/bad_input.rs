//! What cannot work says why and what to do, and leaves nothing behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use atoll_tests::machine::{Listener, policy_folder};
use atoll_tests::stack::eventually;
use atoll_tests::{OldEngine, Probe, Stack};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_malformed_allowlist_names_file_line_column_and_cure_and_the_running_policy_stays() {
    let (stack, user) = Stack::with_probes().await;
    let file = policy_folder().join("allowlist.yaml");
    let good = fs::read_to_string(&file).expect("the policy is there");
    let line = 1 + good.lines().position(|line| line.contains("maxBodySize")).expect("it is in the policy");
    replace(&good.replacen("maxBodySize: 200Mi", "maxBodySize: 200 quarts", 1));
    let refused = eventually("the newest policy is refused", 20, async || {
        let policy = stack.try_api("/policy").await?;
        policy["error"].is_object().then_some(policy)
    })
    .await;
    replace(&good);

    let error = &refused["error"];
    assert!(error["file"].as_str().is_some_and(|file| file.ends_with("allowlist.yaml")), "{error:#}");
    assert_eq!(error["line"], line, "{error:#}");
    assert!(error["column"].as_u64().is_some_and(|column| column > 1), "{error:#}");
    let cure = format!("{} {}", error["message"], error["hint"]);
    assert!(cure.contains("such as 512Mi"), "it must say what would be right: {error:#}");
    assert_eq!(refused["revision"], 1, "the running policy stays: {refused:#}");
    Probe::opened("probe-a", &user).await.text("/healthz").await;
    eventually("the mended policy is taken", 20, async || {
        let policy = stack.try_api("/policy").await?;
        policy["error"].is_null().then_some(())
    })
    .await;
}

/// Replaces the allowlist as editors do: by renaming a new file over it.
fn replace(text: &str) {
    let folder = policy_folder();
    let new = folder.join("allowlist.yaml.new");
    fs::write(&new, text)
        .and_then(|()| fs::rename(&new, folder.join("allowlist.yaml")))
        .expect("the policy can be written");
}

#[tokio::test]
async fn an_image_that_is_missing_fails_the_install_with_that_sentence_and_leaves_nothing() {
    let error = failed_install("probe-absent").await;
    let said = error.to_string();
    assert!(said.contains("atoll-test/absent:1"), "the image is not named: {said}");
    assert!(said.contains("allowlist lock"), "the cure is not named: {said}");
}

#[tokio::test]
async fn an_image_that_differs_from_the_lock_fails_the_install_with_that_sentence_and_leaves_nothing() {
    let error = failed_install("probe-changed").await;
    let said = error.to_string();
    assert!(said.contains("atoll-test/changed:1"), "the image is not named: {said}");
    assert!(said.contains("allowlist lock"), "the cure is not named: {said}");
}

async fn failed_install(app: &str) -> Value {
    let stack = Stack::ready().await;
    let ended = stack.operation(Method::POST, "/apps", Some(json!({"app": app}))).await;
    assert_eq!(ended["state"], "failed", "{ended:#}");
    assert_eq!(stack.machine.objects_of(app), [""; 0], "something was left behind: {ended:#}");
    let view = stack.admin.api(Method::GET, &format!("/apps/{app}"), None).await;
    assert!(view.status == 404 || view.json()["state"] == "failed", "{view:?}");
    ended["error"].clone()
}

#[tokio::test]
async fn a_full_address_pool_fails_the_install_with_its_name_and_cure_and_leaves_nothing() {
    let (stack, _user) = Stack::with_probes().await;
    for app in ["documents", "probe-crash"] {
        stack.installed(app).await;
    }
    let error = failed_install("probe-fifth").await;
    let said = error.to_string();
    assert!(said.contains("host.subnets") || said.contains("host.limits.instances"), "{said}");
    stack.removed("probe-crash").await;
}

#[tokio::test]
async fn an_app_that_is_not_on_the_allowlist_cannot_be_installed() {
    let stack = Stack::ready().await;
    let answer = stack
        .admin
        .api(Method::POST, "/apps", Some(json!({"app": "not-there"})))
        .await
        .expect_status(404)
        .json();
    assert_eq!(answer["type"], "urn:atoll:problem:unknown-app", "{answer}");
}

#[test]
fn the_doctor_says_that_no_engine_answers() {
    let said = doctor(&[("DOCKER_HOST", "unix:///nonexistent/docker.sock")]);
    assert!(said.contains("/nonexistent/docker.sock"), "{said}");
}

#[test]
fn an_engine_that_is_too_old_is_named_with_what_it_must_be() {
    let engine = OldEngine::at(Path::new("/run/old-engine.sock"));
    let address = engine.address();
    let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/engine.sh"))
        .arg("ensure")
        .env("DOCKER_HOST", &address)
        .output()
        .expect("the script can be run");
    let starting = String::from_utf8_lossy(&output.stderr).into_owned();
    for said in [starting, doctor(&[("DOCKER_HOST", &address)])] {
        assert!(said.contains("1.40") && said.contains("1.41") && said.contains("20.10"), "{said}");
    }
}

#[test]
fn the_doctor_finds_nothing_wrong_with_the_running_machine() {
    let report = run_doctor(&[]);
    assert!(report.0, "{}", report.1);
}

#[test]
fn the_doctor_names_a_used_port_and_an_unresolvable_base_url() {
    let taken = Listener::on(0);
    let used = doctor(&[("ATOLL_URL", &format!("http://atoll.localhost:{}", taken.port))]);
    assert!(used.contains(&taken.port.to_string()), "{used}");
    let unknown = doctor(&[("ATOLL_URL", "http://atoll.invalid:8080")]);
    assert!(unknown.contains("atoll.invalid"), "{unknown}");
}

/// Runs `atoll doctor` where something is wrong, and returns what it says.
fn doctor(variables: &[(&str, &str)]) -> String {
    let (well, said) = run_doctor(variables);
    assert!(!well, "the doctor saw nothing wrong: {said}");
    said
}

fn run_doctor(variables: &[(&str, &str)]) -> (bool, String) {
    let folder = policy_folder();
    let output = Command::new(std::env::var("ATOLL_CLI").expect("tests/e2e.sh names it"))
        .args(["doctor", "--allowlist"])
        .arg(folder.join("allowlist.yaml"))
        .arg("--lock")
        .arg(folder.join("allowlist.lock"))
        .envs(variables.iter().copied())
        .output()
        .expect("the CLI was built");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn bringing_the_stack_up_on_a_used_port_says_so_before_anything_is_started() {
    let taken = Listener::on(0);
    let (done, said) = preflight(&format!("127.0.0.1:{}", taken.port), "http://atoll.localhost:8080");
    assert!(!done && said.contains(&format!("port {} is already in use", taken.port)), "{said}");
}

#[test]
fn bringing_the_stack_up_with_an_unresolvable_base_url_says_so_before_anything_is_started() {
    let (done, said) = preflight("127.0.0.1:18080", "http://atoll.invalid:18080");
    assert!(!done && said.contains("`atoll.invalid` does not resolve"), "{said}");
}

/// Runs only the checks that `make up` makes before it starts anything.
fn preflight(publish: &str, base_url: &str) -> (bool, String) {
    let settings = format!("/run/preflight-{}.env", std::process::id());
    let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/up.sh"))
        .arg("--preflight")
        .envs([
            ("ATOLL_ENV_FILE", settings.as_str()),
            ("ATOLL_PUBLISH", publish),
            ("ATOLL_BASE_URL", base_url),
        ])
        .output()
        .expect("the script can be run");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}
