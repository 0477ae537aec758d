//! The control plane's own description of its API is enough for the tool: an answer that holds only what the document
//! promises, and nothing that it leaves open, is understood by every command.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use crate::{
    api_server::{Answer, ApiServer, TOKEN},
    program::Place,
};

const ID: &str = "00000000-0000-7000-8000-000000000000";

fn document() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("controlplane/openapi.json");
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The least that fits a schema: required properties, one item, the first choice, the smallest number.
fn least(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return least(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    if let Some(choice) = schema["enum"].get(0).or_else(|| schema["oneOf"].get(0)) {
        return if choice.is_object() { least(document, choice) } else { choice.clone() };
    }
    match (schema["type"].as_str().unwrap(), schema["format"].as_str()) {
        ("object", _) => {
            let names =
                schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap());
            let property = |name: &str| (name.to_owned(), least(document, &schema["properties"][name]));
            Value::Object(names.map(property).collect::<Map<_, _>>())
        }
        ("array", _) => json!([least(document, &schema["items"])]),
        ("integer", _) => json!(0),
        ("number", _) => json!(0.5),
        ("boolean", _) => json!(false),
        ("string", Some("date-time")) => json!("2026-11-23T09:00:00Z"),
        ("string", Some("uuid")) => json!(ID),
        ("string", _) => json!("x"),
        (other, _) => panic!("a schema of type {other} is new to this test: {schema}"),
    }
}

/// A server that answers each call of the document with the least that it promises.
fn server(document: &Value) -> ApiServer {
    let api = ApiServer::start();
    for (path, calls) in document["paths"].as_object().unwrap() {
        let path = path.trim_start_matches("/api/v1").replace("{app}", "documents");
        let path = path.replace("{id}", ID).replace("{user_id}", ID).replace("{token_id}", ID);
        for (method, call) in calls.as_object().unwrap() {
            let responses = call["responses"].as_object().unwrap();
            let (status, response) = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap();
            let schema = response.pointer("/content/application~1json/schema");
            let body = schema.map_or(Value::Null, |schema| least(document, schema));
            let route = format!("{} {path}", method.to_uppercase());
            api.on(&route, [Answer::Json(status.parse().unwrap(), body)]);
        }
    }
    let ended = json!({"id": ID, "kind": "install", "app": "x", "state": "succeeded", "steps": []});
    api.on(&format!("GET /operations/{ID}/events"), [Answer::Events("operation", vec![ended])]);
    api
}

#[test]
fn every_command_understands_the_least_that_the_api_promises() {
    let place = Place::new();
    let api = server(&document());
    for arguments in [
        "status",
        "app list",
        "app show documents",
        "app install documents",
        "app install documents --wait",
        "app start documents",
        "app stop documents",
        "app remove documents",
        "app logs documents",
        "user list",
        &format!("user show {ID}"),
        &format!("user disable {ID}"),
        &format!("user grant {ID} documents"),
        &format!("user revoke {ID} documents"),
        &format!("user passwd {ID} --password-stdin"),
        "user passwd --password-stdin",
        "user add --email x --name x --password-stdin",
        "token list",
        "token create x --scope api:read --days 1",
        &format!("token revoke {ID}"),
        &format!("token list --user {ID}"),
        &format!("token revoke {ID} --user {ID}"),
        "egress documents",
        "audit list",
        "logout",
    ] {
        let program = place.atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN);
        let run = program.input("first secret\nsecond secret\n").run();
        assert_eq!(run.code, 0, "{arguments}: {}", run.err);
    }
}

#[test]
fn every_call_that_the_tool_makes_is_in_the_document_and_sends_what_it_asks_for() {
    let (place, document) = (Place::new(), document());
    let api = server(&document);
    for arguments in [
        "app install documents",
        &format!("user disable {ID}"),
        &format!("user grant {ID} documents"),
        &format!("user passwd {ID} --password-stdin"),
        "user passwd --password-stdin",
        "user add --email x --name x --password-stdin",
        "token create x --scope api:read --days 1",
    ] {
        let program = place.atoll(arguments).env("ATOLL_URL", api.url()).env("ATOLL_TOKEN", TOKEN);
        program.input("first secret\nsecond secret\n").run().ended(0);
        let asked = api.asked().pop().unwrap();
        let (method, path) = asked.what.split_once(' ').unwrap();
        let template = template(&document, path);
        let call = &document["paths"][&template][method.to_lowercase()];
        let schema = call.pointer("/requestBody/content/application~1json/schema").unwrap();
        let schema = document.pointer(schema["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
        let sent: Vec<&String> = asked.body.as_object().unwrap().keys().collect();
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(sent.iter().any(|sent| *sent == name), "{arguments}: {name} is missing");
        }
        for name in sent {
            assert!(schema["properties"].get(name).is_some(), "{arguments}: {name} is unknown");
        }
    }
}

/// The document's path that a request's path is an instance of.
fn template(document: &Value, path: &str) -> String {
    let fits = |template: &&String| {
        let wanted: Vec<&str> = template.trim_start_matches("/api/v1").split('/').collect();
        let given: Vec<&str> = path.split('/').collect();
        wanted.len() == given.len() && wanted.iter().zip(&given).all(|(w, g)| w.starts_with('{') || w == g)
    };
    document["paths"].as_object().unwrap().keys().find(fits).unwrap_or_else(|| panic!("{path}")).clone()
}
