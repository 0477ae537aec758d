//! Actions for thousands of documents: others go on meanwhile, and what was done stays done.

use serde_json::{Value, json};

use crate::support::many::fill;
use crate::support::server::Options;
use crate::support::{Client, Platform, Server, pdf};

async fn with(count: i64, more: &'static str) -> (Server, Client) {
    let data = tempfile::tempdir().unwrap();
    fill(data.path(), "anna", count, more).await;
    let server = Server::on(data, Platform::start().await, Options::default()).await;
    let anna = server.client("anna");
    (server, anna)
}

/// When the documents in the trash came there, as the list tells it.
async fn trashed(anna: &Client) -> Vec<String> {
    let (mut times, mut after) = (Vec::new(), String::new());
    loop {
        let part = anna.get(&format!("/api/documents?trashed=true&limit=200{after}")).await.json();
        let items = part["items"].as_array().unwrap();
        times.extend(items.iter().map(|item| item["trashed_at"].as_str().unwrap().to_owned()));
        let Some(next) = part["next"].as_str() else { return times };
        after = format!("&after={next}");
    }
}

#[tokio::test]
async fn an_upload_comes_between_the_parts_of_an_action_for_thousands() {
    let (_server, anna) = with(4_000, "").await;
    let all = json!({"filter": {}, "action": "trash"});
    let (done, uploaded) = tokio::join!(anna.post("/api/bulk", &all), async {
        // Until the first part is done.
        while anna.get("/api/facets").await.json()["trashed"] == 0 {}
        let id = anna.stored("new.pdf", &pdf::with_text("New")).await;
        anna.document(&id).await["uploaded_at"].as_str().unwrap().to_owned()
    });
    assert_eq!(done.json(), json!({"changed": 4_000}), "all that there was when it was asked for");
    assert_eq!(anna.names("").await, ["new.pdf"]);
    let times = trashed(&anna).await;
    assert_eq!(times.len(), 4_000);
    let last = times.iter().max().unwrap();
    assert!(&uploaded < last, "the upload at {uploaded} waited for the whole action, until {last}");
}

#[tokio::test]
async fn an_action_that_fails_half_way_says_how_far_it_came_and_can_be_asked_for_again() {
    let broken = "create trigger broken before update of trashed_at on documents when old.name = '700.pdf' \
         and (select count(*) from webhooks) = 0 begin select raise(abort, 'not this one'); end";
    let (_server, anna) = with(1_200, broken).await;
    let all = json!({"filter": {}, "action": "trash"});
    let failed = anna.post("/api/bulk", &all).await;
    assert_eq!(failed.problem(), "interrupted");
    let detail = failed.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("500 documents were changed"), "{detail}");
    let facets = anna.get("/api/facets").await.json();
    assert_eq!((&facets["trashed"], &facets["statuses"]["ready"]), (&json!(500), &json!(700)));

    // The trigger lets everything pass once there is a webhook.
    anna.post("/api/webhooks", &json!({"url": "http://127.0.0.1:9/", "secret": "a secret of sixteen"})).await;
    assert_eq!(anna.post("/api/bulk", &all).await.json(), json!({"changed": 700}));
}

#[tokio::test]
async fn a_search_ends_with_its_last_match_however_many_there_are() {
    let (_server, anna) = with(2_500, "").await;
    let (mut names, mut after) = (Vec::new(), String::new());
    while names.len() <= 2_500 {
        let part = anna.get(&format!("/api/documents?q=common&limit=200{after}")).await.json();
        names.extend(part["items"].as_array().unwrap().iter().map(|item| item["name"].clone()));
        let Some(next) = part["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let newest_first: Vec<Value> = (1..=2_500).rev().map(|number| json!(format!("{number}.pdf"))).collect();
    assert_eq!(names, newest_first);
}
