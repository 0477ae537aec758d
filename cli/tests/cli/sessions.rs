//! Signing in and out, `status`, and whom a session is shown to.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use crate::{
    api_server::{Answer, ApiServer, PASSWORD, TOKEN, ada, problem},
    program::{Place, Run},
};

const SESSION: &str = "config/atoll/session.json";

fn login(place: &Place, api: &ApiServer, password: &str) -> Run {
    let arguments = format!("login --url {} --email ada@example.org --password-stdin", api.url());
    place.atoll(&arguments).input(&format!("{password}\n")).run()
}

fn status_view() -> Value {
    json!({
        "version": "0.1.0", "uptime_secs": 11_520,
        "engine": {"reachable": true, "name": "Docker", "version": "28.2.2", "api_version": "1.48"},
        "policy": {"revision": 3, "apps": 2, "loaded_at": "2026-11-23T09:00:00Z",
            "error": {"message": "unknown key `memroy`", "file": "/etc/atoll/allowlist.yaml", "line": 7, "column": 3}},
        "instances": {"ready": 2, "failed": 0, "stopped": 1},
    })
}

#[test]
fn signing_in_keeps_the_session_for_its_owner_alone_and_shows_no_token() {
    let (place, api) = (Place::new(), ApiServer::start());
    let run = login(&place, &api, PASSWORD).ended(0);
    assert_eq!(
        run.out,
        format!("Signed in to {} as Ada <ada@example.org> until 2026-11-23 20:00.\n", api.url())
    );
    assert!(!format!("{run:?}").contains(TOKEN));
    let metadata = fs::metadata(place.path(SESSION)).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(place.path("config/atoll")).unwrap().permissions().mode() & 0o777, 0o700);
    let stored: Value = serde_json::from_str(&place.read(SESSION)).unwrap();
    assert_eq!(stored["token"], TOKEN);

    api.on_json("GET /session", json!({"user": ada(), "expires_at": "2026-11-23T20:00:00Z"}));
    api.on_json("GET /status", status_view());
    let run = place.run("status").ended(0);
    insta::assert_snapshot!(run.out.replace(&api.url(), "URL"));
    let value = place.run("status --json").ended(0).json();
    assert_eq!(
        (&value["session"]["user"]["name"], &value["platform"]["version"]),
        (&json!("Ada"), &json!("0.1.0"))
    );
}

#[test]
fn a_wrong_password_leaves_nothing_behind() {
    let (place, api) = (Place::new(), ApiServer::start());
    let run = login(&place, &api, "guess").ended(4);
    assert_eq!(run.err, "error: e-mail address or password is wrong\n  request: req-1\n");
    assert!(!place.path(SESSION).exists());
    let run = login(&place, &api, "").ended(1);
    assert!(run.err.contains("standard input held no password"), "{}", run.err);
}

#[test]
fn without_a_terminal_the_password_is_not_asked_for_in_vain() {
    let (place, api) = (Place::new(), ApiServer::start());
    let arguments = format!("login --url {} --email ada@example.org", api.url());
    // Because a test may be run at a terminal, the program gets a session without one.
    let run = place.atoll(&arguments).without_terminal().run().ended(1);
    assert!(run.err.contains("--password-stdin"), "{}", run.err);
}

#[test]
fn signing_out_ends_the_session_at_the_server_and_here() {
    let (place, api) = (Place::new(), ApiServer::start());
    login(&place, &api, PASSWORD).ended(0);
    api.on("DELETE /session", [Answer::Json(204, Value::Null)]);
    place.run("logout").ended(0);
    assert!(!place.path(SESSION).exists());
    let last = api.asked().pop().unwrap();
    assert_eq!(
        (last.what.as_str(), last.authorization),
        ("DELETE /session", Some(format!("Bearer {TOKEN}")))
    );
    let again = place.run(&format!("logout --url {}", api.url())).ended(0);
    assert!(again.out.contains("nothing to do"), "{}", again.out);
}

#[test]
fn a_session_is_forgotten_here_even_when_the_server_is_away_and_that_is_said() {
    let place = Place::new();
    let api = ApiServer::start();
    login(&place, &api, PASSWORD).ended(0);
    drop(api);
    let run = place.run("logout").ended(1);
    assert!(run.err.contains("stays valid there until it runs out"), "{}", run.err);
    assert!(!place.path(SESSION).exists());
}

#[test]
fn a_session_is_never_shown_to_another_address() {
    let (place, api, other) = (Place::new(), ApiServer::start(), ApiServer::start());
    login(&place, &api, PASSWORD).ended(0);
    let run = place.run(&format!("app list --url {}", other.url())).ended(4);
    assert!(run.err.contains("sign in: atoll login"), "{}", run.err);
    assert_eq!(other.asked()[0].authorization, None);
}

#[test]
fn a_token_in_the_environment_comes_before_the_stored_session() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on_json("GET /apps", json!({"apps": []}));
    place.atoll("app list").env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN).run().ended(0);
    let run = place.atoll("app list").env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", "old").run().ended(4);
    assert!(run.err.contains("not signed in to http://atoll.localhost:"), "{}", run.err);
}

#[test]
fn a_member_sees_who_they_are_and_no_more() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on_json("GET /session", json!({"user": ada(), "expires_at": "2026-11-23T20:00:00Z"}));
    api.on("GET /status", [problem(403, "not-allowed", "this is for administrators", None)]);
    let run = place.atoll("status").env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN).run().ended(0);
    assert!(run.out.contains("Ada") && !run.out.contains("Engine"), "{}", run.out);
}

#[test]
fn a_broken_session_file_says_how_to_mend_it() {
    let place = Place::new();
    place.write(SESSION, "{");
    let run = place.run("status").ended(1);
    assert!(run.err.contains("session.json") && run.err.contains("cure: remove the file"), "{}", run.err);
}

#[test]
fn nobody_at_the_address_and_somebody_else_there_are_told_apart() {
    let (place, api) = (Place::new(), ApiServer::start());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = place.run(&format!("status --url http://atoll.localhost:{silent}")).ended(1);
    assert!(
        run.err.contains("could not reach Atoll") && run.err.contains("Connection refused"),
        "{}",
        run.err
    );
    api.pretend_to_be_another();
    let run = place.run(&format!("status --url {} --json", api.url())).ended(1);
    let error: Value = serde_json::from_str(&run.err).unwrap();
    assert!(error["error"]["message"].as_str().unwrap().contains("is not an Atoll control plane"), "{error}");
    assert!(error["error"]["cure"].is_string());
    let run = place.run("status --url atoll.example.org").ended(2);
    assert!(run.err.contains("http"), "{}", run.err);
}
