//! `/apps/{app}/grants` and `/users/{id}/grants`

use atoll_controlplane::{
    identity::session::Audience,
    permissions::{AccessChange, Refusal},
};
use serde_json::json;

use crate::support::{Atoll, refusal};

#[tokio::test]
async fn a_grant_opens_the_app_and_its_end_closes_it_at_once() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    let (access, sessions) = (&atoll.platform.access, &atoll.platform.sessions);
    let session = sessions.verify(ben.token(), &Audience::Console).unwrap();
    let notes = "notes".parse().unwrap();
    assert_eq!(access.open_app(&session, &notes).unwrap_err(), Refusal::NoGrant { app: notes.clone() });

    let path = format!("/apps/notes/grants/{id}");
    let given = admin.put(&path, json!({"role": "admin"})).await;
    assert_eq!((given.status, given.json()["role"].as_str()), (200, Some("admin")));
    let permit = access.open_app(&session, &notes).unwrap();
    assert_eq!((permit.role().0.as_str(), permit.user().id), ("admin", id));

    let mut changes = access.changes();
    assert_eq!(admin.delete(&path).await.status, 204);
    assert!(access.open_app(&session, &notes).is_err());
    assert_eq!(changes.recv().await.unwrap(), AccessChange::Grant { user: id, app: notes });
    assert_eq!(admin.delete(&path).await.status, 204, "taking what is not there is no error");
}

#[tokio::test]
async fn administrators_need_a_grant_like_everybody() {
    let (atoll, admin) = Atoll::set_up().await;
    let session = atoll.platform.sessions.verify(admin.token(), &Audience::Console).unwrap();
    assert!(atoll.platform.access.open_app(&session, &"notes".parse().unwrap()).is_err());
}

#[tokio::test]
async fn a_session_of_one_app_does_not_open_another() {
    let (atoll, admin) = Atoll::set_up().await;
    let me = admin.get("/profile").await.json()["id"].as_str().unwrap().to_owned();
    admin.put(&format!("/apps/notes/grants/{me}"), json!({})).await;
    let sessions = &atoll.platform.sessions;
    let parent = sessions.verify(admin.token(), &Audience::Console).unwrap();
    let other = Audience::App("other".parse().unwrap());
    let (_, session) = sessions.issue(parent.user, other, Some(parent.id)).await.unwrap();
    let refused = atoll.platform.access.open_app(&session, &"notes".parse().unwrap());
    assert_eq!(refused.unwrap_err(), Refusal::NotSignedIn);
}

#[tokio::test]
async fn grants_are_listed_by_app_and_by_person_with_the_default_role() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, _) = atoll.member(&admin, "ben").await;
    admin.put(&format!("/apps/notes/grants/{id}"), json!({})).await;
    let by_app = admin.get("/apps/notes/grants").await.json();
    let by_user = admin.get(&format!("/users/{id}/grants")).await.json();
    assert_eq!(by_app, by_user);
    let grant = json!({"app": "notes", "user_id": id, "name": "ben", "email": "ben@example.com", "role": "user",
        "granted_at": "2026-11-23T12:00:00Z"});
    assert_eq!(by_app, json!({"grants": [grant]}));
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_given() {
    let (atoll, admin) = Atoll::set_up().await;
    let (id, _) = atoll.member(&admin, "ben").await;
    let give = async |path: String, role: &str| admin.put(&path, json!({"role": role})).await.refused();
    assert_eq!(give(format!("/apps/other/grants/{id}"), "user").await, refusal(404, "unknown-app"));
    assert_eq!(give(format!("/apps/notes/grants/{id}"), "owner").await, refusal(422, "unknown-role"));
    let nobody = "01234567-89ab-7def-8123-456789abcdef";
    assert_eq!(give(format!("/apps/notes/grants/{nobody}"), "user").await, refusal(404, "unknown-user"));
    assert_eq!(give("/apps/notes/grants/ben".to_owned(), "user").await, refusal(404, "not-found"));
}
