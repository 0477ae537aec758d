//! Pulling: what the registry's bytes are is ours to say, and who asks for them too.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixListener,
};

use crate::{
    engine::Engine,
    support::{ALLOWLIST, Bench, LOCK},
};

const DIGEST: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const PROGRESS: &str = concat!(
    r#"{"status":"Pulling","id":"layer","progressDetail":{"current":1,"total":2},"aux":{"secret":"x"}}"#,
    "\n",
    r#"{"errorDetail":{"message":"denied"},"error":"denied"}"#,
    "\n",
);

/// An engine that keeps the heads of all requests but questions for its version, and pulls anything.
fn recording_engine(folder: &TempDir) -> Arc<Mutex<Vec<String>>> {
    let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = heads.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 8192];
            let length = stream.read(&mut buffer).await.unwrap();
            let head = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let body = if head.contains("/version ") {
                r#"{"ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64","Version":"20.10"}"#
            } else {
                kept.lock().unwrap().push(head);
                PROGRESS
            };
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    heads
}

fn registry_lock() -> String {
    let mut lock: serde_json::Value = serde_json::from_str(LOCK).unwrap();
    lock["images"]["atoll/hello:1.0.0"]["linux/amd64"] =
        serde_json::json!({"digest": DIGEST, "source": "registry"});
    lock.to_string()
}

async fn bench(lock: &str) -> (Bench, Arc<Mutex<Vec<String>>>) {
    let folder = tempfile::tempdir().unwrap();
    let heads = recording_engine(&folder);
    let credentials = r#"{"auths": {"https://index.docker.io/v1/": {"auth": "bWU6aHVudGVyMg=="}}}"#;
    fs::write(folder.path().join("registries.json"), credentials).unwrap();
    let unused = Engine::start(&folder.path().join("unused.sock"));
    (Bench::before(unused, folder, ALLOWLIST, lock).await, heads)
}

fn request(query: &str, more: &str) -> String {
    format!(
        "POST /v1.41/images/create?{query} HTTP/1.1\r\nHost: d\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

#[tokio::test]
async fn a_pull_is_by_digest_with_our_credentials_whatever_the_client_sends() {
    let (bench, heads) = bench(&registry_lock()).await;
    for query in [
        "fromImage=atoll%2Fhello&tag=1.0.0",
        "fromImage=docker.io%2Fatoll%2Fhello&tag=1.0.0&platform=",
        "fromImage=atoll%2Fhello%3A1.0.0",
        &format!("fromImage=atoll%2Fhello&tag={DIGEST}"),
    ] {
        heads.lock().unwrap().clear();
        let answer = bench.raw(request(query, "X-Registry-Auth: c3RvbGVu\r\n").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{query}: {answer}");
        assert!(
            answer.contains(r#"{"status":"Pulling","id":"layer","progressDetail":{"current":1,"total":2}}"#)
        );
        assert!(answer.contains(r#""error":"denied""#) && !answer.contains("secret"), "{answer}");
        let heads = heads.lock().unwrap();
        let [head] = heads.as_slice() else { panic!("{query}: {heads:?}") };
        let target = format!(
            "POST /v1.41/images/create?fromImage=atoll%2Fhello&tag={}&platform=linux%2Famd64 HTTP/1.1\r\n",
            DIGEST.replace(':', "%3A")
        );
        assert!(head.starts_with(&target), "{head}");
        // {"password":"hunter2","serveraddress":"https://index.docker.io/v1/","username":"me"}
        let auth = "eyJwYXNzd29yZCI6Imh1bnRlcjIiLCJzZXJ2ZXJhZGRyZXNzIjoiaHR0cHM6Ly9pbmRleC5kb2NrZXIuaW8vdjEvIiwidXNlcm5hbWUiOiJtZSJ9";
        assert!(head.to_lowercase().contains(&format!("x-registry-auth: {auth}").to_lowercase()), "{head}");
        assert!(!head.contains("c3RvbGVu"), "{head}");
    }
}

#[tokio::test]
async fn what_is_not_listed_or_not_pinned_to_a_registry_is_refused_and_the_engine_hears_nothing() {
    let (bench, heads) = bench(&registry_lock()).await;
    let other = DIGEST.replace('b', "c");
    for (query, reason) in [
        ("fromImage=alpine&tag=latest".to_owned(), "not-allowed"),
        ("fromImage=atoll%2Fhello&tag=2".to_owned(), "not-allowed"),
        ("fromImage=atoll%2Fhello".to_owned(), "not-allowed"),
        (format!("fromImage=atoll%2Fhello&tag={other}"), "not-allowed"),
        ("fromImage=ghcr.io%2Fatoll%2Fhello&tag=1.0.0".to_owned(), "not-allowed"),
        ("fromImage=atoll%2Fdatabase&tag=17".to_owned(), "not-allowed"),
        ("fromImage=atoll%2Fhello&tag=1.0.0&platform=linux%2Farm64".to_owned(), "bad-query"),
        ("fromSrc=-&repo=atoll%2Fhello".to_owned(), "bad-query"),
        ("fromImage=atoll%2Fhello&tag=1.0.0&changes=USER%20root".to_owned(), "bad-query"),
        ("".to_owned(), "no-reference"),
    ] {
        let answer = crate::support::parse(&bench.raw(request(&query, "").as_bytes()).await);
        assert_eq!(answer.reason(), reason, "{query}: {answer:?}");
    }
    assert_eq!(*heads.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn an_image_that_was_built_here_is_not_asked_of_any_registry() {
    let (bench, heads) = bench(LOCK).await;
    let answer = bench.raw(request("fromImage=atoll%2Fhello&tag=1.0.0", "").as_bytes()).await;
    let answer = crate::support::parse(&answer);
    assert_eq!((answer.status, answer.reason()), (409, "not-pullable"));
    assert!(answer.message().contains("build or load it"), "{}", answer.message());
    assert_eq!(*heads.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn credentials_that_cannot_be_read_are_named_and_never_shown() {
    let (bench, heads) = bench(&registry_lock()).await;
    fs::write(bench.path("registries.json"), r#"{"auths": {"x": "hunter2"}}"#).unwrap();
    let answer =
        crate::support::parse(&bench.raw(request("fromImage=atoll%2Fhello&tag=1.0.0", "").as_bytes()).await);
    assert_eq!((answer.status, answer.reason()), (500, "registry-credentials"));
    assert!(answer.message().contains("registries.json") && !answer.message().contains("hunter2"));
    assert_eq!(*heads.lock().unwrap(), Vec::<String>::new());
}
