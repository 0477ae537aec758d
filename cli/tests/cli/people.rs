//! `atoll user …` and the command line itself.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::{
    api_server::{Answer, ApiServer, TOKEN, ada},
    program::{Place, Program},
};

fn atoll(place: &Place, api: &ApiServer, arguments: &str) -> Program {
    place.atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN)
}

fn bo() -> Value {
    json!({"id": "018f-bo", "name": "Bo", "email": "bo@example.org", "role": "member", "disabled": true,
        "created_at": "2026-11-20T08:00:00Z"})
}

fn server() -> ApiServer {
    let api = ApiServer::start();
    api.on_json("GET /users", json!({"users": [ada(), bo()]}));
    api
}

#[test]
fn everybody_is_listed() {
    let (place, api) = (Place::new(), server());
    insta::assert_snapshot!(atoll(&place, &api, "user list").run().ended(0).out);
    assert_eq!(atoll(&place, &api, "user list --json").run().ended(0).json()["users"][1], bo());
}

#[test]
fn a_person_is_added_with_a_password_that_is_not_printed() {
    let (place, api) = (Place::new(), server());
    api.on("POST /users", [Answer::Json(201, bo())]);
    let run = atoll(&place, &api, "user add --email bo@example.org --password-stdin --name")
        .arg("Bo B.")
        .input("a long secret word\n")
        .run()
        .ended(0);
    assert_eq!(run.out, "Added Bo <bo@example.org> as member.\n");
    let body = json!({"name": "Bo B.", "email": "bo@example.org", "role": "member", "password": "a long secret word"});
    assert_eq!(api.asked()[0].body, body);
}

#[test]
fn each_field_that_is_wrong_is_told() {
    let (place, api) = (Place::new(), server());
    let body = json!({
        "type": "urn:atoll:problem:invalid", "title": "Invalid", "status": 422, "request_id": "req-1",
        "detail": "Some fields are not as they should be.", "cure": "Correct the fields that `errors` names.",
        "errors": [{"field": "email", "message": "not an e-mail address"}, {"field": "password", "message": "too short"}],
    });
    api.on("POST /users", [Answer::Json(422, body)]);
    let run =
        atoll(&place, &api, "user add --email bo --name Bo --password-stdin").input("short\n").run().ended(1);
    insta::assert_snapshot!(run.err);
}

#[test]
fn people_are_found_by_address_in_any_case_or_by_id() {
    let (place, api) = (Place::new(), server());
    api.on_json("PATCH /users/018f-bo", bo());
    atoll(&place, &api, "user disable BO@example.org").run().ended(0);
    atoll(&place, &api, "user enable 018f-bo").run().ended(0);
    let bodies: Vec<Value> =
        api.asked().into_iter().filter(|a| a.what.starts_with("PATCH")).map(|a| a.body).collect();
    assert_eq!(bodies, [json!({"disabled": true}), json!({"disabled": false})]);
    let run = atoll(&place, &api, "user disable nobody@example.org").run().ended(1);
    assert!(run.err.contains("nobody@example.org") && run.err.contains("atoll user list"), "{}", run.err);
}

#[test]
fn a_grant_without_a_role_gives_the_default_one() {
    let (place, api) = (Place::new(), server());
    let given = |role: &str| json!({"app": "documents", "user_id": "018f-bo", "name": "Bo", "email": "bo@example.org", "role": role});
    api.on_json("PUT /apps/documents/grants/018f-bo", given("user"));
    let run = atoll(&place, &api, "user grant bo@example.org documents").run().ended(0);
    assert_eq!(run.out, "Bo <bo@example.org> may open `documents` as user.\n");
    assert_eq!(api.asked().pop().unwrap().body, json!({}));

    api.on_json("PUT /apps/documents/grants/018f-bo", given("viewer"));
    let run = atoll(&place, &api, "user grant bo@example.org documents --role viewer").run().ended(0);
    assert!(run.out.ends_with("as viewer.\n"), "{}", run.out);
    assert_eq!(api.asked().pop().unwrap().body, json!({"role": "viewer"}));
}

#[test]
fn a_grant_is_taken_back() {
    let (place, api) = (Place::new(), server());
    api.on("DELETE /apps/documents/grants/018f-bo", [Answer::Json(204, Value::Null)]);
    let value = atoll(&place, &api, "user revoke bo@example.org documents --json").run().ended(0).json();
    assert_eq!(value, json!({"app": "documents", "user_id": "018f-bo", "revoked": true}));
}

#[test]
fn one_person_is_shown_with_what_they_may_open() {
    let (place, api) = (Place::new(), server());
    let grant = json!({"app": "documents", "user_id": "018f-bo", "name": "Bo", "email": "bo@example.org", "role": "user"});
    api.on_json("GET /users/018f-bo/grants", json!({"grants": [grant]}));
    insta::assert_snapshot!(atoll(&place, &api, "user show bo@example.org").run().ended(0).out);
}

#[test]
fn passwords_are_set_for_others_and_for_oneself() {
    let (place, api) = (Place::new(), server());
    api.on("PUT /users/018f-bo/password", [Answer::Json(204, Value::Null)]);
    api.on("PUT /profile/password", [Answer::Json(204, Value::Null)]);
    let run =
        atoll(&place, &api, "user passwd bo@example.org --password-stdin").input("new secret word\n").run();
    assert_eq!(run.ended(0).out, "Set the password of Bo <bo@example.org>.\n");
    assert_eq!(api.asked().pop().unwrap().body, json!({"new": "new secret word"}));
    atoll(&place, &api, "user passwd --password-stdin").input("old one\nnew one\n").run().ended(0);
    assert_eq!(api.asked().pop().unwrap().body, json!({"current": "old one", "new": "new one"}));
    let run = atoll(&place, &api, "user passwd --password-stdin").input("old one\n").run().ended(1);
    assert!(run.err.contains("held no password"), "{}", run.err);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (place, api) = (Place::new(), server());
    let many: Vec<Value> = (0..20_000).map(|_| ada()).collect();
    api.on_json("GET /users", json!({"users": many}));
    let mut child = Command::new(env!("CARGO_BIN_EXE_atoll"))
        .args(["user", "list"])
        .env_clear()
        .env("XDG_CONFIG_HOME", place.path("config"))
        .env("ATOLL_URL", api.url())
        .env("ATOLL_TOKEN", TOKEN)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn wrong_usage_is_two_and_help_lists_the_exit_codes() {
    let place = Place::new();
    let run = place.run("aap list").ended(2);
    assert!(run.err.contains("app"), "{}", run.err);
    let run = place.run("--help").ended(0);
    assert!(run.out.contains("3 doctor found problems"), "{}", run.out);
    assert!(place.run("completions bash").ended(0).out.contains("_atoll()"));
}
