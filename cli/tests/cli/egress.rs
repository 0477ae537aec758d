//! `atoll egress …`

use serde_json::{Value, json};

use crate::{
    api_server::{ApiServer, TOKEN},
    program::{Place, Run},
};

fn run(answer: &Value, arguments: &str) -> Run {
    let api = ApiServer::start();
    api.on_json("GET /apps/documents/egress", answer.clone());
    Place::new().atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN).run().ended(0)
}

#[test]
fn what_an_app_reached_and_was_kept_from_is_shown_with_the_lines_that_would_allow_it() {
    let answer = json!({
        "since": "2026-11-23T08:00:00Z", "reached": 12, "sent_bytes": 48_213, "received_bytes": 1_203_944,
        "allowed": [{"host": "api.example.com", "port": 443}, {"host": "*.cdn.example.com", "port": 443}],
        "hosts": [{"target": "api.example.com:443", "connections": 12, "sent_bytes": 48_213,
            "received_bytes": 1_203_944, "last_at": "2026-11-23T09:30:00Z"}],
        "blocked": [
            {"target": "updates.example.net:443", "reason": "unlisted", "attempts": 4, "last_at": "2026-11-23T09:31:00Z",
                "detail": "`updates.example.net:443` is not on the app's egress list",
                "line": "- {host: updates.example.net, port: 443}"},
            {"target": "api.example.com:443", "reason": "not-public", "attempts": 1, "last_at": "2026-11-23T09:32:00Z",
                "detail": "`api.example.com:443` leads to an address that is not on the open internet"},
        ],
    });
    insta::assert_snapshot!(run(&answer, "egress documents").out);
    assert_eq!(run(&answer, "egress documents --json").json(), answer);
}

#[test]
fn an_app_without_a_way_out_is_told_so() {
    let answer = json!({"since": "2026-11-23T08:00:00Z", "reached": 0, "sent_bytes": 0, "received_bytes": 0,
        "allowed": [], "hosts": [], "blocked": []});
    let told = run(&answer, "egress documents").out;
    assert!(told.contains("Nothing outside its island.") && !told.contains("allowlist"), "{told}");
}
