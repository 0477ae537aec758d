//! Images that only a registry has: pulled by the digest of the lock, with credentials that the proxy alone knows.

use std::fs;
use std::path::PathBuf;

use atoll_tests::Stack;
use reqwest::Method;
use serde_json::{Value, json};

const APP: &str = "probe-pulled";
const IMAGE: &str = "127.0.0.1:5000/atoll-test/pulled";

/// What registries are told, as the socket proxy reads it.
fn credentials() -> PathBuf {
    let folder: PathBuf = std::env::var_os("ATOLL_REGISTRIES_DIR").expect("tests/e2e.sh names it").into();
    folder.join("config.json")
}

/// Removes the app and its image, so that an install has to pull.
async fn forget(stack: &Stack) {
    stack.removed(APP).await;
    for id in stack.machine.docker(&["image", "ls", "--quiet", "--no-trunc", IMAGE]).lines() {
        stack.machine.docker(&["image", "rm", "--force", id]);
    }
}

async fn install(stack: &Stack) -> Value {
    stack.operation(Method::POST, "/apps", Some(json!({"app": APP}))).await
}

#[tokio::test]
async fn an_image_is_pulled_by_its_digest_and_the_app_runs_verified() {
    let stack = Stack::ready().await;
    forget(&stack).await;
    let ended = install(&stack).await;
    assert_eq!(ended["state"], "succeeded", "{ended:#}");
    assert_eq!(stack.app(APP).await["verification"]["verdict"], "verified");

    let lock =
        fs::read(atoll_tests::machine::policy_folder().join("allowlist.lock")).expect("the lock is there");
    let lock: Value = serde_json::from_slice(&lock).expect("the lock is JSON");
    let pin = &lock["images"][format!("{IMAGE}:1")]["linux/amd64"];
    assert_eq!(pin["source"], "registry", "{lock:#}");
    let running = stack.machine.inspect(&format!("atoll-{APP}-main-web"))["Image"].clone();
    let known =
        stack.machine.docker(&["image", "inspect", "--format", "{{json .RepoDigests}}", text(&running)]);
    assert!(known.contains(&format!("{IMAGE}@{}", text(&pin["digest"]))), "{known}");
    forget(&stack).await;
}

#[tokio::test]
async fn a_registry_that_refuses_the_password_fails_the_install_in_its_words_and_leaves_nothing() {
    let stack = Stack::ready().await;
    forget(&stack).await;
    let good = fs::read(credentials()).expect("the stage put it there");
    let wrong = json!({"auths": {"127.0.0.1:5000": {"username": "puller", "password": "wrong"}}});
    fs::write(credentials(), wrong.to_string()).expect("the folder can be written");
    let ended = install(&stack).await;
    fs::write(credentials(), good).expect("the folder can be written");

    assert_eq!(ended["state"], "failed", "{ended:#}");
    let said = ended["error"].to_string();
    assert!(
        said.contains(IMAGE) && said.contains("authentication required"),
        "the cause is not named: {said}"
    );
    assert!(said.contains("credentials"), "the cure is not named: {said}");
    assert!(!said.contains("wrong"), "a password is shown: {said}");
    assert_eq!(stack.machine.objects_of(APP), [""; 0], "something was left behind: {ended:#}");
    stack.removed(APP).await;
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
