//! `/launcher`

use reqwest::Method;
use serde_json::json;

use crate::support::Atoll;

#[tokio::test]
async fn people_see_the_apps_that_they_were_given_and_no_others() {
    let (atoll, admin, _engine) = Atoll::with_engine().await;
    let (id, ben) = atoll.member(&admin, "ben").await;
    assert_eq!(ben.get("/launcher").await.json(), json!({"apps": []}));
    admin.operation(admin.request(Method::POST, "/apps").json(&json!({"app": "notes"}))).await;
    assert_eq!(ben.get("/launcher").await.json(), json!({"apps": []}), "installed, but not given");

    admin.put(&format!("/apps/notes/grants/{id}"), json!({})).await;
    let tile = json!({"app": "notes", "title": "Notes", "description": "Takes notes", "category": "documents",
        "icon_url": "/api/v1/icons/notes", "url": "http://notes.atoll.localhost:8080", "state": "ready",
        "role": "Can use"});
    assert_eq!(ben.get("/launcher").await.json(), json!({"apps": [tile]}));

    admin.operation(admin.request(Method::POST, "/apps/notes/stop")).await;
    assert_eq!(ben.get("/launcher").await.json()["apps"][0]["state"], "stopped");
    admin.delete(&format!("/apps/notes/grants/{id}")).await;
    assert_eq!(ben.get("/launcher").await.json(), json!({"apps": []}));
}
