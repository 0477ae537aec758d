//! `/audit`

use atoll_controlplane::audit::Verdict;
use serde_json::{Value, json};

use crate::support::{Atoll, PASSWORD};

#[tokio::test]
async fn everything_that_changes_leaves_a_row_that_names_who_and_what() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    admin.put(&format!("/apps/notes/grants/{id}"), json!({})).await;
    admin.delete(&format!("/apps/notes/grants/{id}")).await;
    ben.patch("/profile", json!({"name": "Benjamin"})).await;
    ben.put("/profile/password", json!({"current": PASSWORD, "new": "staple battery horse"})).await;
    let made = ben.post("/profile/tokens", json!({"name": "phone", "scopes": ["app:notes"]})).await.json();
    ben.delete(&format!("/profile/tokens/{}", made["token"]["id"].as_str().unwrap())).await;
    ben.delete("/session").await;
    atoll
        .anonymous()
        .post("/session", json!({"email": "ada@example.com", "password": "wrong horse battery"}))
        .await;
    admin.patch(&format!("/users/{id}"), json!({"disabled": true})).await;
    admin.delete(&format!("/users/{id}")).await;
    let trail = admin.get("/audit?limit=100").await.json();
    let told: Vec<_> = trail["events"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|event| {
            let text = |field: &str| event[field].as_str().unwrap().replace(&id.to_string(), "<ben>");
            let actor = event["actor"]["name"].as_str().unwrap_or(if event["actor"].is_null() {
                "-"
            } else {
                "<gone>"
            });
            let subject = text("subject");
            let subject = match subject.split_once(':') {
                Some(("token", _)) => "token:<phone>".to_owned(),
                Some(("user", id)) if id.len() > 30 => "user:<ada>".to_owned(),
                Some(_) | None => subject,
            };
            format!("{actor:7} {:18} {subject:15} {:8} {}", text("action"), text("outcome"), text("detail"))
                .trim_end()
                .to_owned()
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    let all = atoll.platform.store.audit_events_after(0, 100).await.unwrap();
    let written = format!("{all:?}");
    assert!(!written.contains("example.com") && !written.contains(PASSWORD), "{written}");
}

#[tokio::test]
async fn the_trail_is_read_in_pages() {
    let (atoll, admin) = Atoll::set_up().await;
    for name in ["ben", "cleo", "dora"] {
        atoll.member(&admin, name).await;
    }
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/audit?limit=3{before}")).await.json();
        seen.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].clone()));
        let Some(next) = page["next"].as_i64() else { break };
        before = format!("&before={next}");
    }
    assert_eq!(seen.len(), 8);
    seen.dedup();
    assert_eq!(seen.len(), 8);
}

#[tokio::test]
async fn a_row_that_was_changed_removed_or_forged_shows() {
    let (atoll, admin) = Atoll::set_up().await;
    atoll.member(&admin, "ben").await;
    let (audit, pool) = (&atoll.platform.audit, atoll.platform.store.pool());
    let Verdict::Intact { events: 4, .. } = audit.verify().await.unwrap() else {
        panic!("four events, intact")
    };
    let broken_after = async |sql: &'static str| {
        sqlx::query(sql).execute(pool).await.unwrap();
        audit.verify().await.unwrap()
    };
    let changed = broken_after("update audit_events set action = 'user.delete' where position = 3").await;
    assert_eq!(changed, Verdict::Broken { position: 3, why: "it was changed after it was written" });
    let removed = broken_after("delete from audit_events where position = 2").await;
    assert_eq!(removed, Verdict::Broken { position: 3, why: "an event before it is missing" });
}

#[tokio::test]
async fn changes_at_once_still_make_one_chain() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, _) = atoll.member(&admin, "ben").await;
    let path = format!("/apps/notes/grants/{id}");
    let many = (0..20).map(|n| admin.put(&path, json!({"role": if n % 2 == 0 { "user" } else { "admin" }})));
    for answer in futures_util::future::join_all(many).await {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let verdict = atoll.platform.audit.verify().await.unwrap();
    assert!(matches!(verdict, Verdict::Intact { events: 24, .. }), "{verdict:?}");
}

#[tokio::test]
async fn what_a_program_does_names_the_token_by_which_it_did_it_and_the_chain_holds_that_too() {
    let (atoll, admin) = Atoll::set_up().await;
    let body = json!({"name": "job", "scopes": ["api:write"], "expires_in_days": 1});
    let made = admin.post("/profile/tokens", body).await.json();
    let program = atoll.anonymous().with_bearer(made["secret"].as_str().unwrap());
    atoll.member(&program, "ben").await;
    let (id, name) = (made["token"]["id"].clone(), json!("Ada"));
    let events = admin.get("/audit").await.json()["events"].clone();
    let told: Vec<_> = events.as_array().unwrap().iter().rev().collect();
    assert_eq!((&told[2]["action"], &told[2]["token"]), (&json!("token.create"), &Value::Null));
    assert_eq!((&told[3]["action"], &told[3]["token"]), (&json!("user.create"), &id));
    assert_eq!(told[3]["actor"]["name"], name);
    let (audit, pool) = (&atoll.platform.audit, atoll.platform.store.pool());
    assert!(matches!(audit.verify().await.unwrap(), Verdict::Intact { events: 5, .. }));
    sqlx::query("update audit_events set token = null where position = 4").execute(pool).await.unwrap();
    let changed = Verdict::Broken { position: 4, why: "it was changed after it was written" };
    assert_eq!(audit.verify().await.unwrap(), changed);
}
