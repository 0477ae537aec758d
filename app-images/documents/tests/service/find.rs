//! Finding documents: words, filters, orders, parts of lists, counts.

use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, Server, pdf};

/// A document with these words and, unless null, these facts; gives its id.
async fn with(anna: &Client, name: &str, text: &str, facts: Value) -> String {
    let id = anna.stored(name, &pdf::with_text(text)).await;
    anna.settled(&id).await;
    let answer = anna.patch(&format!("/api/documents/{id}"), &facts).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    id
}

async fn three(anna: &Client) {
    let invoice = json!({"title": "Ändern", "document_type": "invoice", "date": "2026-03-01", "sender": "Müller GmbH",
        "total": {"amount": "486.00", "currency": "EUR"}, "tags": ["Steuer"]});
    with(anna, "a.pdf", "The invoice is payable at once", invoice).await;
    let letter = json!({"title": "Apfel", "document_type": "letter", "date": "2026-01-15", "sender": "Amt"});
    with(anna, "b.pdf", "A letter about payments made", letter).await;
    let manual = json!({"title": "zebra", "document_type": "manual", "sender": "Zwirn AG", "total": {"amount": "1000.5", "currency": null}});
    with(anna, "c.pdf", "How to mount the mill, and payment at once", manual).await;
}

#[tokio::test]
async fn words_are_found_by_their_beginnings_phrases_and_without_case_and_accents() {
    let server = Server::start().await;
    let anna = server.client("anna");
    three(&anna).await;
    for (q, found) in [
        ("invo", vec!["a.pdf"]),
        ("INVOICE", vec!["a.pdf"]),
        ("invoic zzz", vec![]),
        ("%22at%20once%22", vec!["a.pdf", "c.pdf"]),
        ("%22once%20at%22", vec![]),
        ("pay%20-letter", vec!["a.pdf", "c.pdf"]),
        ("-letter", vec!["a.pdf", "c.pdf"]),
        ("muller", vec!["a.pdf"]),
        ("m%C3%BCller", vec!["a.pdf"]),
        ("ANDERN", vec!["a.pdf"]),
        ("b.pdf", vec!["b.pdf"]),
        ("%E2%82%AC", vec!["a.pdf", "b.pdf", "c.pdf"]),
    ] {
        let mut names = anna.names(&format!("q={q}")).await;
        names.sort();
        assert_eq!(names, found, "{q}");
    }
}

#[tokio::test]
async fn a_result_shows_where_the_words_stand_as_plain_pieces() {
    let server = Server::start().await;
    let anna = server.client("anna");
    with(&anna, "a.pdf", "Is 1 < 2? <b>Bold</b> claims", json!({})).await;
    let list = anna.get("/api/documents?q=bold").await.json();
    assert_eq!(
        list["items"][0]["snippet"],
        json!([{"text": "Is 1 < 2? <b>", "match": false}, {"text": "Bold", "match": true},
            {"text": "</b> claims", "match": false}]),
        "{list}"
    );
    let by_name = anna.get("/api/documents?q=a.pdf").await.json();
    assert_eq!(by_name["total"], 1);
    assert!(by_name["items"][0].get("snippet").is_none(), "the word is in the name alone");
}

#[tokio::test]
async fn what_bears_the_words_comes_before_what_only_has_them_and_the_newest_first() {
    let server = Server::start().await;
    let anna = server.client("anna");
    with(&anna, "title.pdf", "Nothing of it here", json!({"title": "Count Zeppelin", "sender": "Somebody"}))
        .await;
    with(
        &anna,
        "old.pdf",
        "A zeppelin far behind in a text, with a propeller",
        json!({"title": "Letter", "sender": "Somebody"}),
    )
    .await;
    with(&anna, "sender.pdf", "Some", json!({"sender": "Zeppelin AG", "title": "Bill"})).await;
    with(&anna, "number.pdf", "More", json!({"number": "ZEPPELIN-7", "title": "Bill for the hangar"})).await;
    with(&anna, "new.pdf", "Zeppelin zeppelin zeppelin", json!({"title": "Letter", "sender": "Somebody"}))
        .await;
    let order = ["number.pdf", "sender.pdf", "title.pdf", "new.pdf", "old.pdf"];
    assert_eq!(anna.names("q=zeppelin").await, order);
    assert_eq!(in_parts(&anna, "q=zeppelin").await, order);
    assert_eq!(anna.names("q=zeppelin%20count").await, ["title.pdf"], "all of the words");
    assert_eq!(anna.names("q=zeppelin%20bill").await, ["number.pdf", "sender.pdf"]);
    assert_eq!(
        in_parts(&anna, "q=zeppelin%20-propeller%20-hangar").await,
        ["sender.pdf", "title.pdf", "new.pdf"]
    );
    assert_eq!(
        anna.names("q=zeppelin&sort=newest").await,
        ["new.pdf", "number.pdf", "sender.pdf", "old.pdf", "title.pdf"]
    );
    assert_eq!(anna.get("/api/documents?q=zeppelin&limit=1").await.json()["total"], 5);
}

