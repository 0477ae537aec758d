//! What browsers are told with every answer on the console's host, whatever the answer is.

use reqwest::Method;

use crate::support::{Answer, Atoll, Client};

/// One address of every kind that there is, and every call of the API's description.
fn addresses() -> Vec<String> {
    let description = serde_json::to_value(atoll_controlplane::api::openapi()).unwrap();
    let calls = description["paths"].as_object().unwrap().keys().map(|path| {
        path.replace("{app}", "notes")
            .replace("{id}", "01234567-89ab-7def-8123-456789abcdef")
            .replace("{user_id}", "01234567-89ab-7def-8123-456789abcdef")
    });
    let others = [
        "/",
        "/login",
        "/admin/apps/notes",
        "/index.html",
        "/favicon.svg",
        "/assets/app-1a2b.js",
        "/assets/gone.js",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/api/v1/nothing",
        "/api/v2/nothing",
        "/open/notes",
        "/open/notes?state=short",
        "/open/Not_An_App?state=x",
    ];
    others.map(str::to_owned).into_iter().chain(calls).collect()
}

fn build(atoll: &Atoll) {
    let folder = atoll.dir.path().join("console");
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    std::fs::write(folder.join("index.html"), "<script nonce=__ATOLL_CSP_NONCE__>").unwrap();
    std::fs::write(folder.join("favicon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    std::fs::write(folder.join("assets/app-1a2b.js"), "run()").unwrap();
}

async fn answers(atoll: &Atoll, client: &Client) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    for path in addresses() {
        for method in [Method::GET, Method::DELETE, Method::OPTIONS] {
            let answer = Answer::of(client.request_at(method.clone(), &path)).await;
            answers.push((format!("{method} {path} {}", answer.status), answer));
        }
    }
    assert!(answers.len() > 100 && !atoll.platform.stop.is_cancelled());
    answers
}

#[tokio::test]
async fn no_answer_can_be_framed_sniffed_embedded_or_told_apart_by_another_site() {
    let (atoll, admin) = Atoll::set_up().await;
    build(&atoll);
    for client in [admin, atoll.anonymous()] {
        for (what, answer) in answers(&atoll, &client).await {
            let header = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
            let policy = header("content-security-policy");
            assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
            // An icon styles itself, in a sandbox of its own.
            let strict = !policy.contains("unsafe-") || what.contains("/icons/");
            assert!(
                strict && !policy.contains('*') && !policy.contains("script-src 'unsafe"),
                "{what}: {policy}"
            );
            for (name, value) in [
                ("x-frame-options", "DENY"),
                ("x-content-type-options", "nosniff"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                // Plain HTTP must not make browsers ask by HTTPS.
                ("strict-transport-security", ""),
                // No other origin may read anything.
                ("access-control-allow-origin", ""),
                ("access-control-allow-credentials", ""),
            ] {
                assert_eq!(header(name), value, "{what}: {name}");
            }
            assert!(["same-origin", "no-referrer"].contains(&header("referrer-policy")), "{what}");
            assert!(!header("permissions-policy").is_empty(), "{what}");
            // What is a person's own is never in a shared cache; a refusal is in none.
            let kept = header("cache-control");
            let is_public = ["/assets/", "/favicon", "/healthz", "/readyz", "/metrics"]
                .iter()
                .any(|path| what.contains(path));
            let is_icon = what.contains("/icons/") && kept.starts_with("private");
            assert!(kept == "no-store" || is_public || is_icon || answer.status == 405, "{what}: {kept}");
        }
    }
}

#[tokio::test]
async fn under_https_browsers_are_to_stay_with_it() {
    let atoll = Atoll::behind_https().await;
    build(&atoll);
    for (what, answer) in answers(&atoll, &atoll.anonymous()).await {
        let stay = answer.headers.get("strict-transport-security").map(|value| value.to_str().unwrap());
        assert_eq!(stay, Some("max-age=31536000"), "{what}");
    }
}

#[tokio::test]
async fn a_page_runs_only_what_carries_its_nonce() {
    let (atoll, _) = Atoll::set_up().await;
    build(&atoll);
    let page = Answer::of(atoll.anonymous().request_at(Method::GET, "/admin")).await;
    let nonce = page.text.strip_prefix("<script nonce=").unwrap().strip_suffix('>').unwrap();
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&format!("script-src 'self' 'nonce-{nonce}'")), "{policy}");
    assert!(policy.contains("base-uri 'none'") && policy.contains("form-action 'self'"), "{policy}");
}
