//! `atoll app …`.

use serde_json::{Value, json};

use crate::{
    api_server::{Answer, ApiServer, TOKEN, problem},
    program::{Place, Program},
};

fn atoll(place: &Place, api: &ApiServer, arguments: &str) -> Program {
    place.atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN)
}

fn app_view() -> Value {
    json!({
        "app": "documents", "title": "Documents", "version": "1.0.0", "icon_url": "/api/v1/icons/documents",
        "url": "http://documents.atoll.localhost:8080", "desired": "running", "state": "failed",
        "failure": {"message": "the image differs from its pin", "cure": "run `atoll allowlist lock`"},
        "verification": {"verdict": "differs", "checked_at": "2026-11-23T09:00:00Z", "differences": [
            {"service": "web", "field": "HostConfig.Memory", "expected": 536_870_912, "actual": 0}]},
        "services": [{"name": "web", "state": "exited", "image": "atoll/documents:1.0.0", "restarts": 3}],
        "installed_at": "2026-11-22T10:00:00Z",
    })
}

fn step(name: &str, state: &str) -> Value {
    json!({"name": name, "title": format!("Step {name}"), "state": state})
}

fn operation(state: &str, steps: &[Value]) -> Value {
    json!({
        "id": "op-1", "kind": "install", "app": "documents", "state": state, "steps": steps,
        "created_by": "018f-ada", "created_at": "2026-11-23T09:00:00Z",
    })
}

/// An install as it is seen at four moments.
fn install() -> [Value; 4] {
    let mut pulling = step("image", "running");
    pulling["progress"] = json!({"done": 12_582_912, "total": 47_185_920, "unit": "bytes"});
    let mut done = step("image", "done");
    done["started_at"] = json!("2026-11-23T09:00:00Z");
    done["finished_at"] = json!("2026-11-23T09:00:01.25Z");
    let skipped = step("volume", "skipped");
    [
        operation("queued", &[step("image", "pending"), step("volume", "pending"), step("start", "pending")]),
        operation("running", &[pulling, step("volume", "pending"), step("start", "pending")]),
        operation("running", &[done.clone(), skipped.clone(), step("start", "running")]),
        operation("succeeded", &[done, skipped, step("start", "done")]),
    ]
}

#[test]
fn apps_are_listed_with_state_verdict_cause_and_cure() {
    let (place, api) = (Place::new(), ApiServer::start());
    let mut ready = app_view();
    for (key, value) in [("app", json!("notes")), ("state", json!("ready")), ("failure", Value::Null)] {
        ready[key] = value;
    }
    ready["verification"] =
        json!({"verdict": "verified", "checked_at": "2026-11-23T09:00:00Z", "differences": []});
    api.on_json("GET /apps", json!({"apps": [ready, app_view()]}));
    insta::assert_snapshot!(atoll(&place, &api, "app list").run().ended(0).out);
    let value = atoll(&place, &api, "app list --json").run().ended(0).json();
    assert_eq!(value["apps"][1], app_view(), "machines get the answer as it is");
    api.on_json("GET /apps", json!({"apps": []}));
    assert!(atoll(&place, &api, "app list").run().ended(0).out.starts_with("No apps are installed."));
}

#[test]
fn one_app_is_shown_with_its_differences_and_who_may_open_it() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on_json("GET /apps/documents", app_view());
    let grant = json!({"app": "documents", "user_id": "1", "name": "Bo", "email": "bo@example.org", "role": "user",
        "granted_at": "2026-11-23T09:00:00Z"});
    api.on_json("GET /apps/documents/grants", json!({"grants": [grant]}));
    insta::assert_snapshot!(atoll(&place, &api, "app show documents").run().ended(0).out);
    let run = atoll(&place, &api, "app show ../users").run().ended(1);
    assert!(
        run.err.contains("there is no GET /apps/..%2Fusers"),
        "a name is one segment of the path: {}",
        run.err
    );
}

#[test]
fn an_install_shows_its_steps_once_each_and_ends_with_them() {
    let (place, api) = (Place::new(), ApiServer::start());
    let [begun, pulling, starting, done] = install();
    api.on("POST /apps", [Answer::Json(202, begun.clone())]);
    api.on(
        "GET /operations/op-1/events",
        [Answer::Events("operation", vec![begun, pulling, starting, done.clone()])],
    );
    insta::assert_snapshot!(atoll(&place, &api, "app install documents --wait").run().ended(0).out);
    assert_eq!(api.asked()[0].body, json!({"app": "documents"}));
    let run = atoll(&place, &api, "app install documents --wait --json").run().ended(0);
    assert_eq!(run.json(), done, "machines get the operation as it ended, and nothing else");
}

#[test]
fn at_a_terminal_the_steps_are_written_over_in_place() {
    let (place, api) = (Place::new(), ApiServer::start());
    let [begun, pulling, starting, done] = install();
    api.on("POST /apps", [Answer::Json(202, begun)]);
    api.on("GET /operations/op-1/events", [Answer::Events("operation", vec![pulling, starting, done])]);
    let run = atoll(&place, &api, "app install documents --wait").at_terminal().run().ended(0);
    insta::assert_snapshot!(run.out.replace('\u{1b}', "ESC").replace('\r', ""));
    let run =
        atoll(&place, &api, "app install documents --wait").env("NO_COLOR", "1").at_terminal().run().ended(0);
    assert!(!run.out.contains('\u{1b}'), "{}", run.out);
}

