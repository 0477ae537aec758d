//! `/catalogue`, `/policy` and `/icons`

use serde_json::json;

use crate::support::{Atoll, refusal};

#[tokio::test]
async fn the_catalogue_shows_what_the_allowlist_allows() {
    let (_atoll, admin) = Atoll::set_up().await;
    insta::assert_json_snapshot!(admin.get("/catalogue").await.json());
    assert_eq!(admin.get("/catalogue/notes").await.json()["version"], "1.2.0");
    assert_eq!(admin.get("/catalogue/other").await.refused(), refusal(404, "unknown-app"));
}

#[tokio::test]
async fn an_image_without_a_pin_is_a_problem_with_a_cure() {
    let (atoll, admin) = Atoll::set_up().await;
    std::fs::remove_file(atoll.dir.path().join("allowlist.lock")).unwrap();
    atoll.platform.policy.look();
    let entry = admin.get("/catalogue/notes").await.json();
    assert_eq!(entry["services"][0]["pinned"], false);
    let problem = entry["problem"].as_str().unwrap();
    assert!(problem.contains("atoll/notes:1.2.0") && problem.contains("atoll allowlist lock"), "{problem}");
}

#[tokio::test]
async fn a_refused_policy_file_is_shown_and_the_running_one_stays() {
    let (atoll, admin) = Atoll::set_up().await;
    let path = atoll.dir.path().join("allowlist.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("memory: 64Mi", "memory: much")).unwrap();
    atoll.platform.policy.look();
    let policy = admin.get("/policy").await.json();
    assert_eq!((&policy["revision"], &policy["apps"]), (&json!(7), &json!(1)));
    assert_eq!(policy["error"]["line"], 19, "{policy}");
    assert_eq!(admin.get("/catalogue").await.json()["apps"][0]["app"], "notes");
}

#[tokio::test]
async fn an_icon_cannot_run_scripts_even_when_it_is_opened_by_itself() {
    let (_atoll, admin) = Atoll::set_up().await;
    let icon = admin.get("/icons/notes").await;
    assert_eq!((icon.status, &icon.headers["content-type"]), (200, &"image/svg+xml".parse().unwrap()));
    let policy = icon.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none';"), "{policy}");
    assert_eq!(icon.headers.get_all("content-security-policy").iter().count(), 1);
    assert_eq!(admin.get("/icons/other").await.refused(), refusal(404, "unknown-app"));
}
