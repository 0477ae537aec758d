//! What people do with their documents: correct, sort, bin, restore, and look up what became of them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, Server, pdf};

async fn category(anna: &Client, name: &str, rules: Value) -> String {
    let body = json!({"name": name, "colour": "#00AA00", "rules": rules});
    let answer = anna.post("/api/categories", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().into()
}

async fn ready(anna: &Client, name: &str, text: &str) -> String {
    let id = anna.stored(name, &pdf::with_text(text)).await;
    assert_eq!(anna.settled(&id).await["status"], "ready");
    id
}

#[tokio::test]
async fn what_a_person_types_holds_through_another_reading_and_can_be_taken_back() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = ready(&anna, "a.pdf", "Body").await;
    let path = format!("/api/documents/{id}");
    let patch = json!({"title": "My title", "date": "2026-02-03", "total": {"amount": "12.50", "currency": "EUR"},
        "tags": ["One", "two", "one"], "language": "DE"});
    let edited = anna.patch(&path, &patch).await.json();
    let title = json!({"value": "My title", "source": "user", "confidence": 100});
    assert_eq!(edited["classification"]["title"], title);
    assert_eq!(edited["classification"]["total"]["value"], json!({"amount": "12.50", "currency": "EUR"}));
    assert_eq!(edited["classification"]["language"]["value"], "de");
    let tags: Vec<_> =
        edited["classification"]["tags"].as_array().unwrap().iter().map(|tag| &tag["value"]).collect();
    assert_eq!(tags, ["one", "two"]);

    let again = anna.post(&format!("{path}/process"), &json!({})).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    let read = anna.settled(&id).await;
    assert_eq!(read["classification"]["title"], title);
    assert_eq!(anna.text(&id).await, "Body", "the text is there once");

    let back = anna.patch(&path, &json!({"title": null})).await.json();
    assert_ne!(back["classification"]["title"], title);
    for wrong in [
        json!({"date": "soon"}),
        json!({"unknown": 1}),
        json!({"total": {"amount": "1", "currency": "Euro"}}),
    ] {
        assert_eq!(anna.patch(&path, &wrong).await.problem(), "bad-request", "{wrong}");
    }
}

#[tokio::test]
async fn an_electronic_invoice_is_exact_and_only_its_owner_knows_better() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let xml = "<Invoice><ID>RN-7</ID><IssueDate>2026-04-17</IssueDate></Invoice>";
    let id = anna.stored("a.pdf", &pdf::with_e_invoice("See the attachment", xml)).await;
    let facts = anna.settled(&id).await["classification"].clone();
    assert_eq!(
        facts["number"],
        json!({"value": "RN-7", "source": "e_invoice", "confidence": 100}),
        "{facts}"
    );
    assert_eq!(facts["date"]["value"], "2026-04-17");
    let path = format!("/api/documents/{id}");
    anna.patch(&path, &json!({"number": "RN-8"})).await;
    anna.post(&format!("{path}/process"), &json!({})).await;
    assert_eq!(anna.settled(&id).await["classification"]["number"]["value"], "RN-8");
    let back = anna.patch(&path, &json!({"number": null})).await.json();
    assert_eq!(back["classification"]["number"]["value"], "RN-7", "taken back, what was found holds again");
}

#[tokio::test]
async fn an_electronic_invoice_is_known_though_its_page_has_no_text() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let xml = "<Invoice><ID>RN-7</ID><IssueDate>2026-04-17</IssueDate></Invoice>";
    let id = anna.stored("a.pdf", &pdf::with_e_invoice("", xml)).await;
    let document = anna.settled(&id).await;
    assert_eq!(document["status"], "failed", "{document}");
    assert_eq!(document["classification"]["number"]["value"], "RN-7");
    assert_eq!(document["classification"]["date"]["value"], "2026-04-17");
    let found = anna.get("/api/documents?from=2026-04-01&to=2026-04-30").await.json();
    assert_eq!(found["items"][0]["id"], id.as_str());
}