#[test]
fn a_failed_install_tells_cause_and_cure_and_fails() {
    let (place, api) = (Place::new(), ApiServer::start());
    let [begun, ..] = install();
    let mut failed = operation("failed", &[step("image", "failed"), step("start", "pending")]);
    failed["error"] =
        json!({"message": "the engine has no image `atoll/documents:1.0.0`", "cure": "run `make up`"});
    api.on("POST /apps", [Answer::Json(202, begun)]);
    api.on("GET /operations/op-1/events", [Answer::Events("operation", vec![failed])]);
    insta::assert_snapshot!(atoll(&place, &api, "app install documents --wait").run().ended(1).told());
}

#[test]
fn a_restart_of_the_control_plane_does_not_end_the_watch() {
    let (place, api) = (Place::new(), ApiServer::start());
    let [begun, pulling, starting, done] = install();
    api.on("POST /apps", [Answer::Json(202, begun)]);
    api.on(
        "GET /operations/op-1/events",
        [
            Answer::Torn("operation", vec![pulling]),
            problem(503, "starting", "the control plane is starting", None),
            Answer::Events("operation", vec![starting.clone()]),
            Answer::Events("operation", vec![done]),
        ],
    );
    api.on_json("GET /operations/op-1", starting);
    let run = atoll(&place, &api, "app install documents --wait").run().ended(0);
    assert!(run.out.ends_with("Done: install `documents`.\n"), "{}", run.out);
    assert_eq!(run.out.matches("✓ Step image").count(), 1, "{}", run.out);
}

#[test]
fn without_waiting_one_learns_how_to_look() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on("POST /apps/documents/stop", [Answer::Json(202, operation("queued", &[]))]);
    let run = atoll(&place, &api, "app stop documents").run().ended(0);
    assert!(run.out.contains("op-1") && run.out.contains("atoll app show documents"), "{}", run.out);
    assert_eq!(api.asked_for(), ["POST /apps/documents/stop"]);
}

#[test]
fn data_is_kept_unless_its_deletion_is_asked_for() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on("DELETE /apps/documents", [Answer::Json(202, operation("queued", &[]))]);
    atoll(&place, &api, "app remove documents").run().ended(0);
    atoll(&place, &api, "app remove documents --delete-volumes").run().ended(0);
    assert_eq!(
        api.asked_for(),
        ["DELETE /apps/documents?volumes=keep", "DELETE /apps/documents?volumes=delete"]
    );
}

#[test]
fn a_refusal_is_told_in_the_servers_words_with_its_cure_and_number() {
    let (place, api) = (Place::new(), ApiServer::start());
    let detail = "`documents` is installed already";
    api.on("POST /apps", [problem(409, "already-installed", detail, Some("open it from the launcher"))]);
    let run = atoll(&place, &api, "app install documents").run().ended(1);
    insta::assert_snapshot!(run.told());
    let run = atoll(&place, &api, "app install documents --json").run().ended(1);
    let error: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(
        error,
        json!({"error": {"message": detail, "cure": "open it from the launcher", "request_id": "req-1"}})
    );
}

fn line(stream: &str, text: &str) -> Value {
    json!({"service": "web", "stream": stream, "time": "2026-11-23T09:00:00Z", "line": text})
}

#[test]
fn what_an_app_wrote_is_printed_but_not_obeyed() {
    let (place, api) = (Place::new(), ApiServer::start());
    let lines = [line("stdout", "ready"), line("stderr", "\u{1b}]0;owned\u{7}\u{1b}[2J")];
    api.on_json("GET /apps/documents/logs", json!({"lines": lines}));
    let run = atoll(&place, &api, "app logs documents --tail 7 --service web").run().ended(0);
    assert_eq!(run.out, "web | ready\nweb | ␛]0;owned␇␛[2J\n");
    assert_eq!(api.asked_for(), ["GET /apps/documents/logs?tail=7&service=web"]);
}

#[test]
fn logs_can_be_followed_one_object_a_line() {
    let (place, api) = (Place::new(), ApiServer::start());
    let lines = vec![line("stdout", "one"), line("stderr", "two")];
    api.on("GET /apps/documents/logs/stream", [Answer::Events("line", lines.clone())]);
    let run = atoll(&place, &api, "app logs documents --follow --json").run().ended(0);
    let read: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, lines);
    assert_eq!(atoll(&place, &api, "app logs documents -f").run().ended(0).out, "web | one\nweb | two\n");
}

#[test]
fn an_answer_of_another_shape_is_not_guessed_at() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on_json("GET /apps", json!({"applications": []}));
    let run = atoll(&place, &api, "app list").run().ended(1);
    assert!(run.err.contains("missing field `apps`"), "{}", run.err);
}
