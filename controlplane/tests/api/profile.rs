//! `/profile`

use serde_json::json;

use crate::support::{Atoll, PASSWORD, refusal};

#[tokio::test]
async fn people_change_their_own_name_and_address_and_nothing_else() {
    let (atoll, admin) = Atoll::set_up().await;
    let (_, ben) = atoll.member(&admin, "ben").await;
    let changed = ben.patch("/profile", json!({"name": "Benjamin", "email": "benjamin@example.com"})).await;
    assert_eq!((changed.status, changed.json()["name"].as_str()), (200, Some("Benjamin")));
    assert_eq!(ben.get("/session").await.json()["user"]["email"], "benjamin@example.com");
    atoll.signed_in("benjamin@example.com").await;
    let raised = ben.patch("/profile", json!({"role": "admin"})).await;
    assert_eq!(raised.refused(), refusal(400, "unreadable-body"));
    assert_eq!(ben.get("/profile").await.json()["role"], "member");
}

#[tokio::test]
async fn an_address_belongs_to_one_person_whatever_its_case() {
    let (atoll, admin) = Atoll::set_up().await;
    let (_, ben) = atoll.member(&admin, "ben").await;
    let taken = ben.patch("/profile", json!({"email": "Ada@Example.com"})).await;
    assert_eq!(taken.refused(), refusal(409, "email-taken"));
    assert_eq!(ben.get("/profile").await.json()["email"], "ben@example.com");
    assert_eq!(ben.patch("/profile", json!({"email": "BEN@example.com"})).await.status, 200);
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_all_other_sessions() {
    let (atoll, admin) = Atoll::set_up().await;
    let elsewhere = atoll.signed_in("ada@example.com").await;
    let new = "staple battery horse";
    let wrong = admin.put("/profile/password", json!({"current": "not my password", "new": new})).await;
    assert_eq!(wrong.refused(), refusal(403, "wrong-password"));
    assert_eq!(elsewhere.get("/session").await.status, 200);
    let short = admin.put("/profile/password", json!({"current": PASSWORD, "new": "short"})).await;
    assert_eq!(short.refused(), refusal(422, "invalid"));
    assert_eq!(admin.put("/profile/password", json!({"current": PASSWORD, "new": new})).await.status, 204);
    assert_eq!(elsewhere.get("/session").await.status, 401);
    assert_eq!(admin.get("/session").await.status, 200);
    let old =
        atoll.anonymous().post("/session", json!({"email": "ada@example.com", "password": PASSWORD})).await;
    assert_eq!(old.status, 401);
    let new = atoll.anonymous().post("/session", json!({"email": "ada@example.com", "password": new})).await;
    assert_eq!(new.status, 200);
}

#[tokio::test]
async fn whoever_found_an_open_session_cannot_guess_the_password_by_it() {
    let (_atoll, admin) = Atoll::set_up().await;
    for _ in 0..10 {
        let body = json!({"current": "not my password", "new": "staple battery horse"});
        assert_eq!(admin.put("/profile/password", body).await.status, 403);
    }
    let right =
        admin.put("/profile/password", json!({"current": PASSWORD, "new": "staple battery horse"})).await;
    assert_eq!(right.refused(), refusal(429, "too-many-attempts"));
}