#[tokio::test]
async fn a_place_in_a_search_is_the_same_whatever_others_have_and_goes_on_when_documents_are_added() {
    let server = Server::start().await;
    let (anna, ben) = (server.client("anna"), server.client("ben"));
    for name in ["1.pdf", "2.pdf", "3.pdf"] {
        with(&anna, name, &format!("{name} on a zeppelin"), json!({"title": "Letter", "sender": "Somebody"}))
            .await;
    }
    let part = async || anna.get("/api/documents?q=zeppelin&limit=1").await.json();
    let before = part().await["next"].as_str().unwrap().to_owned();
    with(&ben, "his.pdf", "zeppelin zeppelin", json!({"title": "Zeppelin"})).await;
    assert_eq!(part().await["next"], before.as_str(), "it tells of another person's documents");
    with(&anna, "4.pdf", "A zeppelin that came later", json!({"title": "Zeppelin"})).await;
    assert_eq!(anna.names(&format!("q=zeppelin&after={before}")).await, ["2.pdf", "1.pdf"]);
}

#[tokio::test]
async fn a_category_counts_what_is_not_in_the_trash() {
    let server = Server::start().await;
    let anna = server.client("anna");
    three(&anna).await;
    let category = json!({"name": "Taxes", "colour": "#0000ff"});
    let category = anna.post("/api/categories", &category).await.json()["id"].as_str().unwrap().to_owned();
    let add = json!({"filter": {"q": "payment"}, "action": {"add_categories": [category]}});
    anna.post("/api/bulk", &add).await;
    let counted = async || anna.get("/api/facets").await.json()["categories"][&category].clone();
    assert_eq!(counted().await, 2);
    anna.post("/api/bulk", &json!({"filter": {"q": "letter"}, "action": "trash"})).await;
    assert_eq!(counted().await, 1);
    anna.post("/api/bulk", &json!({"filter": {"q": "mill"}, "action": "trash"})).await;
    assert_eq!(counted().await, Value::Null);
}

#[tokio::test]
async fn filters_hold_together() {
    let server = Server::start().await;
    let anna = server.client("anna");
    three(&anna).await;
    for (query, found) in [
        ("type=invoice", vec!["a.pdf"]),
        ("status=ready", vec!["a.pdf", "b.pdf", "c.pdf"]),
        ("status=failed", vec![]),
        ("from=2026-01-15&to=2026-02-28", vec!["b.pdf"]),
        ("to=2026-12-31", vec!["a.pdf", "b.pdf"]),
        ("from=2026-03-01", vec!["a.pdf"]),
        ("sender=MULLER", vec!["a.pdf"]),
        ("min=486&max=486.0", vec!["a.pdf"]),
        ("min=486.01", vec!["c.pdf"]),
        ("max=5000", vec!["a.pdf", "c.pdf"]),
        ("tag=steuer", vec!["a.pdf"]),
        ("category=none", vec!["a.pdf", "b.pdf", "c.pdf"]),
        ("q=payment&type=letter", vec!["b.pdf"]),
        ("q=payment&type=invoice", vec![]),
        ("type=&q=", vec!["a.pdf", "b.pdf", "c.pdf"]),
    ] {
        let mut names = anna.names(query).await;
        names.sort();
        assert_eq!(names, found, "{query}");
    }
}

#[tokio::test]
async fn every_order_is_right_and_can_be_read_in_parts() {
    let server = Server::start().await;
    let anna = server.client("anna");
    three(&anna).await;
    for (sort, order) in [
        ("newest", ["c.pdf", "b.pdf", "a.pdf"]),
        ("oldest", ["a.pdf", "b.pdf", "c.pdf"]),
        ("date", ["b.pdf", "a.pdf", "c.pdf"]),
        ("-date", ["a.pdf", "b.pdf", "c.pdf"]),
        ("title", ["a.pdf", "b.pdf", "c.pdf"]),
        ("sender", ["b.pdf", "a.pdf", "c.pdf"]),
        ("amount", ["c.pdf", "a.pdf", "b.pdf"]),
    ] {
        assert_eq!(anna.names(&format!("sort={sort}")).await, order, "{sort}");
        assert_eq!(in_parts(&anna, &format!("sort={sort}")).await, order, "{sort}, in parts");
    }
    let mut ranked = in_parts(&anna, "q=payment").await;
    assert_eq!(ranked, anna.names("q=payment").await);
    ranked.sort();
    assert_eq!(ranked, ["b.pdf", "c.pdf"]);
}