#[tokio::test]
async fn a_later_reading_that_fails_leaves_what_the_electronic_invoice_said() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let xml = "<Invoice><ID>RN-7</ID><IssueDate>2026-04-17</IssueDate></Invoice>";
    let id = anna.stored("a.pdf", &pdf::with_e_invoice("See the attachment", xml)).await;
    anna.settled(&id).await;
    std::fs::remove_file(server.data().join("files").join(format!("{id}.pdf"))).unwrap();
    anna.post(&format!("/api/documents/{id}/process"), &json!({})).await;
    let document = anna.settled(&id).await;
    assert_eq!(document["status"], "failed", "{document}");
    assert_eq!(document["classification"]["number"]["value"], "RN-7");
}

#[tokio::test]
async fn the_history_says_who_changed_what_from_what_to_what() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = ready(&anna, "a.pdf", "Body").await;
    let path = format!("/api/documents/{id}");
    let taxes = category(&anna, "Taxes", json!([])).await;
    anna.patch(&path, &json!({"sender": "First"})).await;
    anna.patch(&path, &json!({"sender": "Second", "categories": [taxes]})).await;
    anna.delete(&path).await;
    anna.post(&format!("{path}/restore"), &json!({})).await;
    let history = anna.get(&format!("{path}/history")).await.json();
    let lines: Vec<Value> = history.as_array().unwrap().iter().rev().cloned().collect();
    let told: Vec<_> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(told, ["changed", "changed", "category_added", "trashed", "restored"], "{history}");
    assert_eq!(
        (&lines[1]["field"], &lines[1]["from"], &lines[1]["to"], &lines[1]["source"], &lines[1]["who"]),
        (&json!("sender"), &json!("First"), &json!("Second"), &json!("user"), &json!("Name of anna"))
    );
    assert_eq!(lines[2]["to"], "Taxes");
}

