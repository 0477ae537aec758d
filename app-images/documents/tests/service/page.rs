//! The web page and what every answer carries.

use std::fs;

use crate::support::Server;
use crate::support::server::Options;
use reqwest::StatusCode;

/// A server with a small page, and a file beside its folder that nobody must reach.
async fn with_page(parent: &std::path::Path) -> Server {
    let web = parent.join("web");
    fs::create_dir_all(web.join("assets")).unwrap();
    fs::write(web.join("index.html"), "<meta name=csp-nonce content=__CSP_NONCE__>").unwrap();
    fs::write(web.join("assets/index-1a2b.js"), "export {}").unwrap();
    fs::write(web.join("assets/worker-1a2b.mjs"), "export {}").unwrap();
    fs::write(parent.join("secret.txt"), "secret").unwrap();
    Server::with(Options { web_dir: web, ..Options::default() }).await
}

#[tokio::test]
async fn the_page_has_a_policy_with_a_nonce_that_is_new_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_page(folder.path()).await;
    let anna = server.client("anna");
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = anna.get("/").await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert_eq!(page.text(), format!("<meta name=csp-nonce content={nonce}>"));
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn the_settings_address_is_the_same_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_page(folder.path()).await;
    let page = server.client("anna").get("/admin/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").contains("worker-src 'self'"));
}

#[tokio::test]
async fn a_script_that_runs_as_a_worker_may_compile_decoders_and_reach_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_page(folder.path()).await;
    let worker = server.client("anna").get("/assets/worker-1a2b.mjs").await;
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    let policy = worker.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'wasm-unsafe-eval'; base-uri"), "{policy}");
    assert!(!policy.contains("connect-src"), "{policy}");
}

#[tokio::test]
async fn files_with_a_hash_in_their_name_may_be_kept_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_page(folder.path()).await;
    let anna = server.client("anna");
    let script = anna.get("/assets/index-1a2b.js").await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(anna.get("/").await.header("cache-control"), "no-store");
    assert_eq!(anna.get("/api/documents").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn no_path_leads_out_of_the_pages_folder() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_page(folder.path()).await;
    let anna = server.client("anna");
    for path in [
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/secret.txt",
    ] {
        let answer = anna.get(path).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::NOT_FOUND, "no-such-path"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_from_mischief() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_page(folder.path()).await;
    let anna = server.client("anna");
    for path in ["/", "/assets/index-1a2b.js", "/api/documents", "/nowhere", "/healthz"] {
        let answer = anna.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_path_and_a_known_path_with_a_wrong_method_say_so() {
    let server = Server::start().await;
    let anna = server.client("anna");
    assert_eq!(anna.delete("/nowhere").await.problem(), "no-such-path");
    let answer = anna.delete("/api/documents").await;
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed")
    );
}

#[tokio::test]
async fn the_page_learns_whom_to_greet_from_the_token() {
    let server = Server::start().await;
    let person = server.client("anna").get("/api/person").await.json();
    assert_eq!(
        person,
        serde_json::json!({
            "name": "Name of anna", "home_url": "http://atoll.localhost:8080", "max_upload_bytes": 1 << 20,
            "role": "user"
        })
    );
}
