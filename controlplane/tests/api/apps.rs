//! `/apps` and `/apps/{app}/logs`

use atoll_controlplane::{
    egress::{Egress, Outside, Tenants},
    platform::Platform,
};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    fake_engine::Fault,
    support::{Atoll, Client, refusal},
};

fn install(admin: &Client) -> reqwest::RequestBuilder {
    admin.request(Method::POST, "/apps").json(&json!({"app": "notes"}))
}

/// The app with its services, which are looked at once more after an operation.
async fn ready(admin: &Client) -> serde_json::Value {
    for _ in 0..100 {
        let app = admin.get("/apps/notes").await.json();
        if app["services"][0]["state"] == "running" {
            return app;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("its service is not seen running: {:#}", admin.get("/apps/notes").await.json());
}

#[tokio::test]
async fn an_administrator_installs_stops_starts_and_removes_an_app() {
    let (_atoll, admin, engine) = Atoll::with_engine().await;
    let installed = admin.operation(install(&admin)).await;
    assert_eq!(installed["state"], "succeeded", "{installed:#}");

    let app = ready(&admin).await;
    assert_eq!((&app["title"], &app["version"]), (&json!("Notes"), &json!("1.2.0")));
    assert_eq!((&app["desired"], &app["state"]), (&json!("running"), &json!("ready")));
    assert_eq!(app["verification"]["verdict"], "verified", "{app:#}");
    assert_eq!(app["url"], "http://notes.atoll.localhost:8080");
    assert_eq!(app["services"][0]["name"], "web");
    assert_eq!(admin.get("/apps").await.json()["apps"][0], app);
    assert_eq!(admin.get("/catalogue/notes").await.json()["installed"], true);

    let stopped = admin.operation(admin.request(Method::POST, "/apps/notes/stop")).await;
    assert_eq!((&stopped["kind"], &stopped["state"]), (&json!("stop"), &json!("succeeded")));
    assert_eq!(admin.get("/apps/notes").await.json()["state"], "stopped");
    let started = admin.operation(admin.request(Method::POST, "/apps/notes/start")).await;
    assert_eq!((&started["kind"], &started["state"]), (&json!("start"), &json!("succeeded")));

    let removed = admin.operation(admin.request(Method::DELETE, "/apps/notes?volumes=delete")).await;
    assert_eq!((&removed["kind"], &removed["state"]), (&json!("remove"), &json!("succeeded")), "{removed:#}");
    assert_eq!(admin.get("/apps/notes").await.refused(), refusal(404, "not-installed"));
    assert_eq!(engine.objects(), [""; 0]);
}

#[tokio::test]
async fn a_removal_keeps_the_data_unless_it_is_told_to_delete_it() {
    let (_atoll, admin, engine) = Atoll::with_engine().await;
    admin.operation(install(&admin)).await;
    admin.operation(admin.request(Method::DELETE, "/apps/notes")).await;
    let left = engine.objects();
    assert!(left.len() == 1 && left[0].ends_with("atoll-notes-main-data"), "{left:?}");
}

#[tokio::test]
async fn whoever_installs_is_given_the_app_in_its_highest_role() {
    let (_atoll, admin, _engine) = Atoll::with_engine().await;
    admin.operation(install(&admin)).await;
    let grants = admin.get("/apps/notes/grants").await.json();
    assert_eq!(grants["grants"][0]["name"], "Ada");
    assert_eq!(grants["grants"][0]["role"], "admin");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_before_anything_happens() {
    let (_atoll, admin, engine) = Atoll::with_engine().await;
    let refused = async |method: Method, path: &str, body: serde_json::Value| {
        crate::support::Answer::of(admin.request(method, path).json(&body)).await.refused()
    };
    let none = json!({});
    assert_eq!(refused(Method::POST, "/apps", json!({"app": "other"})).await, refusal(404, "unknown-app"));
    assert_eq!(refused(Method::POST, "/apps", json!({"app": "Not/An/Id"})).await, refusal(422, "invalid"));
    assert_eq!(refused(Method::POST, "/apps/notes/start", none.clone()).await, refusal(404, "not-installed"));
    assert_eq!(refused(Method::DELETE, "/apps/notes", none.clone()).await, refusal(404, "not-installed"));
    assert_eq!(refused(Method::GET, "/apps/notes/logs", none.clone()).await, refusal(404, "not-installed"));
    assert_eq!(engine.objects(), [""; 0]);
    admin.operation(install(&admin)).await;
    assert_eq!(
        refused(Method::POST, "/apps", json!({"app": "notes"})).await,
        refusal(409, "already-installed")
    );
    assert_eq!(refused(Method::DELETE, "/apps/notes?volumes=burn", none).await, refusal(422, "invalid"));
    assert_eq!(admin.get("/apps/notes").await.json()["state"], "ready");
}

#[tokio::test]
async fn a_second_operation_waits_its_turn_with_a_cure() {
    let (_atoll, admin, engine) = Atoll::with_engine().await;
    let gate = std::sync::Arc::new(crate::fake_engine::Gate::default());
    engine.fault("POST /networks/create", Fault::Hold(std::sync::Arc::clone(&gate)));
    let accepted = crate::support::Answer::of(install(&admin)).await;
    gate.reached.notified().await;
    assert_eq!(admin.get("/apps/notes").await.json()["state"], "installing");
    let second = crate::support::Answer::of(admin.request(Method::POST, "/apps/notes/stop")).await;
    assert_eq!(second.refused(), refusal(409, "operation-under-way"));
    assert!(second.json()["cure"].as_str().is_some_and(|cure| cure.contains("Wait")), "{second:?}");
    gate.open.notify_one();
    let id = accepted.json()["id"].as_str().unwrap().to_owned();
    let events = admin.events(&format!("/operations/{id}/events")).await;
    assert_eq!(events.last().unwrap().1["state"], "succeeded");
}

#[tokio::test]
async fn logs_are_read_and_followed() {
    let (atoll, admin, engine) = Atoll::with_engine().await;
    admin.operation(install(&admin)).await;
    engine.write_log("notes-main-web", 1, "2026-11-23T10:00:01Z hello\n");
    engine.write_log("notes-main-web", 2, "2026-11-23T10:00:02Z trouble\n");
    let lines = admin.get("/apps/notes/logs?tail=1").await.json();
    assert_eq!(lines["lines"].as_array().unwrap().len(), 1, "{lines:#}");
    let both = admin.get("/apps/notes/logs?service=web").await.json();
    let both: Vec<_> =
        both["lines"].as_array().unwrap().iter().map(|line| (&line["stream"], &line["line"])).collect();
    assert_eq!(both, [(&json!("stdout"), &json!("hello")), (&json!("stderr"), &json!("trouble"))]);

    let mut stream = admin.request(Method::GET, "/apps/notes/logs/stream").send().await.unwrap();
    let mut seen = String::new();
    while !seen.contains("trouble") {
        seen.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
    }
    assert!(seen.starts_with("event: line\n"), "{seen}");
    atoll.platform.stop.cancel();
    while stream.chunk().await.unwrap().is_some() {}
}

/// Asks the platform port for a tunnel, as the app `notes` on its island.
async fn ask_the_way_out(atoll: &Atoll, authority: &str) {
    let Platform { keys, policy, egress, stop, .. } = atoll.platform.clone();
    let tenants = Tenants::new(|_| None);
    let egress = Egress::new(keys, policy.subscribe(), tenants, Outside::system(), egress, stop);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut app = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    tokio::spawn(async move { egress.connection(stream, "notes".parse().unwrap()).await });
    let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    app.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    app.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[tokio::test]
async fn an_administrator_sees_where_an_app_may_go_and_what_it_was_kept_from() {
    let (atoll, admin) = Atoll::set_up().await;
    let seen = admin.get("/apps/notes/egress").await;
    assert_eq!(seen.status, 200, "{seen:?}");
    assert_eq!(
        seen.json(),
        json!({
            "since": "2026-11-23T12:00:00Z", "allowed": [{"host": "api.example.com", "port": 443}],
            "reached": 0, "sent_bytes": 0, "received_bytes": 0, "hosts": [], "blocked": [],
        })
    );
    assert_eq!(admin.get("/apps/other/egress").await.refused(), refusal(404, "unknown-app"));
    for _ in 0..2 {
        ask_the_way_out(&atoll, "new.example:443").await;
    }
    let blocked = admin.get("/apps/notes/egress").await.json()["blocked"][0].clone();
    assert_eq!(
        blocked,
        json!({
            "target": "new.example:443", "reason": "unlisted", "attempts": 2, "last_at": "2026-11-23T12:00:00Z",
            "detail": "`new.example:443` is not on the app's egress list", "line": "- {host: new.example, port: 443}",
        })
    );
}
