//! `atoll audit …`. The hashes were computed by another program, by the recipe alone.

use serde_json::{Value, json};

use crate::{
    api_server::{Answer, ApiServer, TOKEN},
    program::{Place, Run},
};

const NEWEST: &str = "b1a0317a496a4caab9bbfd16768d4d22d65bf9f292f8493edb932695342877b7";
/// Of an event that follows these three, done by a token.
const BY_TOKEN: &str = "a70e28c84d0a9d9b22ad988aff338481e54dc3cde60601df5fd905f8f62a2fcf";
const MIDDLE: &str = "a005f929046380bfd0f38f9e20ead60b21204bdb1b2101ea3a7cf48f4a6c18cb";
const OLDEST: &str = "33c1f93b47210a8c749019ebba9fbab8d3974d621f4137046c90da3e57425579";

/// Three events, newest first.
fn trail() -> [Value; 3] {
    let ada = json!({"id": "018f-ada", "name": "Ada"});
    [
        json!({"id": "01930000-0000-7000-8000-000000000003", "at": "2026-11-23T09:00:03.003Z", "actor": ada,
            "action": "grant.give", "subject": "app:documents", "outcome": "refused", "detail": "ümlaut", "hash": NEWEST}),
        json!({"id": "01930000-0000-7000-8000-000000000002", "at": "2026-11-23T09:00:02.002Z", "actor": {"id": "018f-ada"},
            "action": "app.install", "subject": "app:documents", "outcome": "success", "detail": "version 1.0.0", "hash": MIDDLE}),
        json!({"id": "01930000-0000-7000-8000-000000000001", "at": "2026-11-23T09:00:01.001Z",
            "action": "setup.complete", "subject": "user:018f-ada", "outcome": "success", "detail": "", "hash": OLDEST}),
    ]
}

/// Serves the trail in two pages.
fn served([newest, middle, oldest]: [Value; 3]) -> ApiServer {
    let api = ApiServer::start();
    let first = json!({"events": [newest, middle], "next": 2});
    api.on("GET /audit", [Answer::Json(200, first), Answer::Json(200, json!({"events": [oldest]}))]);
    api
}

fn run(api: &ApiServer, arguments: &str) -> Run {
    Place::new().atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN).run()
}

#[test]
fn the_trail_is_listed() {
    let api = served(trail());
    insta::assert_snapshot!(run(&api, "audit list --limit 2 --before 9").ended(0).out);
    assert_eq!(api.asked_for(), ["GET /audit?limit=2&before=9"]);
}

#[test]
fn an_intact_trail_is_computed_once_more_over_all_its_pages() {
    let api = served(trail());
    let value = run(&api, "audit verify --json").ended(0).json();
    assert_eq!(value, json!({"intact": true, "events": 3, "newest": NEWEST}));
    assert_eq!(api.asked_for(), ["GET /audit?limit=200", "GET /audit?limit=200&before=2"]);
    run(&served(trail()), &format!("audit verify --contains {OLDEST}")).ended(0);
}

#[test]
fn whatever_is_changed_shows() {
    for (index, key, value) in [
        (0, "outcome", json!("success")),
        (0, "actor", json!({"id": "018f-bo"})),
        (1, "detail", json!("version 2.0.0")),
        (1, "at", json!("2026-11-23T09:00:02.003Z")),
        (1, "id", json!("01930000-0000-7000-8000-000000000009")),
        (2, "subject", json!("user:018f-bo")),
        (2, "action", json!("setup.incomplete")),
        (2, "hash", json!(MIDDLE)),
    ] {
        let mut trail = trail();
        trail[index][key] = value;
        let run = run(&served(trail), "audit verify").ended(1);
        assert!(run.err.contains("tampered with") && run.out.is_empty(), "{key}: {run:?}");
    }
}

/// The trail with one more event, which a program did by an access token of Ada's.
fn with_token(token: Option<&str>) -> ApiServer {
    let mut by_token = json!({"id": "01930000-0000-7000-8000-000000000004", "at": "2026-11-23T09:00:04.004Z",
        "actor": {"id": "018f-ada", "name": "Ada"}, "action": "app.stop", "subject": "app:documents",
        "outcome": "success", "detail": "", "hash": BY_TOKEN});
    if let Some(token) = token {
        by_token["token"] = json!(token);
    }
    let api = ApiServer::start();
    let [newest, middle, oldest] = trail();
    api.on("GET /audit", [Answer::Json(200, json!({"events": [by_token, newest, middle, oldest]}))]);
    api
}

#[test]
fn the_token_by_which_something_was_done_is_held_by_the_chain_too() {
    let token = "01930000-0000-7000-8000-0000000000aa";
    let value = run(&with_token(Some(token)), "audit verify --json").ended(0).json();
    assert_eq!(value, json!({"intact": true, "events": 4, "newest": BY_TOKEN}));
    // Neither can another be blamed, nor can it be made to look as if nobody's program had been at work.
    for forged in [Some("01930000-0000-7000-8000-0000000000ab"), Some(""), None] {
        let run = run(&with_token(forged), "audit verify").ended(1);
        assert!(run.err.contains("app.stop") && run.err.contains("tampered with"), "{forged:?}: {run:?}");
    }
    // And no token can be put under what a person did with their own hands.
    let mut trail = trail();
    trail[0]["token"] = json!(token);
    let run = run(&served(trail), "audit verify").ended(1);
    assert!(run.err.contains("grant.give"), "{run:?}");
}

#[test]
fn a_removed_event_shows_and_a_cut_off_end_is_noticed_by_a_kept_hash() {
    let [newest, middle, oldest] = trail();
    let api = ApiServer::start();
    api.on_json("GET /audit", json!({"events": [newest, oldest]}));
    assert!(
        run(&api, "audit verify").ended(1).err.contains("grant.give"),
        "the event after the gap is named"
    );

    api.on_json("GET /audit", json!({"events": [middle, oldest]}));
    run(&api, "audit verify").ended(0);
    let cut = run(&api, &format!("audit verify --contains {NEWEST}")).ended(1);
    assert!(cut.err.contains("rewritten or cut off"), "{}", cut.err);
}

#[test]
fn an_empty_trail_is_intact() {
    let api = ApiServer::start();
    api.on_json("GET /audit", json!({"events": []}));
    assert_eq!(run(&api, "audit verify --json").ended(0).json()["events"], 0);
}
