//! `atoll token …`

use serde_json::{Value, json};

use crate::{
    api_server::{Answer, ApiServer, TOKEN, ada, problem},
    program::{Place, Program},
};

fn atoll(place: &Place, api: &ApiServer, arguments: &str) -> Program {
    place.atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN)
}

fn calendar() -> Value {
    json!({"id": "018f-cal", "name": "Phone", "scopes": ["app:calendar"], "created_at": "2026-11-20T08:00:00Z",
        "last_used_at": "2026-11-22T08:00:00Z"})
}

fn backup() -> Value {
    json!({"id": "018f-bak", "name": "Backup job", "scopes": ["api:read", "app:documents"],
        "created_at": "2026-11-20T08:00:00Z", "expires_at": "2026-12-20T08:00:00Z"})
}

#[test]
fn tokens_are_listed_with_their_scopes_end_and_last_use() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on_json("GET /profile/tokens", json!({"tokens": [calendar(), backup()]}));
    insta::assert_snapshot!(atoll(&place, &api, "token list").run().ended(0).out);
    assert_eq!(atoll(&place, &api, "token list --json").run().ended(0).json()["tokens"][1], backup());
}

#[test]
fn a_new_token_stands_alone_on_standard_output() {
    let (place, api) = (Place::new(), ApiServer::start());
    let made = json!({"secret": "atoll_pat_secret", "token": backup()});
    api.on("POST /profile/tokens", [Answer::Json(201, made)]);
    let arguments = "token create backup --scope api:read --scope app:documents --days 30";
    let run = atoll(&place, &api, arguments).run().ended(0);
    assert_eq!(run.out, "atoll_pat_secret\n");
    assert!(run.err.contains("it is not shown again"), "{}", run.err);
    let body = json!({"name": "backup", "scopes": ["api:read", "app:documents"], "expires_in_days": 30});
    assert_eq!(api.asked()[0].body, body);
}

#[test]
fn a_token_is_revoked_by_its_id() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on("DELETE /profile/tokens/018f-cal", [Answer::Json(204, Value::Null)]);
    api.on(
        "DELETE /profile/tokens/018f-no",
        [problem(404, "unknown-token", "There is no such token.", None)],
    );
    let run = atoll(&place, &api, "token revoke 018f-cal --json").run().ended(0);
    assert_eq!(run.json(), json!({"id": "018f-cal", "revoked": true}));
    let run = atoll(&place, &api, "token revoke 018f-no").run().ended(1);
    assert!(run.err.contains("There is no such token."), "{}", run.err);
}

#[test]
fn an_administrator_lists_and_revokes_the_tokens_of_others() {
    let (place, api) = (Place::new(), ApiServer::start());
    api.on_json("GET /users", json!({"users": [ada()]}));
    api.on_json("GET /users/018f-ada/tokens", json!({"tokens": [backup()]}));
    api.on("DELETE /users/018f-ada/tokens/018f-bak", [Answer::Json(204, Value::Null)]);
    let listed = atoll(&place, &api, "token list --user ADA@example.org --json").run().ended(0);
    assert_eq!(listed.json()["tokens"], json!([backup()]));
    atoll(&place, &api, "token revoke 018f-bak --user ada@example.org").run().ended(0);
    assert_eq!(api.asked_for().pop().unwrap(), "DELETE /users/018f-ada/tokens/018f-bak");
    api.on_json("GET /users/018f-ada/tokens", json!({"tokens": []}));
    let none = atoll(&place, &api, "token list --user 018f-ada").run().ended(0);
    assert_eq!(none.out, "Ada <ada@example.org> has none.\n");
}
