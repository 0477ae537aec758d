//! `/users`

use serde_json::json;

use crate::support::{Atoll, PASSWORD, refusal};

#[tokio::test]
async fn an_administrator_adds_people_who_can_then_sign_in() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    assert_eq!(ben.get("/session").await.json()["user"]["role"], "member");
    let users = admin.get("/users").await.json();
    let names: Vec<_> = users["users"].as_array().unwrap().iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["Ada", "ben"]);
    assert_eq!(admin.get(&format!("/users/{id}")).await.json()["email"], "ben@example.com");
    let taken = json!({"name": "Ben 2", "email": "BEN@example.com", "password": PASSWORD, "role": "member"});
    assert_eq!(admin.post("/users", taken).await.refused(), refusal(409, "email-taken"));
}

#[tokio::test]
async fn somebody_who_is_disabled_is_out_at_once_and_in_again_with_a_new_login() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let path = format!("/users/{id}");
    assert_eq!(admin.patch(&path, json!({"disabled": true})).await.json()["disabled"], true);
    assert_eq!(ben.get("/session").await.status, 401);
    let login = json!({"email": "ben@example.com", "password": PASSWORD});
    assert_eq!(atoll.anonymous().post("/session", login).await.refused(), refusal(401, "wrong-credentials"));
    assert_eq!(admin.patch(&path, json!({"disabled": false})).await.status, 200);
    assert_eq!(ben.get("/session").await.status, 401, "the old session does not come back");
    atoll.signed_in("ben@example.com").await;
}

#[tokio::test]
async fn a_role_counts_from_the_next_request() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    assert_eq!(ben.get("/users").await.refused(), refusal(403, "not-administrator"));
    admin.patch(&format!("/users/{id}"), json!({"role": "admin"})).await;
    assert_eq!(ben.get("/users").await.status, 200);
    admin.patch(&format!("/users/{id}"), json!({"role": "member"})).await;
    assert_eq!(ben.get("/users").await.status, 403);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (atoll, admin) = Atoll::set_up().await;
    let me = admin.get("/profile").await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/users/{me}");
    for changes in [json!({"role": "member"}), json!({"disabled": true})] {
        assert_eq!(admin.patch(&path, changes).await.refused(), refusal(409, "last-administrator"));
    }
    assert_eq!(admin.delete(&path).await.refused(), refusal(409, "last-administrator"));
    let (ben, _) = atoll.member(&admin, "ben").await;
    admin.patch(&format!("/users/{ben}"), json!({"role": "admin", "disabled": true})).await;
    assert_eq!(admin.delete(&path).await.status, 409, "one who cannot sign in does not count");
    admin.patch(&format!("/users/{ben}"), json!({"disabled": false})).await;
    assert_eq!(admin.delete(&path).await.status, 204);
}

#[tokio::test]
async fn two_administrators_who_demote_each_other_at_once_leave_one() {
    let (atoll, ada) = Atoll::set_up().await;
    let (ben_id, ben) = atoll.member(&ada, "ben").await;
    ada.patch(&format!("/users/{ben_id}"), json!({"role": "admin"})).await;
    let ada_id = ada.get("/profile").await.json()["id"].as_str().unwrap().to_owned();
    let (one, two) = (format!("/users/{ben_id}"), format!("/users/{ada_id}"));
    let demote = json!({"role": "member"});
    let (a, b) = tokio::join!(ada.patch(&one, demote.clone()), ben.patch(&two, demote));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{a:?} {b:?}");
    // The second either is no longer an administrator or would be the last one.
    assert!(statuses[1] == 409 || statuses[1] == 403, "{a:?} {b:?}");
}

#[tokio::test]
async fn a_removed_person_is_gone_with_sessions_and_grants() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    admin.put(&format!("/apps/notes/grants/{id}"), json!({})).await;
    assert_eq!(admin.delete(&format!("/users/{id}")).await.status, 204);
    assert_eq!(ben.get("/session").await.status, 401);
    assert_eq!(admin.get(&format!("/users/{id}")).await.refused(), refusal(404, "unknown-user"));
    assert_eq!(admin.delete(&format!("/users/{id}")).await.refused(), refusal(404, "unknown-user"));
    assert_eq!(admin.get("/apps/notes/grants").await.json(), json!({"grants": []}));
    assert!(atoll.platform.store.grants().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_password_that_an_administrator_sets_ends_all_sessions_of_its_owner() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let new = "staple battery horse";
    assert_eq!(admin.put(&format!("/users/{id}/password"), json!({"new": new})).await.status, 204);
    assert_eq!(ben.get("/session").await.status, 401);
    let login =
        atoll.anonymous().post("/session", json!({"email": "ben@example.com", "password": new})).await;
    assert_eq!(login.status, 200);
}