#[tokio::test]
async fn categories_are_made_renamed_and_deleted_and_their_names_differ() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let taxes = category(&anna, "Taxes", json!([])).await;
    category(&anna, "Äpfel", json!([])).await;
    let again = anna.post("/api/categories", &json!({"name": "apfel", "colour": "#000000"})).await;
    assert_eq!((again.status, again.problem().as_str()), (StatusCode::CONFLICT, "name-taken"));
    let renamed = anna.patch(&format!("/api/categories/{taxes}"), &json!({"name": "äpfel"})).await;
    assert_eq!(renamed.problem(), "name-taken");
    let renamed =
        anna.patch(&format!("/api/categories/{taxes}"), &json!({"name": "TAXES", "colour": "#123456"})).await;
    assert_eq!((&renamed.json()["name"], &renamed.json()["colour"]), (&json!("TAXES"), &json!("#123456")));
    for wrong in [json!({"name": " ", "colour": "#000000"}), json!({"name": "x", "colour": "red"})] {
        assert_eq!(anna.post("/api/categories", &wrong).await.problem(), "bad-request", "{wrong}");
    }
    let id = ready(&anna, "a.pdf", "Body").await;
    anna.patch(&format!("/api/documents/{id}"), &json!({"categories": [taxes]})).await;
    assert_eq!(
        anna.document(&id).await["categories"],
        json!([{"id": taxes, "name": "TAXES", "colour": "#123456"}])
    );
    assert_eq!(anna.names(&format!("category={taxes}")).await, ["a.pdf"]);
    assert_eq!(anna.delete(&format!("/api/categories/{taxes}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(anna.document(&id).await["categories"], json!([]), "the document stays");
    assert_eq!(anna.delete(&format!("/api/categories/{taxes}")).await.problem(), "no-such-category");
}

#[tokio::test]
async fn a_rule_fills_a_category_but_does_not_put_back_what_a_person_took_out() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bills = category(&anna, "Bills", json!([{"field": "text", "contains": "PAYABLE"}])).await;
    let id = ready(&anna, "a.pdf", "This is payable at once").await;
    let other = ready(&anna, "b.pdf", "This is not").await;
    assert_eq!(anna.document(&id).await["categories"][0]["name"], "Bills");
    assert_eq!(anna.document(&other).await["categories"], json!([]));
    anna.patch(&format!("/api/documents/{id}"), &json!({"categories": []})).await;
    anna.post(&format!("/api/documents/{id}/process"), &json!({})).await;
    assert_eq!(anna.settled(&id).await["categories"], json!([]));
    let add = json!({"ids": [id], "action": {"add_categories": [bills]}});
    assert_eq!(anna.post("/api/bulk", &add).await.json(), json!({"changed": 1}), "by hand it goes back");
}

#[tokio::test]
async fn bulk_actions_change_what_is_selected_and_tell_how_much_that_was() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let (a, b) = (ready(&anna, "a.pdf", "red apple").await, ready(&anna, "b.pdf", "green apple").await);
    ready(&anna, "c.pdf", "pear").await;
    let fruit = category(&anna, "Fruit", json!([])).await;
    let apples = json!({"q": "apple"});
    let bulk = async |selection: Value, action: Value| {
        let mut body = selection;
        body["action"] = action;
        let answer = anna.post("/api/bulk", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{body}: {}", answer.text());
        answer.json()["changed"].as_u64().unwrap()
    };
    assert_eq!(bulk(json!({"filter": apples}), json!({"add_categories": [fruit]})).await, 2);
    assert_eq!(bulk(json!({"filter": apples}), json!({"add_categories": [fruit]})).await, 0);
    assert_eq!(bulk(json!({"ids": [a]}), json!({"remove_categories": [fruit]})).await, 1);
    assert_eq!(anna.names(&format!("category={fruit}")).await, ["b.pdf"]);
    assert_eq!(bulk(json!({"filter": apples}), json!("process")).await, 2);
    anna.settled(&a).await;
    anna.settled(&b).await;
    assert_eq!(bulk(json!({"filter": {}}), json!("delete")).await, 0, "only from the trash");
    assert_eq!(bulk(json!({"filter": apples}), json!("trash")).await, 2);
    assert_eq!(anna.names("").await, ["c.pdf"]);
    assert_eq!(bulk(json!({"ids": [b]}), json!("restore")).await, 1);
    assert_eq!(bulk(json!({"filter": {"trashed": true}}), json!("delete")).await, 1);
    assert_eq!(server.file_count(), 2);
    for wrong in [
        json!({"action": "trash"}),
        json!({"ids": [], "filter": {}, "action": "trash"}),
        json!({"ids": [], "action": "eat"}),
    ] {
        assert_eq!(anna.post("/api/bulk", &wrong).await.problem(), "bad-request", "{wrong}");
    }
}

#[tokio::test]
async fn bytes_that_lie_in_the_trash_are_refused_with_the_way_to_get_them_back() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let bytes = pdf::with_text("Thrown away too soon");
    let id = anna.stored("a.pdf", &bytes).await;
    anna.settled(&id).await;
    anna.delete(&format!("/api/documents/{id}")).await;
    assert!(anna.document(&id).await["trashed_at"].is_string());
    let again = anna.upload(&[("a.pdf", &bytes)]).await;
    assert_eq!((again.problem(), &again.json()["trashed"]), ("already-here".into(), &json!(true)));
    assert_eq!(again.json()["cure"], "Restore it from the trash.");
    let restored = anna.post(&format!("/api/documents/{id}/restore"), &json!({})).await;
    assert!(restored.json().get("trashed_at").is_none());
    assert_eq!(anna.text(&id).await, "Thrown away too soon");
}

#[tokio::test]
async fn views_keep_a_query_that_was_understood() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let view = json!({"name": "Open bills", "filter": {"type": "invoice", "sort": "-date"}});
    let saved = anna.post("/api/views", &view).await;
    assert_eq!(saved.status, StatusCode::CREATED);
    let id = saved.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(anna.get("/api/views").await.json()[0]["filter"], view["filter"]);
    assert_eq!(anna.post("/api/views", &view).await.problem(), "name-taken");
    let wrong = json!({"name": "x", "filter": {"type": "novel"}});
    assert_eq!(anna.post("/api/views", &wrong).await.problem(), "bad-query");
    let changed = anna.patch(&format!("/api/views/{id}"), &json!({"filter": {"q": "bill"}})).await.json();
    assert_eq!((&changed["name"], &changed["filter"]), (&json!("Open bills"), &json!({"q": "bill"})));
    assert_eq!(anna.delete(&format!("/api/views/{id}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(anna.get("/api/views").await.json(), json!([]));
}
