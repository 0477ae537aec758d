//! One person's documents do not exist for another, by no route.

use crate::support::client::send;
use crate::support::platform::{Key, claims, now};
use crate::support::{Answer, Client, Server, pdf};
use futures_util::StreamExt;
use reqwest::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// What a stranger to a document gets, for every operation of the interface.
enum Expected {
    /// The same answer as for an id that nobody has.
    NotFound,
    /// An answer without a trace of the document.
    Nothing,
    /// Nothing, to anybody but an administrator.
    Refused,
    /// What anybody may do, whatever others have: a name that another person uses is free.
    Allowed,
}

/// A beginning of nothing, which anybody can tell.
const RESUME: &str =
    r#"{"offset": 0, "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}"#;

/// Every operation of the interface, with the body that a stranger sends. A new one fails the first test until it is decided
/// here. In bodies and paths `{id}`, `{category}`, `{view}`, `{upload}` and `{webhook}` are the other person's.
const MATRIX: &[(&str, &str, &str, Expected)] = &[
    ("GET", "/api/documents", "", Expected::Nothing),
    ("POST", "/api/documents", "", Expected::Nothing),
    ("GET", "/api/documents/{id}", "", Expected::NotFound),
    ("PATCH", "/api/documents/{id}", r#"{"title": "Ben was here"}"#, Expected::NotFound),
    ("DELETE", "/api/documents/{id}", "", Expected::NotFound),
    ("POST", "/api/documents/{id}/restore", "", Expected::NotFound),
    ("POST", "/api/documents/{id}/process", "", Expected::NotFound),
    ("GET", "/api/documents/{id}/history", "", Expected::NotFound),
    ("GET", "/api/documents/{id}/text", "", Expected::NotFound),
    ("GET", "/api/documents/{id}/thumbnail", "", Expected::NotFound),
    ("GET", "/api/documents/{id}/pages/{page}/picture", "", Expected::NotFound),
    ("GET", "/api/documents/{id}/file", "", Expected::NotFound),
    ("GET", "/api/documents/{id}/searchable", "", Expected::NotFound),
    ("GET", "/api/categories", "", Expected::Nothing),
    ("POST", "/api/categories", r##"{"name": "Her category", "colour": "#00ff00"}"##, Expected::Allowed),
    ("PATCH", "/api/categories/{category}", r#"{"name": "Ben was here"}"#, Expected::NotFound),
    ("DELETE", "/api/categories/{category}", "", Expected::NotFound),
    ("GET", "/api/views", "", Expected::Nothing),
    ("POST", "/api/views", r#"{"name": "Her view", "filter": {}}"#, Expected::Allowed),
    ("PATCH", "/api/views/{view}", r#"{"name": "Ben was here"}"#, Expected::NotFound),
    ("DELETE", "/api/views/{view}", "", Expected::NotFound),
    ("GET", "/api/facets", "", Expected::Nothing),
    ("POST", "/api/bulk", r#"{"ids": ["{id}"], "action": "trash"}"#, Expected::Nothing),
    ("POST", "/api/bulk/download", r#"{"ids": ["{id}"]}"#, Expected::NotFound),
    ("GET", "/api/export", "", Expected::Nothing),
    ("POST", "/api/uploads", r#"{"name": "hers.pdf", "bytes": 5}"#, Expected::Allowed),
    ("GET", "/api/uploads/{upload}", "", Expected::NotFound),
    ("PATCH", "/api/uploads/{upload}", "", Expected::NotFound),
    ("POST", "/api/uploads/{upload}/resume", RESUME, Expected::NotFound),
    ("DELETE", "/api/uploads/{upload}", "", Expected::NotFound),
    ("POST", "/api/import", "", Expected::Nothing),
    ("GET", "/api/webhooks", "", Expected::Nothing),
    (
        "POST",
        "/api/webhooks",
        r#"{"url": "http://127.0.0.1:1/", "secret": "0123456789abcdef"}"#,
        Expected::Allowed,
    ),
    ("DELETE", "/api/webhooks/{webhook}", "", Expected::NotFound),
    ("POST", "/api/webhooks/{webhook}/test", "", Expected::NotFound),
    ("GET", "/admin/api/settings", "", Expected::Refused),
    ("PUT", "/admin/api/settings", "{}", Expected::Refused),
    ("POST", "/admin/api/settings/test", "{}", Expected::Refused),
    ("GET", "/api/events", "", Expected::Nothing),
    ("GET", "/api/person", "", Expected::Nothing),
];

#[test]
fn the_matrix_names_every_operation_of_the_interface() {
    let (_, description) = atoll_documents::api::router();
    let description = serde_json::to_value(&description).unwrap();
    let described: BTreeSet<(String, String)> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let anonymous = |path: &str| {
        path.replace("{category}", "{id}")
            .replace("{view}", "{id}")
            .replace("{upload}", "{id}")
            .replace("{webhook}", "{id}")
    };
    let listed = MATRIX
        .iter()
        .map(|(method, path, _, _)| (method.to_string(), anonymous(path)))
        .collect::<BTreeSet<_>>();
    assert_eq!(described, listed);
}

/// What Anna has: a document in a category, and a view.
struct Hers {
    document: String,
    category: String,
    view: String,
    upload: String,
    webhook: String,
}

impl Hers {
    async fn made(anna: &Client) -> Self {
        let document = anna.stored("hers.pdf", &pdf::with_text("A secret of hers")).await;
        anna.settled(&document).await;
        let category = json!({"name": "Her category", "colour": "#ff0000"});
        let category =
            anna.post("/api/categories", &category).await.json()["id"].as_str().unwrap().to_owned();
        let view = json!({"name": "Her view", "filter": {"q": "secret"}});
        let view = anna.post("/api/views", &view).await.json()["id"].as_str().unwrap().to_owned();
        let patch = json!({"title": "Her secret title", "sender": "Secret sender", "categories": [category]});
        assert_eq!(anna.patch(&format!("/api/documents/{document}"), &patch).await.status, StatusCode::OK);
        let upload = json!({"name": "hers.pdf", "bytes": 100});
        let upload = anna.post("/api/uploads", &upload).await.json()["id"].as_str().unwrap().to_owned();
        let webhook = json!({"url": "http://127.0.0.1:1/secret", "secret": "0123456789abcdef"});
        let webhook = anna.post("/api/webhooks", &webhook).await.json()["id"].as_str().unwrap().to_owned();
        Self { document, category, view, upload, webhook }
    }

    /// Ids that nobody has.
    fn nobodys() -> Self {
        let id = || "01a20863-cb1c-73e4-b270-426bded9390f".to_owned();
        Self { document: id(), category: id(), view: id(), upload: id(), webhook: id() }
    }

    fn named_in(&self, text: &str) -> String {
        text.replace("{id}", &self.document)
            .replace("{category}", &self.category)
            .replace("{view}", &self.view)
            .replace("{upload}", &self.upload)
            .replace("{webhook}", &self.webhook)
            .replace("{page}", "1")
    }
}

async fn ask(client: &Client, method: &str, path: &str, body: &str) -> Answer {
    let request = client.request(method.parse().unwrap(), path);
    let request = if body.is_empty() { request } else { request.header("content-type", "application/json") };
    send(request.body(body.to_owned())).await
}

#[tokio::test]
async fn another_persons_document_is_invisible_by_every_route() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let hers = Hers::made(&anna).await;
    let before = anna.document(&hers.document).await;
    for (method, path, body, expected) in MATRIX {
        if *path == "/api/events" {
            continue; // endless: the next test listens to it
        }
        let answer = ask(&ben, method, &hers.named_in(path), &hers.named_in(body)).await;
        let told = answer.text().to_lowercase();
        assert!(!told.contains("hers.pdf") && !told.contains("secret"), "{method} {path}: {answer:?}");
        match expected {
            Expected::Allowed => {
                assert_eq!(answer.status, StatusCode::CREATED, "{method} {path}: {answer:?}")
            }
            Expected::Refused => assert_eq!(answer.problem(), "not-an-administrator", "{method} {path}"),
            Expected::Nothing => assert!(!told.contains(&hers.document), "{method} {path}: {answer:?}"),
            Expected::NotFound => {
                let nobodys = Hers::nobodys();
                let nobodys = ask(&ben, method, &nobodys.named_in(path), &nobodys.named_in(body)).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
                assert_eq!(
                    (answer.problem(), &answer.json()["detail"]),
                    (nobodys.problem(), &nobodys.json()["detail"])
                );
            }
        }
    }
    assert_eq!(anna.document(&hers.document).await, before, "and nothing about it changed");
    assert_eq!(anna.text(&hers.document).await, "A secret of hers");
}

#[tokio::test]
async fn no_search_filter_order_or_bulk_call_reaches_another_persons_documents() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let hers = Hers::made(&anna).await;
    for query in [
        "q=secret",
        "q=hers.pdf",
        "q=-nothing",
        "q=o616e6e61",
        "q=secret&sort=newest",
        "q=secret&sort=date",
        "status=ready",
        "sender=secret",
        "sort=date",
        "sort=-date",
        "sort=title",
        "sort=sender",
        "sort=amount",
        "sort=oldest",
        &format!("category={}", hers.category),
        "category=none",
        "trashed=true",
        "limit=200",
    ] {
        let answer = ben.get(&format!("/api/documents?{query}")).await.json();
        assert_eq!((&answer["items"], &answer["total"]), (&json!([]), &json!(0)), "{query}");
    }
    let before = anna.document(&hers.document).await;
    for action in [
        json!({"add_categories": [hers.category]}),
        json!({"remove_categories": [hers.category]}),
        json!("process"),
        json!("trash"),
        json!("restore"),
        json!("delete"),
    ] {
        for selection in
            [json!({"ids": [hers.document]}), json!({"filter": {}}), json!({"filter": {"q": "secret"}})]
        {
            let mut body = selection.clone();
            body["action"] = action.clone();
            let answer = ben.post("/api/bulk", &body).await;
            if action.is_object() {
                assert_eq!(answer.problem(), "no-such-category", "{body}");
            } else {
                assert_eq!(answer.json(), json!({"changed": 0}), "{body}");
            }
        }
    }
    assert_eq!(anna.document(&hers.document).await, before);
    let his = ben.stored("his.pdf", &pdf::with_text("His")).await;
    let stolen = ben.patch(&format!("/api/documents/{his}"), &json!({"categories": [hers.category]})).await;
    assert_eq!(stolen.problem(), "no-such-category");
}

#[tokio::test]
async fn the_event_stream_tells_of_ones_own_documents_only() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    let mut heard = ben.events().await.bytes_stream();
    let hers = anna.stored("hers.pdf", &pdf::with_text("A secret of hers")).await;
    anna.settled(&hers).await;
    anna.delete(&format!("/api/documents/{hers}")).await;
    anna.post("/api/categories", &json!({"name": "Hers", "colour": "#000000"})).await;
    anna.post("/api/views", &json!({"name": "Hers", "filter": {}})).await;
    let his = ben.stored("his.pdf", &pdf::with_text("His")).await;
    let mut all = String::new();
    while !all.contains("\"ready\"") {
        let piece =
            tokio::time::timeout(Duration::from_secs(20), heard.next()).await.unwrap().unwrap().unwrap();
        all.push_str(&String::from_utf8_lossy(&piece));
    }
    assert!(all.starts_with("event: reload\n"), "the first event makes the page read the list: {all}");
    assert!(all.contains(&his));
    assert!(!all.contains(&hers) && !all.contains("categories\n") && !all.contains("views\n"), "{all}");
}

#[tokio::test]
async fn the_event_stream_ends_when_the_token_that_opened_it_does() {
    let server = Server::start().await;
    let mut claims = claims("anna");
    claims["exp"] = json!(now() + 2);
    let token = Key::new("first").sign(&json!({"alg": "RS256", "kid": "first"}), &claims);
    let stream = server.stranger().with_token(token).events().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.bytes()).await;
    ended.expect("it ends").unwrap();
}