/// Reads a list one document at a time.
async fn in_parts(anna: &Client, query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut path = format!("/api/documents?{query}&limit=1");
    for _ in 0..10 {
        let part = anna.get(&path).await.json();
        assert_eq!(part["items"].as_array().unwrap().len(), 1, "{path}: {part}");
        names.push(part["items"][0]["name"].as_str().unwrap().to_owned());
        let Some(next) = part["next"].as_str() else { return names };
        path = format!("/api/documents?{query}&limit=1&after={next}");
    }
    panic!("the list has no end: {names:?}");
}

#[tokio::test]
async fn a_part_goes_on_where_the_last_one_ended_whatever_is_deleted_meanwhile() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(anna.stored(&format!("{number}.pdf"), &pdf::with_text(&number.to_string())).await);
    }
    let part = anna.get("/api/documents?limit=2").await.json();
    anna.delete(&format!("/api/documents/{}", ids[2])).await;
    let next = part["next"].as_str().unwrap();
    assert_eq!(anna.names(&format!("limit=2&after={next}")).await, ["1.pdf", "0.pdf"]);
    let other_order = anna.get(&format!("/api/documents?sort=title&after={next}")).await;
    assert_eq!(other_order.problem(), "bad-query");
}

#[tokio::test]
async fn what_is_counted_is_what_is_there() {
    let server = Server::start().await;
    let anna = server.client("anna");
    three(&anna).await;
    let category = json!({"name": "Taxes", "colour": "#0000ff"});
    let category = anna.post("/api/categories", &category).await.json()["id"].as_str().unwrap().to_owned();
    let add = json!({"filter": {"type": "invoice"}, "action": {"add_categories": [category]}});
    assert_eq!(anna.post("/api/bulk", &add).await.json(), json!({"changed": 1}));
    anna.post("/api/bulk", &json!({"filter": {"q": "letter"}, "action": "trash"})).await;
    assert_eq!(
        anna.get("/api/facets").await.json(),
        json!({"statuses": {"ready": 2}, "types": {"invoice": 1, "manual": 1}, "categories": {category: 1},
            "senders": [{"name": "Müller GmbH", "count": 1}, {"name": "Zwirn AG", "count": 1}], "trashed": 1})
    );
}

#[tokio::test]
async fn a_corrected_fact_is_found_and_the_old_one_no_longer_is() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = with(&anna, "a.pdf", "Body", json!({"sender": "Wrong Ltd"})).await;
    anna.patch(&format!("/api/documents/{id}"), &json!({"sender": "Right Ltd", "name": "renamed.pdf"})).await;
    assert_eq!(anna.names("q=wrong").await, Vec::<String>::new());
    assert_eq!(anna.names("q=a.pdf").await, Vec::<String>::new());
    assert_eq!(anna.names("q=right").await, ["renamed.pdf"]);
    assert_eq!(anna.names("q=body").await, ["renamed.pdf"], "its text is still found");
}

#[tokio::test]
async fn a_document_is_found_by_its_name_before_it_is_read_and_never_after_it_is_deleted() {
    let server = Server::start().await;
    let anna = server.client("anna");
    let id = anna.stored("urgent.pdf", &pdf::scan()).await;
    assert_eq!(anna.names("q=urgent").await, ["urgent.pdf"]);
    anna.settled(&id).await;
    anna.delete(&format!("/api/documents/{id}")).await;
    assert_eq!(anna.names("q=urgent").await, Vec::<String>::new());
    assert_eq!(anna.names("q=urgent&trashed=true").await, ["urgent.pdf"]);
    anna.delete(&format!("/api/documents/{id}?permanently=true")).await;
    assert_eq!(anna.names("q=urgent&trashed=true").await, Vec::<String>::new());
}

#[test]
fn whatever_is_typed_is_a_search_or_a_problem_in_words() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, anna) = runtime.block_on(async {
        let server = Server::start().await;
        let anna = server.client("anna");
        with(&anna, "a.pdf", "Some words to be found", json!({})).await;
        (server, anna)
    });
    let typed = prop_oneof![
        any::<String>(),
        "[a-z\"*^:(){}+ \u{0}-]{0,40}",
        "(AND|OR|NOT|NEAR|owner:|rowid|\"|-|\\*| |some|words){0,12}",
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(96));
    let done = runner.run(&typed, |typed| {
        for sort in ["relevance", "newest", "title"] {
            let q: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let answer = runtime.block_on(anna.get(&format!("/api/documents?q={q}&sort={sort}")));
            prop_assert!(
                answer.status == StatusCode::OK || answer.status == StatusCode::BAD_REQUEST,
                "{typed:?}: {answer:?}"
            );
        }
        Ok(())
    });
    done.unwrap();
    drop(server);
}
